/* SPDX-License-Identifier: MIT
 *
 * actions: the one table of what the operator can have done. Which key does it stands apart, in
 * bindings; footer, help and the names in the config are read from here.
 */
#ifndef NG_TUI_ACTIONS_H
#define NG_TUI_ACTIONS_H

#include "base/str.h"

enum action {
	ACT_NONE,
	ACT_HELP,
	ACT_OPEN,
	ACT_BACK,
	ACT_FOCUS_NEXT,
	ACT_FOCUS_BACK,
	ACT_FILTER,
	ACT_HIGHLIGHT,
	ACT_FILTER_DIALOG,
	ACT_FILTER_SAVED,
	ACT_SEARCH,
	ACT_ONLY,
	ACT_NOT,
	ACT_WIDEN,
	ACT_FILTER_DROP,
	ACT_FLAGGED,
	ACT_FINDING_NEXT,
	ACT_FINDING_BACK,
	ACT_GROUP,
	ACT_GROUP_BACK,
	ACT_GO_LEFT,
	ACT_GO_RIGHT,
	ACT_SORT,
	ACT_SORT_NEXT,
	ACT_SORT_BACK,
	ACT_SORT_PICK,
	ACT_REVERSE,
	ACT_FOLLOW,
	ACT_FREEZE,
	ACT_TIME_BACK,
	ACT_TIME_ON,
	ACT_TIME_GO,
	ACT_STEP,
	ACT_SLOWER,
	ACT_FASTER,
	ACT_MARK,
	ACT_SINCE,
	ACT_TAB_NEXT,
	ACT_TAB_BACK,
	ACT_LOG_OF,
	ACT_MATCH_NEXT,
	ACT_MATCH_BACK,
	ACT_WRAP,
	ACT_COPY,
	ACT_COPY_MENU,
	ACT_BLOCK,
	ACT_BLOCK_RUN,
	ACT_BLOCK_YES,
	ACT_BLOCK_WRITE,
	ACT_BLOCKS,
	ACT_REPORT,
	ACT_ABUSE,
	ACT_RECORD,
	ACT_WHOIS,
	ACT_ASK,
	ACT_PRIVATE,
	ACT_INPUTS,
	ACT_SETUP,
	ACT_MOUSE,
	ACT_COMMANDS,
	ACT_HOOK,
	ACT_DEMO,
	ACT_ALL,
	ACT_QUIT,
	ACT_UP,
	ACT_DOWN,
	ACT_PAGE_UP,
	ACT_PAGE_DOWN,
	ACT_TOP,
	ACT_END,
	ACT_REFRESH,
	ACT_REDRAW,
	ACT_ACCEPT,
	ACT_CANCEL,
	ACT_COMPLETE,
	ACT_OLDER,
	ACT_NEWER,
	ACT_AS_HIGHLIGHT,
	ACT_SAVE,
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
	IN_LISTS = 1,  /* the panels of the main view */
	IN_DETAIL = 2, /* the drill-down, what is new since a mark */
	IN_PAGE = 4,   /* help, inputs */
	IN_PROMPT = 8, /* a line of text is being typed */
	IN_MENU = 16,  /* something is chosen: setup, copy */
	IN_TEXT = 32,  /* a page that can be copied: what a program wrote */
	IN_BLOCK = 64, /* the block preview, what is blocked */
	IN_ROWS = IN_LISTS | IN_DETAIL,
	IN_VIEWS = IN_ROWS | IN_PAGE | IN_BLOCK,
	IN_ALL = IN_VIEWS | IN_PROMPT | IN_MENU
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
