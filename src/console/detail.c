// SPDX-License-Identifier: MIT
#include "console/detail_parts.h"
#include "console/panels.h"
#include "console/seat.h"

#include "base/container.h"
#include "base/text.h"

#include <stdio.h>

#define FOOT_LINES 2
#define FOOT_FROM  14 /* lines of the panel from which there is room for a foot */
#define BACK_MAX   8  /* rows that lead to one another */

struct detail {
	struct panel panel;
	struct about about;
	struct list rows, lines; /* the sheet's */
	struct area area;        /* that it was last written to */
	bool stale;              /* a key was pressed since: what is under the cursor is another */
	/* The groups that it was opened from, and what stood around it in the last of them. */
	struct {
		struct subject_key key;
		uint32_t rank;
	} back[BACK_MAX];
	uint32_t depth;
	struct addr siblings[MEMBERS_MOST];
	uint32_t sibling_count;
};

static struct detail *detail_of(struct panel *p)
{
	return container_of(p, struct detail, panel);
}

static void begin(struct detail *d, const struct subject_key *key)
{
	about_begin(&d->about, key);
	list_reset(&d->rows);
	list_reset(&d->lines);
	d->stale = d->panel.view->changed = true;
}

static void detail_start(struct panel *p)
{
	about_init(&detail_of(p)->about, p->view);
	detail_of(p)->about.whole = true;
}

static void detail_done(struct panel *p)
{
	about_done(&detail_of(p)->about);
}

static void detail_open(struct panel *p, const struct subject_key *of)
{
	struct detail *d = detail_of(p);

	d->depth = d->sibling_count = 0;
	d->about.all_conns = false;
	begin(d, of);
}

/* Ids and positions of the old model mean nothing in the new one. */
static void detail_forget(struct panel *p)
{
	struct detail *d = detail_of(p);
	struct subject_key key = d->about.key;
	uint32_t rank = d->rows.rank;

	begin(d, &key);
	d->rows.rank = rank;
}

static bool detail_watched(const struct panel *p, struct addr *ret_ip)
{
	const struct subject_key *key = &container_of(p, const struct detail, panel)->about.key;

	*ret_ip = key->prefix.addr;
	return key->by == GROUP_NONE || key->by == GROUP_NET;
}

/* What was known of it stays. */
static void print_gone(struct sheet *s, const struct about *a)
{
	char line[96];

	snprintf(line, sizeof line, "This %s %s", about_is_host(a) ? "address" : "group",
		a->seen ? "is no longer tracked: idle, no connections." : "has not been seen yet.");
	sheet_label(s, STYLE_WARN, line);
}

void detail_print_facts(struct sheet *s, struct about *a)
{
	detail_print_judged(s, a);
	detail_print_shares(s, a);
	detail_print_blocked(s, a);
	detail_print_who(s, a);
	detail_print_seen(s, a);
	detail_print_sums(s, a);
	detail_print_graphs(s, a);
	detail_print_asked(s, a);
	detail_print_around(s, a);
}

static void write_sheet(struct sheet *s, struct about *a)
{
	a->under = (struct under){.what = UNDER_NOTHING};
	if (a->gone)
		print_gone(s, a);
	detail_print_facts(s, a);
	detail_print_members(s, a, 0);
	detail_print_conns(s, a, 0);
	detail_print_requests(s, a, 0);
}

/* Finds the cursor's place; the sheet can be drawn then. */
static struct sheet measure(struct detail *d)
{
	struct sheet s = sheet_begin(d->area, &d->rows, &d->lines);

	do
		write_sheet(&s, &d->about);
	while (!sheet_measured(&s));
	d->stale = false;
	return s;
}

/* Keys may come faster than frames. */
static void catch_up(struct detail *d)
{
	if (!d->stale)
		return;
	about_look(&d->about);
	measure(d);
}

/* The address under the cursor among those of a group; else the row that it is all about. */
static bool detail_selected(struct panel *p, struct subject_key *ret)
{
	const struct about *a = &detail_of(p)->about;

	catch_up(detail_of(p));
	*ret = a->under.what == UNDER_MEMBER ? subject_key_of_addr(&a->under.ip) : a->key;
	return true;
}

static bool request_target(
	const struct view *v, const struct under *u, struct filter_target *ret_target)
{
	const struct journal_entry *e = journal_at(&v->m->journal, u->request);

	if (!e || !journal_is_request(e) || !journal_path(e).n)
		return false;
	*ret_target = (struct filter_target){"path", FILTER_EQUAL, journal_path(e)};
	return true;
}

