// SPDX-License-Identifier: MIT
#include "console/page.h"

#include "base/container.h"
#include "base/text.h"
#include "base/wrap.h"

#include <stdarg.h>
#include <stdio.h>

#define MORE_WIDTH 22  /* " 100-120 of 345  PgDn" */
#define PIECE_MAX  900 /* bytes that page_print takes at once */

void page_open(struct panel *p, const struct subject_key *of)
{
	struct page_panel *page = container_of(p, struct page_panel, panel);

	(void)of;
	list_reset(&page->list);
	page->list.text = true;
	page->search = (struct page_search){.n = 0};
}

void page_search(struct panel *p, struct str text)
{
	struct page_search *search = &container_of(p, struct page_panel, panel)->search;

	text_copy(search->text, sizeof search->text, text);
	search->fresh = true;
}

/* Where the text occurs it is drawn once more, so that it stands out. */
static void mark(struct page *p, struct str line, int x)
{
	struct page_search *s = &p->panel->search;
	struct str wanted = str_of(s->text);
	int top = (int)p->panel->list.top;
	bool found = false;

	for (size_t i = 0; wanted.n && i + wanted.n <= line.n; i++) {
		struct str here = {line.p + i, wanted.n};
		if (!text_contains(here, wanted))
			continue;
		found = true;
		screen_text(p->area, p->line - top, x + text_width((struct str){line.p, i}),
			STYLE_MATCH, here);
	}
	if (found && s->n < PAGE_FOUND_MAX)
		s->lines[s->n++] = (uint32_t)p->line;
}

struct page page_begin(struct panel *p, struct area a, const char *title)
{
	struct page_search *s = &container_of(p, struct page_panel, panel)->search;

	s->n = 0;
	screen_fill(a, 0, 0, STYLE_BAR);
	screen_print(a, 0, 0, STYLE_BAR, "%s", title);
	return (struct page){.panel = container_of(p, struct page_panel, panel),
		.head = a,
		.area = area_rows(a, 1, a.h)};
}

void page_print(struct page *p, int indent, unsigned style, const char *format, ...)
{
	char text[1024];
	va_list args;
	int x = 0, top = (int)p->panel->list.top;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (indent > p->area.w / 2)
		indent = p->area.w / 2;
	struct str rest = str_of(text);
	do {
		struct str line = wrap_next(&rest, p->area.w - x, WRAP_LONG_CUT);
		screen_text(p->area, p->line - top, x, style, line);
		mark(p, line, x);
		p->line++;
		x = indent;
	} while (rest.n);
}

void page_print_text(struct page *p, struct str text)
{
	while (text.n) {
		const char *end = memchr(text.p, '\n', text.n);
		struct str line = {text.p, end ? (size_t)(end - text.p) : text.n};
		text = str_skip(text, line.n + (end ? 1 : 0));
		do {
			struct str piece = text_clip(line, PIECE_MAX);
			page_print(p, 0, STYLE_PLAIN, "%.*s", STR_FMT(piece));
			line = str_skip(line, piece.n);
		} while (line.n);
	}
}

/* What was found comes into sight, a few lines below the top. */
static void show(struct page_panel *p, uint32_t line)
{
	struct list *l = &p->list;

	p->search.at = line;
	if (line < l->top || line >= l->top + l->height)
		l->rank = l->top = line < 3 ? 0 : line - 3;
}

/* The first of those found at this line or below; the number of them when there is none. */
static uint32_t found_from(const struct page_search *s, uint32_t line)
{
	uint32_t i = 0;

	while (i < s->n && s->lines[i] < line)
		i++;
	return i;
}

/* Round and round. */
static bool step(struct page_panel *p, bool back)
{
	struct page_search *s = &p->search;

	if (!s->text[0] || !s->n)
		return false;
	uint32_t i = back ? found_from(s, s->at) + s->n - 1 : found_from(s, s->at + 1);
	show(p, s->lines[i % s->n]);
	return true;
}

static void say_found(const struct page *p)
{
	struct page_search *s = &p->panel->search;
	int x = 2 + text_width(str_of(p->panel->panel.ops->title));

	if (!s->text[0])
		return;
	if (s->fresh && s->n) {
		uint32_t i = found_from(s, p->panel->list.top);
		show(p->panel, s->lines[i < s->n ? i : 0]);
		p->panel->panel.view->changed = true;
	}
	s->fresh = false;
	if (s->n)
		screen_print(p->head, 0, x, STYLE_BAR, "\"%s\" %u of %u", s->text,
			found_from(s, s->at) + 1, s->n);
	else
		screen_print(p->head, 0, x, STYLE_BAR, "\"%s\" is not here", s->text);
}

void page_end(struct page *p)
{
	struct list *l = &p->panel->list;
	uint32_t top = l->top;

	list_fit(l, (uint32_t)p->line, (uint32_t)p->area.h);
	if (list_last_top(l) > 0)
		screen_print(p->head, 0, p->head.w - MORE_WIDTH, STYLE_BAR, "%4u-%u of %u  PgDn",
			l->top + 1, list_end(l), l->count);
	say_found(p);
	/* The screen grew or the text shrank: once more, from a better place. */
	if (l->top != top)
		p->panel->panel.view->changed = true;
}

bool page_act(struct panel *p, enum action action)
{
	struct page_panel *page = container_of(p, struct page_panel, panel);

	if (action == ACT_MATCH_NEXT || action == ACT_MATCH_BACK)
		return step(page, action == ACT_MATCH_BACK);
	return list_act(&page->list, NULL, action);
}

bool page_mouse(struct panel *p, struct area a, const struct input *in)
{
	return list_mouse(&container_of(p, struct page_panel, panel)->list, NULL, a, in);
}
