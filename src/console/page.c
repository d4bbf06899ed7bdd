// SPDX-License-Identifier: MIT
#include "console/page.h"

#include "base/container.h"
#include "base/wrap.h"

#include <stdarg.h>
#include <stdio.h>

#define MORE_WIDTH 22 /* " 100-120 of 345  PgDn" */

void page_open(struct panel *p, const struct subject_key *of)
{
	struct page_panel *page = container_of(p, struct page_panel, panel);

	(void)of;
	list_reset(&page->list);
	page->list.text = true;
}

struct page page_begin(struct panel *p, struct area a, const char *title)
{
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
		screen_text(p->area, p->line++ - top, x, style, line);
		x = indent;
	} while (rest.n);
}

void page_end(struct page *p)
{
	struct list *l = &p->panel->list;
	uint32_t top = l->top;

	list_fit(l, (uint32_t)p->line, (uint32_t)p->area.h);
	if (list_last_top(l) > 0)
		screen_print(p->head, 0, p->head.w - MORE_WIDTH, STYLE_BAR, "%4u-%u of %u  PgDn",
			l->top + 1, list_end(l), l->count);
	/* The screen grew or the text shrank: once more, from a better place. */
	if (l->top != top)
		p->panel->panel.view->changed = true;
}

bool page_act(struct panel *p, enum action action)
{
	return list_act(&container_of(p, struct page_panel, panel)->list, NULL, action);
}
