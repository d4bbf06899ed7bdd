// SPDX-License-Identifier: MIT
#include "console/sheet.h"

struct sheet sheet_begin(struct area a, struct list *rows, struct list *lines)
{
	rows->height = lines->height = a.h > 0 ? (uint32_t)a.h : 1;
	return (struct sheet){.area = a, .rows = rows, .lines = lines, .measuring = true};
}

/* What stands above the first row, or below the last, can be reached too. */
static void scroll(struct sheet *s)
{
	struct list *l = s->lines;
	uint32_t last = list_last_top(l);

	list_show(l, s->cursor);
	if (s->rows->rank == 0)
		l->top = 0;
	else if (s->rows->rank + 1 >= s->rows->count || l->top > last)
		l->top = last;
}

bool sheet_measured(struct sheet *s)
{
	struct list *rows = s->rows;
	bool past = s->row && rows->rank >= s->row;

	rows->count = s->row;
	s->lines->count = s->line;
	s->line = s->row = 0;
	if (past) {
		rows->rank = rows->count - 1;
		return false;
	}
	scroll(s);
	s->measuring = false;
	return true;
}

int sheet_line(struct sheet *s)
{
	int64_t y = (int64_t)s->line++ - s->lines->top;

	return s->measuring || y < 0 || y >= s->area.h ? -1 : (int)y;
}

int sheet_row(struct sheet *s, unsigned *ret_selected)
{
	bool selected = s->row++ == s->rows->rank;

	if (selected && s->measuring)
		s->cursor = s->line;
	int y = sheet_line(s);
	*ret_selected = selected ? STYLE_SELECTED : 0;
	if (selected && y >= 0)
		screen_fill(s->area, y, 0, STYLE_SELECTED);
	return y;
}

void sheet_label(struct sheet *s, unsigned style, const char *text)
{
	int y = sheet_line(s);

	if (y >= 0)
		screen_text(s->area, y, 0, style, str_of(text));
}

void sheet_heading(struct sheet *s, const char *text)
{
	int y = sheet_line(s);

	if (y < 0)
		return;
	screen_fill(s->area, y, 0, STYLE_BAR_IDLE);
	screen_text(s->area, y, 0, STYLE_BAR_IDLE, str_of(text));
}
