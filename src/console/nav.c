// SPDX-License-Identifier: MIT
#include "console/nav.h"

#include "console/seat.h"

#include "base/text.h"
#include "detect/flag_defs.h"

#include <stdio.h>

#define FLAGGED FILTER_OF_SUSPICIOUS

struct filter_env nav_filter_env(const struct view *v)
{
	return (struct filter_env){.flag_at = flag_name_at,
		.utc_offset = clock_utc_offset(v->m->now),
		.bounds = v->bounds,
		.has_mark = model_machine(v->m)->mark.at != 0};
}

struct panel *nav_top(const struct view *v)
{
	return v->panels[v->depth ? v->stack[v->depth - 1] : v->focus];
}

enum panel_id nav_id(const struct view *v, const struct panel *p)
{
	int i = 0;

	while (i + 1 < PANELS && v->panels[i] != p)
		i++;
	return (enum panel_id)i;
}

static bool covers(const struct panel *p)
{
	return p->ops->lines == 0;
}

struct panel *nav_body(const struct view *v)
{
	for (size_t i = v->depth; i-- > 0;)
		if (covers(v->panels[v->stack[i]]))
			return v->panels[v->stack[i]];
	return v->panels[v->focus];
}

bool nav_is_main(const struct view *v)
{
	return nav_body(v) == v->panels[v->focus];
}

unsigned nav_where(const struct view *v)
{
	return nav_top(v)->ops->where;
}

void nav_open(struct view *v, enum panel_id id, const struct subject_key *of)
{
	struct panel *p = v->panels[id];

	for (size_t i = 0; i < v->depth; i++)
		if (v->stack[i] == id)
			v->depth = i;
	if (v->depth == PANEL_STACK_MAX)
		return;
	v->stack[v->depth++] = id;
	if (p->ops->open)
		p->ops->open(p, of);
}

bool nav_close(struct view *v)
{
	if (!v->depth)
		return false;
	v->depth--;
	return true;
}

enum panel_id nav_lower(const struct view *v)
{
	return v->tab == TAB_LOG ? PANEL_REQUESTS : PANEL_TOPS;
}

void nav_switch(struct view *v, bool back)
{
	enum panel_id ring[4];
	size_t n = 0, at = 0;

	ring[n++] = PANEL_CONNECTIONS;
	ring[n++] = v->wide ? PANEL_REQUESTS : nav_lower(v);
	if (v->wide)
		ring[n++] = PANEL_TOPS;
	if (v->headline.troubles.findings && v->areas[PANEL_FINDINGS].h)
		ring[n++] = PANEL_FINDINGS;

	while (at + 1 < n && ring[at] != v->focus)
		at++;
	v->focus = ring[(at + (back ? n - 1 : 1)) % n];
}

/* Whoever turns to a table wants to stand in it: + on 5xx is the next key. */
static void follow_tab(struct view *v)
{
	v->focus = v->wide ? PANEL_TOPS : nav_lower(v);
}

void nav_turn(struct view *v, bool back)
{
	do
		v->tab = (enum tab)((v->tab + (back ? TABS - 1 : 1)) % TABS);
	while (v->wide && v->tab == TAB_LOG);
	follow_tab(v);
}

void nav_tab(struct view *v, enum tab tab)
{
	v->tab = tab;
	follow_tab(v);
	v->changed = true;
}

void nav_ask(struct view *v, enum action action)
{
	v->asking.action = action;
}

bool nav_selected(const struct view *v, struct subject_key *ret)
{
	struct panel *p = nav_body(v);

	return p->ops->selected && p->ops->selected(p, ret);
}

void nav_go_to(struct view *v, const struct subject_key *key)
{
	struct panel *rows = v->panels[PANEL_CONNECTIONS];

	if (nav_is_main(v) && rows->ops->go_to && rows->ops->go_to(rows, key))
		v->focus = PANEL_CONNECTIONS;
	else
		nav_open(v, PANEL_DETAIL, key);
}

