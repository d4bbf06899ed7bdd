/* SPDX-License-Identifier: MIT
 *
 * actions: the one table of what the operator can have done. Which key does it stands apart, in
 * bindings; footer, help and the names in the config are read from here.
 */
#ifndef NG_CONSOLE_ACTIONS_H
#define NG_CONSOLE_ACTIONS_H

#include "base/str.h"

enum action {
	ACT_NONE,
	ACT_QUIT,
	ACT_HELP,
	ACT_FOCUS_NEXT,
	ACT_FOCUS_BACK,
	ACT_OPEN,
	ACT_SORT,
	ACT_REVERSE,
	ACT_FILTER,
	ACT_BACK,
	ACT_FILTER_DROP,
	ACT_ONLY,
	ACT_NOT,
	ACT_WIDEN,
	ACT_PRIVATE,
	ACT_WHOIS,
	ACT_INPUTS,
	ACT_MARK,
	ACT_ALL,
	ACT_UP,
	ACT_DOWN,
	ACT_PAGE_UP,
	ACT_PAGE_DOWN,
	ACT_TOP,
	ACT_END,
	ACT_REDRAW,
	ACT_ACCEPT,
	ACT_CANCEL,
	ACT_COMPLETE,
	ACT_OLDER,
	ACT_NEWER,
	ACT_LEFT,
	ACT_RIGHT,
	ACT_LINE_START,
	ACT_LINE_END,
	ACT_DELETE,
	ACT_ERASE_CHAR,
	ACT_ERASE_WORD,
	ACT_ERASE_LINE,
	ACTIONS
};

/* Where something can be done. */
enum {
	IN_LISTS = 1,  /* the two panels of the main view */
	IN_DETAIL = 2, /* the drill-down */
	IN_PAGE = 4,   /* help, inputs */
	IN_PROMPT = 8, /* a line of text is being typed */
	IN_VIEWS = IN_LISTS | IN_DETAIL | IN_PAGE
};

struct action_info {
	const char *name; /* in the config: "sort-next" */
	const char *note; /* in the footer; NULL: not there */
	const char *help; /* a line of the help */
	unsigned where;   /* the places that know it */
};

/* By enum action; ACT_NONE is empty. In the order of footer and help. */
extern const struct action_info actions[ACTIONS];

/* By its name, or ACT_NONE. */
enum action action_find(struct str name);

#endif
