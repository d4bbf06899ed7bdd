// SPDX-License-Identifier: MIT
#include "console/blind.h"
#include "console/entry.h"
#include "console/log_foot.h"
#include "console/log_gutter.h"
#include "console/log_line.h"
#include "console/log_none.h"
#include "console/log_view.h"
#include "console/nav.h"
#include "console/panels.h"
#include "console/tabs.h"
#include "tui/bar.h"
#include "tui/graph.h"
#include "tui/list.h"

#include "base/container.h"
#include "base/text.h"

#include <stdio.h>

#define SLICE       (4 * USEC_PER_MSEC) /* that looking at lines may take of a frame */
#define MINUTE      (60 * USEC_PER_SEC)
#define FOOT_FROM   5  /* rows, without the foot */
#define GUTTER_FROM 40 /* columns */
#define GUTTER      2
#define SHIFT       16
#define WHEEL       3 /* lines */

struct requests {
	struct panel panel;
	struct log_view log;
	struct log_look look;
	unsigned generation;          /* the view's, that lines were looked at under */
	char marked[FILTER_TEXT_MAX]; /* the highlight's text, likewise */
	bool is_only;
	struct subject_key only; /* L: of this row */
	char only_name[SUBJECT_NAME_MAX];
};

static struct requests *requests_of(struct panel *p)
{
	return container_of(p, struct requests, panel);
}

static void requests_done(struct panel *p)
{
	log_view_done(&requests_of(p)->log);
}

static void requests_forget(struct panel *p)
{
	log_view_reset(&requests_of(p)->log, p->view->m);
}

static void requests_fit(struct panel *p)
{
	requests_of(p)->look.ip_width = 0;
}

static struct log_terms terms_of(const struct requests *r)
{
	const struct view *v = r->panel.view;

	return (struct log_terms){.m = v->m,
		.filter = &v->filter,
		.highlight = &v->highlight,
		.only = r->is_only ? &r->only : NULL,
		.show_private = v->show_private};
}

/* Marks that were made by hand, as times. */
static size_t marks_of(const struct view *v, usec_t times[static MARKS])
{
	const struct mark *marks[MARKS];
	size_t n = v->detect ? detect_marks(v->detect, marks) : 0, kept = 0;

	for (size_t i = 0; i < n; i++)
		if (!marks[i]->by_itself)
			times[kept++] = marks[i]->at;
	return kept;
}

static void jump(struct requests *r, int direction)
{
	struct view *v = r->panel.view;
	usec_t marks[MARKS];
	size_t n = marks_of(v, marks);

	if (log_view_jump(&r->log, v->m, direction, marks, n) || r->log.seeking)
		return;
	if (!v->highlight.count && !n)
		view_refuse(
			v, "nothing is highlighted, and no mark is made, that could be gone to");
	else
		view_refuse(v, "no match %s", direction > 0 ? "further down" : "further up");
}

static bool terms_changed(struct requests *r)
{
	const struct view *v = r->panel.view;

	if (r->generation == v->filter_generation && strcmp(r->marked, v->highlight.text) == 0)
		return false;
	r->generation = v->filter_generation;
	text_copy(r->marked, sizeof r->marked, str_of(v->highlight.text));
	return true;
}

static void gather(struct requests *r)
{
	struct view *v = r->panel.view;
	struct log_terms terms = terms_of(r);

	if (terms_changed(r))
		log_view_restart(&r->log, v->m);
	if (log_view_gather(&r->log, &terms, SLICE))
		v->changed = true;
	if (r->log.seeking)
		jump(r, r->log.seeking);
	if (v->asked_time) {
		log_view_go_to(&r->log, v->m, v->asked_time);
		v->asked_time = 0;
	}
}

static uint32_t rows_of(void *ctx, const struct journal_entry *e)
{
	return log_line_rows(ctx, e);
}

/* The lines in sight, with room for their addresses, which is not given back while the terminal
 * stays as it is: columns that jump cannot be read. */
