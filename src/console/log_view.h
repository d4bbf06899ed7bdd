/* SPDX-License-Identifier: MIT
 *
 * log_view: where somebody stands in a log that goes on: the line under the cursor, and which lines
 * are in sight. It follows the newest line until the cursor is moved; then it stays with the line,
 * whatever is logged meanwhile. It draws nothing.
 *
 * Lines have ranks, from the oldest that is held and passes; log_index says which these are, and
 * may still be looking: then ranks are of what is known so far.
 */
#ifndef NG_CONSOLE_LOG_VIEW_H
#define NG_CONSOLE_LOG_VIEW_H

#include "console/log_index.h"

struct log_view {
	struct log_index index;
	struct log_index next; /* the same anew, for terms that change their mind of old lines */
	usec_t renewed;        /* the model's time when `next` was begun; 0: not under way */
	bool complete;         /* index is */
	uint64_t cursor;       /* the line under it; 0: it follows the newest */
	uint64_t bottom;       /* the newest line in sight */
	uint64_t since;        /* the newest line when it ceased to follow */
	uint32_t first, end;   /* ranks in sight: from, and one behind */
	uint32_t height;       /* rows of the screen */
	bool jumped;           /* the cursor was not moved there by so many lines */
	int8_t seeking;        /* -1, 1: for a match, while not all lines have been looked at */
};

/* How many rows of the screen a line takes, at least 1. */
struct log_rows {
	void *ctx;
	uint32_t (*of)(void *ctx, const struct journal_entry *e);
};

void log_view_done(struct log_view *l);

/* Another model: follows. */
void log_view_reset(struct log_view *l, const struct model *m);

/* Other terms: all lines are looked at anew; the cursor stays where it was, or goes to the next
 * line there that passes. */
void log_view_restart(struct log_view *l, const struct model *m);

/* Looks at lines for about `budget`. True when a further call would find more. */
bool log_view_gather(struct log_view *l, const struct log_terms *terms, usec_t budget);

/* Says which lines are in sight, in so many rows; the cursor is. */
void log_view_fit(struct log_view *l, const struct model *m, uint32_t height, struct log_rows rows);

/* The rank of the line under the cursor, and the line; NULL when there is none. */
uint32_t log_view_rank(const struct log_view *l);
const struct journal_entry *log_view_entry(const struct log_view *l, const struct model *m);

/* Further by so many lines; a step past the newest follows again. */
void log_view_move(struct log_view *l, int64_t by);
void log_view_follow(struct log_view *l);

/* To the first line at this time or after it. */
void log_view_go_to(struct log_view *l, const struct model *m, usec_t t);

/* To the next line that is so much later, or so much earlier; at least by one. */
void log_view_move_time(struct log_view *l, const struct model *m, usec_t by);

/* To the next match after the cursor (direction 1) or before it (-1): a highlighted line, or the
 * first one at one of these times. False when none is known: then `seeking` says whether there may
 * still be one, and gathering goes on looking. */
bool log_view_jump(
	struct log_view *l, const struct model *m, int direction, const usec_t *times, size_t n);

/* Lines that came since it ceased to follow. */
uint32_t log_view_newer(const struct log_view *l);

static inline const struct journal_entry *log_view_line(
	const struct log_view *l, const struct model *m, uint32_t rank)
{
	return journal_at(&m->journal, positions_at(&l->index.lines, rank));
}

#endif
