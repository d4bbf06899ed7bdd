// SPDX-License-Identifier: MIT
#include "tui/bindings.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <strings.h>

#define CTRL(c) ((c)&0x1f)

/* Esc never quits: it is the first byte of what a slow link may send in pieces. */
static const struct binding defaults[] = {
	{'q', ACT_QUIT, IN_LISTS},
	{CODE_F1 + 9, ACT_QUIT, IN_LISTS},
	{'?', ACT_HELP, IN_VIEWS | IN_MENU},
	{CODE_F1, ACT_HELP, IN_ALL},
	{CODE_TAB, ACT_FOCUS_NEXT, IN_LISTS},
	{CODE_BACK_TAB, ACT_FOCUS_BACK, IN_LISTS},
	{CODE_ENTER, ACT_OPEN, IN_ROWS | IN_PAGE},
	{CODE_ENTER, ACT_BLOCK_YES, IN_BLOCK},
	{'/', ACT_FILTER, IN_LISTS},
	{CODE_F1 + 3, ACT_FILTER, IN_LISTS},
	{CODE_F1 + 2, ACT_HIGHLIGHT, IN_LISTS},
	{'f', ACT_FILTER_DIALOG, IN_LISTS},
	{'u', ACT_FILTER_SAVED, IN_LISTS},
	{'/', ACT_SEARCH, IN_PAGE},
	{CODE_F1 + 2, ACT_SEARCH, IN_PAGE},
	{CODE_ESC, ACT_BACK, IN_DETAIL | IN_PAGE | IN_BLOCK},
	{'q', ACT_BACK, IN_DETAIL | IN_PAGE | IN_BLOCK},
	{CODE_ESC, ACT_FILTER_DROP, IN_LISTS},
	{'+', ACT_ONLY, IN_ROWS},
	{'-', ACT_NOT, IN_ROWS},
	{CODE_BACKSPACE, ACT_WIDEN, IN_LISTS},
	{'!', ACT_FLAGGED, IN_LISTS},
	{'}', ACT_FINDING_NEXT, IN_ROWS},
	{'{', ACT_FINDING_BACK, IN_ROWS},
	{'z', ACT_GROUP, IN_LISTS},
	{CODE_F1 + 4, ACT_GROUP, IN_LISTS},
	{'Z', ACT_GROUP_BACK, IN_LISTS},
	{CODE_LEFT, ACT_GO_LEFT, IN_VIEWS | IN_MENU},
	{'h', ACT_GO_LEFT, IN_VIEWS | IN_MENU},
	{CODE_RIGHT, ACT_GO_RIGHT, IN_VIEWS | IN_MENU},
	{'l', ACT_GO_RIGHT, IN_VIEWS | IN_MENU},
	{'s', ACT_SORT, IN_LISTS},
	{'>', ACT_SORT_NEXT, IN_LISTS},
	{'<', ACT_SORT_BACK, IN_LISTS},
	{'o', ACT_SORT_PICK, IN_LISTS},
	{CODE_F1 + 5, ACT_SORT_PICK, IN_LISTS},
	{'S', ACT_REVERSE, IN_LISTS},
	{'I', ACT_REVERSE, IN_LISTS},
	{'F', ACT_FOLLOW, IN_LISTS},
	{' ', ACT_FREEZE, IN_ROWS},
	{'[', ACT_TIME_BACK, IN_ROWS},
	{']', ACT_TIME_ON, IN_ROWS},
	{'t', ACT_TIME_GO, IN_ROWS},
	{'.', ACT_STEP, IN_ROWS},
	{'(', ACT_SLOWER, IN_ROWS},
	{')', ACT_FASTER, IN_ROWS},
	{'m', ACT_MARK, IN_VIEWS},
	{'d', ACT_SINCE, IN_ROWS},
	{'v', ACT_TAB_NEXT, IN_LISTS},
	{'V', ACT_TAB_BACK, IN_LISTS},
	{'L', ACT_LOG_OF, IN_LISTS},
	{'n', ACT_MATCH_NEXT, IN_VIEWS},
	{'N', ACT_MATCH_BACK, IN_VIEWS},
	{'W', ACT_WRAP, IN_ROWS},
	{'c', ACT_COPY, IN_ROWS | IN_BLOCK | IN_TEXT},
	{'C', ACT_COPY_MENU, IN_ROWS | IN_BLOCK},
	{'b', ACT_BLOCK, IN_ROWS},
	{CODE_F1 + 8, ACT_BLOCK, IN_ROWS},
	{'x', ACT_BLOCK_RUN, IN_BLOCK},
	{'X', ACT_BLOCK_WRITE, IN_BLOCK},
	{'B', ACT_BLOCKS, IN_ROWS | IN_BLOCK},
	{'e', ACT_REPORT, IN_ROWS},
	{'E', ACT_ABUSE, IN_ROWS},
	{'R', ACT_RECORD, IN_LISTS},
	{'w', ACT_WHOIS, IN_ROWS},
	{'a', ACT_ASK, IN_ROWS | IN_TEXT},
	{'p', ACT_PRIVATE, IN_VIEWS},
	{'i', ACT_INPUTS, IN_VIEWS},
	{',', ACT_SETUP, IN_VIEWS},
	{CODE_F1 + 1, ACT_SETUP, IN_VIEWS},
	{'M', ACT_MOUSE, IN_VIEWS | IN_MENU},
	{':', ACT_COMMANDS, IN_VIEWS},
	{'1', ACT_HOOK, IN_ROWS},
	{'2', ACT_HOOK, IN_ROWS},
	{'3', ACT_HOOK, IN_ROWS},
	{'4', ACT_HOOK, IN_ROWS},
	{'5', ACT_HOOK, IN_ROWS},
	{'6', ACT_HOOK, IN_ROWS},
	{'7', ACT_HOOK, IN_ROWS},
	{'8', ACT_HOOK, IN_ROWS},
	{'9', ACT_HOOK, IN_ROWS},
	{'D', ACT_DEMO, IN_LISTS},
	{CODE_TAB, ACT_ALL, IN_DETAIL},
	{CODE_UP, ACT_UP, IN_VIEWS | IN_MENU},
	{'k', ACT_UP, IN_VIEWS | IN_MENU},
	{CODE_DOWN, ACT_DOWN, IN_VIEWS | IN_MENU},
	{'j', ACT_DOWN, IN_VIEWS | IN_MENU},
	{CODE_PAGE_UP, ACT_PAGE_UP, IN_ALL},
	{CTRL('b'), ACT_PAGE_UP, IN_VIEWS | IN_MENU},
	{CODE_PAGE_DOWN, ACT_PAGE_DOWN, IN_ALL},
	{CTRL('f'), ACT_PAGE_DOWN, IN_VIEWS | IN_MENU},
	{' ', ACT_PAGE_DOWN, IN_PAGE},
	{CODE_HOME, ACT_TOP, IN_VIEWS | IN_MENU},
	{'g', ACT_TOP, IN_VIEWS | IN_MENU},
	{CODE_END, ACT_END, IN_VIEWS | IN_MENU},
	{'G', ACT_END, IN_VIEWS | IN_MENU},
	{CTRL('l'), ACT_REDRAW, IN_ALL},
	{'r', ACT_REFRESH, IN_VIEWS},
	{CODE_ENTER, ACT_ACCEPT, IN_PROMPT | IN_MENU},
	{' ', ACT_ACCEPT, IN_MENU},
	{CODE_ESC, ACT_CANCEL, IN_PROMPT | IN_MENU},
	{'q', ACT_CANCEL, IN_MENU},
	{CODE_TAB, ACT_COMPLETE, IN_PROMPT},
	{CODE_UP, ACT_OLDER, IN_PROMPT},
	{CTRL('p'), ACT_OLDER, IN_PROMPT},
	{CODE_DOWN, ACT_NEWER, IN_PROMPT},
	{CTRL('n'), ACT_NEWER, IN_PROMPT},
	{CTRL('t'), ACT_AS_HIGHLIGHT, IN_PROMPT},
	{CTRL('s'), ACT_SAVE, IN_PROMPT},
	{CODE_LEFT, ACT_LEFT, IN_PROMPT},
	{CTRL('b'), ACT_LEFT, IN_PROMPT},
	{CODE_RIGHT, ACT_RIGHT, IN_PROMPT},
	{CTRL('f'), ACT_RIGHT, IN_PROMPT},
	{CODE_HOME, ACT_LINE_START, IN_PROMPT},
	{CTRL('a'), ACT_LINE_START, IN_PROMPT},
	{CODE_END, ACT_LINE_END, IN_PROMPT},
	{CTRL('e'), ACT_LINE_END, IN_PROMPT},
	{CODE_DELETE, ACT_DELETE, IN_PROMPT},
	{CTRL('d'), ACT_DELETE, IN_PROMPT},
	{CODE_BACKSPACE, ACT_ERASE_CHAR, IN_PROMPT},
	{CTRL('w'), ACT_ERASE_WORD, IN_PROMPT},
	{CTRL('u'), ACT_ERASE_LINE, IN_PROMPT},
};

