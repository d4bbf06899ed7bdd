/* SPDX-License-Identifier: MIT
 *
 * graph: numbers as columns and shares as bars, one line high. In UTF-8 a cell has eight heights;
 * elsewhere, and on Linux's own console, whose font lacks the eighths, seven marks.
 */
#ifndef NG_TUI_GRAPH_H
#define NG_TUI_GRAPH_H

#include "tui/screen.h"

#define GRAPH_NOTHING (-1.0) /* no number is known for this cell: it stays blank */
#define GRAPH_HEIGHTS 8      /* 0: the lowest */

/* The height of a value on a scale that ends with `top`: zero and less are the lowest, more than
 * zero is never drawn as zero, `top` and above are the highest. A scale of 0 has only the lowest.
 */
unsigned graph_height(double value, double top);

/* The largest of the values, or `least` when all are below it. */
double graph_top(const double *values, size_t n, double least);

/* Draws the last values that fit into `width` columns, the newest at the right end; where there are
 * fewer, the left stays blank. Returns width, or less at the area's edge. */
int graph_draw(struct area a, int y, int x, int width, unsigned style, const double *values,
	size_t n, double top);

/* A bar of `width` columns, filled for a share of 0 to 1 in steps of an eighth of a column
 * (elsewhere of a whole one); the rest is dim. Returns the columns taken. */
int graph_bar(struct area a, int y, int x, int width, unsigned style, double share);

/* The same as text, for what is not drawn by screen; `fine` has the eighths. Writes at most cap
 * bytes, whole cells only, no NUL; returns how many. A cell takes three bytes at most. */
size_t graph_text(
	char *buf, size_t cap, bool fine, const double *values, size_t n, int width, double top);
size_t graph_bar_text(char *buf, size_t cap, bool fine, int width, double share);

#endif
