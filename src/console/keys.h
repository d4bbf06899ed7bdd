/* SPDX-License-Identifier: MIT
 *
 * keys: the one table of keys. The footer, the help and the dispatch are all read from it; a
 * new key is a new entry and an action that some panel takes.
 */
#ifndef NG_CONSOLE_KEYS_H
#define NG_CONSOLE_KEYS_H

#include <stdbool.h>
#include <stddef.h>

enum action {
	ACT_NONE,
	ACT_UP,
	ACT_DOWN,
	ACT_PAGE_UP,
	ACT_PAGE_DOWN,
	ACT_TOP,
	ACT_END,
	ACT_FOCUS_NEXT,
	ACT_FOCUS_BACK,
	ACT_OPEN,
	ACT_CLOSE,
	ACT_SORT,
	ACT_REVERSE,
	ACT_FILTER,
	ACT_PRIVATE,
	ACT_WHOIS,
	ACT_ALL,
	ACT_SOURCES,
	ACT_REDRAW,
	ACT_HELP,
	ACT_QUIT,
	ACT_ACCEPT,
	ACT_ERASE_CHAR,
	ACT_ERASE_WORD,
	ACT_ERASE_LINE
};

/* Where a key means something. */
enum {
	IN_LISTS = 1,  /* the two panels of the main view */
	IN_DETAIL = 2, /* the drill-down */
	IN_PAGE = 4,   /* help, sources */
	IN_PROMPT = 8, /* typing a filter */
	IN_VIEWS = IN_LISTS | IN_DETAIL | IN_PAGE
};

struct key {
	int code; /* as screen_key() says it */
	const char *name;
	enum action action;
	unsigned where;
	const char *note; /* in the footer; NULL: in the help only */
	const char *help; /* NULL: another key of the action above */
};

extern const struct key keys[];
extern const size_t key_count;

/* The action of a key there, or ACT_NONE. */
enum action keys_find(int code, unsigned where);

/* Names of all keys of an action there, "Up k", into buf. */
void keys_names(enum action action, unsigned where, char *buf, size_t cap);

#endif