_Static_assert(ARRAY_LEN(defaults) <= BINDINGS_MAX, "room for the defaults");

/* The first name of a code is the one that is shown. */
static const struct {
	uint32_t code;
	const char *name;
} names[] = {
	{CODE_TAB, "Tab"},
	{CODE_ENTER, "Enter"},
	{CODE_ENTER, "Return"},
	{CODE_ESC, "Esc"},
	{CODE_ESC, "Escape"},
	{' ', "Space"},
	{CODE_UP, "Up"},
	{CODE_DOWN, "Down"},
	{CODE_LEFT, "Left"},
	{CODE_RIGHT, "Right"},
	{CODE_HOME, "Home"},
	{CODE_END, "End"},
	{CODE_PAGE_UP, "PgUp"},
	{CODE_PAGE_UP, "Page-Up"},
	{CODE_PAGE_DOWN, "PgDn"},
	{CODE_PAGE_DOWN, "Page-Down"},
	{CODE_INSERT, "Insert"},
	{CODE_DELETE, "Delete"},
	{CODE_BACKSPACE, "Backspace"},
	{CODE_BACK_TAB, "Shift-Tab"},
};

static bool is_called(struct str text, const char *name)
{
	return text.n == strlen(name) && strncasecmp(text.p, name, text.n) == 0;
}

