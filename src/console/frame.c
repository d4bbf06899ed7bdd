// SPDX-License-Identifier: MIT
#include "console/frame.h"

#include "console/nav.h"
#include "console/status.h"

/* Columns from which the panels stand next to each other: half of them is enough for who it is,
 * connections, requests, logins. */
#define SIDE_BY_SIDE 160

static void draw_panel(struct panel *p, struct area a, bool focused)
{
	p->ops->draw(p, a, focused);
}

/* The panels side by side, or the connections above the log; when there is no room for two, the
 * one that has the keys. */
static void draw_lists(struct view *v, struct area a)
{
	struct area left = a, right = a;

	if (a.w >= SIDE_BY_SIDE) {
		left.w = a.w / 2;
		right.x = a.x + left.w + 1;
		right.w = a.w - left.w - 1;
		for (int y = 0; y < a.h; y++)
			screen_glyph(a, y, left.w, STYLE_DIM, GLYPH_LINE);
	} else if (a.h >= 7) {
		left.h = (a.h * 11 + 19) / 20;
		right = area_rows(a, left.h, a.h);
	} else {
		draw_panel(v->panels[v->focus], a, true);
		return;
	}
	enum panel_id lower = nav_lower(v);
	if (!v->panels[lower])
		lower = PANEL_REQUESTS;
	draw_panel(v->panels[PANEL_CONNECTIONS], left, v->focus == PANEL_CONNECTIONS);
	draw_panel(v->panels[lower], right, v->focus == lower);
}

/* How many lines the alerts may take, so that there are rows left to look at. */
static int alerts_room(int height)
{
	return height >= 30 ? 3 : height >= 16 ? 2 : height >= 10 ? 1 : 0;
}

/* The lines above the body. Returns how many. */
static int draw_head(const struct view *v, struct area all)
{
	int y = 1;

	header_draw(v, area_rows(all, 0, 1));
	if (all.h >= 7)
		y += trouble_draw(v, area_rows(all, y, 1));
	y += alerts_draw(v, area_rows(all, y, alerts_room(all.h)));
	if (all.h >= 12)
		y += remarks_draw(v, area_rows(all, y, 1));
	if (all.h >= 9)
		offenders_draw(v, area_rows(all, y++, 1));
	return y;
}

/* Lines are given out by need: the header, then rows, then what explains them. */
void frame_draw(struct view *v)
{
	struct area all = screen_begin();
	struct panel *top = nav_top(v);
	int y = draw_head(v, all), bottom = all.h;
	int lines = top->ops->lines < all.h ? top->ops->lines : all.h;
	bool stats = all.h >= 8;

	if (lines)
		bottom -= lines;
	else if (all.h >= 6)
		footer_draw(v, area_rows(all, --bottom, 1));
	struct area body = area_rows(all, y, bottom - stats - y);
	if (nav_is_main(v))
		draw_lists(v, body);
	else
		draw_panel(nav_body(v), body, true);
	if (stats) /* after the rows: it says how many match */
		stats_draw(v, area_rows(all, bottom - 1, 1));
	if (lines) /* last: the cursor stays in it */
		draw_panel(top, area_rows(all, all.h - lines, lines), true);
	screen_end();
}
