/* SPDX-License-Identifier: MIT
 *
 * narrowing: the filters that were: those to go back to, step by step, and those that were typed or
 * made, to be taken up again. Both hold so many, and forget the oldest.
 */
#ifndef NG_CONSOLE_NARROWING_H
#define NG_CONSOLE_NARROWING_H

#include "model/filter.h"

#define NARROWINGS_MAX 32

struct narrowing {
	char undo[NARROWINGS_MAX][FILTER_TEXT_MAX];
	size_t undo_n;
	char redo[FILTER_TEXT_MAX]; /* what was taken off, while nothing came after it */
	bool redoes;
	char past[NARROWINGS_MAX][FILTER_TEXT_MAX]; /* the oldest first, each once */
	size_t past_n;
};

/* The filter that another one takes the place of. */
void narrowing_push(struct narrowing *n, struct str text);

/* `now` is taken off: the one that was pushed last; false when there is none. */
bool narrowing_pop(struct narrowing *n, const char now[static FILTER_TEXT_MAX],
	char ret_text[static FILTER_TEXT_MAX]);

/* The same; but right after something was taken off it comes back. */
bool narrowing_swap(struct narrowing *n, const char now[static FILTER_TEXT_MAX],
	char ret_text[static FILTER_TEXT_MAX]);

/* A filter to be found again; an empty one is not. */
void narrowing_remember(struct narrowing *n, struct str text);

/* Of those, the i-th before the present, from 0; NULL: there is none. */
const char *narrowing_past(const struct narrowing *n, size_t i);

#endif
