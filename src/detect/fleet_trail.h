/* SPDX-License-Identifier: MIT
 *
 * fleet_trail: what the members of a fleet say of one address or network, member by member: a part
 * each. Counts are totals, so what came lately is what has been added since some words of it
 * before, at most about a minute ago.
 *
 * What one member alone speaks of gets no trail: of the others nobody has to be reminded. So a
 * trail begins when a second member speaks of the same, and the first comes in with its next words.
 *
 * Bounded: FLEET_TRAILS trails, FLEET_PARTS parts, of each trail FLEET_PARTS_EACH. What finds no
 * room is counted. What has not been told of for FLEET_FORGET goes. Time is the events'.
 */
#ifndef NG_DETECT_FLEET_TRAIL_H
#define NG_DETECT_FLEET_TRAIL_H

#include "base/index.h"
#include "base/pool.h"
#include "detect/agents.h"
#include "event/event.h"

#define FLEET_TRAILS     (1u << 14)
#define FLEET_PARTS      (1u << 16)
#define FLEET_PARTS_EACH 128
#define FLEET_ALONE      (1u << 20) /* what one member alone spoke of lately; a power of two */
#define FLEET_FORGET     (310 * USEC_PER_SEC) /* summaries come each five minutes at least */

#define FLEET_WORDS       6                   /* that are compared with */
#define FLEET_WORDS_APART (9 * USEC_PER_SEC)  /* summaries may come each second */
#define FLEET_MINUTE      (66 * USEC_PER_SEC) /* a minute of ten seconds each, and some delay */

/* What is counted of a part. */
enum fleet_count {
	FLEET_REQUESTS,
	FLEET_REFUSED, /* 4xx */
	FLEET_DENIED,  /* log-ins */
	FLEET_AUTH,    /* SSH logins that failed */
	FLEET_COUNTS
};

/* The totals at some time, cut to 32 bits: their differences are good. */
struct fleet_words {
	usec_t at;
	uint32_t n[FLEET_COUNTS];
};

/* What one member says. */
struct fleet_part {
	uint32_t member; /* its number */
	uint32_t next;   /* of the same trail; POOL_NONE */
	usec_t told;
	uint64_t n[FLEET_COUNTS];
	uint64_t flags;            /* bits 1 << enum flag_id that hold of it there */
	const struct agent *agent; /* what it says that it is; NULL: none that is known */
	uint32_t paths, not_found, agents, probes; /* lately, see struct event_share */
	uint32_t assets;
	uint32_t words_n;
	struct fleet_words words[FLEET_WORDS]; /* the oldest first, the latest included */
};

/* Much of one, or of all members. */
struct fleet_sum {
	double n[FLEET_COUNTS]; /* in a minute */
	double paths, not_found, agents, probes, assets;
};

struct fleet_trail {
	struct prefix prefix; /* all bits: an address */
	uint32_t first;       /* part; POOL_NONE */
	uint32_t parts;
	uint64_t hash;
	double busiest;    /* of a network: requests a minute of the busiest address in it, */
	usec_t busiest_at; /* as of then */
};

/* Who alone spoke of something last; the tag is of what. */
struct fleet_alone {
	uint32_t tag;
	uint16_t member, turn;
};

struct fleet_trails {
	struct pool pool, parts; /* struct fleet_trail, struct fleet_part */
	struct index index;
	struct fleet_alone *alone; /* owned; NULL in a copy */
	uint64_t lost;             /* words that found no room */
};

/* 0 or -ENOMEM. */
int fleet_trails_init(struct fleet_trails *t);
void fleet_trails_done(struct fleet_trails *t);

/* Takes in what a member says. hash: of the prefix, by the caller's key; agent, flags: what the
 * words in it mean. */
struct fleet_saying {
	uint32_t member;
	uint64_t hash;
	uint64_t flags;
	const struct agent *agent;
	const struct event_share *share;
};
void fleet_trails_take(struct fleet_trails *t, const struct fleet_saying *s, usec_t now);

/* Forgets what was not told of for long, of every 16th trail: `turn` says which. Where most of the
 * room is taken, a minute is long. */
void fleet_trails_sweep(struct fleet_trails *t, uint32_t turn, usec_t now);

/* Its id; POOL_NONE: nobody, or one member alone speaks of it. */
uint32_t fleet_trails_id(const struct fleet_trails *t, const struct prefix *p, uint64_t hash);

static inline struct fleet_trail *fleet_trails_at(const struct fleet_trails *t, uint32_t id)
{
	return pool_at(&t->pool, id);
}

static inline struct fleet_part *fleet_part_at(const struct fleet_trails *t, uint32_t id)
{
	return id == POOL_NONE ? NULL : pool_at(&t->parts, id);
}

#define fleet_parts_for_each(t, trail, p)                                      \
	for (const struct fleet_part *p = fleet_part_at(t, (trail)->first); p; \
		p = fleet_part_at(t, p->next))

/* What came in about a minute, and what there is lately. False: it has spoken of it once only, and
 * totals say nothing of now. */
bool fleet_part_minute(const struct fleet_part *p, struct fleet_sum *ret);

/* Nobody but one member has spoken of it lately, by its hash: for all that members share. */
bool fleet_is_alone(struct fleet_alone *alone, uint64_t hash, uint32_t member, usec_t now);

#endif
