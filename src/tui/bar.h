/* SPDX-License-Identifier: MIT
 *
 * bar: a line made of pieces, of which the least wanted are left out until the rest fits. Pieces
 * may stand at the right end; some may be cut before any is left out.
 */
#ifndef NG_TUI_BAR_H
#define NG_TUI_BAR_H

#include "tui/screen.h"

#define BAR_PIECES_MAX 40
#define BAR_TEXT_MAX   2048
#define BAR_CUT        (-1) /* keep of a last piece that gets what room is left by all others */
#define BAR_GAP        2    /* columns between pieces, unless another is asked for */

struct bar {
	size_t n, used;
	struct {
		unsigned style;
		int keep;     /* the lowest goes first */
		int at_least; /* columns that it may be cut to, before others go; 0: it stays whole
			       */
		int after;    /* it is cut once those are gone whose keep is below this */
		int gap;      /* columns before it; of the first piece none */
		int x;        /* bar_fit's; -1: there is no room for it */
		int tag;      /* the owner's, to find it by once it is placed; 0: none */
		bool cut, right, tied;
		struct str text, full; /* full: as it was added */
	} at[BAR_PIECES_MAX];
	char text[BAR_TEXT_MAX];
};

static inline void bar_clear(struct bar *b)
{
	b->n = b->used = 0;
}

/* Adds a piece. Pieces past the limits are left out. */
void bar_add(struct bar *b, int keep, unsigned style, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Of the piece added last: it may be cut to so many columns before any piece is left out; it stands
 * so, but once those are gone that are wanted less than `keep`; it stands so many columns after the
 * one before; it goes when the one before it goes, and takes it along; it
 * and all that follow stand at the right end; it has this tag. */
void bar_may_cut(struct bar *b, int at_least);
void bar_cut_after(struct bar *b, int keep);
void bar_gap(struct bar *b, int columns);
void bar_tie(struct bar *b);
void bar_right(struct bar *b);
void bar_tag(struct bar *b, int tag);

/* Leaves out, cuts and places until all fits into `w` columns. */
void bar_fit(struct bar *b, int w);

/* Columns of all pieces. */
int bar_width(const struct bar *b);

/* Draws it on line y of the area; the last piece left is cut when even it is too long. */
void bar_draw(struct bar *b, struct area a, int y);

#endif
