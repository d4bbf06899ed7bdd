/* SPDX-License-Identifier: MIT
 *
 * trail: what the judgement remembers of one address, or of one network (/24, /48), that has done
 * more than send SYNs: counts of the last minute by kind, and about how many different things it
 * asked for. The same for both, so that what is judged of an address is judged of a network.
 *
 * Bounded: when a table is full, the idlest of a few that stand together goes. Time is the events'.
 */
#ifndef NG_DETECT_TRAIL_H
#define NG_DETECT_TRAIL_H

#include "base/addr.h"
#include "base/index.h"
#include "base/pool.h"
#include "detect/agents.h"
#include "detect/herd.h"
#include "detect/sketch.h"

#define TRAILS_HOSTS    (1u << 15)
#define TRAILS_NETWORKS (1u << 13)
#define TRAIL_STEP      (5 * USEC_PER_SEC)
#define TRAIL_BUCKETS   13          /* twelve whole ones and the one that is being filled */
#define TRAIL_UNIT      (16u << 10) /* bytes that count as one in TRAIL_TX */
#define TRAIL_SAMPLE    72

/* What is counted. Those above TRAIL_REQUESTS are parts of it, and may overlap. */
enum trail_count {
	TRAIL_REQUESTS,
	TRAIL_FINE,      /* answered 2xx or 3xx */
	TRAIL_UNCHANGED, /* 304 */
	TRAIL_ASSETS,
	TRAIL_GETS,     /* GET or HEAD */
	TRAIL_PLAIN,    /* GET, HEAD or POST */
	TRAIL_REFERRED, /* from a page: with a Referer */
	TRAIL_POSTED,   /* POSTs to where one logs in that were let in, or answered with a page */
	TRAIL_MISSED,   /* refused with a 4xx that says: no such thing, or not for you */
	TRAIL_REFUSED,  /* log-ins: 401, or a POST to where one logs in that was not let in */
	TRAIL_LIMITED,  /* 429 */
	TRAIL_GONE,     /* 499: the client did not wait */
	TRAIL_BROKEN,   /* 5xx */
	TRAIL_PROBES,   /* for what only those who break in ask */
	TRAIL_GARBAGE,  /* no HTTP, or for another host as of a proxy */
	TRAIL_DIRECT,   /* came through no proxy */
	TRAIL_H2,       /* HTTP/2 */
	TRAIL_H3,       /* HTTP/3 */
	TRAIL_HANDSHAKES,
	TRAIL_ENDS,       /* connections that said something and ended */
	TRAIL_TX,         /* bytes out, in TRAIL_UNIT */
	TRAIL_SSH_FAILED, /* SSH logins */
	TRAIL_RESETS,     /* packets that no socket wanted */
	TRAIL_COUNTS
};

/* Of connections, as the latest walk over all of them found it. */
struct trail_conns {
	uint32_t walk; /* its number; another: nothing was found */
	uint32_t open, silent, slow, stuck;
	uint32_t hosts[3]; /* of a network: addresses with some that are silent, slow, stuck */
	uint32_t oldest_s; /* of these */
	uint64_t asked;    /* requests of an address, as the model counts */
	uint64_t unsent;   /* bytes of those that are stuck */
};

/* How many addresses of a network have done something, by turns of 30 s; of an address: `turn` is
 * when it last was counted. */
struct trail_members {
	uint32_t turn, n[2];
};

