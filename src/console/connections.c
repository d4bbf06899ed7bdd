// SPDX-License-Identifier: MIT
#include "console/connections_parts.h"

#include "console/blind.h"
#include "console/nav.h"
#include "console/panels.h"
#include "console/seat.h"

#include "base/container.h"
#include "base/text.h"

#include <stdio.h>

#define WORK_AT_ONCE (4 * USEC_PER_MSEC) /* of an order, before keys are looked at again */
#define WORK_STEP    512u                /* rows that are looked at between looks at the clock */
#define WORK_SHARE   20                  /* an order may take one part in so many of the time */
#define PAUSE_MOST   (2 * USEC_PER_SEC)
#define STAYS_AFTER  (5 * USEC_PER_SEC) /* without a key the cursor stays where it is */

static struct connections *connections_of(struct panel *p)
{
	return container_of(p, struct connections, panel);
}

static void connections_start(struct panel *p)
{
	struct connections *c = connections_of(p);

	c->sort = column_find(STR_LIT("trouble"));
	c->list.height = 1;
	c->stale = true;
	if (listing_init(&c->listing) < 0)
		listing_done(&c->listing);
}

static void connections_done(struct panel *p)
{
	listing_done(&connections_of(p)->listing);
}

/* An address stays selected: it may be there again. Rows of the former model are passed over. */
static void connections_forget(struct panel *p)
{
	struct connections *c = connections_of(p);

	if (c->listing.work)
		listing_stop(&c->listing);
	c->stale = true;
}

static void connections_fit(struct panel *p)
{
	connections_of(p)->name_width = 0;
}

/* The order. */

static bool is_asked_for(const struct connections *c)
{
	return c->stale || c->generation != c->panel.view->filter_generation;
}

static bool has_changed(const struct connections *c)
{
	const struct model *m = c->panel.view->m;

	return c->version != m->version || c->clock != m->now / USEC_PER_SEC;
}

static void begin(struct connections *c)
{
	const struct view *v = c->panel.view;
	const struct listing_query q = {.by = c->by,
		.sort = c->sort,
		.reversed = c->reversed,
		.show_private = v->show_private,
		.member = v->seat,
		.filter = filter_is_open(&v->filter) ? NULL : &v->filter};

	c->behind |= is_asked_for(c);
	c->stale = false;
	c->generation = v->filter_generation;
	c->version = v->m->version;
	c->clock = v->m->now / USEC_PER_SEC;
	c->spent = 0;
	listing_begin(&c->listing, v->m, &q);
}

/* Goes on until there is an order, or it is time for something else. */
static void go_on(struct connections *c)
{
	usec_t start = clock_usec(CLOCK_MONOTONIC), now = start;
	bool more = true;

	while (more && now - start < WORK_AT_ONCE) {
		more = listing_work(&c->listing, c->panel.view->m, WORK_STEP);
		now = clock_usec(CLOCK_MONOTONIC);
	}
	c->spent += now - start;
	if (more)
		return;
	usec_t pause = c->spent * WORK_SHARE;
	c->next = now + (pause < PAUSE_MOST ? pause : PAUSE_MOST);
	*(c->behind ? &c->panel.view->changed : &c->panel.view->news) = true;
	c->behind = false;
}

static usec_t connections_work(struct panel *p, usec_t now)
{
	struct connections *c = connections_of(p);

	if (!c->listing.work)
		return 0;
	if (is_asked_for(c) || (!listing_is_busy(&c->listing) && has_changed(c) && now >= c->next))
		begin(c);
	if (listing_is_busy(&c->listing))
		go_on(c);
	if (listing_is_busy(&c->listing))
		return now;
	return has_changed(c) ? c->next : 0;
}

/* What is drawn now is the newest. */
static void update(struct connections *c)
{
	struct view *v = c->panel.view;
	bool changed = v->changed, news = v->news;

	connections_work(&c->panel, clock_usec(CLOCK_MONOTONIC));
	v->changed = changed;
	v->news = news;
}

