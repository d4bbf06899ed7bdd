/* SPDX-License-Identifier: MIT
 *
 * mark: what there was at one moment, to be compared with what there is later: of paths, agents,
 * referers, virtual hosts and networks those with the most requests in the minute before, the
 * classes of the answers, the machine's rates. Every rate is one a second.
 *
 * New is what was not there in the minute before the mark and whose count is its own: what a table
 * that is full has inherited as possible error (spacesaving.h) is no evidence. What is not among a
 * mark's most frequent can have had the rate of the last of these, and is compared with that.
 *
 * A mark has a fixed size and borrows nothing; a comparison changes nothing. Time is the events'.
 */
#ifndef NG_DETECT_MARK_H
#define NG_DETECT_MARK_H

#include "detect/herd.h"
#include "detect/trail.h"
#include "model/network.h"

#define MARK_TOP        64  /* of each table */
#define MARK_TEXT_MAX   119 /* of what may be gone when it is asked for */
#define MARK_NAME_MAX   64
#define MARKS_BY_HAND   4 /* that are kept; the oldest goes */
#define MARKS_BY_ITSELF 2 /* the latest is of no use while it is young */
#define MARKS           (MARKS_BY_HAND + MARKS_BY_ITSELF)
#define MARK_BYTES_MAX  (48u << 10)

/* What is compared. The first are those of enum herd_kind. */
enum change_of {
	CHANGE_PATHS = HERD_PATHS,
	CHANGE_AGENTS = HERD_AGENTS,
	CHANGE_REFERERS = HERD_REFERERS,
	CHANGE_VHOSTS = HERD_VHOSTS,
	CHANGE_NETWORKS = HERD_KINDS,
	CHANGE_STATUSES, /* "5xx" */
	CHANGE_MACHINE,  /* enum mark_rate */
	CHANGES_OF
};

/* "path", "agent", "network", … */
const char *change_of_name(enum change_of of);

enum change_what {
	CHANGE_NONE,
	CHANGE_NEW,
	CHANGE_RISEN,
	CHANGE_FALLEN,
	CHANGE_GONE,
	CHANGES_WHAT
};

/* "new", "risen", … */
const char *change_what_name(enum change_what what);

/* The machine's own rates. */
enum mark_rate {
	MARK_REQUESTS,
	MARK_HANDSHAKES,
	MARK_TX, /* bytes out */
	MARK_RATES
};

/* As change_text() of the bytes out. */
#define CHANGE_TEXT_TX "bytes_out"

/* Something that is not as it was. */
struct change {
	uint8_t what; /* enum change_what */
	bool at_most; /* `then` is the most that it can have been */
	uint8_t text_n;
	char text[HERD_TEXT_MAX];   /* clean; a path, an agent, "5xx"; empty of a network */
	struct prefix prefix;       /* of a network */
	double now, then;           /* a second: requests; of the machine, whatever it is */
	double sources;             /* about how many addresses ask now; 0: not known, or gone */
	double sources_then;        /* of a herd; 0: not known */
	uint32_t conns, conns_then; /* connections of a network */
	uint32_t half, half_then;   /* of these, half-open */
};

static inline struct str change_text(const struct change *c)
{
	return (struct str){c->text, c->text_n};
}

struct mark_herd {
	uint64_t key;
	float rate, sources;
	uint8_t text_n;
	char text[MARK_TEXT_MAX];
};

struct mark_herds {
	uint32_t n, known_n;
	struct mark_herd at[MARK_TOP]; /* the most frequent first */
	uint32_t known[HERDS_MAX];     /* upper halves of all keys that were in the table */
};

struct mark_network {
	struct prefix prefix;
	float rate;
	uint32_t conns, half;
};

struct mark {
	usec_t at; /* 0: none */
	bool by_itself;
	char name[MARK_NAME_MAX];
	struct mark_herds herds[HERD_KINDS];
	struct mark_network networks[MARK_TOP]; /* the heaviest first */
	uint32_t network_n;
	uint64_t hosts_evicted, networks_evicted; /* see struct trails */
	float of_class[HERD_STATUS_CLASS];
	float rates[MARK_RATES];
};

_Static_assert(sizeof(struct mark) <= MARK_BYTES_MAX, "marks are bounded");

/* What there is. All of it is borrowed. */
struct mark_present {
	usec_t now, began;
	const struct herds *herds; /* HERD_KINDS of them */
	const struct trails *hosts, *networks;
	const struct networks *counts;          /* connections of networks */
	const struct window *of_class;          /* HERD_STATUS_CLASS of them */
	const struct window *rates[MARK_RATES]; /* MARK_TX in TRAIL_UNIT */
};

void mark_take(struct mark *m, const struct mark_present *p);

/* What is new, has risen to twice what it was, fallen to half of it, or is gone since: the greatest
 * changes, at most `most`; of these what has gained most is first. Returns how many. */
size_t mark_since(const struct mark *m, const struct mark_present *p, enum change_of of,
	struct change *ret, size_t most);

/* Answers of each class, a second, since the mark or in the last minute. */
void mark_classes(
	const struct mark *m, const struct mark_present *p, double ret[static HERD_STATUS_CLASS]);

/* A herd, an address or a network is new since. */
bool mark_is_new_herd(
	const struct mark *m, const struct herds *t, enum herd_kind kind, const struct herd *h);
bool mark_is_new_prefix(
	const struct mark *m, const struct mark_present *p, const struct prefix *prefix);

struct marks {
	struct mark at[MARKS]; /* the oldest first */
	uint32_t n;
};

/* The place of a further one: a free one, or that of the oldest of its kind. Cleared. */
struct mark *marks_place(struct marks *marks, bool by_itself);

/* The one that is compared with unless another is asked for: the latest that was made by hand; if
 * there is none, the latest that is a minute old, or the oldest. NULL when there is no mark. */
const struct mark *marks_latest(const struct marks *marks, usec_t now);

#endif
