// SPDX-License-Identifier: MIT
#include "console/frame.h"

#include "console/findings.h"
#include "console/footer.h"
#include "console/geometry.h"
#include "console/header.h"
#include "console/meters.h"
#include "console/nav.h"

static void draw_panel(struct panel *p, struct area a, bool focused)
{
	if (a.h > 0 && a.w > 0)
		p->ops->draw(p, a, focused);
}

static void draw_list(struct view *v, enum panel_id id, struct area a)
{
	draw_panel(v->panels[id], a, v->focus == id);
}

static void draw_body(struct view *v, const struct geometry *g)
{
	if (!nav_is_main(v)) {
		draw_panel(nav_body(v), g->body, true);
		return;
	}
	draw_list(v, PANEL_CONNECTIONS, g->table);
	draw_list(v, PANEL_REQUESTS, g->log);
}

static void draw_head(const struct view *v, const struct troubles *t, const struct geometry *g)
{
	header_draw(v, v->served.text, t, g->header);
	if (g->meters.h)
		meters_draw(v->m, v->show_private, g->meters);
	findings_draw(v->m, v->show_private, t, g->findings);
}

void frame_draw(struct view *v)
{
	struct area all = screen_begin();
	struct panel *top = nav_top(v);
	struct geometry g;
	struct troubles troubles;

	served_look(&v->served, v->m);
	troubles_of(&troubles, &(struct trouble_facts){.m = v->m,
				       .show_private = v->show_private,
				       .is_live = !v->replaying,
				       .target = v->served.target,
				       .notice = v->notice_seen ? "" : screen_notice()});
	geometry_of(&g, all,
		&(struct geometry_wants){.findings = findings_lines(&troubles, all.h),
			.rows = (int)v->matched,
			.bottom = top->ops->lines,
			.lower_alone = v->focus != PANEL_CONNECTIONS});
	draw_body(v, &g);
	draw_head(v, &troubles, &g); /* after the rows: it says how many match */
	if (g.footer.h)
		footer_draw(v, g.footer);
	if (g.bottom.h) /* last: the cursor stays in it */
		draw_panel(top, g.bottom, true);
	screen_end();
}
