/* SPDX-License-Identifier: MIT
 *
 * sheet: a text with rows in it that the cursor can stand on, and lines between that it cannot. It
 *is written twice a frame: once to find the cursor and the length, once to draw.
 *
 *	struct sheet s = sheet_begin(area, &rows, &lines);
 *	do
 *		write_all(&s);
 *	while (!sheet_measured(&s));
 *	write_all(&s);
 */
#ifndef NG_CONSOLE_SHEET_H
#define NG_CONSOLE_SHEET_H

#include "console/list.h"
#include "console/screen.h"

struct sheet {
	struct area area;
	struct list *rows, *lines; /* the cursor's; what is in sight. Borrowed from the panel */
	uint32_t line, row;        /* the next ones */
	uint32_t cursor;           /* the line that the cursor is on */
	bool measuring;
};

struct sheet sheet_begin(struct area a, struct list *rows, struct list *lines);

/* False when the cursor stood past the last row: it was moved, and the sheet must be measured once
 * more. True: the cursor is in sight, and the sheet can be drawn. */
bool sheet_measured(struct sheet *s);

/* Where the next line goes on screen, or -1. */
int sheet_line(struct sheet *s);

/* The same for a line that the cursor can stand on; *ret_selected is the style to add to it. */
int sheet_row(struct sheet *s, unsigned *ret_selected);

/* A line of text; one that heads what follows. */
void sheet_label(struct sheet *s, unsigned style, const char *text);
void sheet_heading(struct sheet *s, const char *text);

#endif
