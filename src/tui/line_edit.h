/* SPDX-License-Identifier: MIT
 *
 * line_edit: one line of text and a cursor in it, for everything that is typed. The text is clean
 * UTF-8 at any time; the cursor stands between characters, never inside one or between a character
 * and what combines with it.
 */
#ifndef NG_TUI_LINE_EDIT_H
#define NG_TUI_LINE_EDIT_H

#include "tui/actions.h"
#include "tui/screen.h"

#include <stdint.h>

#define LINE_EDIT_MAX 512 /* bytes, the NUL included */

struct line_edit {
	char text[LINE_EDIT_MAX];
	size_t cap; /* bytes that it may take, the NUL included */
	size_t n;   /* bytes of text */
	size_t at;  /* the cursor: bytes before it */
};

/* An empty line of at most cap bytes with its NUL (LINE_EDIT_MAX at most). */
void line_edit_init(struct line_edit *e, size_t cap);

/* Another text, the cursor behind it; cut to what there is room for. */
void line_edit_set(struct line_edit *e, struct str text);

/* Puts a character in at the cursor. False, and nothing is changed, when there is no room for it or
 * it is no text (a control character). */
bool line_edit_type(struct line_edit *e, uint32_t code);

/* Puts pasted text in at the cursor, on one line: line breaks and tabs become blanks, blanks at
 * both ends and what is no text are left out, and so is what there is no room for. */
void line_edit_paste(struct line_edit *e, struct str text);

/* A key that is text, or a paste. False when it is neither, or nothing came of it. */
bool line_edit_input(struct line_edit *e, const struct input *in);

/* Moves or deletes. False when the action is none of the line's. */
bool line_edit_act(struct line_edit *e, enum action action);

/* Draws on line y of the area at column x, at most `width` columns, so that the cursor is in
 * sight. Returns the columns taken; *ret_cursor is the cursor's column of the area. */
int line_edit_draw(const struct line_edit *e, struct area a, int y, int x, int width,
	unsigned style, int *ret_cursor);

#endif
