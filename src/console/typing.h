/* SPDX-License-Identifier: MIT
 *
 * typing: a line of text that is being typed, as every panel that has one draws it: a sign, the
 * line, and the keys that end it.
 */
#ifndef NG_CONSOLE_TYPING_H
#define NG_CONSOLE_TYPING_H

#include "console/view.h"
#include "tui/line_edit.h"

struct typing {
	const char *sign; /* before the line: "/" */
	const char
		*accept; /* what Enter does, in a word; NULL: all keys of a line, by their notes */
	const char *cancel; /* what Esc does */
};

/* On line y of the area, with the terminal's cursor. Returns the cursor's column. */
int typing_draw(const struct view *v, const struct typing *t, const struct line_edit *e,
	struct area a, int y);

#endif
