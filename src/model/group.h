/* SPDX-License-Identifier: MIT
 *
 * group: what a row is of: one address or a group of addresses. Columns, sort orders and records
 * work on a struct subject, whichever it is. Groups are kept by the model as events come; listing
 * them touches no host.
 */
#ifndef NG_MODEL_GROUP_H
#define NG_MODEL_GROUP_H

#include "model/model.h"

enum group_by {
	GROUP_NONE, /* each address is a row */
	GROUP_NET,  /* /24 and /48 */
	GROUP_AS,
	GROUP_COUNTRY,
	GROUP_MACHINE, /* of a fleet: its members */
	GROUPS
};

/* A view of a row, good until the next model_apply. */
struct subject {
	enum group_by by;
	uint32_t id;                 /* as subject_next gave it */
	const struct host *host;     /* by GROUP_NONE; else NULL */
	const struct network *net;   /* by GROUP_NET; else NULL */
	const struct member *member; /* by GROUP_MACHINE; else NULL */
	const struct log_tally *log; /* never NULL */
	const struct tcp_tally *tcp; /* never NULL */
	uint32_t ips;                /* addresses in it */
	bool is_private;
};

/* "IP", "Network", "AS", "Country", "Machine". */
const char *group_title(enum group_by by);

/* "none", "net", "as", "country", "machine". */
const char *group_name(enum group_by by);

/* The model can have such rows: of machines, only that of a fleet. */
bool group_serves(const struct model *m, enum group_by by);

/* for (id = subject_next(m, by, 0); id != POOL_NONE; id = subject_next(m, by, id + 1)) */
uint32_t subject_next(const struct model *m, enum group_by by, uint32_t from);

struct subject subject_at(const struct model *m, enum group_by by, uint32_t id);
struct subject subject_of_host(const struct host *h);

/* How many there may be: an upper bound of what subject_next gives. */
uint32_t subject_count(const struct model *m, enum group_by by);

/* Above all ids that subject_next gives; and the id of the group that a host is in. */
uint32_t subject_ids(const struct model *m, enum group_by by);
uint32_t subject_group_of(const struct host *h, enum group_by by);

/* An address is in the groups of all machines that have a share of it: for (share =
 * subject_machines(m, id); share; share = share_at(m->fleet, share->of_subject.older))
 * share->member. NULL: in none. */
const struct share *subject_machines(const struct model *m, uint32_t host);

/* The system's number and name, the country's code; 0 and absent for other subjects and where it is
 * not known. */
uint32_t subject_asn(const struct model *m, const struct subject *s);
struct str subject_system(const struct model *m, const struct subject *s);
struct str subject_country(const struct subject *s);

/* What earlier runs knew of an address or a network; NULL: nothing, or it is neither. */
const struct seen *subject_seen(const struct model *m, const struct subject *s);

/* The QUIC packets of an address or a network; NULL: none, or it is neither. */
const struct quic_tally *subject_quic(const struct model *m, const struct subject *s);

/* Whether a row, an address's or a network's, is kept out, and by what holds the whole of it (*ret;
 * NULL: nothing does). Nothing is said of other rows. */
enum block_cover subject_block(
	const struct model *m, const struct subject *s, const struct block **ret);

/* What a group that has no address is called when it is no numbered AS: "BR", "unknown", "private",
 * the name of the organization. Borrowed. */
struct str subject_label(const struct model *m, const struct subject *s);

/* "203.0.113.9", "203.0.113.0/24", "AS64500", "BR", "unknown", "private", "web1".
 * Returns its length. */
#define SUBJECT_NAME_MAX 80
size_t subject_name(
	const struct model *m, const struct subject *s, char buf[static SUBJECT_NAME_MAX]);

/* Which row it is, by value: good beyond the next event, and in another model. */
struct subject_key {
	enum group_by by;
	struct prefix prefix; /* an address (all bits) or a network; unset for the others */
	uint64_t group;       /* of a system: its key (geo.h), or one of unknown ones; of a
			       * country: its number as in struct geo; of a machine: its name's hash
			       */
};

struct subject_key subject_key_of(const struct model *m, const struct subject *s);
struct subject_key subject_key_of_addr(const struct addr *ip);
struct subject_key subject_key_of_machine(struct str name);
/* The row that a prefix is, or lies in: its address, or its network, which may be narrower or
 * wider. */
struct subject_key subject_key_of_prefix(const struct prefix *p);

bool subject_key_equal(const struct subject_key *a, const struct subject_key *b);

/* The row's id, or POOL_NONE when there is none such now. */
uint32_t subject_find(const struct model *m, const struct subject_key *key);

/* True when it is the host, or the host is in the group. */
bool subject_key_has(const struct model *m, const struct subject_key *key, const struct host *h);

/* Below 0, 0, above 0: by address, prefix or name; systems and countries by their ids. */
int subject_compare(const struct subject *a, const struct subject *b);

#endif
