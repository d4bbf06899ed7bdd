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
	b->at[b->n++].text = (struct str){b->text + b->used, (size_t)w};
	b->used += (size_t)w;
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

void bar_draw(struct bar *b, struct area a, int y)
{
	size_t whole, all = b->n;
	int x = 0;

	while (width(b, &whole) > a.w && whole > 1)
		drop_least(b);
	for (size_t i = 0; i < b->n; i++)
		if (b->at[i].keep != BAR_CUT || (b->n == all && a.w - x >= CUT_LEAST))
			x += screen_text(a, y, x, b->at[i].style, b->at[i].text) + GAP;
}