/* The cursor. */

static bool key_at(const struct connections *c, uint32_t rank, struct subject_key *ret)
{
	const struct model *m = c->panel.view->m;
	struct listing_row row;

	if (!listing_at(&c->listing, m, rank, &row))
		return false;
	struct subject s = subject_at(m, row.by, row.id);
	*ret = subject_key_of(m, &s);
	return true;
}

static bool take_row(void *ctx, uint32_t rank)
{
	struct connections *c = ctx;

	c->has_selected = key_at(c, rank, &c->selected);
	return rank < listing_count(&c->listing);
}

/* For some seconds after a key, and while it is asked to follow. */
static bool find_row(void *ctx, uint32_t *ret_rank)
{
	struct connections *c = ctx;
	bool stays = clock_usec(CLOCK_MONOTONIC) - c->touched >= STAYS_AFTER;

	if (!c->has_selected || (stays && !c->follows))
		return false;
	uint32_t rank = listing_rank(&c->listing, c->panel.view->m, &c->selected);
	if (rank == POOL_NONE)
		return false;
	*ret_rank = rank;
	return true;
}

static struct list_rows rows_of(struct connections *c)
{
	return (struct list_rows){c, take_row, find_row};
}

static void select_rank(struct connections *c, uint32_t rank)
{
	c->list.pinned = take_row(c, rank);
	c->list.rank = rank;
}

/* Keys may come faster than frames: what one has asked for, the next one acts on. */
static void catch_up(struct connections *c)
{
	struct list_rows rows = rows_of(c);

	if (!c->listing.work || !is_asked_for(c))
		return;
	update(c);
	list_follow(&c->list, &rows);
	list_fit(&c->list, listing_count(&c->listing), c->list.height);
}

static bool connections_selected(struct panel *p, struct subject_key *ret)
{
	catch_up(connections_of(p));
	return key_at(connections_of(p), connections_of(p)->list.rank, ret);
}

static bool connections_step(struct panel *p, int by, struct subject_key *ret)
{
	struct connections *c = connections_of(p);
	struct list_rows rows = rows_of(c);
	struct subject_key before;

	if (!connections_selected(p, &before))
		return false;
	list_move(&c->list, &rows, by);
	return connections_selected(p, ret) && !subject_key_equal(&before, ret);
}

static bool connections_go_to(struct panel *p, const struct subject_key *key)
{
	struct connections *c = connections_of(p);
	uint32_t rank = listing_rank(&c->listing, p->view->m, key);

	if (rank == POOL_NONE)
		return false;
	c->touched = clock_usec(CLOCK_MONOTONIC);
	select_rank(c, rank);
	list_show(&c->list, rank);
	return true;
}

static bool connections_target(
	struct panel *p, char buf[static SUBJECT_NAME_MAX], struct filter_target *ret_target)
{
	const struct model *m = p->view->m;
	struct listing_row row;

	catch_up(connections_of(p));
	if (!listing_at(&connections_of(p)->listing, m, connections_of(p)->list.rank, &row))
		return false;
	struct subject s = subject_at(m, row.by, row.id);
	return filter_target_of(m, &s, buf, ret_target);
}

static bool connections_watched(const struct panel *p, struct addr *ret_ip)
{
	const struct connections *c = container_of(p, const struct connections, panel);

	if (c->list.pinned && c->has_selected && c->selected.by == GROUP_NONE)
		*ret_ip = c->selected.prefix.addr;
	else
		return false;
	return true;
}

/* Addresses, whatever rows are. */
static void connections_query(const struct panel *p, struct query *ret_query)
{
	const struct connections *c = container_of(p, const struct connections, panel);
	const struct view *v = p->view;

	*ret_query = (struct query){.sort = column_speaks_of(c->sort, GROUP_NONE) ? c->sort : NULL,
		.reversed = c->reversed,
		.show_private = v->show_private,
		.filter = filter_is_open(&v->filter) ? NULL : &v->filter,
		.skip = c->by == GROUP_NONE ? c->list.top : 0,
		.limit = c->list.height};
}