/* Between the last frame and the key its id may have become another's. */
static bool row_target(
	struct about *a, char buf[static SUBJECT_NAME_MAX], struct filter_target *ret_target)
{
	const struct model *m = a->view->m;
	uint32_t id = subject_find(m, &a->key);

	if (id == POOL_NONE)
		return false;
	struct subject s = subject_at(m, a->key.by, id);
	return filter_target_of(m, &s, buf, ret_target);
}

static bool machine_target(
	const struct about *a, char buf[static SUBJECT_NAME_MAX], struct filter_target *ret_target)
{
	const struct member *m = fleet_member(seat_fleet(a->view), a->under.member);

	if (!m)
		return false;
	text_copy(buf, SUBJECT_NAME_MAX, str_of(m->name));
	*ret_target = (struct filter_target){"machine", FILTER_EQUAL, str_of(buf)};
	return true;
}

static uint32_t detail_machine(const struct panel *p)
{
	const struct under *u = &container_of(p, const struct detail, panel)->about.under;

	return u->what == UNDER_MACHINE ? u->member : 0;
}

static bool detail_target(
	struct panel *p, char buf[static SUBJECT_NAME_MAX], struct filter_target *ret_target)
{
	struct about *a = &detail_of(p)->about;
	const struct under *u = &a->under;

	catch_up(detail_of(p));
	switch (u->what) {
	case UNDER_FIELD:
		*ret_target = (struct filter_target){u->field, u->op, str_of(u->text)};
		return true;
	case UNDER_MACHINE:
		return machine_target(a, buf, ret_target);
	case UNDER_MEMBER:
		*ret_target =
			(struct filter_target){"ip", FILTER_IS, {buf, addr_format(&u->ip, buf)}};
		return true;
	case UNDER_REQUEST:
		return request_target(p->view, u, ret_target) || row_target(a, buf, ret_target);
	default:
		return row_target(a, buf, ret_target);
	}
}

static const struct journal_entry *foot_entry(const struct about *a)
{
	const struct journal *j = &a->view->m->journal;
	const struct journal_entry *e = journal_at(j, a->request);

	if (!e && a->gathered.n)
		e = journal_at(j, a->gathered.lines[0]);
	return e && journal_is_request(e) ? e : NULL;
}

static int foot_text(struct area a, int y, int x, const char *label, struct str text)
{
	x += screen_print(a, y, x, STYLE_DIM, "%s ", label);
	if (!text.n)
		return x + screen_glyph(a, y, x, STYLE_DIM, GLYPH_DASH) + 2;
	return x + screen_text(a, y, x, STYLE_PLAIN, text) + 2;
}

/* Agent, referer and host of the request under the cursor, else of the latest. */
static void draw_foot(const struct journal_entry *e, struct area a)
{
	struct str host = text_cut(journal_vhost(e), a.w / 3);
	int x = 0;

	foot_text(a, 0, 0, "agent  ", journal_agent(e));
	if (host.n)
		x = foot_text(a, 1, 0, "host", host);
	x = foot_text(a, 1, x, x ? "proto" : "proto  ", journal_proto(e));
	foot_text(a, 1, x, "referer", journal_referer(e));
}

static void draw_title(const struct detail *d, struct area a)
{
	char title[DETAIL_TITLE_MAX];

	detail_title(&d->about, title);
	screen_fill(a, 0, 0, STYLE_BAR);
	screen_text(a, 0, 0, STYLE_BAR, str_of(title));
}

static void detail_draw(struct panel *p, struct area a, bool focused)
{
	struct detail *d = detail_of(p);

	(void)focused;
	about_look(&d->about);
	const struct journal_entry *e = foot_entry(&d->about);
	int foot = e && a.h >= FOOT_FROM ? FOOT_LINES : 0;

	d->area = area_rows(a, 1, a.h - 1 - foot);
	draw_title(d, a);
	struct sheet s = measure(d);
	write_sheet(&s, &d->about);
	e = foot_entry(&d->about);
	if (foot && e)
		draw_foot(e, area_rows(a, a.h - foot, foot));
}

