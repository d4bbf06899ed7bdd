/* SPDX-License-Identifier: MIT
 *
 * layout: which columns fit a width, and where. The screen and the text table share it, so both
 * give up the same columns first.
 */
#ifndef NG_MODEL_LAYOUT_H
#define NG_MODEL_LAYOUT_H

#include "model/column.h"

#define LAYOUT_COLUMNS_MAX 24

struct layout_column {
	const struct column *column;
	int x, width;
};

struct layout {
	size_t n;
	struct layout_column at[LAYOUT_COLUMNS_MAX];
};

/* Fits the titled columns that the model can fill for such rows into `width` terminal columns, one
 * space apart. ip_width is the room that the addresses at hand would like (0: the column's own
 * least width); they get it at the expense of other columns, but never more than three fifths of
 * the whole. Columns that are only nice to have come when the others have room to spare. The column
 * `must` (may be NULL), such as the one that rows are sorted by, goes last. */
void layout_fit(struct layout *l, const struct model *m, enum group_by by, int width, int ip_width,
	const struct column *must);

/* Text of one cell, clean, at most lc->width columns, not padded; buf holds it. An address that
 * is too long keeps its beginning and its end. */
struct str layout_cell(const struct layout_column *lc, const struct model *m,
	const struct subject *s, char *buf, size_t cap);

/* Shortens n bytes of an address in its middle, in place, to at most width: "2001:db8:8..7348"
 * tells more than a bare beginning, since neighbours differ at the end. */
struct str layout_cut_addr(char *buf, size_t n, int width);

/* Columns that the name of a row takes. */
int layout_name_width(const struct model *m, const struct subject *s);

#endif
