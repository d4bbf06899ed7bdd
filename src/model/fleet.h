/* SPDX-License-Identifier: MIT
 *
 * fleet: the machines whose summaries this model is of, and what of each address and network is
 * whose. A model of one machine has none, and pays nothing.
 *
 * What a member says is added to the same hosts and networks that connections and requests of this
 * machine count in: so all rows, columns, orders, filters and the judgement work on the sum. Counts
 * that members send are totals; what has come since the set before is what is added. Of a share
 * that is new, or has not been heard of for long, the total counts but no rate. Of a network only
 * that is added which the member's addresses in it do not tell.
 *
 * Memory is bounded: FLEET_MEMBERS_MAX members of about 2 KiB, FLEET_SHARES_MAX shares of about
 * 200 bytes, taken as they come; when there is no room, of a few the one that was told longest ago
 * goes, with all that it has added. What finds no room is counted in the member's `lost`.
 */
#ifndef NG_MODEL_FLEET_H
#define NG_MODEL_FLEET_H

#include "base/idlist.h"
#include "base/index.h"
#include "base/pool.h"
#include "event/event.h"
#include "model/past.h"
#include "model/tally.h"

#define FLEET_MEMBERS_MAX EVENT_MACHINES_MAX
#define FLEET_SHARES_MAX  (1u << 19)
#define FLEET_RESTS_MAX   (1u << 18) /* of these, of networks */
#define FLEET_NOTE_MAX    128
#define FLEET_VERDICT_MAX 160
#define FLEET_FIGURES     64 /* at least figure_count */
#define FLEET_PAST        60 /* sets whose meters are kept */
#define FLEET_QUIET       3  /* sets without it, until a share is over */

/* What is believed at most: of one count, and of the connections of one member. Sums of all stay
 * far below what their types hold. */
#define FLEET_COUNT_MAX (UINT64_C(1) << 44)
#define FLEET_CONNS_MAX (1u << 22)

struct member {
	char name[FLEET_NAME_MAX];
	char version[24], note[FLEET_NOTE_MAX], verdict[FLEET_VERDICT_MAX];
	uint32_t number;                    /* as events have it: from 1; its id plus one */
	uint8_t state;                      /* enum member_state; MEMBER_NONE: there is no such */
	uint8_t severity;                   /* of its verdict */
	usec_t first, last;                 /* when a set of it came first, and last; 0: never */
	usec_t since;                       /* its state */
	usec_t every;                       /* time between two sets; 0: not known */
	uint64_t schema;                    /* of its sets */
	uint64_t seq, sets;                 /* of the last set; how many came */
	uint64_t missed;                    /* sets that did not, by their numbers */
	uint64_t dropped, left_out, sketch; /* as it says (struct event_machine) */
	uint64_t lost;                      /* of its shares, those that found no room here */
	int64_t ahead;                      /* of its clock, in usec; below 0: behind */
	uint64_t figures[FLEET_FIGURES]; /* by the entries of figures[]; ABSENT: it does not know */
	uint64_t rates[FLEET_FIGURES];   /* of those that grow, what came a second, in
					  * thousandths, between the last two sets; or ABSENT */
	/* What its figures come to as a row's. Its `held` is that of its shares. */
	struct log_tally log;
	struct tcp_tally tcp;
	uint32_t ips;
	uint32_t conns;                   /* of its shares: bounded by FLEET_CONNS_MAX */
	struct idlist shares;             /* the latest told is the newest */
	uint32_t share_count, host_count; /* all of them; of addresses, that are not over */
	uint64_t summed; /* the set for which `below` of its networks was worked out last */
	float past_conns[FLEET_PAST], past_requests[FLEET_PAST]; /* by set; NAN: not known; the
								  * latter a second */
	uint32_t past_at;                                        /* where the next of them goes */
	uint32_t flags;                                          /* of it, that hold */
};

/* What a share counts: totals so far, and what is now. */
struct share_counts {
	uint64_t requests, bytes, held, syns, handshakes, rx, tx;
	uint32_t refused, broken, auth_failed;
	uint32_t conns, half_open; /* now */
};

/* Requests so far, at a moment. */
struct share_mark {
	usec_t at; /* 0: there was none yet */
	uint64_t requests;
};

struct share {
	uint32_t host, network; /* ids in the model; of a network's, host is POOL_NONE */
	uint32_t member;        /* its id in fleet.members */
	uint32_t rest;          /* of a network: id of its struct share_rest */
	struct idlinks of_subject, of_member;
	usec_t told; /* when it was last in a set; of a network 0: only addresses of it were */
	uint64_t told_set; /* and in which (member.sets) */
	struct share_counts counts;
	/* Lately, as the member says; at most what the type holds. */
	uint16_t paths, not_found, agents, probes;
	uint32_t pace;              /* requests a minute, over the last ten to thirty seconds */
	struct share_mark marks[2]; /* which of these the pace is counted from, and the next */
	uint32_t assets, denied;
	uint8_t knows; /* enum capability: which numbers it has told */
	bool over;     /* not told for long, or its member is lost: nothing of it is now */
};