/* Goes into an address of the group; Esc leads back. */
static void enter(struct detail *d, const struct addr *ip)
{
	const struct members_found *f = &d->about.members.found;
	struct subject_key key = subject_key_of_addr(ip);

	if (d->depth < BACK_MAX) {
		d->back[d->depth].key = d->about.key;
		d->back[d->depth].rank = d->rows.rank;
		d->depth++;
	}
	d->sibling_count = f->n;
	for (uint32_t i = 0; i < f->n; i++)
		d->siblings[i] = f->at[i].ip;
	begin(d, &key);
}

static bool go_back(struct detail *d)
{
	if (!d->depth)
		return false;
	d->depth--;
	d->sibling_count = 0;
	begin(d, &d->back[d->depth].key);
	d->rows.rank = d->back[d->depth].rank;
	return true;
}

static bool open_under(struct detail *d)
{
	const struct under *u = &d->about.under;
	const struct fleet *fleet = seat_fleet(d->panel.view);

	if (u->what == UNDER_MACHINE && fleet_member(fleet, u->member))
		seat_enter(d->panel.view, fleet_member(fleet, u->member));
	else if (u->what == UNDER_MEMBER ||
		 (u->what == UNDER_REQUEST && !about_is_host(&d->about) && !addr_is_unset(&u->ip)))
		enter(d, &u->ip);
	else
		view_refuse(d->panel.view, "nothing lies in what is under the cursor");
	return true;
}

static bool step_siblings(struct detail *d, int by, struct subject_key *ret)
{
	int64_t at = -1;

	for (uint32_t i = 0; i < d->sibling_count; i++)
		if (addr_eq(&d->siblings[i], &d->about.key.prefix.addr))
			at = (int64_t)i + by;
	if (at < 0 || at >= d->sibling_count)
		return false;
	*ret = subject_key_of_addr(&d->siblings[at]);
	return true;
}

/* The list that it was opened from: what lies below it, else the rows. */
static struct panel *list_of(const struct view *v)
{
	for (size_t i = 0; i < v->depth; i++)
		if (v->panels[v->stack[i]]->ops->step)
			return v->panels[v->stack[i]];
	return v->panels[v->focus]->ops->step ? v->panels[v->focus] : v->panels[PANEL_CONNECTIONS];
}

static void step(struct detail *d, int by)
{
	struct panel *list = list_of(d->panel.view);
	struct subject_key key;
	bool there = d->depth ? step_siblings(d, by, &key)
			      : list->ops->step && list->ops->step(list, by, &key);

	if (there)
		begin(d, &key);
	else
		view_refuse(
			d->panel.view, by < 0 ? "this is the first row" : "this is the last row");
}

/* What is over the rows of the sheet changes who is on which. */
static bool act_on_rows(struct detail *d, enum action action)
{
	if (action == ACT_ALL) {
		d->about.all_conns = !d->about.all_conns;
		d->rows.rank = 0;
	} else if (!list_act(&d->rows, NULL, action)) {
		return false;
	}
	d->about.request = 0; /* whatever stands on that row is the selected one now */
	d->stale = true;
	return true;
}

static bool detail_act(struct panel *p, enum action action)
{
	struct detail *d = detail_of(p);

	catch_up(d);
	switch (action) {
	case ACT_GO_LEFT:
	case ACT_GO_RIGHT:
		step(d, action == ACT_GO_LEFT ? -1 : 1);
		return true;
	case ACT_OPEN:
		return open_under(d);
	case ACT_BACK:
		return go_back(d);
	case ACT_WRAP:
		d->about.whole = !d->about.whole;
		d->stale = true;
		return true;
	default:
		return act_on_rows(d, action);
	}
}

static const struct journal_entry *detail_entry(struct panel *p)
{
	return foot_entry(&detail_of(p)->about);
}

static bool detail_mouse(struct panel *p, struct area a, const struct input *in)
{
	struct detail *d = detail_of(p);
	enum mouse_button button = in->mouse.button;

	(void)a;
	if (button == MOUSE_WHEEL_UP || button == MOUSE_WHEEL_DOWN)
		list_move(&d->rows, NULL, button == MOUSE_WHEEL_UP ? -1 : 1);
	return false;
}

const struct panel_ops detail_panel = {
	.where = IN_DETAIL,
	.size = sizeof(struct detail),
	.start = detail_start,
	.done = detail_done,
	.open = detail_open,
	.forget = detail_forget,
	.selected = detail_selected,
	.entry = detail_entry,
	.mouse = detail_mouse,
	.target = detail_target,
	.machine = detail_machine,
	.watched = detail_watched,
	.draw = detail_draw,
	.act = detail_act,
};