static void take_asked(struct connections *c);

static void connections_draw(struct panel *p, struct area a, bool focused)
{
	struct connections *c = connections_of(p);
	struct list_rows rows = rows_of(c);

	if (a.h < 1 || !c->listing.work)
		return;
	take_asked(c);
	update(c);
	p->view->rows_by = c->by;
	p->view->rows_sort = c->sort;
	int above = connections_lines_above(c);
	list_follow(&c->list, &rows);
	list_fit(&c->list, listing_count(&c->listing), a.h > above ? (uint32_t)(a.h - above) : 1);
	/* The selected row has gone, or passed by: its place is taken by what stands there. */
	c->has_selected = key_at(c, c->list.rank, &c->selected);
	p->view->matched =
		c->by == GROUP_NONE ? c->listing.order.addresses : c->listing.order.top_count;
	p->view->lines = c->list.count + (uint32_t)above - 1;
	connections_draw_rows(c, a, focused);
	if (!c->list.count && !c->behind)
		blind_draw_addresses(p->view, area_rows(a, above, a.h));
}

/* What is asked for. */

static bool sort_by(struct connections *c, const struct column *sort, bool reversed)
{
	c->sort = sort;
	c->reversed = reversed;
	c->stale = true;
	return true;
}

static bool group_by(struct connections *c, enum group_by by)
{
	const struct model *m = c->panel.view->m;

	c->by = by;
	if (!column_is_sortable(c->sort, m, c->by))
		sort_by(c, column_find(STR_LIT("trouble")), false);
	c->name_width = 0;
	c->list.rank = c->list.top = 0;
	c->list.pinned = false;
	c->stale = true;
	return true;
}

static enum group_by next_group(const struct connections *c, bool back)
{
	enum group_by by = c->by;

	do
		by = (enum group_by)((by + (back ? GROUPS - 1 : 1)) % GROUPS);
	while (!seat_groups(c->panel.view, by));
	return by;
}

/* A model turns out to be of many machines, or not to be any more: a replay has begun anew. */
static void look_at_fleet(struct connections *c)
{
	bool fleet = seat_fleet(c->panel.view) != NULL;

	if (fleet && !c->was_fleet && c->by == GROUP_NONE && !c->panel.view->seat)
		group_by(c, GROUP_MACHINE);
	else if (!seat_groups(c->panel.view, c->by))
		group_by(c, GROUP_NONE);
	c->was_fleet = fleet;
}

/* What another panel has asked for. */
static void take_asked(struct connections *c)
{
	struct asking *asking = &c->panel.view->asking;

	look_at_fleet(c);
	if (asking->group)
		group_by(c, asking->by);
	if (asking->sort)
		sort_by(c, asking->sort, false);
	asking->sort = NULL;
	asking->group = false;
}

/* A click on a title sorts by its column; again, the other way round. */
static void sort_at(struct connections *c, int x)
{
	const struct model *m = c->panel.view->m;

	for (size_t i = 0; i < c->layout.n; i++) {
		const struct layout_column *lc = &c->layout.at[i];
		if (x < lc->x || x > lc->x + lc->width || !column_is_sortable(lc->column, m, c->by))
			continue;
		sort_by(c, lc->column, lc->column == c->sort && !c->reversed);
		return;
	}
}

/* False: the row is no group. */
static bool open_group(struct connections *c, bool open)
{
	struct listing_row row;
	uint32_t parent = listing_parent(&c->listing, c->list.rank);
	struct subject_key key;

	if (!open && parent != c->list.rank)
		select_rank(c, parent);
	if (!listing_at(&c->listing, c->panel.view->m, c->list.rank, &row) ||
		row.by == GROUP_NONE || !key_at(c, c->list.rank, &key))
		return false;
	if (open && row.open && row.children)
		select_rank(c, c->list.rank + 1);
	listing_set_open(&c->listing, &key, open);
	c->list.pinned = true;
	c->stale = true;
	return true;
}

