// SPDX-License-Identifier: MIT
#include "console/bar.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

#define GAP       2
#define CUT_LEAST 16 /* columns below which the beginning of a text tells nothing */

void bar_add(struct bar *b, int keep, unsigned style, const char *format, ...)
{
	size_t room = sizeof b->text - b->used;
	va_list args;

	if (b->n == BAR_PIECES_MAX || room < 2)
		return;
	va_start(args, format);
	int w = vsnprintf(b->text + b->used, room, format, args);
	va_end(args);
	if (w <= 0 || (size_t)w >= room)
		return;
	b->at[b->n].style = style;
	b->at[b->n].keep = keep;
	b->at[b->n].at_least = 0;
	b->at[b->n].cut = false;
	b->at[b->n++].text = (struct str){b->text + b->used, (size_t)w};
	b->used += (size_t)w;
}

void bar_may_cut(struct bar *b, int at_least)
{
	if (b->n)
		b->at[b->n - 1].at_least = at_least;
}

/* Columns of the pieces that are shown whole, and how many these are. */
static int width(const struct bar *b, size_t *ret_whole)
{
	int sum = 0;

	*ret_whole = 0;
	for (size_t i = 0; i < b->n; i++)
		if (b->at[i].keep != BAR_CUT)
			sum += text_width(b->at[i].text) + ((*ret_whole)++ ? GAP : 0);
	return sum;
}

int bar_width(const struct bar *b)
{
	size_t whole;

	return width(b, &whole);
}

static void drop_least(struct bar *b)
{
	size_t least = b->n;

	for (size_t i = 0; i < b->n; i++)
		if (b->at[i].keep != BAR_CUT &&
			(least == b->n || b->at[i].keep <= b->at[least].keep))
			least = i;
	memmove(&b->at[least], &b->at[least + 1], (b->n - least - 1) * sizeof b->at[0]);
	b->n--;
}

/* The widest of those that may be cut gives way first. False when none can. */
static bool cut_widest(struct bar *b, int excess)
{
	size_t at = b->n;
	int widest = 0;

	for (size_t i = 0; i < b->n; i++) {
		int w = text_width(b->at[i].text);
		if (b->at[i].at_least && w > b->at[i].at_least && w > widest) {
			widest = w;
			at = i;
		}
	}
	if (at == b->n)
		return false;
	int w = widest - excess > b->at[at].at_least ? widest - excess : b->at[at].at_least;
	b->at[at].text = text_cut(b->at[at].text, w);
	b->at[at].cut = true;
	return true;
}

static void make_room(struct bar *b, int w)
{
	size_t whole;

	for (int excess; (excess = width(b, &whole) - w) > 0 && whole > 1;)
		if (!cut_widest(b, excess))
			drop_least(b);
}

static int draw_piece(const struct bar *b, size_t i, struct area a, int y, int x)
{
	unsigned style = b->at[i].style;

	if (!b->at[i].cut)
		return screen_text(a, y, x, style, b->at[i].text);
	int w = screen_text(a, y, x, style, text_cut(b->at[i].text, text_width(b->at[i].text) - 1));
	return w + screen_glyph(a, y, x + w, style, GLYPH_MORE);
}

void bar_draw(struct bar *b, struct area a, int y)
{
	size_t all = b->n;
	int x = 0;

	make_room(b, a.w);
	for (size_t i = 0; i < b->n; i++)
		if (b->at[i].keep != BAR_CUT || (b->n == all && a.w - x >= CUT_LEAST))
			x += draw_piece(b, i, a, y, x) + GAP;
}
