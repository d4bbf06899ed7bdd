// SPDX-License-Identifier: MIT
#include "console/blind.h"
#include "console/list.h"
#include "console/panels.h"

#include "base/container.h"
#include "base/text.h"
#include "model/layout.h"
#include "model/suspicion.h"

struct connections {
	struct panel panel;
	const struct column *sort;
	bool reversed;
	struct list list;     /* of the rows that pass the filter */
	struct addr selected; /* who is on the selected row, for as long as the list is pinned */
	int ip_width;
	struct rows rows; /* those on screen */
};

static struct connections *connections_of(struct panel *p)
{
	return container_of(p, struct connections, panel);
}

static void connections_start(struct panel *p)
{
	connections_of(p)->sort = column_sort_next(p->view->m, GROUP_NONE, NULL);
	connections_of(p)->list.height = 1;
}

static void connections_done(struct panel *p)
{
	rows_done(&connections_of(p)->rows);
}

/* An address stays selected: it may be there again. */
static void connections_forget(struct panel *p)
{
	struct connections *c = connections_of(p);

	c->rows.n = c->rows.matched = 0;
	c->list.count = c->list.rank = c->list.top = 0;
}

static void connections_fit(struct panel *p)
{
	connections_of(p)->ip_width = 0;
}

static struct query query_of(const struct connections *c, uint32_t skip, uint32_t limit)
{
	const struct view *v = c->panel.view;

	return (struct query){
		.sort = c->sort,
		.reversed = c->reversed,
		.show_private = v->show_private,
		.filter = v->filter.count ? &v->filter : NULL,
		.skip = skip,
		.limit = limit,
	};
}

static void connections_query(const struct panel *p, struct query *ret_query)
{
	const struct connections *c = container_of(p, const struct connections, panel);

	*ret_query = query_of(c, c->list.top, c->list.height);
}

/* The row at a rank; false when there is none. */
static bool host_at(struct connections *c, uint32_t rank, struct addr *ret_ip)
{
	const struct model *m = c->panel.view->m;
	struct query q = query_of(c, rank, 1);

	if (query_run(m, &q, &c->rows) < 0 || c->rows.n == 0)
		return false;
	*ret_ip = model_host(m, c->rows.ids[0])->ip;
	return true;
}

static bool take_row(void *ctx, uint32_t rank)
{
	struct connections *c = ctx;

	return host_at(c, rank, &c->selected);
}

/* The id of the selected address, while it is listed. */
static uint32_t listed(const struct connections *c)
{
	const struct model *m = c->panel.view->m;
	uint32_t id = model_find_host(m, &c->selected);
	struct query q = query_of(c, 0, 0);

	if (id == POOL_NONE)
		return POOL_NONE;
	struct subject s = subject_at(m, GROUP_NONE, id);
	return query_matches(m, &q, &s) ? id : POOL_NONE;
}

static bool find_row(void *ctx, uint32_t *ret_rank)
{
	struct connections *c = ctx;
	struct query q = query_of(c, 0, 0);
	uint32_t id = listed(c);

	if (id == POOL_NONE)
		return false;
	*ret_rank = query_rank(c->panel.view->m, &q, id);
	return true;
}

static struct list_rows rows_of(struct connections *c)
{
	return (struct list_rows){c, take_row, find_row};
}

static bool selected_addr(struct connections *c, struct addr *ret_ip)
{
	if (!c->list.pinned || listed(c) == POOL_NONE)
		return host_at(c, c->list.rank, ret_ip);
	*ret_ip = c->selected;
	return true;
}

