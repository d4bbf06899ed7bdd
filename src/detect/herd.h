/* SPDX-License-Identifier: MIT
 *
 * herd: everybody who asks for one path, comes with one agent, asks one virtual host … A flood by
 * thousands of addresses that are each quiet is a herd and nothing else.
 *
 * A table keeps the HERDS_MAX most frequent keys (spacesaving.h). Of each it knows a minute in
 * steps of five seconds, five minutes with their sources and errors, what is usual, and, of the
 * last 30 to 60 s, how many sources and query strings there were, how many requests failed or
 * fetched assets, and how many sources asked for nothing else (loners). All of these were counted
 * since the key came into the table: they never contain `over`. Time is the events'; nothing
 * depends on a clock or on an order of hashes, but estimates of distinct things are those of the
 * hashes.
 *
 * 512 keys take 1.3 MiB; memory is taken by herds_init alone.
 */
#ifndef NG_DETECT_HERD_H
#define NG_DETECT_HERD_H

#include "base/addr.h"
#include "detect/baseline.h"
#include "detect/spacesaving.h"
#include "model/window.h"

#include <stddef.h>

#define HERDS_MAX         512
#define HERD_TEXT_MAX     160 /* a browser's agent has about 120 */
#define HERD_TURN         (30 * USEC_PER_SEC)
#define HERD_MINUTES      5
#define HERD_SOURCE_BITS  8 /* "20 sources and more" needs 256 registers: error 6%, not 13% */
#define HERD_QUERY_BITS   6
#define HERD_STATUS_CLASS 6 /* 0: none known; 1xx to 5xx */

/* What a table of herds is of. */
enum herd_kind {
	HERD_PATHS,
	HERD_AGENTS,
	HERD_REFERERS, /* by host */
	HERD_VHOSTS,
	HERD_KINDS,
	/* Kept the same way, and judged by nobody. */
	HERD_STATUSES = HERD_KINDS,
	HERD_DIRS, /* the first part of paths that have several */
	HERD_TABLES
};

#define HERD_STATUSES_MAX 64 /* codes; what servers send has about forty */
#define HERD_DIRS_MAX     256

/* Counts of 30 s; a request touches two or three of its cache lines. */
struct herd_half {
	_Alignas(64) uint32_t turn; /* which: time / HERD_TURN */
	uint32_t requests, failed, assets, queries, referred;
	uint32_t lone; /* sources of this turn that have asked for nothing else so far */
	uint32_t of_class[HERD_STATUS_CLASS];
	uint8_t sources[1 << HERD_SOURCE_BITS]; /* see hll.h */
	uint8_t query_strings[1 << HERD_QUERY_BITS];
};

/* What a minute had, of the halves that are over. */
struct herd_past {
	uint32_t number; /* which: time / 60 s, plus one; 0: none */
	uint32_t client_errors, server_errors;
	uint8_t sources[1 << HERD_SOURCE_BITS];
};

/* What each request touches stands first, in two cache lines. */
struct herd {
	uint64_t key;
	struct baseline usual;
	uint32_t minute; /* number of the newest in of_minute: time / 60 s */
	uint32_t of_minute[HERD_MINUTES];
	struct window rate; /* requests of the last minute */
	usec_t last;
	struct herd_half half[2];
	usec_t first;
	uint64_t over; /* of its count; see spacesaving.h */
	struct herd_past past[HERD_MINUTES];
	uint8_t text_n;
	char text[HERD_TEXT_MAX]; /* clean; what the key was made of, cut */
	uint8_t apart[64]; /* for an odd number of cache lines: else herds share few cache sets */
};

_Static_assert(offsetof(struct herd, half) == 128, "two cache lines");
_Static_assert(sizeof(struct herd) / 64 % 2 == 1, "an even number shares few cache sets");

struct herds {
	struct spacesaving counts;
	struct herd *at;        /* by id, counts.used of them */
	usec_t began;           /* time of the first request; 0: none yet */
	struct baseline unseen; /* what is usual of a key that has never come */
	bool is_frozen;         /* what is usual is not learnt now */
};

