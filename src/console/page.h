/* SPDX-License-Identifier: MIT
 *
 * page: a text longer than the screen, written line by line and scrolled: help, inputs. Lines
 * out of sight are counted, not drawn.
 */
#ifndef NG_CONSOLE_PAGE_H
#define NG_CONSOLE_PAGE_H

#include "console/list.h"
#include "console/view.h"

/* The state of a panel that is a page. */
struct page_panel {
	struct panel panel;
	struct list list; /* of lines */
};

struct page {
	struct page_panel *panel;
	struct area head, area; /* the heading; the text below it */
	int line;               /* the next one, from the top of the text */
};

/* Between begin and end the text is printed from its start; `title` is its heading. */
struct page page_begin(struct panel *p, struct area a, const char *title);
void page_end(struct page *p);

/* One paragraph, broken at spaces where it must be; lines after the first begin at `indent`. */
void page_print(struct page *p, int indent, unsigned style, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The panel's open() and act(). */
void page_open(struct panel *p, const struct subject_key *of);
bool page_act(struct panel *p, enum action action);

#endif
