/* SPDX-License-Identifier: MIT
 *
 * members: the addresses of a group, the most troublesome first, and what only they can tell of it.
 * Of a small network they are looked up one by one; else all hosts are walked over in slices, and
 * what the last walk has found stays until the next is done.
 */
#ifndef NG_CONSOLE_MEMBERS_H
#define NG_CONSOLE_MEMBERS_H

#include "model/group.h"

#define MEMBERS_MOST    200
#define MEMBERS_AT_ONCE 8192 /* hosts that are looked at in one step */
#define MEMBERS_ORGS    4    /* organizations that are told apart */
#define MEMBERS_PORTS   4    /* targets */

struct group_member {
	struct addr ip;
	uint64_t key; /* trouble_key */
};

struct member_org {
	uint32_t system; /* as in struct host */
	uint32_t country;
	uint32_t n;
	uint32_t asn;
	char country_code[4], name[PLACE_TEXT_MAX];
};

/* Where they connect to. */
struct member_port {
	uint16_t lport;
	uint32_t n;
	struct addr lip;
	uint32_t pid;
	char owner[NAME_TEXT_MAX];
};

struct members_found {
	uint32_t n;     /* of at[] */
	uint32_t total; /* addresses in it that are shown */
	struct group_member at[MEMBERS_MOST];
	usec_t first_seen, last_seen; /* 0: nobody */
	usec_t oldest_half;           /* since when the oldest half-open connection is known; 0 */
	uint32_t failed, accepted;    /* SSH logins */
	uint32_t org_n, orgs_more;    /* of orgs[]; addresses of further ones */
	struct member_org orgs[MEMBERS_ORGS];
	uint32_t port_n;
	struct member_port ports[MEMBERS_PORTS];
};

struct members {
	struct members_found found, work;
	uint32_t next; /* host that the walk goes on with; POOL_NONE: none is under way */
	usec_t made;   /* when the last walk was done, by the model; 0: none was yet */
};

void members_clear(struct members *s);

/* Goes on. Of an address there are none. True when all is there that there is to know for now. */
bool members_step(
	struct members *s, const struct model *m, const struct subject_key *key, bool show_private);

#endif
