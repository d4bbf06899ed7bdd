/* SPDX-License-Identifier: MIT
 *
 * bar: a line made of pieces, of which the least wanted are left out until the rest fits.
 */
#ifndef NG_CONSOLE_BAR_H
#define NG_CONSOLE_BAR_H

#include "console/screen.h"

#define BAR_PIECES_MAX 24
#define BAR_TEXT_MAX   2048
#define BAR_CUT        (-1) /* keep of a last piece that gets what room is left by all others */

struct bar {
	size_t n, used;
	struct {
		unsigned style;
		int keep;     /* the lowest goes first */
		int at_least; /* columns that it may be cut to, before others go; 0: it stays whole
			       */
		bool cut;
		struct str text;
	} at[BAR_PIECES_MAX];
	char text[BAR_TEXT_MAX];
};

static inline void bar_clear(struct bar *b)
{
	b->n = b->used = 0;
}

/* Adds a piece, two spaces after the one before. Pieces past the limits are left out. */
void bar_add(struct bar *b, int keep, unsigned style, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Lets the piece added last be cut to so many columns before any piece is left out. */
void bar_may_cut(struct bar *b, int at_least);

/* Columns of all pieces. */
int bar_width(const struct bar *b);

/* Draws it on line y of the area; the last piece left is cut when even it is too long. */
void bar_draw(struct bar *b, struct area a, int y);

#endif
