/* SPDX-License-Identifier: MIT
 *
 * log_gutter: a scroll bar that is a histogram: the time that a log's lines are of, in as many
 * equal parts as there are rows, the oldest on top. What stands still in it is where one stands.
 */
#ifndef NG_CONSOLE_LOG_GUTTER_H
#define NG_CONSOLE_LOG_GUTTER_H

#include "console/log_view.h"

#define GUTTER_FULL     8 /* eighths */
#define GUTTER_ROWS_MAX 1024

struct log_gutter_cell {
	uint8_t level; /* lines in this part, of those in the fullest; 0: none at all */
	bool in_sight; /* some of these are on screen */
	bool hit;      /* some of these are highlighted */
	bool mark;     /* a mark was made in this part */
};

/* Fills `rows` cells; marks are times. */
void log_gutter(const struct log_view *l, const struct model *m, const usec_t *marks, size_t mark_n,
	struct log_gutter_cell *cells, uint32_t rows);

#endif
