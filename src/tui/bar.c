// SPDX-License-Identifier: MIT
#include "tui/bar.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

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
	b->at[b->n].at_least = b->at[b->n].tag = 0;
	b->at[b->n].after = 0;
	b->at[b->n].gap = BAR_GAP;
	b->at[b->n].cut = b->at[b->n].tied = false;
	b->at[b->n].right = b->n && b->at[b->n - 1].right;
	b->at[b->n].text = b->at[b->n].full = (struct str){b->text + b->used, (size_t)w};
	b->n++;
	b->used += (size_t)w;
}

void bar_may_cut(struct bar *b, int at_least)
{
	if (b->n)
		b->at[b->n - 1].at_least = at_least;
}

void bar_cut_after(struct bar *b, int keep)
{
	if (b->n)
		b->at[b->n - 1].after = keep;
}

void bar_gap(struct bar *b, int columns)
{
	if (b->n)
		b->at[b->n - 1].gap = columns;
}

void bar_tie(struct bar *b)
{
	if (b->n > 1)
		b->at[b->n - 1].tied = true;
}

void bar_right(struct bar *b)
{
	if (b->n)
		b->at[b->n - 1].right = true;
}

void bar_tag(struct bar *b, int tag)
{
	if (b->n)
		b->at[b->n - 1].tag = tag;
}

/* Columns of the pieces that are shown whole, and how many these are. */
static int width(const struct bar *b, size_t *ret_whole)
{
	int sum = 0;

	*ret_whole = 0;
	for (size_t i = 0; i < b->n; i++)
		if (b->at[i].keep != BAR_CUT)
			sum += text_width(b->at[i].text) + ((*ret_whole)++ ? b->at[i].gap : 0);
	return sum;
}

int bar_width(const struct bar *b)
{
	size_t whole;

	return width(b, &whole);
}

static size_t find_least(const struct bar *b)
{
	size_t least = b->n;

	for (size_t i = 0; i < b->n; i++)
		if (b->at[i].keep != BAR_CUT &&
			(least == b->n || b->at[i].keep <= b->at[least].keep))
			least = i;
	return least;
}

static void drop_least(struct bar *b)
{
	size_t least = find_least(b), end = least + 1;

	while (least > 0 && b->at[least].tied)
		least--;
	while (end < b->n && b->at[end].tied)
		end++;
	memmove(&b->at[least], &b->at[end], (b->n - end) * sizeof b->at[0]);
	b->n -= end - least;
}

static void cut_to(struct bar *b, size_t i, int w)
{
	b->at[i].text = text_cut(b->at[i].text, w);
	b->at[i].cut = true;
}

/* The widest of those that may be cut gives way first. False when none can. */
static bool cut_widest(struct bar *b, int excess)
{
	int least = b->at[find_least(b)].keep, widest = 0;
	size_t at = b->n;

	for (size_t i = 0; i < b->n; i++) {
		int w = text_width(b->at[i].text);
		if (b->at[i].at_least && w > b->at[i].at_least && least >= b->at[i].after &&
			w > widest) {
			widest = w;
			at = i;
		}
	}
	if (at == b->n)
		return false;
	int w = widest - excess > b->at[at].at_least ? widest - excess : b->at[at].at_least;
	cut_to(b, at, w);
	return true;
}

/* What went after a piece was cut left room for more of it. */
static void grow(struct bar *b, int room)
{
	for (size_t i = 0; i < b->n && room > 0; i++) {
		int had = text_width(b->at[i].text);
		if (!b->at[i].cut)
			continue;
		b->at[i].text = text_cut(b->at[i].full, had + room);
		b->at[i].cut = b->at[i].text.n < b->at[i].full.n;
		room -= text_width(b->at[i].text) - had;
	}
}

static void make_room(struct bar *b, int w)
{
	size_t whole;

	for (int excess; (excess = width(b, &whole) - w) > 0 && whole > 1;)
		if (!cut_widest(b, excess))
			drop_least(b);
	grow(b, w - width(b, &whole));
	if (whole == 1 && w > 1 && text_width(b->at[0].text) > w)
		cut_to(b, 0, w);
}

/* Columns of the pieces at the right end. */
static int width_at_right(const struct bar *b)
{
	int sum = 0;

	for (size_t i = 0; i < b->n; i++)
		if (b->at[i].right && b->at[i].keep != BAR_CUT)
			sum += text_width(b->at[i].text) + (sum ? b->at[i].gap : 0);
	return sum;
}

void bar_fit(struct bar *b, int w)
{
	size_t all = b->n;
	int x = 0;
	bool at_right = false;

	make_room(b, w);
	for (size_t i = 0; i < b->n; i++) {
		x += i ? b->at[i].gap : 0;
		if (b->at[i].right && !at_right) {
			int right = w - width_at_right(b);
			x = right > x || !i ? right : x;
			x = x < 0 ? 0 : x;
			at_right = true;
		}
		if (b->at[i].keep == BAR_CUT && (b->n != all || w - x < CUT_LEAST)) {
			b->at[i].x = -1;
			continue;
		}
		b->at[i].x = x;
		if (b->at[i].keep == BAR_CUT && text_width(b->at[i].text) > w - x)
			cut_to(b, i, w - x);
		x += text_width(b->at[i].text);
	}
}

void bar_draw(struct bar *b, struct area a, int y)
{
	bar_fit(b, a.w);
	for (size_t i = 0; i < b->n; i++) {
		struct str text = b->at[i].text;
		int x = b->at[i].x;
		if (x < 0)
			continue;
		if (b->at[i].cut)
			text = text_cut(text, text_width(text) - 1);
		x += screen_text(a, y, x, b->at[i].style, text);
		if (b->at[i].cut)
			screen_glyph(a, y, x, b->at[i].style, GLYPH_MORE);
	}
}