static bool open_or_say(struct connections *c, bool open)
{
	if (!open_group(c, open))
		view_refuse(c->panel.view, "this row is one address: only groups of them %s",
			open ? "open" : "close");
	return true;
}

static bool toggle_follow(struct connections *c)
{
	char name[SUBJECT_NAME_MAX];
	struct listing_row row;
	const struct model *m = c->panel.view->m;

	c->follows = !c->follows;
	if (!c->follows || !listing_at(&c->listing, m, c->list.rank, &row)) {
		view_say(c->panel.view, "the cursor stays in its place");
		return true;
	}
	struct subject s = subject_at(m, row.by, row.id);
	subject_name(m, &s, name);
	select_rank(c, c->list.rank);
	view_say(c->panel.view, "the cursor follows %s", name);
	return true;
}

/* A click on the sign of a group opens or closes it. */
static bool is_on_sign(const struct connections *c, int x)
{
	for (size_t i = 0; i < c->layout.n; i++)
		if (c->layout.at[i].column->tone == TONE_NAME)
			return x == c->layout.at[i].x - 1;
	return false;
}

static bool connections_mouse(struct panel *p, struct area a, const struct input *in)
{
	struct connections *c = connections_of(p);
	struct list_rows rows = rows_of(c);
	int above = connections_lines_above(c), y = in->mouse.y - a.y;
	struct listing_row row;

	if (!c->listing.work)
		return false;
	c->touched = clock_usec(CLOCK_MONOTONIC);
	if (in->mouse.button == MOUSE_LEFT && y == above - 1)
		sort_at(c, in->mouse.x - a.x);
	if (!list_mouse(&c->list, &rows, area_rows(a, above, a.h), in))
		return false;
	if (!is_on_sign(c, in->mouse.x - a.x) ||
		!listing_at(&c->listing, p->view->m, c->list.rank, &row))
		return true;
	open_group(c, !row.open);
	return false;
}

static bool connections_act(struct panel *p, enum action action)
{
	struct connections *c = connections_of(p);
	const struct model *m = p->view->m;
	struct list_rows rows = rows_of(c);

	if (!c->listing.work)
		return false;
	c->touched = clock_usec(CLOCK_MONOTONIC);
	catch_up(c);
	switch (action) {
	case ACT_SORT:
	case ACT_SORT_NEXT:
		return sort_by(c, column_sort_next(m, c->by, c->sort), false);
	case ACT_SORT_BACK:
		return sort_by(c, column_sort_back(m, c->by, c->sort), false);
	case ACT_REVERSE:
		return sort_by(c, c->sort, !c->reversed);
	case ACT_GROUP:
	case ACT_GROUP_BACK:
		return group_by(c, next_group(c, action == ACT_GROUP_BACK));
	case ACT_GO_LEFT:
	case ACT_GO_RIGHT:
		return open_or_say(c, action == ACT_GO_RIGHT);
	case ACT_FOLLOW:
		return toggle_follow(c);
	case ACT_FLAGGED:
		nav_flagged(p->view);
		return true;
	default:
		return list_act(&c->list, &rows, action);
	}
}

const struct panel_ops connections_panel = {
	.where = IN_LISTS,
	.size = sizeof(struct connections),
	.start = connections_start,
	.done = connections_done,
	.forget = connections_forget,
	.go_to = connections_go_to,
	.fit = connections_fit,
	.selected = connections_selected,
	.step = connections_step,
	.target = connections_target,
	.watched = connections_watched,
	.query = connections_query,
	.mouse = connections_mouse,
	.work = connections_work,
	.draw = connections_draw,
	.act = connections_act,
};