struct trail {
	struct prefix prefix; /* all bits: an address */
	uint32_t net;       /* id of its network's trail; POOL_NONE of networks, and when evicted */
	usec_t first, last; /* events of it */
	usec_t sent;        /* when bytes out last came to light */
	uint32_t head;      /* number of the newest bucket */
	uint32_t busy; /* a bit for each of the last 32 seconds with a request; bit 0: `busy_at` */
	uint32_t busy_at;
	uint32_t requests, handshakes, ends, ssh_accepted, forwarded; /* since it is known */
	uint32_t denied; /* of these requests, log-ins that were refused */
	uint32_t kinds[2]; /* bits of enum exploit_kind in the last 30 to 60 s */
	uint32_t kinds_turn;
	uint32_t answered;             /* bits of those that were answered 2xx */
	struct trail_members members;  /* have done anything */
	struct trail_members guessers; /* have failed to log in by SSH */
	uint64_t sources[2][2];        /* linear counting of these, by halves of 30 s */
	uint32_t source_turn[2];
	uint64_t tx_seen; /* of an address: bytes out that were counted; ABSENT: none were yet */
	uint32_t ssh_guessed; /* logins that failed in the minute before one was accepted */
	usec_t ssh_in;        /* when that was */
	struct herd_lone lone;
	const struct agent *agent; /* what its latest telling agent is; NULL: none */
	uint8_t claim;             /* enum claim_outcome, of a crawler */
	bool logs_in;              /* by SSH, or has tried to */
	bool reset;                /* packets of it found no socket */
	bool is_local;             /* such as stand beside a server */
	bool has_robots;           /* it has asked for /robots.txt */
	uint64_t refused_path;     /* hash of the path that a log-in was refused on last */
	struct trail_conns conns;
	struct sketch sketch;
	char sample[TRAIL_SAMPLE]; /* of its probes: "/.env, /.git/config"; ends at a NUL */
	uint16_t n[TRAIL_BUCKETS][TRAIL_COUNTS];
};

struct trails {
	struct pool pool;
	struct index index;
	uint32_t hand;    /* where the next victim is looked for */
	uint64_t evicted; /* within the minute that they count */
};

/* 0 or -ENOMEM. */
int trails_init(struct trails *t, uint32_t cap);
void trails_done(struct trails *t);

/* One of its own with the same trails. 0; or -ENOMEM, and `to` is empty. */
int trails_copy(struct trails *to, const struct trails *from);

/* Its id, made when new; POOL_NONE when memory is out. */
uint32_t trails_touch(struct trails *t, const struct prefix *p, usec_t now);

/* Its id, or POOL_NONE. */
uint32_t trails_find(const struct trails *t, const struct prefix *p);

static inline struct trail *trails_at(const struct trails *t, uint32_t id)
{
	return pool_at(&t->pool, id);
}

struct prefix trail_host(const struct addr *a);
struct prefix trail_network(const struct addr *a);

static inline bool trail_is_network(const struct trail *t)
{
	return t->prefix.bits < ADDR_BITS;
}

/* Moves on to the bucket of now, clearing what lies between. */
void trail_roll(struct trail *t, usec_t now);

static inline void trail_add(struct trail *t, enum trail_count what, uint32_t n)
{
	uint16_t *at = &t->n[t->head % TRAIL_BUCKETS][what];
	uint32_t sum = *at + n;

	*at = sum < UINT16_MAX ? (uint16_t)sum : UINT16_MAX;
}

/* How many in the last `seconds` (5 to 60), the oldest bucket by how much of it is inside. */
double trail_sum(const struct trail *t, enum trail_count what, usec_t now, unsigned seconds);

/* Notes a request in this second; seconds of the last `span` (at most 32) with one. */
void trail_note_busy(struct trail *t, usec_t now);
unsigned trail_busy(const struct trail *t, usec_t now, unsigned span);

/* Notes a source, by its hash; about how many in the last 30 to 60 s. */
void trail_note_source(struct trail *t, uint64_t hash, usec_t now);
double trail_sources(const struct trail *t, usec_t now);

/* An address of the network has done something; how many have, in the last 30 to 60 s, or in the
 * 30 s before: the larger. Exact. */
void trail_note_member(struct trail_members *net, struct trail_members *host, usec_t now);
uint32_t trail_members(const struct trail_members *net, usec_t now);

/* Kinds of probes, likewise. */
void trail_note_kinds(struct trail *t, uint32_t kinds, usec_t now);
uint32_t trail_kinds(const struct trail *t, usec_t now);

#endif