static void fit(struct requests *r, uint32_t height)
{
	const struct model *m = r->panel.view->m;
	const struct log_rows rows = {&r->look, rows_of};
	int width = r->look.ip_width;

	log_view_fit(&r->log, m, height, rows);
	for (uint32_t i = r->log.first; i < r->log.end; i++) {
		const struct journal_entry *e = log_view_line(&r->log, m, i);
		width = e ? log_line_ip_width(e, width) : width;
	}
	if (width == r->look.ip_width)
		return;
	r->look.ip_width = width;
	log_view_fit(&r->log, m, height, rows);
}

/* Drawing. */

static enum log_line_mark mark_of(const struct requests *r, uint64_t at)
{
	const struct positions *hits = &r->log.index.hits;
	uint32_t rank = positions_before(hits, at);

	if (!r->panel.view->highlight.count)
		return LOG_LINE_PLAIN;
	return rank < hits->n && positions_at(hits, rank) == at ? LOG_LINE_HIT : LOG_LINE_FADED;
}

static void draw_lines(struct requests *r, struct area a, bool focused)
{
	const struct model *m = r->panel.view->m;
	uint32_t cursor = log_view_rank(&r->log);
	unsigned style = focused ? STYLE_SELECTED : r->log.cursor ? STYLE_SELECTED_IDLE : 0;
	int y = 0;

	for (uint32_t i = r->log.first; i < r->log.end; i++) {
		const struct journal_entry *e = log_view_line(&r->log, m, i);
		if (!e)
			continue;
		log_line_draw(&r->look, a, y, e, mark_of(r, positions_at(&r->log.index.lines, i)),
			i == cursor ? style : 0);
		y += (int)log_line_rows(&r->look, e);
	}
}

static void draw_gutter(const struct requests *r, struct area a)
{
	struct log_gutter_cell cells[GUTTER_ROWS_MAX];
	usec_t marks[MARKS];
	size_t n = marks_of(r->panel.view, marks);
	int rows = a.h < GUTTER_ROWS_MAX ? a.h : GUTTER_ROWS_MAX;

	log_gutter(&r->log, r->panel.view->m, marks, n, cells, (uint32_t)rows);
	for (int y = 0; y < rows; y++) {
		double level = cells[y].level ? cells[y].level - 1.0 : GRAPH_NOTHING;
		unsigned style = cells[y].hit        ? STYLE_WARN
				 : cells[y].in_sight ? STYLE_PLAIN
						     : STYLE_DIM;
		graph_draw(a, y, a.w - 1, 1, style, &level, 1, GUTTER_FULL - 1);
		if (cells[y].mark)
			screen_text(a, y, a.w - 1, STYLE_BOLD, STR_LIT("m"));
		else if (cells[y].in_sight)
			screen_glyph(a, y, a.w - 2, STYLE_PLAIN, GLYPH_SHUT);
	}
}

/* Which lines these are, for either heading. */
static void add_terms(const struct requests *r, struct bar *bar, unsigned style)
{
	const struct view *v = r->panel.view;

	if (r->is_only)
		bar_add(bar, 80, style, "only %s", r->only_name);
	if (v->highlight.count) {
		bar_add(bar, 60, style, "%u marked: %s", r->log.index.hits.n, v->highlight.text);
		bar_may_cut(bar, 16);
	}
	if (v->filter.count)
		bar_add(bar, 30, style, "filtered");
}

/* Where one stands in it: the line, its time, how many there are, what came since. */
static void add_place(const struct requests *r, struct bar *bar, unsigned style)
{
	const struct log_view *l = &r->log;
	const struct journal_entry *at = log_view_entry(l, r->panel.view->m);
	const struct journal_entry *oldest = log_view_line(l, r->panel.view->m, 0);
	char clock[9], from[16];

	if (!at || !oldest)
		return;
	clock_text(clock, at->ts);
	time_text(from, "%H:%M", oldest->ts);
	bar_add(bar, 90, style, "%s", clock);
	bar_add(bar, 70, style, "line %u of %u%s", log_view_rank(l) + 1, l->index.lines.n,
		l->complete && !l->index.failed ? "" : "+");
	bar_add(bar, 40, style, "from %s", from);
	if (log_view_newer(l))
		bar_add(bar, 50, style, "%u newer", log_view_newer(l));
}

