/* SPDX-License-Identifier: MIT
 *
 * lists: what this machine keeps out already, read from what the tools print of it. All of that is
 * text from outside: jails and sets are named by anybody, and it can end anywhere, for helpers cut
 * it. A parser takes what stands before the end, and says that it was cut.
 *
 * What keeps packets out is told from what does not: a set counts if a rule drops or rejects by it,
 * a rule if it asks for a source address and for nothing that lets some packets through (a rate, a
 * string, an owner). Rules for some ports count; those of the output hook do not.
 */
#ifndef NG_ACTION_LISTS_H
#define NG_ACTION_LISTS_H

#include "action/ways.h"

#define LISTS_BY_MAX   40  /* bytes of a name, cut; as model/blocks.h keeps them */
#define LISTS_SETS_MAX 128 /* sets of ipset that rules drop by */
#define LISTS_SET_MAX  32  /* bytes of a set's name (IPSET_MAXNAMELEN), its NUL included */

/* A prefix that is kept out. */
struct listed {
	struct prefix net;
	enum way way;
	struct str by;    /* which set, chain or jail; clean, at most LISTS_BY_MAX - 1 bytes */
	bool ours;        /* put there from here, or by a command that was copied from here */
	uint32_t left_s;  /* seconds until it ends by itself; 0: it does not, or not known */
	uint64_t packets; /* that it dropped; UINT64_MAX: it does not count */
};

typedef void listed_fn(void *ctx, const struct listed *listed);

/* What became of a list. */
struct listing_read {
	uint32_t found;
	uint32_t left_out; /* what blocks, and cannot be said as prefixes: pairs with ports, … */
	bool cut;          /* it ended too early: there is more, and nobody knows what */
};

/* Sets of ipset by which rules drop: iptables' rules name them, ipset's list has what is in them.
 */
struct lists_sets {
	char names[LISTS_SETS_MAX][LISTS_SET_MAX];
	uint32_t n;
};

/* `nft -j list ruleset`, or `list table`. */
void lists_read_nft(struct str text, listed_fn *fn, void *ctx, struct listing_read *ret);

/* `iptables-save -c`, `ip6tables-save -c`; the sets that its rules drop by are added. */
void lists_read_iptables(struct str text, struct lists_sets *sets, listed_fn *fn, void *ctx,
	struct listing_read *ret);

/* `ipset save`; of the sets. */
void lists_read_ipset(struct str text, const struct lists_sets *sets, listed_fn *fn, void *ctx,
	struct listing_read *ret);

/* `fail2ban-client banned`. Prefixes are left out: that fail2ban lists one does not mean that its
 * action blocks it, and if it does, the firewall's own list has it. */
void lists_read_fail2ban(struct str text, listed_fn *fn, void *ctx, struct listing_read *ret);

/* The jails of the same text: calls fn with each name. */
typedef void jail_fn(void *ctx, struct str jail);
void lists_read_jails(struct str text, jail_fn *fn, void *ctx);

/* `cscli decisions list -o json`: bans of addresses and ranges. */
void lists_read_crowdsec(struct str text, listed_fn *fn, void *ctx, struct listing_read *ret);

/* `ip -j route show type blackhole`. */
void lists_read_routes(struct str text, listed_fn *fn, void *ctx, struct listing_read *ret);

#endif
