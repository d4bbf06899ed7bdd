// SPDX-License-Identifier: MIT
#include "console/entry.h"
#include "console/nav.h"
#include "console/panels.h"
#include "console/since_parts.h"

#include "base/container.h"
#include "base/text.h"

#include <stdio.h>

static struct since *since_of(struct panel *p)
{
	return container_of(p, struct since, panel);
}

static void since_start(struct panel *p)
{
	since_of(p)->age = SINCE_LATEST;
}

static void since_open(struct panel *p, const struct subject_key *of)
{
	struct since *s = since_of(p);

	(void)of;
	s->age = SINCE_LATEST;
	s->taken_at = 0;
	s->stale = true;
	list_reset(&s->rows);
	list_reset(&s->lines);
}

static void since_forget(struct panel *p)
{
	since_of(p)->taken_at = 0;
}

/* What is compared with: the one that was asked for, by its age, while there are so many. */
static const struct mark *mark_of(struct since *s)
{
	const struct detect *d = s->panel.view->detect;
	const struct mark *all[MARKS];
	size_t n = detect_marks(d, all);

	s->mark_count = (uint32_t)n;
	if (!n)
		return NULL;
	if (s->age != SINCE_LATEST && s->age >= n)
		s->age = (uint32_t)n - 1;
	const struct mark *mark = s->age == SINCE_LATEST ? detect_mark(d) : all[s->age];
	for (uint32_t i = 0; i < n; i++)
		if (all[i] == mark)
			s->place = i;
	return mark;
}

/* Networks that are not shown elsewhere are not shown here. */
static bool is_hidden(const struct view *v, const struct prefix *p)
{
	uint32_t id = networks_find(&v->m->networks, p);

	if (v->show_private)
		return false;
	return id == POOL_NONE ? addr_is_private(&p->addr)
			       : network_at(&v->m->networks, id)->is_private;
}

static void take_section(struct since *s, const struct mark *mark, struct since_section *to,
	enum change_of of, size_t most)
{
	struct change all[MARK_TOP];
	size_t n = detect_since_mark(s->panel.view->detect, mark, of, all, ARRAY_LEN(all));

	to->of = of;
	to->n = to->left_out = 0;
	for (size_t i = 0; i < n; i++) {
		if (of == CHANGE_NETWORKS && is_hidden(s->panel.view, &all[i].prefix))
			continue;
		if (to->n < most)
			to->at[to->n++] = all[i];
		else
			to->left_out++;
	}
}

/* Comparing costs some milliseconds when all tables are full: once a second will do. */
static void take(struct since *s, const struct mark *mark, size_t most)
{
	static const enum change_of order[SINCE_SECTIONS] = {
		CHANGE_NETWORKS, CHANGE_PATHS, CHANGE_AGENTS, CHANGE_VHOSTS, CHANGE_REFERERS};
	const struct view *v = s->panel.view;

	if (s->taken_at == v->m->now && s->taken_mark == mark->at && s->most == most &&
		s->private_shown == v->show_private)
		return;
	s->taken_at = v->m->now;
	s->taken_mark = mark->at;
	s->most = most;
	s->private_shown = v->show_private;
	for (size_t i = 0; i < SINCE_SECTIONS; i++)
		take_section(s, mark, &s->sections[i], order[i], most);
}

static void draw_nothing(const struct since *s, struct area a)
{
	char key[KEY_NAME_MAX];

	bindings_names(&s->panel.view->bindings, ACT_MARK, IN_DETAIL, 1, key, sizeof key);
	if (!s->panel.view->detect) {
		screen_print(a, 1, 1, STYLE_WARN, "Nothing is judged here, so no marks are kept.");
		return;
	}
	screen_print(a, 1, 1, STYLE_PLAIN, "There is no mark yet to compare with.");
	screen_print(a, 2, 1, STYLE_PLAIN,
		s->panel.view->replaying
			? "The recording has none up to here; %s makes one of this moment."
			: "One is made every five minutes by itself, and with %s.",
		key[0] ? key : "a key");
}

static void draw_title(const struct since *s, const struct mark *mark, struct area a)
{
	char ago[16], clock[9], which[64] = "";
	usec_t age = mark ? s->panel.view->m->now - mark->at : 0;

	screen_fill(a, 0, 0, STYLE_BAR);
	if (!mark) {
		screen_print(a, 0, 0, STYLE_BAR, "What is new since the mark");
		return;
	}
	clock_text(clock, mark->at);
	text_span(ago, age > 0 ? (uint64_t)age / USEC_PER_SEC : 0);
	if (s->mark_count > 1)
		snprintf(which, sizeof which, "   mark %u of %u",
			(unsigned)(s->mark_count - s->place), (unsigned)s->mark_count);
	screen_print(a, 0, 0, STYLE_BAR, "What is new since the mark at %s, %s ago (%s%s%s)%s",
		clock, ago, mark->by_itself ? "by itself" : "by hand", mark->name[0] ? ": " : "",
		mark->name, which);
}