static bool connections_selected(struct panel *p, struct subject_key *ret)
{
	struct addr ip;

	if (!selected_addr(connections_of(p), &ip))
		return false;
	*ret = subject_key_of_addr(&ip);
	return true;
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

static bool connections_target(
	struct panel *p, char buf[static SUBJECT_NAME_MAX], struct filter_target *ret_target)
{
	const struct model *m = p->view->m;
	struct addr ip;

	if (!selected_addr(connections_of(p), &ip) || model_find_host(m, &ip) == POOL_NONE)
		return false;
	struct subject s = subject_at(m, GROUP_NONE, model_find_host(m, &ip));
	return filter_target_of(m, &s, buf, ret_target);
}

static bool connections_watched(const struct panel *p, struct addr *ret_ip)
{
	const struct connections *c = container_of(p, const struct connections, panel);

	if (c->list.pinned)
		*ret_ip = c->selected;
	return c->list.pinned;
}

static bool fetch(struct connections *c, uint32_t height)
{
	const struct model *m = c->panel.view->m;
	struct list_rows rows = rows_of(c);
	struct list *l = &c->list;

	/* How many match is known only from a query: again when it has changed under the scroll. */
	for (int pass = 0; pass < 2; pass++) {
		list_follow(l, &rows);
		list_fit(l, l->count, height);
		struct query q = query_of(c, l->top, height);
		if (query_run(m, &q, &c->rows) < 0)
			return false;
		if (l->count == c->rows.matched)
			break;
		l->count = c->rows.matched;
	}
	c->panel.view->matched = l->count;
	/* The selected address has gone: its place is taken by who stands there now. */
	if (l->rank >= l->top && l->rank - l->top < c->rows.n)
		c->selected = model_host(m, c->rows.ids[l->rank - l->top])->ip;
	return true;
}

/* Half-open, or held open, with nothing asked for; or asking a lot: facts on the same row. What the
 * row is judged to be is not said by its colour. */
static unsigned host_style(const struct model *m, const struct host *h)
{
	if (!h->tcp.conns && h->closed) /* it has left, and stays for a moment */
		return STYLE_DIM;
	uint32_t why = suspicion_of(m, h);
	if (why & (SUSPECT_HALF_OPEN | SUSPECT_CONNS))
		return STYLE_BAD;
	return host_half_open(h) || why ? STYLE_WARN : STYLE_PLAIN;
}

static unsigned cell_style(const struct column *column, const struct host *h, unsigned row)
{
	if (row == STYLE_BAD || row == STYLE_DIM)
		return row;
	switch (column->tone) {
	case TONE_NAME:
		return row == STYLE_PLAIN ? STYLE_BOLD : row;
	case TONE_STATUS:
		return h->log.status[5] ? STYLE_BAD : h->log.status[4] ? STYLE_WARN : STYLE_PLAIN;
	case TONE_HALF_OPEN:
		return host_half_open(h) ? STYLE_WARN : STYLE_PLAIN;
	case TONE_ROW:
		return row;
	case TONE_INFO:
		return STYLE_INFO;
	case TONE_WARN:
		return STYLE_WARN;
	default:
		return STYLE_PLAIN;
	}
}

static void draw_row(const struct model *m, const struct layout *l, struct area a, int y,
	const struct host *h, unsigned selected)
{
	struct subject subject = subject_of_host(h);
	unsigned row = host_style(m, h);

	if (selected)
		screen_fill(a, y, 0, row | selected);
	for (size_t i = 0; i < l->n; i++) {
		const struct layout_column *lc = &l->at[i];
		char buf[HOST_LAST_MAX * 2];
		struct str s = layout_cell(lc, m, &subject, buf, sizeof buf);
		int x = lc->x + (lc->column->right ? lc->width - text_width(s) : 0);
		bool zero = str_eq(s, STR_LIT("0")); /* says nothing, and there are many */
		unsigned style = (zero ? STYLE_DIM : cell_style(lc->column, h, row)) | selected;
		if (str_eq(s, STR_LIT(CELL_DASH)))
			screen_glyph(a, y, x, style, GLYPH_DASH); /* as the terminal has it */
		else
			screen_text(a, y, x, style, s);
	}
}

static void draw_heading(
	const struct connections *c, const struct layout *l, struct area a, bool focused)
{
	unsigned style = focused ? STYLE_BAR : STYLE_BAR_IDLE;

	screen_fill(a, 0, 0, style);
	for (size_t i = 0; i < l->n; i++) {
		const struct layout_column *lc = &l->at[i];
		struct str title = text_cut(str_of(lc->column->title), lc->width);
		int x = lc->x + (lc->column->right ? lc->width - text_width(title) : 0);
		bool before = lc->column->right && x > 0; /* there a blank is left behind it */
		int end = x + screen_text(a, 0, x, style, title);
		if (lc->column == c->sort)
			screen_glyph(a, 0, before ? x - 1 : end, style,
				lc->column->ascending != c->reversed ? GLYPH_UP : GLYPH_DOWN);
	}
}

/* Columns do not jump about: the address column only ever widens, until the screen changes. */
static void widen(struct connections *c)
{
	const struct model *m = c->panel.view->m;

	for (uint32_t i = 0; i < c->rows.n; i++) {
		struct subject s = subject_at(m, GROUP_NONE, c->rows.ids[i]);
		int w = layout_name_width(m, &s);
		if (w > c->ip_width)
			c->ip_width = w;
	}
}

static void connections_draw(struct panel *p, struct area a, bool focused)
{
	struct connections *c = connections_of(p);
	const struct view *v = p->view;
	struct layout l;

	if (a.h < 1 || !fetch(c, a.h > 1 ? (uint32_t)a.h - 1 : 1))
		return;
	widen(c);
	layout_fit(&l, v->m,
		&(struct layout_wish){
			.width = a.w, .name_width = c->ip_width, .must = c->sort, .marks = true});
	draw_heading(c, &l, a, focused);
	for (uint32_t i = 0; i < c->rows.n; i++) {
		bool selected = c->list.top + i == c->list.rank;
		draw_row(v->m, &l, a, (int)i + 1, model_host(v->m, c->rows.ids[i]),
			screen_selection(selected, focused));
	}
	if (!c->rows.n)
		blind_draw_addresses(v, area_rows(a, 1, a.h));
}

static bool connections_act(struct panel *p, enum action action)
{
	struct connections *c = connections_of(p);
	struct list_rows rows = rows_of(c);

	switch (action) {
	case ACT_SORT:
	case ACT_SORT_NEXT:
		c->sort = column_sort_next(p->view->m, GROUP_NONE, c->sort);
		c->reversed = false;
		return true;
	case ACT_REVERSE:
		c->reversed = !c->reversed;
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
	.fit = connections_fit,
	.selected = connections_selected,
	.step = connections_step,
	.target = connections_target,
	.watched = connections_watched,
	.query = connections_query,
	.draw = connections_draw,
	.act = connections_act,
};
