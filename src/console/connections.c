// SPDX-License-Identifier: MIT
#include "console/view.h"

#include "base/text.h"
#include "model/layout.h"

/* What makes a row stand out. Rules of thumb over facts on the same row, as the reference has
 * them: nothing here is a verdict. */
#define MANY_CONNS   5
#define MANY_PER_MIN 60.0

static struct query query_of(const struct console *c, uint32_t skip, uint32_t limit)
{
	return (struct query){
		.sort = c->connections.sort,
		.reversed = c->connections.reversed,
		.show_private = c->show_private,
		.filter = c->filter.count ? &c->filter : NULL,
		.skip = skip,
		.limit = limit,
	};
}

struct query connections_query(const struct console *c)
{
	uint32_t height = c->connections.height > 0 ? (uint32_t)c->connections.height : 0;

	return query_of(c, c->connections.top, height);
}

void connections_done(struct console *c)
{
	rows_done(&c->connections.rows);
}

/* The row at a rank; false when there is none. */
static bool host_at(struct console *c, uint32_t rank, struct addr *ret_ip)
{
	struct connections_view *v = &c->connections;
	struct query q = query_of(c, rank, 1);

	if (query_run(c->m, &q, &v->rows) < 0 || v->rows.n == 0)
		return false;
	*ret_ip = model_host(c->m, v->rows.ids[0])->ip;
	return true;
}

static bool is_listed(const struct console *c, const struct query *q, uint32_t host)
{
	struct subject s = subject_at(c->m, GROUP_NONE, host);

	return query_matches(c->m, q, &s);
}

bool connections_selected(struct console *c, struct addr *ret_ip)
{
	struct connections_view *v = &c->connections;
	struct query q = query_of(c, 0, 0);
	uint32_t id = v->pinned ? model_find_host(c->m, &v->selected) : POOL_NONE;

	if (id != POOL_NONE && is_listed(c, &q, id)) {
		*ret_ip = v->selected;
		return true;
	}
	return host_at(c, v->rank, ret_ip);
}

/* Finds where the selected address stands now, and scrolls to it. */
static void locate(struct console *c, uint32_t height)
{
	struct connections_view *v = &c->connections;
	struct query q = query_of(c, 0, 0);
	uint32_t id;

	if (!v->pinned)
		v->rank = 0;
	else if ((id = model_find_host(c->m, &v->selected)) != POOL_NONE && is_listed(c, &q, id))
		v->rank = query_rank(c->m, &q, id);
	if (v->rank >= v->matched && v->matched)
		v->rank = v->matched - 1;
	if (v->rank < v->top)
		v->top = v->rank;
	if (v->rank >= v->top + height)
		v->top = v->rank - height + 1;
	/* Rows that went leave no hole at the end. */
	if (v->top + height > v->matched)
		v->top = v->matched > height ? v->matched - height : 0;
}

static bool fetch(struct console *c, uint32_t height)
{
	struct connections_view *v = &c->connections;

	/* How many match is known only from a query: again when it has changed under the scroll. */
	for (int pass = 0; pass < 2; pass++) {
		locate(c, height);
		struct query q = query_of(c, v->top, height);
		if (query_run(c->m, &q, &v->rows) < 0)
			return false;
		if (v->matched == v->rows.matched)
			break;
		v->matched = v->rows.matched;
	}
	/* The selected address has gone: its place is taken by who stands there now. */
	if (v->rank >= v->top && v->rank - v->top < v->rows.n)
		v->selected = model_host(c->m, v->rows.ids[v->rank - v->top])->ip;
	return true;
}

