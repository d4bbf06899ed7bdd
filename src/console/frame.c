// SPDX-License-Identifier: MIT
#include "console/frame.h"

#include "console/findings.h"
#include "console/footer.h"
#include "console/geometry.h"
#include "console/header.h"
#include "console/meters.h"
#include "console/nav.h"
#include "console/replay_bar.h"
#include "console/seat.h"

/* Lines of a screen on which what is good to know stands for ever; on others, until a key says that
 * it was read. */
#define ROOMY_FROM 30

static void draw_panel(const struct view *v, enum panel_id id, struct area a, bool focused)
{
	struct panel *p = v->panels[id];

	if (!p || a.h <= 0 || a.w <= 0)
		return;
	p->view->areas[id] = a;
	p->ops->draw(p, a, focused);
}

static void draw_list(const struct view *v, enum panel_id id, struct area a)
{
	draw_panel(v, id, a, v->focus == id);
}

/* Where two panels stand beside each other. */
static void draw_rule(struct area right)
{
	for (int y = 0; y < right.h; y++)
		screen_glyph((struct area){right.y, right.x - 1, right.h, 1}, y, 0, STYLE_DIM,
			GLYPH_LINE);
}

static void draw_lists(const struct view *v, const struct geometry *g)
{
	draw_list(v, PANEL_CONNECTIONS, g->table);
	draw_list(v, g->tabs ? nav_lower(v) : PANEL_REQUESTS, g->log);
	draw_list(v, PANEL_TOPS, g->tops);
	draw_list(v, PANEL_INSPECTOR, g->inspector);
	if (g->tops.h)
		draw_rule(g->tops);
	if (g->inspector.h)
		draw_rule(g->inspector);
}

static void draw_body(const struct view *v, const struct geometry *g)
{
	if (nav_is_main(v))
		draw_lists(v, g);
	else
		draw_panel(v, nav_id(v, nav_body(v)), g->body, true);
}

/* A panel may open, or a screen grow, so that the log and the tops stand beside each other: then
 * each has its own keys, and no tab is the log's. */
static void widen(struct view *v, bool wide)
{
	if (wide && v->tab == TAB_LOG)
		v->tab = TAB_PATHS;
	if (!wide && v->wide && v->focus != PANEL_TOPS)
		v->tab = TAB_LOG;
	v->wide = wide;
	if (v->focus == PANEL_FINDINGS && !v->headline.troubles.findings)
		v->focus = PANEL_CONNECTIONS;
}

static void draw_head(const struct view *v, const struct troubles *t, const struct geometry *g)
{
	header_draw(v, v->headline.served.text, t, g->header);
	if (g->meters.h)
		meters_draw(
			&(struct meter_facts){v->m, v->show_private, seat_member(v)}, g->meters);
	draw_list(v, PANEL_FINDINGS, g->findings);
}

static void look(struct view *v, int h)
{
	struct trouble_facts facts = {.m = v->m,
		.show_private = v->show_private,
		.member = seat_member(v),
		.brief = v->notice_seen && h < ROOMY_FROM,
		.notice = v->notice_seen ? "" : screen_notice()};
	usec_t due = headline_look(&v->headline, &facts, clock_usec(CLOCK_MONOTONIC));

	if (due && (!v->news_at || due < v->news_at))
		v->news_at = due;
}

/* A view that covers the rows is about one of them: the header's word says that there is more. */
static int findings_wanted(const struct view *v, struct area all)
{
	if (!nav_is_main(v) && all.h < ROOMY_FROM)
		return 0;
	return findings_lines(&v->headline.troubles, all.w - 2, all.h);
}

static int lines_of_rows(const struct view *v)
{
	uint32_t lines = v->lines ? v->lines : v->matched;

	return lines < INT16_MAX ? (int)lines : INT16_MAX;
}

/* How many lines the rows need is known once they are drawn. */
static bool fits(const struct view *v, struct area all, struct geometry_wants wants, int table)
{
	struct geometry g;

	wants.rows = lines_of_rows(v);
	geometry_of(&g, all, &wants);
	return g.table.h == table;
}

bool frame_draw(struct view *v)
{
	struct area all = screen_begin();
	struct panel *top = nav_top(v);
	const struct troubles *troubles = &v->headline.troubles;
	struct geometry_wants wants;
	struct geometry g;

	memset(v->areas, 0, sizeof v->areas);
	spots_clear(v->spots);
	look(v, all.h);
	wants = (struct geometry_wants){.findings = findings_wanted(v, all),
		.rows = lines_of_rows(v),
		.bar = replay_bar_lines(v, all.h),
		.bottom = top->ops->lines,
		.rows_first = seat_fleet(v) != NULL,
		.lower_alone = v->focus == PANEL_REQUESTS || v->focus == PANEL_TOPS};
	geometry_of(&g, all, &wants);
	widen(v, g.tops.h > 0);
	draw_body(v, &g);
	bool whole = !nav_is_main(v) || fits(v, all, wants, g.table.h);
	draw_head(v, troubles, &g); /* after the rows: it says how many match */
	if (g.bar.h)
		replay_bar_draw(v, g.bar);
	if (g.footer.h)
		footer_draw(v, g.footer);
	if (g.bottom.h) /* last: the cursor stays in it */
		draw_panel(v, nav_id(v, top), g.bottom, true);
	screen_end();
	return whole;
}
