// SPDX-License-Identifier: MIT
#include "app/publish_detail.h"

#include <stdio.h>

#define LEFT_OUT "\xe2\x80\xa6" /* an ellipsis */

static bool is_named(uint8_t scope)
{
	return scope == SCOPE_PATH || scope == SCOPE_AGENT;
}

/* A path begins where a word does: the slash of a prefix stands behind a digit. */
static bool begins_path(struct str text, size_t at)
{
	return text.p[at] == '/' && (at == 0 || strchr(" (,\"'=", text.p[at - 1]));
}

static void add(char *buf, size_t cap, size_t *n, struct str more)
{
	size_t room = cap - *n, k = more.n < room ? more.n : 0;

	memcpy(buf + *n, k ? more.p : "", k);
	*n += k;
}

size_t detail_plain(char *buf, size_t cap, struct str text)
{
	size_t n = 0, at = 0;

	while (at < text.n) {
		if (!begins_path(text, at)) {
			add(buf, cap, &n, (struct str){text.p + at++, 1});
			continue;
		}
		while (at < text.n && !strchr(" ),\"'", text.p[at]))
			at++;
		add(buf, cap, &n, STR_LIT(LEFT_OUT));
	}
	return n;
}

/* What is told in the place of a path or an agent. */
static struct str named(const struct set_head *head, struct str who, char buf[static SET_TEXT_MAX])
{
	struct str text = set_text(head, who, buf);

	return text.p ? text : STR_LIT(LEFT_OUT);
}

/* Each `what` becomes `with`. Returns the length. */
static size_t replace(
	char buf[static DETAIL_TEXT_MAX], struct str text, struct str what, struct str with)
{
	size_t n = 0;

	while (text.n) {
		const char *at = what.n ? memmem(text.p, text.n, what.p, what.n) : NULL;
		size_t before = at ? (size_t)(at - text.p) : text.n;
		add(buf, DETAIL_TEXT_MAX, &n, (struct str){text.p, before});
		text = str_skip(text, before);
		if (!at)
			break;
		add(buf, DETAIL_TEXT_MAX, &n, with);
		text = str_skip(text, what.n);
	}
	return n;
}

static struct str plain(char buf[static DETAIL_TEXT_MAX], struct str text)
{
	return text.p ? (struct str){buf, detail_plain(buf, DETAIL_TEXT_MAX, text)} : text;
}

static void tell_flag(struct event_flag *e, struct detail_texts *texts, const struct set_head *head)
{
	char with[SET_TEXT_MAX], evidence[DETAIL_TEXT_MAX];
	struct str said = e->evidence;

	if (is_named(e->scope)) {
		struct str who = named(head, e->who, with);
		said = (struct str){evidence, replace(evidence, said, e->who, who)};
		memcpy(texts->who, who.p, who.n);
		e->who = (struct str){texts->who, who.n};
	}
	e->evidence = plain(texts->said, said);
	e->disproof = plain(texts->disproof, e->disproof);
}

static void tell_verdict(struct event_verdict *e, struct detail_texts *texts,
	const struct flags *flags, const struct set_head *head)
{
	char with[SET_TEXT_MAX], each[DETAIL_TEXT_MAX];
	struct str text = e->text;

	if (!text.p)
		return;
	for (uint32_t id = flags_next(flags, 0); id != POOL_NONE; id = flags_next(flags, id + 1)) {
		const struct flag *f = flags_at(flags, id);
		if (!is_named(f->scope) || !f->who[0])
			continue;
		struct str who = str_of(f->who);
		size_t n = replace(each, text, who, named(head, who, with));
		memcpy(texts->who, each, n);
		text = (struct str){texts->who, n};
	}
	e->text = plain(texts->said, text);
}

void detail_of(struct event *ret_event, struct detail_texts *ret_texts, const struct event *event,
	const struct flags *flags, const struct set_head *head)
{
	*ret_event = *event;
	if (head->detail == SET_FULL)
		return;
	if (event->kind == EVENT_FLAG)
		tell_flag(&ret_event->flag, ret_texts, head);
	else
		tell_verdict(&ret_event->verdict, ret_texts, flags, head);
}
