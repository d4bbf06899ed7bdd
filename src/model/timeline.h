/* SPDX-License-Identifier: MIT
 *
 * timeline: what was judged and marked since the start, over or not: the flags with their
 * beginning, their end and the figures at their highest, and the marks that were made by hand.
 * Bounded and of fixed size: when it is full, an entry that is less grave than the new one goes, or
 * one that is as grave and over: of these the least grave, of the least grave those that are over,
 * then the oldest. Where all matter more, the new one finds no place. Both are counted, each flag
 * once. Event time is its only clock, so a replay has the same.
 */
#ifndef NG_MODEL_TIMELINE_H
#define NG_MODEL_TIMELINE_H

#include "base/noted.h"
#include "event/event.h"
#include "model/flags.h"

#include <stddef.h>

#define TIMELINE_MAX      256
#define TIMELINE_NAME_MAX 64
#define TIMELINE_WHO_MAX  192
#define TIMELINE_TEXT_MAX 256

enum timeline_kind {
	TIMELINE_NONE,
	TIMELINE_FLAG,
	TIMELINE_MARK
};

struct timeline_entry {
	usec_t from, to;  /* of a flag: from == its since; to is 0 while it holds */
	uint64_t number;  /* grows from entry to entry */
	uint64_t value;   /* of a flag: what was measured, at its highest */
	uint8_t kind;     /* enum timeline_kind */
	uint8_t severity; /* of a flag: enum severity */
	uint8_t scope;    /* of a flag: enum flag_scope */
	uint32_t machine; /* of a flag: whose word it is, as of events */
	bool explained;   /* of a flag: another was its cause at the end */
	uint8_t prefix_count;
	struct prefix prefixes[FLAG_PREFIXES_MAX]; /* of a flag: who is meant, as in the flag */
	char name[TIMELINE_NAME_MAX];              /* of the flag, or of the mark; clean, cut */
	char who[TIMELINE_WHO_MAX];                /* as in the flag */
	char evidence[TIMELINE_TEXT_MAX];          /* as was said at the highest value */
};

/* All zero is empty. */
struct timeline {
	uint64_t open[TIMELINE_MAX]; /* by entry: what a flag that holds is found by; 0: it is over
				      */
	struct timeline_entry at[TIMELINE_MAX]; /* in no order */
	uint32_t n;
	uint64_t last;    /* number of the newest entry */
	uint64_t dropped; /* entries that are not there for want of room */
	struct noted out; /* flags among these that hold, by key */
};

/* A flag began, is said anew, or is over. What was over before it was told of is passed over. */
void timeline_flag(struct timeline *t, const struct event_flag *said, uint32_t machine, usec_t now);

void timeline_mark(struct timeline *t, struct str name, usec_t now);

/* Entries in the order in which they began; at most `most`, the latest ones when there are more.
 * Borrowed until the next event. Returns how many. */
size_t timeline_list(const struct timeline *t, const struct timeline_entry **ret, size_t most);

#endif