/* One request as a table of herds sees it. Hashes are the caller's; equal things, equal hashes. */
struct herd_request {
	uint64_t key;    /* what the herd has in common */
	struct str text; /* the same as clean text; read only when the key is new */
	uint64_t source; /* hash of the address that asked */
	uint64_t query;  /* hash of the query string; 0: there is none */
	uint16_t status; /* 0: not known */
	uint32_t weight; /* it stands for so many; 0: 1 */
	bool is_failed;  /* a log-in that was refused, a 401, a 403 */
	bool is_asset;
	bool is_referred; /* it came from a page */
};

/* What a machine of a fleet has had of a herd since it was last asked, about. */
struct herd_share {
	uint64_t key;
	struct str text; /* as of herd_request */
	uint32_t requests;
	uint32_t failed, assets, referred, queries, lone; /* of these */
	uint32_t client_errors, server_errors;
	const uint8_t *sources; /* registers of HERD_SOURCE_BITS; NULL: not known */
};

/* What a host must remember for loners to be counted, 8 bytes; all zero at first. */
struct herd_lone {
	uint32_t tag; /* upper half of the first key's hash */
	uint32_t turn : 30;
	uint32_t was_before : 1; /* counted in the turn before as well */
	uint32_t is_over : 1;    /* has asked for something else */
};

/* Of the last 30 to 60 s. */
struct herd_recent {
	uint32_t requests, failed, assets, queries, referred;
	uint32_t of_class[HERD_STATUS_CLASS];
	double sources;       /* about how many different ones */
	double query_strings; /* of `queries` */
	double loners;        /* the part of the sources that asked for nothing else, 0..1 */
};

/* Of the last five minutes: four and the one that runs. */
struct herd_five {
	uint32_t requests, client_errors, server_errors; /* all; 4xx; 5xx */
	double sources;                                  /* about how many different ones */
};

/* Room for so many keys, at most HERDS_MAX. 0 or -ENOMEM. */
int herds_init(struct herds *t, uint32_t keys);
void herds_done(struct herds *t);

/* One of its own with the same herds. 0; or -ENOMEM, and `to` is empty. */
int herds_copy(struct herds *to, const struct herds *from);

/* Counts a request. The herd is good until the next call. */
struct herd *herds_add(struct herds *t, usec_t now, const struct herd_request *r);

/* Counts many at once, those of another machine. */
void herds_add_share(struct herds *t, usec_t now, const struct herd_share *s);

/* Counts the request's source as a loner of the herd that herds_add returned, or takes it out of
 * the herd that it was a loner of. `lone` is of the host that asked. */
void herds_note_lone(struct herds *t, struct herd *h, struct herd_lone *lone, usec_t now);

/* NULL when it is not in the table. */
const struct herd *herds_find(const struct herds *t, uint64_t key);

/* The herds with the most requests in the last `span` before now, the most first: the last minute
 * when span is at most 60 s, else HERD_MINUTES. Herds without any are left out; of equal ones the
 * one that has its place in the table first is first. Returns how many, at most k. */
size_t herds_top(const struct herds *t, usec_t now, usec_t span, const struct herd **ret, size_t k);

/* Its requests, at least and at most. */
uint64_t herd_least(const struct herds *t, const struct herd *h);
uint64_t herd_most(const struct herds *t, const struct herd *h);

void herd_recent(const struct herd *h, usec_t now, struct herd_recent *ret);

/* How long these 30 to 60 s are, less if the herd is younger; and the registers (hll.h) that its
 * sources are counted by. */
usec_t herd_recent_span(const struct herd *h, usec_t now);
void herd_recent_sources(
	const struct herd *h, usec_t now, uint8_t ret[static 1 << HERD_SOURCE_BITS]);

/* Requests of the last five minutes, and as a rate: requests a minute of the time since the table
 * began, if that is less. */
uint32_t herd_five_minutes(const struct herd *h, usec_t now);
double herd_per_minute(const struct herds *t, const struct herd *h, usec_t now);

void herd_five(const struct herd *h, usec_t now, struct herd_five *ret);

/* How many times what is usual; 1 while the table is learning, which takes a minute. */
double herd_growth(const struct herds *t, const struct herd *h, usec_t now);

static inline struct str herd_text(const struct herd *h)
{
	return (struct str){h->text, h->text_n};
}

#endif