static void draw_heading(const struct requests *r, struct area a, bool focused)
{
	unsigned style = focused ? STYLE_BAR : STYLE_BAR_IDLE;
	struct bar bar = {0};
	int x = 1;

	if (!r->log.cursor || !r->log.index.lines.n) {
		x = tabs_draw(r->panel.view, a, focused, TAB_LOG);
		add_terms(r, &bar, style);
		bar_add(&bar, 20, style, r->panel.view->frozen_at ? "frozen" : "following");
	} else {
		screen_fill(a, 0, 0, style);
		bar_add(&bar, 100, STYLE_BAR_ON, "%s", tab_title(TAB_LOG));
		add_place(r, &bar, style);
		add_terms(r, &bar, style);
	}
	int right = a.w - 1 - bar_width(&bar);
	a.x += r->log.cursor || right < x ? x : right;
	a.w -= r->log.cursor || right < x ? x : right;
	bar_draw(&bar, a, 0);
}

static void draw_none(struct requests *r, struct area a)
{
	if (!r->log.complete)
		screen_text(a, 0, 1, STYLE_DIM, STR_LIT("looking through the log"));
	else if (r->is_only)
		log_none_draw(r->panel.view, a, &r->only, r->only_name);
	else
		blind_draw_requests(r->panel.view, a);
}

static void requests_draw(struct panel *p, struct area a, bool focused)
{
	struct requests *r = requests_of(p);
	bool scrolled = r->log.cursor != 0, gutter = scrolled && a.w >= GUTTER_FROM;
	bool foot = (focused || scrolled) && a.h >= FOOT_FROM + LOG_FOOT_LINES;

	if (a.h < 1)
		return;
	struct area body = area_rows(a, 1, a.h - 1 - (foot ? LOG_FOOT_LINES : 0));
	r->look.width = a.w - (gutter ? GUTTER : 0);
	r->look.wrap = p->view->wrap;
	r->look.rows_max = body.h > 0 ? body.h : 1;
	gather(r);
	fit(r, (uint32_t)r->look.rows_max);
	draw_heading(r, a, focused);
	if (body.h < 1)
		return;
	const struct journal_entry *e = log_view_entry(&r->log, p->view->m);
	if (!e) {
		draw_none(r, body);
		return;
	}
	draw_lines(r, body, focused);
	if (gutter)
		draw_gutter(r, body);
	if (foot)
		log_foot_draw(p->view->m, area_rows(a, a.h - LOG_FOOT_LINES, LOG_FOOT_LINES), e);
}

/* Who, and what, the cursor is on. */

static const struct journal_entry *requests_entry(struct panel *p)
{
	return log_view_entry(&requests_of(p)->log, p->view->m);
}

static const struct journal_entry *under_cursor(const struct panel *p)
{
	const struct requests *r = container_of(p, struct requests, panel);

	return log_view_entry(&r->log, p->view->m);
}

static bool requests_selected(struct panel *p, struct subject_key *ret)
{
	const struct journal_entry *e = under_cursor(p);

	if (!e || addr_is_unset(&e->ip))
		return false;
	*ret = subject_key_of_addr(&e->ip);
	return true;
}

static bool requests_target(
	struct panel *p, char buf[static SUBJECT_NAME_MAX], struct filter_target *ret_target)
{
	const struct journal_entry *e = under_cursor(p);

	if (!e)
		return false;
	if (journal_is_request(e) && journal_path(e).n) {
		*ret_target = (struct filter_target){"path", FILTER_EQUAL, journal_path(e)};
		return true;
	}
	struct str ip = {buf, addr_format(&e->ip, buf)};
	*ret_target = (struct filter_target){"ip", FILTER_IS, ip};
	return !addr_is_unset(&e->ip);
}

