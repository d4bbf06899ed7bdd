// SPDX-License-Identifier: MIT
#include "console/page.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

#define MORE_WIDTH 22 /* " 100-120 of 345  PgDn" */

struct page page_begin(struct console *c, struct area a, const char *title)
{
	struct area body = area_rows(a, 1, a.h);

	screen_fill(a, 0, 0, STYLE_BAR);
	screen_print(a, 0, 0, STYLE_BAR, "%s", title);
	c->page.height = body.h > 0 ? body.h : 1;
	return (struct page){.c = c, .head = a, .area = body};
}

/* How much of s goes on a line: up to the last space that leaves it not longer than width. */
static struct str line_of(struct str s, int width)
{
	struct str line = text_cut(s, width > 1 ? width : 1);

	if (line.n == s.n)
		return line;
	for (size_t n = line.n; n > 0; n--)
		if (s.p[n] == ' ')
			return (struct str){s.p, n};
	/* Wider than one column even alone: it is cut away in drawing, but must not stay. */
	return line.n ? line : (struct str){s.p, 1};
}

void page_print(struct page *p, int indent, unsigned style, const char *format, ...)
{
	char text[1024];
	va_list args;
	int x = 0;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (indent > p->area.w / 2)
		indent = p->area.w / 2;
	struct str rest = str_of(text);
	do {
		struct str line = line_of(rest, p->area.w - x);
		screen_text(p->area, p->line++ - p->c->page.top, x, style, line);
		rest = (struct str){rest.p + line.n, rest.n - line.n};
		while (rest.n && rest.p[0] == ' ')
			rest = (struct str){rest.p + 1, rest.n - 1};
		x = indent;
	} while (rest.n);
}

static int furthest(const struct page_view *v)
{
	return v->lines > v->height ? v->lines - v->height : 0;
}

void page_end(struct page *p)
{
	struct page_view *v = &p->c->page;

	v->lines = p->line;
	if (v->lines > v->height)
		screen_print(p->head, 0, p->head.w - MORE_WIDTH, STYLE_BAR, "%4d-%d of %d  PgDn",
			v->top + 1, v->top + v->height < v->lines ? v->top + v->height : v->lines,
			v->lines);
	if (v->top <= furthest(v))
		return;
	/* The screen grew or the text shrank: once more, from a better place. */
	v->top = furthest(v);
	p->c->changed = true;
}

bool page_act(struct console *c, enum action action)
{
	struct page_view *v = &c->page;
	int top = v->top;

	switch (action) {
	case ACT_UP:
		top--;
		break;
	case ACT_DOWN:
		top++;
		break;
	case ACT_PAGE_UP:
		top -= v->height;
		break;
	case ACT_PAGE_DOWN:
		top += v->height;
		break;
	case ACT_TOP:
		top = 0;
		break;
	case ACT_END:
		top = furthest(v);
		break;
	default:
		return false;
	}
	v->top = top > furthest(v) ? furthest(v) : top;
	if (v->top < 0)
		v->top = 0;
	return true;
}
