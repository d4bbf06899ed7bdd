// SPDX-License-Identifier: MIT
#include "console/narrowing.h"

#include "base/text.h"

static void drop(char texts[][FILTER_TEXT_MAX], size_t *n, size_t at)
{
	memmove(texts[at], texts[at + 1], (*n - at - 1) * FILTER_TEXT_MAX);
	--*n;
}

static void add(char texts[][FILTER_TEXT_MAX], size_t *n, struct str text)
{
	if (*n == NARROWINGS_MAX)
		drop(texts, n, 0);
	text_copy(texts[(*n)++], FILTER_TEXT_MAX, text);
}

void narrowing_push(struct narrowing *n, struct str text)
{
	add(n->undo, &n->undo_n, text);
	n->redoes = false;
}

bool narrowing_pop(struct narrowing *n, const char now[static FILTER_TEXT_MAX],
	char ret_text[static FILTER_TEXT_MAX])
{
	char was[FILTER_TEXT_MAX];

	if (!n->undo_n)
		return false;
	text_copy(was, sizeof was, str_of(now));
	text_copy(ret_text, FILTER_TEXT_MAX, str_of(n->undo[--n->undo_n]));
	text_copy(n->redo, sizeof n->redo, str_of(was));
	n->redoes = true;
	return true;
}

bool narrowing_swap(struct narrowing *n, const char now[static FILTER_TEXT_MAX],
	char ret_text[static FILTER_TEXT_MAX])
{
	char back[FILTER_TEXT_MAX];

	if (!n->redoes)
		return narrowing_pop(n, now, ret_text);
	text_copy(back, sizeof back, str_of(n->redo));
	narrowing_push(n, str_of(now));
	text_copy(ret_text, FILTER_TEXT_MAX, str_of(back));
	return true;
}

void narrowing_remember(struct narrowing *n, struct str text)
{
	if (!text.n)
		return;
	for (size_t i = 0; i < n->past_n; i++)
		if (str_eq(str_of(n->past[i]), text))
			drop(n->past, &n->past_n, i--);
	add(n->past, &n->past_n, text);
}

const char *narrowing_past(const struct narrowing *n, size_t i)
{
	return i < n->past_n ? n->past[n->past_n - 1 - i] : NULL;
}
