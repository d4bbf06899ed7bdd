/* SPDX-License-Identifier: MIT
 *
 * sheet: a text with rows in it that the cursor can stand on, and lines between that it cannot. A
 * row may take several lines. It is written twice a frame: once to find the cursor and the length,
 * once to draw.
 *
 *	struct sheet s = sheet_begin(area, &rows, &lines);
 *	do
 *		write_all(&s);
 *	while (!sheet_measured(&s));
 *	write_all(&s);
 *
 * One without a cursor, which begins at its first line, is written once: sheet_still.
 */
#ifndef NG_TUI_SHEET_H
#define NG_TUI_SHEET_H

#include "tui/list.h"
#include "tui/screen.h"

#define SHEET_LABEL 11 /* columns of what stands before a text: "Registered " */

struct sheet {
	struct area area;
	struct list *rows, *lines; /* the cursor's; what is in sight. Borrowed; NULL: still */
	uint32_t line, row;        /* the next ones */
	uint32_t cursor, end;      /* the first and the last line that the cursor is on */
	bool measuring;
};

struct sheet sheet_begin(struct area a, struct list *rows, struct list *lines);
struct sheet sheet_still(struct area a);

/* Lines that are left of one without a cursor. */
int sheet_room(const struct sheet *s);

/* False when the cursor stood past the last row: it was moved, and the sheet must be measured once
 * more. True: the cursor is in sight, and the sheet can be drawn. */
bool sheet_measured(struct sheet *s);

/* Where the next line goes on screen, or -1. */
int sheet_line(struct sheet *s);

/* The same for a line that the cursor can stand on; *ret_selected is the style to add to it. And
 * for a further line of that row. */
int sheet_row(struct sheet *s, unsigned *ret_selected);
int sheet_more(struct sheet *s, unsigned selected);

/* Clean text from column x of line y (or -1), which sheet_row gave, broken into as many lines as it
 * takes, further ones beginning at `indent`. */
void sheet_wrap(struct sheet *s, int y, int x, int indent, unsigned style, unsigned selected,
	struct str text);

/* The same, cut at the edge, with a mark that there is more. Returns the columns taken. */
int sheet_cut(struct sheet *s, int y, int x, unsigned style, struct str text);

/* A line of text; one that heads what follows; a text behind a label, broken into lines. */
void sheet_label(struct sheet *s, unsigned style, const char *text);
void sheet_heading(struct sheet *s, const char *text);
/* With a hint at its right end, where there is room. */
void sheet_heading_hint(struct sheet *s, const char *text, const char *hint);
void sheet_field(struct sheet *s, const char *label, unsigned style, const char *text);

/* A row that begins with a label, for more to follow behind it. */
int sheet_field_row(struct sheet *s, const char *label, unsigned *ret_selected);

#endif