int nav_set_filter(struct view *v, struct str text, struct filter_error *ret_error)
{
	const struct filter_env env = nav_filter_env(v);
	int r = filter_compile(&v->filter, text, &env, ret_error);

	if (r == 0)
		v->filter_generation++;
	return r;
}

void nav_keep_filter(struct view *v, struct str before)
{
	struct str text = str_of(v->filter.text);

	if (str_eq(text, before))
		return;
	narrowing_push(&v->narrowing, before);
	narrowing_remember(&v->narrowing, text);
}

int nav_try_narrow(struct view *v, struct str text, struct filter_error *ret_error)
{
	char before[FILTER_TEXT_MAX];

	text_copy(before, sizeof before, str_of(v->filter.text));
	int err = nav_set_filter(v, text, ret_error);
	if (!err)
		nav_keep_filter(v, str_of(before));
	return err;
}

void nav_narrow(struct view *v, struct str text)
{
	struct filter_error error;

	nav_try_narrow(v, text, &error);
}

void nav_narrow_to_selected(struct view *v, bool negated)
{
	struct panel *p = nav_body(v);
	char buf[SUBJECT_NAME_MAX], text[FILTER_TEXT_MAX];
	struct filter_target target;

	if (!p->ops->target || !p->ops->target(p, buf, &target))
		view_refuse(v, "nothing is under the cursor to filter by");
	else if (filter_narrow(&v->filter, &target, negated, text) < 0)
		view_refuse(v, "the filter is too long to take that in");
	else
		nav_narrow(v, str_of(text));
}

/* Nothing is left to take off. */
static void say_nothing_to_undo(struct view *v)
{
	view_refuse(v, "nothing to undo: %s",
		v->filter.count ? "the filter is as it was at the start" : "there is no filter");
}

void nav_undo(struct view *v)
{
	char text[FILTER_TEXT_MAX], now[FILTER_TEXT_MAX];
	struct filter_error error;

	text_copy(now, sizeof now, str_of(v->filter.text));
	if (seat_is_last(v) && seat_leave(v))
		return;
	if (!narrowing_swap(&v->narrowing, now, text)) {
		say_nothing_to_undo(v);
		return;
	}
	nav_set_filter(v, str_of(text), &error);
	view_say(v, "%s: once more takes it back", text[0] ? text : "no filter");
}

void nav_widen(struct view *v)
{
	char text[FILTER_TEXT_MAX] = "";
	struct filter_error error;

	if ((!v->filter.count || seat_is_last(v)) && seat_leave(v))
		return;
	if (!v->filter.count) {
		say_nothing_to_undo(v);
		return;
	}
	narrowing_pop(&v->narrowing, v->filter.text, text);
	nav_set_filter(v, str_of(text), &error);
}

/* The text without a word of the filter. */
static void without(const struct filter *f, size_t word, char ret[static FILTER_TEXT_MAX])
{
	size_t n = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < f->count; i++)
		if (i != word)
			n += (size_t)snprintf(ret + n, FILTER_TEXT_MAX - n, "%s%.*s", n ? " " : "",
				(int)f->words[i].n, f->text + f->words[i].at);
}

void nav_flagged(struct view *v)
{
	const struct filter *f = &v->filter;
	char text[FILTER_TEXT_MAX];
	struct filter_error error;
	size_t i = 0;

	while (i < f->count &&
		!str_eq((struct str){f->text + f->words[i].at, f->words[i].n}, STR_LIT(FLAGGED)))
		i++;
	int n = 0;
	if (i < f->count)
		without(f, i, text);
	else
		n = snprintf(text, sizeof text, FLAGGED "%s%s", f->count ? " " : "", f->text);
	if (n < 0 || (size_t)n >= sizeof text || nav_try_narrow(v, str_of(text), &error) < 0)
		view_refuse(v, "the filter is too long to take that in");
}

void nav_show_private(struct view *v, bool show)
{
	v->show_private = show;
	v->filter_generation++;
}