/* The log of the row under the cursor, wherever that is; again: of everybody. */
static void limit(struct requests *r)
{
	struct view *v = r->panel.view;
	struct subject_key key;
	bool is_row = nav_selected(v, &key);

	if (r->is_only && (!is_row || subject_key_equal(&key, &r->only))) {
		r->is_only = false;
	} else if (is_row) {
		uint32_t id = subject_find(v->m, &key);
		r->is_only = true;
		r->only = key;
		if (key.by == GROUP_NONE)
			addr_format(&key.prefix.addr, r->only_name);
		else if (key.by == GROUP_NET)
			prefix_format(&key.prefix, r->only_name);
		else if (id != POOL_NONE) {
			struct subject s = subject_at(v->m, key.by, id);
			subject_name(v->m, &s, r->only_name);
		}
	} else {
		view_refuse(v, "no row is under the cursor whose log could be shown");
		return;
	}
	log_view_restart(&r->log, v->m);
}

static bool move(struct requests *r, enum action action)
{
	uint32_t page = r->log.end > r->log.first ? r->log.end - r->log.first : 1;
	int64_t by;

	if (!list_step(action, page, &by))
		return false;
	log_view_move(&r->log, by);
	return true;
}

static bool shift(struct requests *r, enum action action)
{
	if ((action != ACT_GO_LEFT && action != ACT_GO_RIGHT) || r->panel.view->wrap)
		return false;
	r->look.shift += action == ACT_GO_RIGHT ? SHIFT : -SHIFT;
	if (r->look.shift < 0)
		r->look.shift = 0;
	if (r->look.shift)
		view_say(r->panel.view, "the ends of long requests, without their first %d columns",
			r->look.shift);
	return true;
}

/* Some concern the log wherever the cursor is. */
static bool requests_act(struct panel *p, enum action action)
{
	struct requests *r = requests_of(p);
	bool live = !p->view->replaying;

	switch (action) {
	case ACT_LOG_OF:
		limit(r);
		return true;
	case ACT_WRAP:
		p->view->wrap = !p->view->wrap;
		return true;
	case ACT_MATCH_NEXT:
	case ACT_MATCH_BACK:
		jump(r, action == ACT_MATCH_NEXT ? 1 : -1);
		return true;
	case ACT_TIME_BACK:
	case ACT_TIME_ON:
		if (live)
			log_view_move_time(
				&r->log, p->view->m, action == ACT_TIME_ON ? MINUTE : -MINUTE);
		return live;
	default:
		return p->view->focus == PANEL_REQUESTS && (move(r, action) || shift(r, action));
	}
}

/* The rank of the line that is drawn so many rows below the first; false: none is. */
static bool line_at(const struct requests *r, int row, uint32_t *ret_rank)
{
	for (uint32_t i = r->log.first; i < r->log.end && row >= 0; i++) {
		const struct journal_entry *e = log_view_line(&r->log, r->panel.view->m, i);
		row -= e ? (int)log_line_rows(&r->look, e) : 0;
		*ret_rank = i;
		if (row < 0)
			return true;
	}
	return false;
}

static bool requests_mouse(struct panel *p, struct area a, const struct input *in)
{
	struct requests *r = requests_of(p);
	enum mouse_button button = in->mouse.button;
	uint32_t rank;

	if (button == MOUSE_WHEEL_UP || button == MOUSE_WHEEL_DOWN)
		log_view_move(&r->log, button == MOUSE_WHEEL_UP ? -WHEEL : WHEEL);
	if (button != MOUSE_LEFT || !line_at(r, in->mouse.y - a.y - 1, &rank))
		return false;
	int64_t by = (int64_t)rank - log_view_rank(&r->log);
	if (by)
		log_view_move(&r->log, by);
	return true;
}

const struct panel_ops requests_panel = {
	.title = "HTTP log",
	.where = IN_LISTS,
	.size = sizeof(struct requests),
	.done = requests_done,
	.forget = requests_forget,
	.fit = requests_fit,
	.selected = requests_selected,
	.target = requests_target,
	.entry = requests_entry,
	.mouse = requests_mouse,
	.draw = requests_draw,
	.act = requests_act,
};
