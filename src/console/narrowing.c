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
}

bool narrowing_pop(struct narrowing *n, char ret_text[static FILTER_TEXT_MAX])
{
	if (!n->undo_n)
		return false;
	memcpy(ret_text, n->undo[--n->undo_n], FILTER_TEXT_MAX);
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