/* Of a network's share. */
struct share_rest {
	struct share_counts below; /* what of it the member's addresses tell */
	struct share_counts given; /* what has been added to the network for it */
};

struct fleet {
	struct pool members; /* struct member, by number - 1 */
	struct index by_name;
	struct pool shares, rests;      /* struct share, struct share_rest */
	struct index share_index;       /* by host or network, and member */
	uint32_t *of_host, *of_network; /* owned: id of the newest share plus one, by the row's id;
					 * 0: it has none */
	uint32_t hosts, networks;       /* how long these are */
	uint32_t count;                 /* members that there are */
	uint32_t up, lost_members, refused; /* of these, by state */
	uint32_t sees;                      /* enum capability: what some member has told of */
	bool logins_told;
	uint64_t conns;                  /* of all shares */
	uint64_t evicted, draws;         /* shares that made way; samples for that */
	uint64_t figures[FLEET_FIGURES]; /* sums over the members; ABSENT: nobody knows */
	uint64_t rates[FLEET_FIGURES];   /* likewise, of those that are up */
	uint32_t known[FLEET_FIGURES], rates_known[FLEET_FIGURES]; /* how many these are of */
};

/* For the model alone: an empty one for so many rows, one that holds the same. NULL when memory is
 * out.
 */
struct fleet *fleet_new(uint32_t hosts, uint32_t networks);
struct fleet *fleet_copy(const struct fleet *from);
void fleet_free(struct fleet *f);

/* Likewise: it is told which networks of the model go. */
struct model;
void fleet_watch_networks(struct model *m);

/* NULL: the model is of one machine. */
const struct fleet *model_fleet(const struct model *m);

/* By its number (f may be NULL); NULL: nobody has heard of it. By its name, likewise. */
const struct member *fleet_member(const struct fleet *f, uint32_t number);
const struct member *fleet_find(const struct fleet *f, struct str name);

/* What a name is known by, and the id of the member that it is of; POOL_NONE. */
uint64_t member_name_hash(struct str name);
uint32_t fleet_find_hash(const struct fleet *f, uint64_t hash);

/* for (id = fleet_next(f, 0); id != POOL_NONE; id = fleet_next(f, id + 1)): fleet_at(f, id) */
uint32_t fleet_next(const struct fleet *f, uint32_t from);

static inline const struct member *fleet_at(const struct fleet *f, uint32_t id)
{
	return pool_at(&f->members, id);
}

/* The shares of a host or a network, of a member, the latest first. */
#define shares_for_each(f, first, s) \
	for (const struct share *s = share_at(f, first); s; s = share_at(f, s->of_subject.older))
#define shares_for_each_of_member(f, member, s)                               \
	for (const struct share *s = share_at(f, (member)->shares.newest); s; \
		s = share_at(f, s->of_member.older))

static inline const struct share *share_at(const struct fleet *f, uint32_t id)
{
	return id == POOL_NONE ? NULL : pool_at(&f->shares, id);
}

/* The first share of a host, of a network: POOL_NONE when it has none. */
uint32_t fleet_shares_of_host(const struct model *m, uint32_t host);
uint32_t fleet_shares_of_network(const struct model *m, uint32_t network);

/* What of a host, of a network is a member's, by its number; NULL: nothing. */
const struct share *fleet_share_of_host(const struct model *m, uint32_t host, uint32_t number);
const struct share *fleet_share_of_network(
	const struct model *m, uint32_t network, uint32_t number);

/* What it counts; of a network of which its member has said nothing itself, what its addresses
 * there come to. */
const struct share_counts *share_counts(const struct fleet *f, const struct share *s);

static inline const struct member *share_member(const struct fleet *f, const struct share *s)
{
	return pool_at(&f->members, s->member);
}

/* The members that a row's shares are of, the heaviest first, at most `most`. Returns how many
 * there are. */
size_t fleet_members(const struct model *m, uint32_t first, const struct member **ret, size_t most);

/* "web1 web7 +12": the members that a row's shares are of, the heaviest first. Returns how many
 * there are, those included whose share is over. */
#define FLEET_NAMES_MAX 160
size_t fleet_members_text(const struct model *m, uint32_t first, char *buf, size_t cap);

/* Some share of the host is not over. */
bool fleet_holds(const struct model *m, uint32_t host);

#endif