size_t key_name(uint32_t code, char buf[static KEY_NAME_MAX])
{
	int n;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (names[i].code == code)
			return (size_t)snprintf(buf, KEY_NAME_MAX, "%s", names[i].name);
	if (code >= CODE_F1 && code <= CODE_F12)
		n = snprintf(buf, KEY_NAME_MAX, "F%u", (unsigned)(code - CODE_F1 + 1));
	else if (code < ' ')
		n = snprintf(buf, KEY_NAME_MAX, "^%c", (int)code + '@');
	else
		buf[n = (int)text_put_utf8(buf, code)] = '\0';
	return (size_t)n;
}

/* Control keys that a terminal sends for a key with a name are that key. */
static uint32_t control(char letter)
{
	uint32_t code = CTRL((unsigned char)letter);

	return code == CTRL('h') ? (uint32_t)CODE_BACKSPACE : code == CTRL('j') ? CODE_ENTER : code;
}

static bool parse_control(struct str text, uint32_t *ret_code)
{
	size_t skip = text.n == 2 && text.p[0] == '^'                              ? 1
		      : text.n == 6 && is_called((struct str){text.p, 5}, "ctrl-") ? 5
										   : 0;
	char letter = skip ? text.p[skip] : '\0';

	if (letter >= 'a' && letter <= 'z')
		letter = (char)(letter - 'a' + 'A');
	if (letter < 'A' || letter > '_')
		return false;
	*ret_code = control(letter);
	return true;
}

static bool parse_function(struct str text, uint32_t *ret_code)
{
	unsigned n = 0;

	if (text.n < 2 || text.n > 3 || (text.p[0] != 'f' && text.p[0] != 'F'))
		return false;
	for (size_t i = 1; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		n = n * 10 + (unsigned)(text.p[i] - '0');
	}
	if (n < 1 || n > 12 || text.p[1] == '0')
		return false;
	*ret_code = CODE_F1 + n - 1;
	return true;
}