/* Half-open, or held open, with nothing asked for; or asking a lot. */
static unsigned host_style(const struct model *m, const struct host *h)
{
	if (!h->tcp.conns && h->closed) /* it has left, and stays for a moment */
		return STYLE_DIM;
	uint64_t asked = h->log.requests + model_proxy(m, h)->forwarded;
	if (host_half_open(h) && !asked)
		return STYLE_BAD;
	/* What is in TIME_WAIT is over, and holds nobody's place. Where logs name nobody's peer, to
	 * have no line means nothing. */
	if (h->tcp.conns - h->tcp.states[TCP_TIME_WAIT] >= MANY_CONNS && asked <= 1 &&
		!model_is_uncorrelated(m))
		return STYLE_BAD;
	if (host_half_open(h) || window_sum(&h->log.rate, m->now, WINDOW_SPAN) > MANY_PER_MIN)
		return STYLE_WARN;
	return STYLE_PLAIN;
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

static void draw_row(const struct console *c, const struct layout *l, struct area a, int y,
	const struct host *h, unsigned selected)
{
	struct subject subject = subject_of_host(h);
	unsigned row = host_style(c->m, h);

	if (selected)
		screen_fill(a, y, 0, row | selected);
	for (size_t i = 0; i < l->n; i++) {
		const struct layout_column *lc = &l->at[i];
		char buf[HOST_LAST_MAX * 2];
		struct str s = layout_cell(lc, c->m, &subject, buf, sizeof buf);
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
	const struct console *c, const struct layout *l, struct area a, bool focused)
{
	const struct connections_view *v = &c->connections;
	unsigned style = focused ? STYLE_BAR : STYLE_BAR_IDLE;

	screen_fill(a, 0, 0, style);
	for (size_t i = 0; i < l->n; i++) {
		const struct layout_column *lc = &l->at[i];
		struct str title = text_cut(str_of(lc->column->title), lc->width);
		int x = lc->x + (lc->column->right ? lc->width - text_width(title) : 0);
		x += screen_text(a, 0, x, style, title);
		if (lc->column == v->sort)
			screen_glyph(a, 0, x, style,
				lc->column->ascending != v->reversed ? GLYPH_UP : GLYPH_DOWN);
	}
}

/* Columns do not jump about: the address column only ever widens, until the screen changes. */
static void widen(struct console *c)
{
	struct connections_view *v = &c->connections;

	for (uint32_t i = 0; i < v->rows.n; i++) {
		struct subject s = subject_at(c->m, GROUP_NONE, v->rows.ids[i]);
		int w = layout_name_width(c->m, &s);
		if (w > v->ip_width)
			v->ip_width = w;
	}
}

static void connections_draw(struct console *c, struct area a, bool focused)
{
	struct connections_view *v = &c->connections;
	struct layout l;

	v->height = a.h > 1 ? a.h - 1 : 1;
	if (a.h < 1 || !fetch(c, (uint32_t)v->height))
		return;
	widen(c);
	layout_fit(&l, c->m, GROUP_NONE, a.w, v->ip_width, v->sort);
	draw_heading(c, &l, a, focused);
	for (uint32_t i = 0; i < v->rows.n; i++) {
		bool selected = focused && v->top + i == v->rank;
		draw_row(c, &l, a, (int)i + 1, model_host(c->m, v->rows.ids[i]),
			selected ? STYLE_SELECTED : 0);
	}
	if (!v->rows.n)
		screen_print(a, 1, 0, STYLE_DIM, "%s",
			c->filter.count ? "no address passes the filter" : "nobody is here yet");
}

static void select_rank(struct console *c, uint32_t rank)
{
	struct connections_view *v = &c->connections;

	if (host_at(c, rank, &v->selected)) {
		v->rank = rank;
		v->pinned = true;
	}
}

static void move(struct console *c, int64_t by)
{
	struct connections_view *v = &c->connections;
	int64_t rank;

	locate(c, (uint32_t)(v->height > 0 ? v->height : 1));
	rank = (int64_t)v->rank + by;
	if (rank >= v->matched)
		rank = (int64_t)v->matched - 1;
	select_rank(c, rank > 0 ? (uint32_t)rank : 0);
}

static void sort_by(struct console *c, const struct column *column, bool reversed)
{
	c->connections.sort = column;
	c->connections.reversed = reversed;
}

static bool connections_act(struct console *c, enum action action)
{
	struct connections_view *v = &c->connections;

	switch (action) {
	case ACT_UP:
		move(c, -1);
		return true;
	case ACT_DOWN:
		move(c, 1);
		return true;
	case ACT_PAGE_UP:
		move(c, -(int64_t)v->height);
		return true;
	case ACT_PAGE_DOWN:
		move(c, v->height);
		return true;
	case ACT_TOP:
		v->pinned = false;
		return true;
	case ACT_END:
		move(c, UINT32_MAX);
		return true;
	case ACT_SORT:
		sort_by(c, column_sort_next(c->m, GROUP_NONE, v->sort), false);
		return true;
	case ACT_REVERSE:
		sort_by(c, v->sort, !v->reversed);
		return true;
	default:
		return false;
	}
}

const struct panel_ops connections_panel = {
	.where = IN_LISTS,
	.draw = connections_draw,
	.act = connections_act,
};
