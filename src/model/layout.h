/* SPDX-License-Identifier: MIT
 *
 * layout: which columns fit a width, and where. The screen and the text table share it, so both
 * give up the same columns first.
 */
#ifndef NG_MODEL_LAYOUT_H
#define NG_MODEL_LAYOUT_H

#include "model/column.h"

#define LAYOUT_COLUMNS_MAX 40

struct layout_column {
	const struct column *column;
	int x, width;
};

/* Columns that somebody has chosen, in their order; none: all that there are. */
struct layout_choice {
	size_t n;
	const struct column *at[LAYOUT_COLUMNS_MAX]; /* static */
};

struct layout {
	size_t n;
	struct layout_column at[LAYOUT_COLUMNS_MAX];
};

struct layout_wish {
	enum group_by by; /* what most rows are */
	int width;        /* of the whole */
	int name_width;   /* that the names of the rows at hand would like; 0: the least */
	/* Goes last, and has room for an arrow behind its title: rows are sorted by it; or NULL. */
	const struct column *must;
	const struct layout_choice *chosen; /* or NULL; its columns stand in its order */
	/* On a screen: the mark of a row, which leaves a place before its name, and what is drawn.
	 */
	bool marks;
};

/* Fits the titled columns that the model can fill for such rows, one space apart. Names get what
 * they would like at the expense of other columns, but never more than a fifth of the whole.
 * More room never means fewer columns; those that are only nice to have (keep below 60) come on the
 * widest screens. */
void layout_fit(struct layout *l, const struct model *m, const struct layout_wish *wish);

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
