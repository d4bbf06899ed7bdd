/* SPDX-License-Identifier: MIT
 *
 * log_index: which lines of the journal a log shows, and which of these are highlighted, in order
 * and by rank. A filter over a long journal takes more time than a key may: so lines are looked at
 * in slices, from a line outwards, the oldest last. What is known so far can be shown at once.
 *
 * Positions are the journal's. A line that is forgotten there is forgotten here by the next slice;
 * new ones are found by it.
 */
#ifndef NG_CONSOLE_LOG_INDEX_H
#define NG_CONSOLE_LOG_INDEX_H

#include "base/clock.h"
#include "console/positions.h"
#include "model/filter.h"

/* What a line must be. All borrowed for the call. */
struct log_terms {
	const struct model *m;
	const struct filter *filter;    /* count 0: every line */
	const struct filter *highlight; /* count 0: none */
	const struct subject_key *only; /* of this row; NULL: of anybody */
	bool show_private;
};

struct log_index {
	struct positions lines, hits; /* hits: of these, the highlighted */
	uint64_t from, to; /* the next to look at on the way back; the newest that was looked at */
	uint32_t older;    /* lines found on the way back from where it began */
	bool failed;       /* memory was out: what is older is not known */
};

void log_index_done(struct log_index *ix);

/* Anew, from this position (0: the newest) outwards. */
void log_index_begin(struct log_index *ix, const struct model *m, uint64_t position);

/* Looks at further lines for about `budget`: first a screenful back, then all that is newer, then
 * the rest. True when all have been looked at. */
bool log_index_go_on(
	struct log_index *ix, const struct log_terms *terms, uint32_t screenful, usec_t budget);

/* The line is one of those. */
bool log_line_passes(const struct log_terms *terms, const struct journal_entry *e);

/* The first line whose time is at or after t; lines.n when none is. Lines of several logs may be a
 * little out of order: then about there. */
uint32_t log_index_find_time(const struct log_index *ix, const struct model *m, usec_t t);

#endif