bool key_parse(struct str text, uint32_t *ret_code)
{
	uint32_t cp;

	if (!text.n || !text_is_clean(text))
		return false;
	if (text_utf8(text, &cp) == text.n) {
		*ret_code = cp;
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (is_called(text, names[i].name)) {
			*ret_code = names[i].code;
			return true;
		}
	return parse_control(text, ret_code) || parse_function(text, ret_code);
}

void bindings_reset(struct bindings *b)
{
	memcpy(b->at, defaults, sizeof defaults);
	b->n = ARRAY_LEN(defaults);
}

/* Takes the key from whatever it does there, and every key from the action. */
static void release(struct bindings *b, uint32_t code, unsigned where)
{
	size_t kept = 0;

	for (size_t i = 0; i < b->n; i++) {
		if (b->at[i].code == code)
			b->at[i].where &= ~where;
		if (b->at[i].where)
			b->at[kept++] = b->at[i];
	}
	b->n = kept;
}

static void release_action(struct bindings *b, enum action action)
{
	size_t kept = 0;

	for (size_t i = 0; i < b->n; i++)
		if (b->at[i].action != action)
			b->at[kept++] = b->at[i];
	b->n = kept;
}

static int refuse(char reason[static BINDING_REASON_MAX], const char *format, struct str key)
{
	struct str shown = text_clip(key, 32);

	snprintf(reason, BINDING_REASON_MAX, format, STR_FMT(shown));
	return -EINVAL;
}

static int add(struct bindings *b, enum action action, struct str key,
	char reason[static BINDING_REASON_MAX])
{
	unsigned where = actions[action].where;
	uint32_t code;

	if (!key_parse(key, &code))
		return refuse(reason,
			"%.*s: no such key; expected a character, F1 to F12, ctrl-x or a name such "
			"as Space or PgUp",
			key);
	if (code >= ' ' && code < CODE_UP)
		where &= ~(unsigned)IN_PROMPT;
	if (!where)
		return refuse(reason, "%.*s: is text in the line that is typed", key);
	release(b, code, where);
	if (b->n == BINDINGS_MAX) {
		snprintf(reason, BINDING_REASON_MAX, "more than %d keys", BINDINGS_MAX);
		return -ENOSPC;
	}
	b->at[b->n++] = (struct binding){code, action, where};
	return 0;
}

static struct str next_word(struct str *rest)
{
	while (rest->n && rest->p[0] == ' ')
		*rest = (struct str){rest->p + 1, rest->n - 1};
	struct str word = {rest->p, 0};
	while (word.n < rest->n && rest->p[word.n] != ' ')
		word.n++;
	*rest = (struct str){rest->p + word.n, rest->n - word.n};
	return word;
}

int bindings_set(struct bindings *b, enum action action, struct str keys,
	char reason[static BINDING_REASON_MAX])
{
	struct bindings copy = *b;
	struct str word = next_word(&keys);

	if (!word.n)
		return refuse(reason, "%.*sexpected a key, or none", word);
	release_action(&copy, action);
	if (!is_called(word, "none") || keys.n)
		for (; word.n; word = next_word(&keys)) {
			int r = add(&copy, action, word, reason);
			if (r < 0)
				return r;
		}
	*b = copy;
	return 0;
}

int bindings_add(struct bindings *b, uint32_t code, enum action action)
{
	if (b->n == BINDINGS_MAX)
		return -ENOSPC;
	b->at[b->n++] = (struct binding){code, action, actions[action].where};
	return 0;
}

enum action bindings_find(const struct bindings *b, uint32_t code, unsigned where)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->at[i].code == code && b->at[i].where & where)
			return b->at[i].action;
	return ACT_NONE;
}

void bindings_names(const struct bindings *b, enum action action, unsigned where, size_t most,
	char *buf, size_t cap)
{
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < b->n && most; i++) {
		char name[KEY_NAME_MAX];
		if (b->at[i].action != action || !(b->at[i].where & where))
			continue;
		key_name(b->at[i].code, name);
		int w = snprintf(buf + n, cap - n, "%s%s", n ? " " : "", name);
		if (w < 0 || (size_t)w >= cap - n) {
			buf[n] = '\0';
			return;
		}
		n += (size_t)w;
		most--;
	}
}
