/* SPDX-License-Identifier: MIT
 *
 * page: a text longer than the screen, written line by line and scrolled: help, inputs. Lines
 * out of sight are counted, not drawn.
 */
#ifndef NG_CONSOLE_PAGE_H
#define NG_CONSOLE_PAGE_H

#include "console/view.h"

struct page {
	struct console *c;
	struct area head, area; /* the heading; the text below it */
	int line;               /* the next one, from the top of the text */
};

struct page page_begin(struct console *c, struct area a, const char *title);

/* One paragraph, broken at spaces where it must be; lines after the first begin at `indent`. */
void page_print(struct page *p, int indent, unsigned style, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

void page_end(struct page *p);

/* The panel's act(): scrolls. */
bool page_act(struct console *c, enum action action);

#endif
