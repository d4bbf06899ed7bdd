// SPDX-License-Identifier: MIT
#include "console/actions.h"

const struct action_info actions[ACTIONS] = {
	[ACT_QUIT] = {"quit", "quit", "quit", IN_LISTS},
	[ACT_HELP] = {"help", "help", "this help", IN_VIEWS},
	[ACT_FOCUS_NEXT] = {"panel-next", "panel", "switch to the other panel", IN_LISTS},
	[ACT_FOCUS_BACK] = {"panel-back", NULL, "and back", IN_LISTS},
	[ACT_OPEN] = {"open", "detail", "everything about the selected address", IN_LISTS},
	[ACT_SORT] = {"sort-next", "sort", "sort by the next column", IN_LISTS},
	[ACT_REVERSE] = {"sort-reverse", "reverse", "reverse the sort order", IN_LISTS},
	[ACT_FILTER] = {"filter", "filter",
		"show only what matches: text, 203.0.113.0/24, status:4xx, rate>60, -not; see "
		"Filters",
		IN_LISTS},
	[ACT_BACK] = {"back", "back", "go back", IN_DETAIL | IN_PAGE},
	[ACT_FILTER_DROP] = {"filter-drop", NULL, "in the main view: drop the filter", IN_LISTS},
	[ACT_ONLY] = {"only", NULL, "show only the address, or the path, under the cursor",
		IN_LISTS},
	[ACT_NOT] = {"not", NULL, "show all but the address, or the path, under the cursor",
		IN_LISTS},
	[ACT_WIDEN] = {"filter-undo", NULL, "go back to the filter before this one", IN_LISTS},
	[ACT_PRIVATE] = {"private", "private", "show or hide private addresses", IN_VIEWS},
	[ACT_WHOIS] = {"whois", NULL,
		"look up now who registered the selected address (RDAP, whois)",
		IN_LISTS | IN_DETAIL},
	[ACT_INPUTS] = {"inputs", "inputs", "what is read, what is missing, what was rejected",
		IN_VIEWS},
	[ACT_MARK] = {"mark", "mark", "mark this moment: the report says what is new since",
		IN_VIEWS},
	[ACT_ALL] = {"all-connections", "all connections",
		"in the detail: all connections, or the newest ones", IN_DETAIL},
	[ACT_UP] = {"up", NULL, "move up; the selection follows its address", IN_VIEWS},
	[ACT_DOWN] = {"down", NULL, "move down", IN_VIEWS},
	[ACT_PAGE_UP] = {"page-up", NULL, "one page up", IN_VIEWS},
	[ACT_PAGE_DOWN] = {"page-down", NULL, "one page down", IN_VIEWS},
	[ACT_TOP] = {"top", NULL, "go to the top; in the connection list, pin the first row",
		IN_VIEWS},
	[ACT_END] = {"end", NULL, "go to the end; in the log, resume following", IN_VIEWS},
	[ACT_REDRAW] = {"redraw", NULL, "repaint the whole screen", IN_VIEWS | IN_PROMPT},
	[ACT_ACCEPT] = {"line-keep", "keep", "keep the line", IN_PROMPT},
	[ACT_CANCEL] = {"line-undo", "undo", "drop the line", IN_PROMPT},
	[ACT_COMPLETE] = {"complete", "complete",
		"complete the field or value; again: the next one", IN_PROMPT},
	[ACT_OLDER] = {"history-older", "history", "the line before this one", IN_PROMPT},
	[ACT_NEWER] = {"history-newer", NULL, "and the one after it", IN_PROMPT},
	[ACT_LEFT] = {"left", NULL, "one character left", IN_PROMPT},
	[ACT_RIGHT] = {"right", NULL, "one character right", IN_PROMPT},
	[ACT_LINE_START] = {"line-start", NULL, "to the start of the line", IN_PROMPT},
	[ACT_LINE_END] = {"line-end", NULL, "to the end of the line", IN_PROMPT},
	[ACT_DELETE] = {"delete", NULL, "delete the character under the cursor", IN_PROMPT},
	[ACT_ERASE_CHAR] = {"erase-char", NULL, "delete the character before the cursor",
		IN_PROMPT},
	[ACT_ERASE_WORD] = {"erase-word", NULL, "delete the word before the cursor", IN_PROMPT},
	[ACT_ERASE_LINE] = {"erase-line", "clear", "delete the line", IN_PROMPT},
};

enum action action_find(struct str name)
{
	for (int i = ACT_NONE + 1; i < ACTIONS; i++)
		if (str_eq(name, str_of(actions[i].name)))
			return (enum action)i;
	return ACT_NONE;
}