/* Finds the cursor's place; the sheet can be drawn then. */
static struct sheet measure(struct since *s, const struct mark *mark)
{
	struct sheet sheet = sheet_begin(s->area, &s->rows, &s->lines);

	take(s, mark, s->area.h >= 40 ? SINCE_MOST : SINCE_FEW);
	do
		since_write(&sheet, s, mark);
	while (!sheet_measured(&sheet));
	s->stale = false;
	return sheet;
}

/* Keys may come faster than frames. */
static void catch_up(struct since *s)
{
	const struct mark *mark = s->stale ? mark_of(s) : NULL;

	if (mark)
		measure(s, mark);
}

static void since_draw(struct panel *p, struct area a, bool focused)
{
	struct since *s = since_of(p);
	const struct mark *mark = mark_of(s);

	(void)focused;
	draw_title(s, mark, a);
	s->area = area_rows(a, 1, a.h - 1);
	s->on = NULL;
	if (!mark) {
		draw_nothing(s, s->area);
		return;
	}
	struct sheet sheet = measure(s, mark);
	since_write(&sheet, s, mark);
}

/* An older mark, or a younger one. */
static void turn(struct since *s, bool older)
{
	uint32_t at = s->place;

	if (!s->mark_count || (older ? at + 1 >= s->mark_count : at == 0)) {
		view_refuse(
			s->panel.view, older ? "there is no older mark" : "there is no later mark");
		return;
	}
	s->age = older ? at + 1 : at - 1;
}

static bool since_selected(struct panel *p, struct subject_key *ret)
{
	struct since *s = since_of(p);

	catch_up(s);
	if (!s->on || s->on_of != CHANGE_NETWORKS)
		return false;
	*ret = (struct subject_key){.by = GROUP_NET, .prefix = s->on->prefix};
	return true;
}

static bool since_step(struct panel *p, int by, struct subject_key *ret)
{
	struct since *s = since_of(p);
	const struct since_section *nets = &s->sections[0];
	uint32_t at = s->rows.rank;

	s->stale = true;
	if (nets->of != CHANGE_NETWORKS || at >= nets->n || (by < 0 && !at) ||
		(by > 0 && at + 1 >= nets->n))
		return false;
	s->rows.rank = at + (by < 0 ? -1u : 1u);
	*ret = (struct subject_key){.by = GROUP_NET, .prefix = nets->at[s->rows.rank].prefix};
	return true;
}

static bool since_target(
	struct panel *p, char buf[static SUBJECT_NAME_MAX], struct filter_target *ret_target)
{
	static const char *const fields[CHANGES_OF] = {
		[CHANGE_PATHS] = "path",
		[CHANGE_AGENTS] = "ua",
		[CHANGE_REFERERS] = "referer",
		[CHANGE_VHOSTS] = "vhost",
	};
	struct since *s = since_of(p);

	catch_up(s);
	if (!s->on)
		return false;
	if (s->on_of == CHANGE_NETWORKS) {
		struct str name = {buf, prefix_format(&s->on->prefix, buf)};
		*ret_target = (struct filter_target){"net", FILTER_IS, name};
		return true;
	}
	if (!fields[s->on_of])
		return false;
	*ret_target = since_text_target(fields[s->on_of], s->on, s->pattern);
	return true;
}

static bool open_row(struct since *s)
{
	struct view *v = s->panel.view;
	struct subject_key key;

	if (since_selected(&s->panel, &key)) {
		nav_open(v, PANEL_DETAIL, &key);
		return true;
	}
	view_refuse(v, "only networks can be opened: + shows only who does this");
	return true;
}

static bool since_act(struct panel *p, enum action action)
{
	struct since *s = since_of(p);

	catch_up(s);
	s->stale = true;
	switch (action) {
	case ACT_TIME_BACK:
	case ACT_TIME_ON:
		turn(s, action == ACT_TIME_BACK);
		return true;
	case ACT_OPEN:
		return open_row(s);
	case ACT_SINCE:
		nav_close(p->view);
		return true;
	default:
		return list_act(&s->rows, NULL, action);
	}
}

static bool since_mouse(struct panel *p, struct area a, const struct input *in)
{
	struct since *s = since_of(p);
	enum mouse_button button = in->mouse.button;

	(void)a;
	s->stale = true;
	if (button == MOUSE_WHEEL_UP || button == MOUSE_WHEEL_DOWN)
		list_move(&s->rows, NULL, button == MOUSE_WHEEL_UP ? -1 : 1);
	return false;
}

const struct panel_ops since_panel = {
	.title = "Since the mark",
	.where = IN_DETAIL,
	.size = sizeof(struct since),
	.start = since_start,
	.open = since_open,
	.forget = since_forget,
	.selected = since_selected,
	.step = since_step,
	.target = since_target,
	.mouse = since_mouse,
	.draw = since_draw,
	.act = since_act,
};
