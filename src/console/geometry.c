// SPDX-License-Identifier: MIT
#include "console/geometry.h"

#include "console/meters.h"

#define TWO_FROM   7  /* lines of a body that has room for two panels */
#define TABLE_MOST 55 /* percent of the body */
#define ROWS_MOST  78 /* percent of it, where rows come first */
#define LOG_LEAST  3  /* lines of the panels below, when there are any */
#define TOPS_PART  38 /* percent of the columns, beside the log */
#define AIR_FROM   30 /* lines of a body with a blank one between rows and log */

int geometry_findings_room(int h)
{
	return h >= 55 ? 5 : h >= 38 ? 3 : h >= 14 ? 2 : h >= 3 ? 1 : 0;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* The next lines from *y on, as many as there are. */
static struct area take(struct area all, int *y, int lines)
{
	struct area a = area_rows(all, *y, lines);

	*y += a.h;
	return a;
}

/* Text begins a column from the edge, where there is one to spare. */
static struct area inset(struct area a)
{
	if (a.w < 40)
		return a;
	return (struct area){a.y, a.x + 1, a.h, a.w - 2};
}

static struct area columns(struct area a, int x, int w)
{
	return (struct area){a.y, a.x + x, a.h, w};
}

/* Lines of the table: what its rows need, and at most its part. */
static int table_lines(int body, const struct geometry_wants *wants)
{
	int part = wants->rows_first ? ROWS_MOST : TABLE_MOST;
	int most = body * part / 100, wanted = wants->rows + 1;

	if (wanted < 3)
		wanted = 3; /* what stands there when there are none */
	most = least(most, body - LOG_LEAST);
	return wanted < most ? wanted + (body >= AIR_FROM) : most;
}

/* Rows above, log and tops below: in one panel, or beside each other. */
static void stack(
	struct geometry *g, struct area a, const struct geometry_wants *wants, bool beside)
{
	int table = table_lines(a.h, wants);
	struct area lower = area_rows(a, table, a.h);

	g->table = area_rows(a, 0, table);
	g->log = lower;
	g->tabs = !beside;
	if (!beside)
		return;
	int tops = lower.w * TOPS_PART / 100;
	g->log = columns(lower, 0, lower.w - tops - 1);
	g->tops = columns(lower, lower.w - tops, tops);
}

/* Rows and log at the left; who the cursor is on, and the tops, at the right. */
static void spread(struct geometry *g, struct area a, const struct geometry_wants *wants)
{
	struct area right = columns(a, GEOMETRY_LEFT + 1, a.w - GEOMETRY_LEFT - 1);
	int inspector = right.h * TABLE_MOST / 100;

	stack(g, columns(a, 0, GEOMETRY_LEFT), wants, false);
	g->tabs = false;
	g->inspector = area_rows(right, 0, inspector);
	g->tops = area_rows(right, inspector, right.h);
}

static void divide(struct geometry *g, const struct geometry_wants *wants)
{
	if (g->body.h < TWO_FROM && wants->lower_alone) {
		g->log = g->body;
		g->tabs = true;
	} else if (g->body.h < TWO_FROM) {
		g->table = g->body;
	} else if (g->body.w >= GEOMETRY_INSPECTOR_FROM) {
		spread(g, g->body, wants);
	} else {
		stack(g, g->body, wants, g->body.w >= GEOMETRY_BESIDE_FROM);
	}
}

void geometry_of(struct geometry *g, struct area all, const struct geometry_wants *wants)
{
	int bottom = least(wants->bottom, all.h), y = 0;
	int below = bottom ? bottom : all.h >= 6;
	int bar = least(wants->bar, all.h - below);
	struct area above = area_rows(all, 0, all.h - below - bar);

	*g = (struct geometry){.tabs = false};
	g->bottom = area_rows(all, all.h - bottom, bottom);
	if (!bottom)
		g->footer = inset(area_rows(all, all.h - below, below));
	g->bar = area_rows(all, above.h, bar);
	g->header = inset(take(above, &y, 1));
	g->meters = inset(take(above, &y, meters_lines(all.w, all.h)));
	g->findings = inset(take(above, &y, least(wants->findings, geometry_findings_room(all.h))));
	g->body = area_rows(above, y, above.h);
	divide(g, wants);
}
