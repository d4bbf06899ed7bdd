// SPDX-License-Identifier: MIT
#include "console/keys.h"

#include <curses.h>
#include <stdio.h>

#define CTRL(c) ((c)&0x1f)

/* In the order of the help. Esc never quits: it is the first byte of what a slow link may send
 * in pieces. */
const struct key keys[] = {
	{'q', "q", ACT_QUIT, IN_LISTS, "quit", "quit"},
	{'q', "q", ACT_CLOSE, IN_DETAIL | IN_PAGE, NULL, NULL},
	{'?', "?", ACT_HELP, IN_VIEWS, "help", "this help"},
	{'\t', "Tab", ACT_FOCUS_NEXT, IN_LISTS, "panel", "the keys go to the other panel"},
	{-KEY_BTAB, "Shift-Tab", ACT_FOCUS_BACK, IN_LISTS, NULL, "and back"},
	{'\r', "Enter", ACT_OPEN, IN_LISTS, "detail", "everything about the selected address"},
	{'\n', "", ACT_OPEN, IN_LISTS, NULL, NULL},
	{-KEY_ENTER, "", ACT_OPEN, IN_LISTS, NULL, NULL},
	{'s', "s", ACT_SORT, IN_LISTS, "sort", "sort by the next column"},
	{'S', "S", ACT_REVERSE, IN_LISTS, "reverse", "turn the order round"},
	{'I', "I", ACT_REVERSE, IN_LISTS, NULL, NULL},
	{'/', "/", ACT_FILTER, IN_LISTS, "filter",
		"show only what matches: text, 203.0.113.0/24, status:4xx, state:SYN_RECV, !not"},
	{27, "Esc", ACT_CLOSE, IN_DETAIL | IN_PAGE, "back",
		"go back; in the main view, drop the filter"},
	{27, "Esc", ACT_CLOSE, IN_LISTS, NULL, NULL},
	{'p', "p", ACT_PRIVATE, IN_VIEWS, "private", "show or hide private addresses"},
	{'w', "w", ACT_WHOIS, IN_LISTS | IN_DETAIL, NULL,
		"ask now who the selected address is registered to (RDAP, whois)"},
	{'i', "i", ACT_SOURCES, IN_VIEWS, "inputs",
		"what is read, what is missing, what was rejected"},
	{'\t', "Tab", ACT_ALL, IN_DETAIL, "all connections",
		"in the detail: all connections, or the newest ones"},
	{-KEY_UP, "Up", ACT_UP, IN_VIEWS, NULL,
		"one line up; the selection stays with its address"},
	{'k', "k", ACT_UP, IN_VIEWS, NULL, NULL},
	{-KEY_DOWN, "Down", ACT_DOWN, IN_VIEWS, NULL, "one line down"},
	{'j', "j", ACT_DOWN, IN_VIEWS, NULL, NULL},
	{-KEY_PPAGE, "PgUp", ACT_PAGE_UP, IN_VIEWS, NULL, "one page up"},
	{CTRL('b'), "^B", ACT_PAGE_UP, IN_VIEWS, NULL, NULL},
	{-KEY_NPAGE, "PgDn", ACT_PAGE_DOWN, IN_VIEWS, NULL, "one page down"},
	{CTRL('f'), "^F", ACT_PAGE_DOWN, IN_VIEWS, NULL, NULL},
	{' ', "Space", ACT_PAGE_DOWN, IN_PAGE | IN_DETAIL, NULL, NULL},
	{-KEY_HOME, "Home", ACT_TOP, IN_VIEWS, NULL,
		"to the top; connections: stay on the first row, whoever it is"},
	{'g', "g", ACT_TOP, IN_VIEWS, NULL, NULL},
	{-KEY_END, "End", ACT_END, IN_VIEWS, NULL, "to the end; log: follow the newest line again"},
	{'G', "G", ACT_END, IN_VIEWS, NULL, NULL},
	{CTRL('l'), "^L", ACT_REDRAW, IN_VIEWS | IN_PROMPT, NULL, "repaint the whole screen"},
	{'\r', "Enter", ACT_ACCEPT, IN_PROMPT, "keep", NULL},
	{'\n', "", ACT_ACCEPT, IN_PROMPT, NULL, NULL},
	{-KEY_ENTER, "", ACT_ACCEPT, IN_PROMPT, NULL, NULL},
	{27, "Esc", ACT_CLOSE, IN_PROMPT, "undo", NULL},
	{-KEY_BACKSPACE, "", ACT_ERASE_CHAR, IN_PROMPT, NULL, NULL},
	{127, "", ACT_ERASE_CHAR, IN_PROMPT, NULL, NULL},
	{CTRL('h'), "", ACT_ERASE_CHAR, IN_PROMPT, NULL, NULL},
	{CTRL('w'), "", ACT_ERASE_WORD, IN_PROMPT, NULL, NULL},
	{CTRL('u'), "^U", ACT_ERASE_LINE, IN_PROMPT, "clear", NULL},
};

const size_t key_count = sizeof keys / sizeof keys[0];

enum action keys_find(int code, unsigned where)
{
	for (size_t i = 0; i < key_count; i++)
		if (keys[i].code == code && keys[i].where & where)
			return keys[i].action;
	return ACT_NONE;
}

void keys_names(enum action action, unsigned where, char *buf, size_t cap)
{
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < key_count; i++) {
		const struct key *k = &keys[i];
		if (k->action != action || !(k->where & where) || !k->name[0])
			continue;
		int w = snprintf(buf + n, cap - n, "%s%s", n ? " " : "", k->name);
		if (w < 0 || (size_t)w >= cap - n)
			return;
		n += (size_t)w;
	}
}
