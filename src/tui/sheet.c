// SPDX-License-Identifier: MIT
#include "tui/sheet.h"

#include "base/text.h"
#include "base/wrap.h"

#define WRAP_FROM 20 /* columns; on fewer a long text would take thousands of lines */

struct sheet sheet_begin(struct area a, struct list *rows, struct list *lines)
{
	rows->height = lines->height = a.h > 0 ? (uint32_t)a.h : 1;
	return (struct sheet){.area = a, .rows = rows, .lines = lines, .measuring = true};
}

struct sheet sheet_still(struct area a)
{
	return (struct sheet){.area = a};
}

int sheet_room(const struct sheet *s)
{
	return s->area.h > (int)s->line ? s->area.h - (int)s->line : 0;
}

/* What stands above the first row, or below the last, can be reached too. */
static void scroll(struct sheet *s)
{
	struct list *l = s->lines;
	uint32_t last = list_last_top(l);

	list_show(l, s->end);
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
	int64_t y = (int64_t)s->line++ - (s->lines ? s->lines->top : 0);

	return s->measuring || y < 0 || y >= s->area.h ? -1 : (int)y;
}

int sheet_row(struct sheet *s, unsigned *ret_selected)
{
	bool selected = s->rows && s->row == s->rows->rank;

	s->row++;
	if (selected && s->measuring)
		s->cursor = s->end = s->line;
	int y = sheet_line(s);
	*ret_selected = selected ? STYLE_SELECTED : 0;
	if (selected && y >= 0)
		screen_fill(s->area, y, 0, STYLE_SELECTED);
	return y;
}

int sheet_more(struct sheet *s, unsigned selected)
{
	if (selected && s->measuring)
		s->end = s->line;
	int y = sheet_line(s);
	if (selected && y >= 0)
		screen_fill(s->area, y, 0, STYLE_SELECTED);
	return y;
}

void sheet_wrap(struct sheet *s, int y, int x, int indent, unsigned style, unsigned selected,
	struct str text)
{
	if (s->area.w < WRAP_FROM) {
		sheet_cut(s, y, x, style | selected, text);
		return;
	}
	if (indent > s->area.w / 2)
		indent = s->area.w / 2;
	do {
		struct str line = wrap_next(&text, s->area.w - x, WRAP_LONG_CUT);
		if (y >= 0)
			screen_text(s->area, y, x, style | selected, line);
		x = indent;
		y = text.n ? sheet_more(s, selected) : -1;
	} while (text.n);
}

int sheet_cut(struct sheet *s, int y, int x, unsigned style, struct str text)
{
	return y < 0 ? 0 : screen_cut(s->area, y, x, s->area.w - x, style, text);
}

void sheet_label(struct sheet *s, unsigned style, const char *text)
{
	int y = sheet_line(s);

	sheet_cut(s, y, 0, style, str_of(text));
}

void sheet_heading_hint(struct sheet *s, const char *text, const char *hint)
{
	struct str left = str_of(text), right = str_of(hint);
	int y = sheet_line(s), room = s->area.w - text_width(right);

	if (y < 0)
		return;
	screen_fill(s->area, y, 0, STYLE_BAR_IDLE);
	screen_text(s->area, y, 0, STYLE_BAR_IDLE, left);
	if (text_width(left) + 2 <= room)
		screen_text(s->area, y, room, STYLE_BAR_IDLE, right);
}

void sheet_heading(struct sheet *s, const char *text)
{
	sheet_heading_hint(s, text, "");
}

void sheet_field(struct sheet *s, const char *label, unsigned style, const char *text)
{
	int y = sheet_line(s);

	if (y >= 0)
		screen_text(s->area, y, 0, STYLE_DIM, str_of(label));
	sheet_wrap(s, y, SHEET_LABEL, SHEET_LABEL, style, 0, str_of(text));
}

int sheet_field_row(struct sheet *s, const char *label, unsigned *ret_selected)
{
	int y = sheet_row(s, ret_selected);

	if (y >= 0)
		screen_text(s->area, y, 0, STYLE_DIM | *ret_selected, str_of(label));
	return y;
}
