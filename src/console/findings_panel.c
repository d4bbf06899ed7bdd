// SPDX-License-Identifier: MIT
/*
 * The findings as a panel: one of them has the cursor while the panel has the keys, and every verb
 * acts on it: + narrows to all that it names, Enter opens the first.
 */
#include "console/findings.h"
#include "console/panels.h"
#include "tui/list.h"

#include "base/container.h"
#include "base/text.h"

#include <stdio.h>

struct findings_panel {
	struct panel panel;
	char chosen[FLAG_NAME_MAX]; /* the flag under the cursor */
	struct flag flag;           /* what target() borrows from */
};

static struct findings_panel *findings_of(struct panel *p)
{
	return container_of(p, struct findings_panel, panel);
}

static const struct troubles *troubles_in(const struct panel *p)
{
	return &p->view->headline.troubles;
}

/* The place of the chosen one in the list, or of the first that is a judgement; t->n: none is. */
static size_t place_of(const struct findings_panel *f)
{
	const struct troubles *t = troubles_in(&f->panel);
	size_t first = t->n;

	for (size_t i = t->n; i-- > 0;) {
		if (!t->at[i].flag[0])
			continue;
		if (strcmp(t->at[i].flag, f->chosen) == 0)
			return i;
		first = i;
	}
	return first;
}

static void choose(struct findings_panel *f, size_t i)
{
	text_copy(f->chosen, sizeof f->chosen, str_of(troubles_in(&f->panel)->at[i].flag));
}

/* As many judgements on or back as there are. */
static void move(struct findings_panel *f, int64_t by)
{
	const struct troubles *t = troubles_in(&f->panel);
	size_t at = place_of(f);

	for (size_t i = at; by && i < t->n; by < 0 ? i-- : i++) {
		if (!t->at[i].flag[0] || i == at)
			continue;
		choose(f, i);
		by += by < 0 ? 1 : -1;
	}
}

/* The gravest that the chosen trouble was made from, with what it names. */
static const struct flag *flag_of(struct findings_panel *f)
{
	const struct model *m = f->panel.view->m;
	const struct flag *top[64];
	size_t at = place_of(f), n = flags_top(&m->flags, top, ARRAY_LEN(top));

	for (size_t i = 0; at < troubles_in(&f->panel)->n && i < n; i++)
		if (strcmp(top[i]->name, troubles_in(&f->panel)->at[at].flag) == 0 &&
			trouble_is_of(&f->panel.view->headline.of, top[i]))
			return top[i];
	return NULL;
}

static bool findings_selected(struct panel *p, struct subject_key *ret)
{
	const struct flag *flag = flag_of(findings_of(p));

	if (!flag || !flag->prefix_count)
		return false;
	*ret = subject_key_of_prefix(&flag->prefixes[0]);
	return subject_find(p->view->m, ret) != POOL_NONE;
}

/* "198.51.100.0/24,203.0.113.0/24"; false when they are too many for it. */
static bool list_prefixes(const struct flag *flag, char buf[static SUBJECT_NAME_MAX])
{
	size_t n = 0;

	for (uint32_t i = 0; i < flag->prefix_count; i++) {
		char text[PREFIX_TEXT_MAX];
		size_t len = flag->prefixes[i].bits == ADDR_BITS
				     ? addr_format(&flag->prefixes[i].addr, text)
				     : prefix_format(&flag->prefixes[i], text);
		if (n + len + 2 > SUBJECT_NAME_MAX)
			return false;
		n += (size_t)snprintf(
			buf + n, SUBJECT_NAME_MAX - n, "%s%.*s", n ? "," : "", (int)len, text);
	}
	return n > 0;
}

static bool findings_target(
	struct panel *p, char buf[static SUBJECT_NAME_MAX], struct filter_target *ret_target)
{
	struct findings_panel *f = findings_of(p);
	const struct flag *flag = flag_of(f);

	if (!flag)
		return false;
	f->flag = *flag;
	if (flag->scope == SCOPE_PATH)
		*ret_target = (struct filter_target){"path", FILTER_EQUAL, str_of(f->flag.who)};
	else if (flag->scope == SCOPE_AGENT)
		*ret_target = (struct filter_target){"ua", FILTER_EQUAL, str_of(f->flag.who)};
	else if (list_prefixes(flag, buf))
		*ret_target = (struct filter_target){"net", FILTER_IS, str_of(buf)};
	else
		*ret_target = (struct filter_target){"flag", FILTER_IS, str_of(f->flag.name)};
	return true;
}

static const struct flag *findings_flag(struct panel *p)
{
	return flag_of(findings_of(p));
}

static void findings_panel_draw(struct panel *p, struct area a, bool focused)
{
	findings_draw(&p->view->headline.of, troubles_in(p), a,
		focused ? place_of(findings_of(p)) : FINDINGS_NONE);
}

static bool findings_act(struct panel *p, enum action action)
{
	int64_t by;

	if (!list_step(action, 1, &by))
		return false;
	move(findings_of(p), by);
	return true;
}

const struct panel_ops findings_panel = {
	.where = IN_LISTS,
	.size = sizeof(struct findings_panel),
	.selected = findings_selected,
	.target = findings_target,
	.flag = findings_flag,
	.draw = findings_panel_draw,
	.act = findings_act,
};
