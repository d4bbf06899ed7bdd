/* SPDX-License-Identifier: MIT
 *
 * page: a text longer than the screen, written line by line and scrolled: help, inputs. Lines
 * out of sight are counted, not drawn.
 */
#ifndef NG_CONSOLE_PAGE_H
#define NG_CONSOLE_PAGE_H

#include "console/view.h"
#include "tui/list.h"

#define PAGE_SEARCH_MAX 64

#define PAGE_FOUND_MAX 512 /* lines that have it; n and N go to these */

/* What is looked for in a page, and where it was when it was drawn last. */
struct page_search {
	char text[PAGE_SEARCH_MAX]; /* "": nothing */
	bool fresh;                 /* the first line that has it, from the top of the screen */
	uint32_t at;                /* the line that was gone to */
	uint32_t n, lines[PAGE_FOUND_MAX];
};

/* The state of a panel that is a page. */
struct page_panel {
	struct panel panel;
	struct list list; /* of lines */
	struct page_search search;
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

/* Clean lines, each a paragraph of any length. */
void page_print_text(struct page *p, struct str text);

/* The panel's search(): goes to the next line that has the text. */
void page_search(struct panel *p, struct str text);

/* The panel's open(), act() and mouse(). */
void page_open(struct panel *p, const struct subject_key *of);
bool page_act(struct panel *p, enum action action);
bool page_mouse(struct panel *p, struct area a, const struct input *in);

#endif
