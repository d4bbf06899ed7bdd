// SPDX-License-Identifier: MIT
#include "console/detail_parts.h"
#include "console/panels.h"
#include "console/seat.h"

#include "base/container.h"
#include "base/text.h"

#define MEMBERS_FEW 6
#define CONNS_FEW   4

/* The row under the cursor of the rows, beside them: what Enter shows whole. It has no cursor. */
struct inspector {
	struct panel panel;
	struct about about;
	bool shown; /* some row was */
};

static struct inspector *inspector_of(struct panel *p)
{
	return container_of(p, struct inspector, panel);
}

static void inspector_start(struct panel *p)
{
	about_init(&inspector_of(p)->about, p->view);
	inspector_of(p)->about.brief = true;
	inspector_of(p)->about.whole = true;
}

static void inspector_done(struct panel *p)
{
	about_done(&inspector_of(p)->about);
}

static void inspector_forget(struct panel *p)
{
	struct inspector *i = inspector_of(p);
	struct subject_key key = i->about.key;

	if (i->shown)
		about_begin(&i->about, &key);
}

/* Goes after the row under the cursor. False when there is none. */
static bool follow(struct inspector *i)
{
	struct panel *rows = i->panel.view->panels[PANEL_CONNECTIONS];
	struct subject_key key;

	if (!rows->ops->selected || !rows->ops->selected(rows, &key))
		return false;
	if (!i->shown || !subject_key_equal(&key, &i->about.key))
		about_begin(&i->about, &key);
	i->shown = true;
	return true;
}

/* Members, connections and requests share what room is left; the last has the rest. */
static void write_sheet(struct sheet *s, struct about *a)
{
	detail_print_facts(s, a);
	if (sheet_room(s) > MEMBERS_FEW)
		detail_print_members(s, a, a->gathered.n ? MEMBERS_FEW : sheet_room(s) - 2);
	if (sheet_room(s) > CONNS_FEW)
		detail_print_conns(s, a, a->gathered.n ? CONNS_FEW : sheet_room(s) - 2);
	if (sheet_room(s) > 1)
		detail_print_requests(s, a, sheet_room(s) - 1);
}

static void draw_machine(const struct inspector *i, struct area a, struct sheet *s)
{
	const struct view *v = i->panel.view;
	const struct member *m = seat_named(v, &i->about.key);

	if (!m)
		return;
	screen_text(a, 0, 0, STYLE_BAR_IDLE, str_of(m->name));
	detail_print_machine(s, v, m);
}

static void inspector_draw(struct panel *p, struct area a, bool focused)
{
	struct inspector *i = inspector_of(p);
	char title[DETAIL_TITLE_MAX];

	(void)focused;
	screen_fill(a, 0, 0, STYLE_BAR_IDLE);
	a.x++; /* the rule between the panels stands close */
	a.w--;
	struct sheet s = sheet_still(area_rows(a, 1, a.h - 1));
	if (!follow(i)) {
		screen_print(a, 0, 0, STYLE_BAR_IDLE, "no row is under the cursor");
		return;
	}
	if (i->about.key.by == GROUP_MACHINE) {
		draw_machine(i, a, &s);
		return;
	}
	about_look(&i->about);
	detail_title(&i->about, title);
	screen_text(a, 0, 0, STYLE_BAR_IDLE, str_of(title));
	write_sheet(&s, &i->about);
}

static bool inspector_act(struct panel *p, enum action action)
{
	(void)p;
	(void)action;
	return false;
}

const struct panel_ops inspector_panel = {
	.where = IN_LISTS,
	.size = sizeof(struct inspector),
	.start = inspector_start,
	.done = inspector_done,
	.forget = inspector_forget,
	.draw = inspector_draw,
	.act = inspector_act,
};
