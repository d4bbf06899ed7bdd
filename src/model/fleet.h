/* SPDX-License-Identifier: MIT
 *
 * fleet: the machines whose summaries this model is of, and whose share each address, network and
 * herd is. A model of one machine has none, and pays nothing.
 *
 * What a member says is added to the same hosts and networks that connections and requests of this
 * machine count in: so all rows, columns, orders, filters and the judgement work on the sum. Counts
 * that members send are totals; what has come since the set before is what is added. Of a share
 * that is new, or has not been heard of for long, the total counts but no rate.
 *
 * Memory is bounded: FLEET_MEMBERS_MAX members of about 2 KiB, FLEET_SHARES_MAX shares of 128
 * bytes, taken as they come. What finds no room is counted in the machine's `lost`.
 */
#ifndef NG_MODEL_FLEET_H
#define NG_MODEL_FLEET_H

#include "base/idlist.h"
#include "base/index.h"
#include "base/pool.h"
#include "event/event.h"
#include "model/tally.h"

#define FLEET_MEMBERS_MAX EVENT_MACHINES_MAX
#define FLEET_SHARES_MAX  (1u << 19)
#define FLEET_NOTE_MAX    128
#define FLEET_VERDICT_MAX 160
#define FLEET_FIGURES     64 /* at least figure_count */
#define FLEET_PAST        60 /* sets whose meters are kept */
#define FLEET_QUIET       3  /* sets that do not come, until a share is over */

struct member {
	char name[FLEET_NAME_MAX];
	char version[24], note[FLEET_NOTE_MAX], verdict[FLEET_VERDICT_MAX];
	uint32_t number;                    /* as events have it: from 1 */
	uint8_t state;                      /* enum member_state */
	uint8_t severity;                   /* of its verdict */
	usec_t first, last;                 /* when a set of it came first, and last; 0: never */
	usec_t since;                       /* its state */
	usec_t every;                       /* time between two sets */
	uint64_t seq, sets;                 /* of the last set; how many came */
	uint64_t missed;                    /* sets that did not, by their numbers */
	uint64_t dropped, left_out, sketch; /* as it says (struct event_machine) */
	uint64_t lost;                      /* shares and herds for which there was no room here */
	int64_t ahead;                      /* of its clock, in usec */
	uint64_t figures[FLEET_FIGURES]; /* by the entries of figures[]; ABSENT: it does not know */
	/* What its figures come to as a row's; and of the rows' columns, what it knows. */
	struct log_tally log;
	struct tcp_tally tcp;
	uint32_t ips;
	uint32_t first_share;                                    /* POOL_NONE: it has none */
	float past_conns[FLEET_PAST], past_requests[FLEET_PAST]; /* by set; NAN: not known */
	uint32_t past_at;                                        /* which of these is the latest */
	uint32_t flags;                                          /* of it, that hold */
};

struct share {
	uint32_t host, network;         /* ids in the model; POOL_NONE: it is of the other */
	uint32_t member;                /* its place in fleet.members */
	uint32_t of_subject, of_member; /* the next share of the same row, of the same member */
	uint32_t before_of_member;
	usec_t told; /* when it was last in a set */
	uint64_t requests, bytes, held_us, syns, handshakes;
	uint32_t refused, broken, auth_failed;
	uint32_t conns, half_open;
	uint16_t paths, not_found, agents; /* lately; at most UINT16_MAX */
	uint16_t probes;
	uint32_t recent, assets, denied; /* requests since the set before; … */
};

struct fleet {
	struct pool members; /* struct member, by number - 1 */
	struct index by_name;
	struct pool shares;                 /* struct share */
	uint32_t up, lost_members, refused; /* members by state */
	uint64_t figures[FLEET_FIGURES];    /* sums of those that are up; ABSENT */
};

/* NULL: the model is of one machine. */
struct model;
const struct fleet *model_fleet(const struct model *m);

/* By its number; NULL: nobody has heard of it. By its name, likewise. */
const struct member *fleet_member(const struct fleet *f, uint32_t number);
const struct member *fleet_find(const struct fleet *f, struct str name);

/* The shares of a host or a network, the latest first. */
#define shares_for_each(f, first, s) \
	for (const struct share *s = share_at(f, first); s; s = share_at(f, s->of_subject))

static inline const struct share *share_at(const struct fleet *f, uint32_t id)
{
	return id == POOL_NONE ? NULL : pool_at(&f->shares, id);
}

/* The first share of a host, of a network: POOL_NONE when it has none. */
uint32_t fleet_shares_of_host(const struct model *m, uint32_t host);
uint32_t fleet_shares_of_network(const struct model *m, uint32_t network);

static inline const struct member *share_member(const struct fleet *f, const struct share *s)
{
	return pool_at(&f->members, s->member);
}

/* "web1 web7 +12": the members that a row's shares are of, the heaviest first. Returns how many
 * there are. */
size_t fleet_members_text(const struct model *m, uint32_t first, char *buf, size_t cap);

#endif
