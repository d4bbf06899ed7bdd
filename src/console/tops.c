// SPDX-License-Identifier: MIT
#include "console/agent_text.h"
#include "console/blind.h"
#include "console/nav.h"
#include "console/panels.h"
#include "console/seat.h"
#include "console/tabs.h"
#include "console/top_table.h"
#include "tui/list.h"

#include "base/container.h"
#include "base/text.h"
#include "base/wrap.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#define ERRORS_FROM 60 /* columns */
#define TWO_FROM    12 /* rows from which two tables stand one above the other */

struct tops {
	struct panel panel;
	struct list list;  /* of the tab that is open */
	struct area shown; /* where its rows were drawn */
	enum tab tab;      /* that the list is of */
	uint64_t kept;     /* the key of the row that the cursor stays with */
	struct top_row rows[TOP_ROWS];
	uint32_t n;
	char target[FILTER_TEXT_MAX];
};

static struct tops *tops_of(struct panel *p)
{
	return container_of(p, struct tops, panel);
}

/* The log has no table: while it is open, the tops beside it show paths. */
static enum tab tab_of(const struct view *v)
{
	return v->tab == TAB_LOG ? TAB_PATHS : v->tab;
}

static bool take(void *ctx, uint32_t rank)
{
	struct tops *t = ctx;

	if (rank >= t->n)
		return false;
	t->kept = t->rows[rank].key;
	return true;
}

static bool find(void *ctx, uint32_t *ret_rank)
{
	const struct tops *t = ctx;

	for (uint32_t i = 0; i < t->n; i++)
		if (t->rows[i].key == t->kept) {
			*ret_rank = i;
			return true;
		}
	return false;
}

enum count {
	COUNT_REQUESTS,
	COUNT_SOURCES,
	COUNT_CLIENT_ERRORS,
	COUNT_SERVER_ERRORS,
	COUNT_PART,
	COUNT_CONNS,
	COUNT_HALF,
	COUNT_HANDSHAKES,
	COUNTS
};

static const struct {
	const char *title;
	unsigned style; /* of what is not zero */
} counts[COUNTS] = {
	[COUNT_REQUESTS] = {"req/m", STYLE_PLAIN},
	[COUNT_SOURCES] = {"IPs", STYLE_PLAIN},
	[COUNT_CLIENT_ERRORS] = {"4xx", STYLE_WARN},
	[COUNT_SERVER_ERRORS] = {"5xx", STYLE_BAD},
	[COUNT_PART] = {"part", STYLE_PLAIN},
	[COUNT_CONNS] = {"open", STYLE_PLAIN},
	[COUNT_HALF] = {"half", STYLE_WARN},
	[COUNT_HANDSHAKES] = {"hs/m", STYLE_PLAIN},
};

/* The columns of each table, before the name; COUNTS ends them. */
static const enum count shown[TABS][6] = {
	[TAB_PATHS] = {COUNT_REQUESTS, COUNT_SOURCES, COUNT_CLIENT_ERRORS, COUNT_SERVER_ERRORS,
		COUNTS},
	[TAB_AGENTS] = {COUNT_REQUESTS, COUNT_SOURCES, COUNT_CLIENT_ERRORS, COUNT_SERVER_ERRORS,
		COUNTS},
	[TAB_STATUSES] = {COUNT_REQUESTS, COUNT_SOURCES, COUNT_PART, COUNTS},
	[TAB_PORTS] = {COUNT_CONNS, COUNT_HALF, COUNT_HANDSHAKES, COUNT_REQUESTS, COUNT_SOURCES,
		COUNTS},
	[TAB_HOSTS] = {COUNT_REQUESTS, COUNT_SOURCES, COUNT_CLIENT_ERRORS, COUNT_SERVER_ERRORS,
		COUNTS},
	[TAB_REFERERS] = {COUNT_REQUESTS, COUNT_SOURCES, COUNT_CLIENT_ERRORS, COUNT_SERVER_ERRORS,
		COUNTS},
};

static const char *const names[TABS] = {
	[TAB_PATHS] = "path",
	[TAB_AGENTS] = "agent",
	[TAB_STATUSES] = "status",
	[TAB_PORTS] = "port",
	[TAB_HOSTS] = "virtual host",
	[TAB_REFERERS] = "referer",
};

static double value_of(const struct top_row *row, enum count what)
{
	switch (what) {
	case COUNT_REQUESTS:
		return row->per_min;
	case COUNT_SOURCES:
		return row->sources;
	case COUNT_CLIENT_ERRORS:
		return row->client_errors;
	case COUNT_SERVER_ERRORS:
		return row->server_errors;
	case COUNT_CONNS:
		return row->open;
	case COUNT_HALF:
		return row->half;
	case COUNT_HANDSHAKES:
		return row->handshakes;
	default:
		return row->part;
	}
}

/* Less than one a minute is not none. */
static void number_text(double value, char buf[static 8])
{
	if (value > 0 && value < 0.95)
		snprintf(buf, 8, value < 0.05 ? "0.1" : "%.1f", value);
	else
		text_count(buf, (uint64_t)lround(value));
}

static void count_text(const struct top_row *row, enum tab tab, enum count what, char buf[static 8])
{
	double value = value_of(row, what);

	if (what == COUNT_PART)
		snprintf(buf, 8, value > 0 && value < 0.01 ? "<1%%" : "%.0f%%", value * 100);
	else if (what == COUNT_SOURCES && tab == TAB_STATUSES && !row->is_code)
		snprintf(buf, 8, " ");
	else
		number_text(value, buf);
}

/* Columns that a count takes, with a blank. */
static int width_of(enum count what)
{
	return what == COUNT_REQUESTS ? 6 : 5;
}

/* Of agents errors say least: in a narrow panel the name has their room. */
static bool has_room(struct area a, enum tab tab, enum count what)
{
	bool is_error = what == COUNT_CLIENT_ERRORS || what == COUNT_SERVER_ERRORS;

	return !is_error || tab == TAB_PATHS || a.w >= ERRORS_FROM;
}

static int draw_titles(struct area a, enum tab tab)
{
	int x = 0;

	for (const enum count *c = shown[tab]; *c != COUNTS && has_room(a, tab, *c); c++) {
		screen_print(a, 0, x, STYLE_DIM, "%*s", width_of(*c), counts[*c].title);
		x += width_of(*c);
	}
	screen_text(a, 0, x + 2, STYLE_DIM, str_of(names[tab]));
	return x + 2;
}

static int draw_cut(struct area a, int y, int x, unsigned style, struct str text, bool is_cut)
{
	struct str fits = text_cut(text, a.w - x);

	is_cut |= fits.n < text.n;
	if (is_cut)
		fits = text_cut(text, a.w - x - 1);
	x += screen_text(a, y, x, style, fits);
	return is_cut ? x + screen_glyph(a, y, x, style, GLYPH_MORE) : x;
}

static void draw_name(
	struct area a, int y, int x, const struct top_row *row, enum tab tab, unsigned selected)
{
	char buf[AGENT_TEXT_MAX];
	struct str name = top_name(row), brief = STR_ABSENT;

	if (tab == TAB_AGENTS)
		brief = agent_text(name, buf);
	if (tab == TAB_STATUSES && row->is_code)
		x += 2;
	if (brief.n) {
		x = draw_cut(a, y, x, STYLE_PLAIN | selected, brief, false) + 2;
		draw_cut(a, y, x, STYLE_DIM | selected, name, row->is_cut);
		return;
	}
	x = draw_cut(a, y, x, STYLE_PLAIN | selected, name, row->is_cut);
	if (row->is_dir)
		screen_text(a, y, x, STYLE_DIM | selected, STR_LIT("*"));
	x += 2;
	if (tab == TAB_STATUSES)
		draw_cut(a, y, x, STYLE_DIM | selected, top_status_words(row), false);
}

static void draw_row(
	struct area a, int y, const struct top_row *row, enum tab tab, unsigned selected)
{
	int x = 0;

	if (selected)
		screen_fill(a, y, 0, selected);
	for (const enum count *c = shown[tab]; *c != COUNTS && has_room(a, tab, *c); c++) {
		char text[8];
		unsigned style = value_of(row, *c) > 0 ? counts[*c].style : STYLE_DIM;
		count_text(row, tab, *c, text);
		screen_print(a, y, x, style | selected, "%*s", width_of(*c), text);
		x += width_of(*c);
	}
	draw_name(a, y, x + 2, row, tab, selected);
}

/* Tables. */

static void say(struct area a, const char *text)
{
	struct str rest = str_of(text);
	int y = 0;

	do
		screen_text(a, y++, 1, STYLE_DIM, wrap_next(&rest, a.w - 2, WRAP_LONG_CUT));
	while (rest.n);
}

static const char *why_none(const struct view *v, enum tab tab)
{
	if (!v->detect)
		return "Nothing is judged here (--as-recorded), and it is the judgement that "
		       "counts "
		       "who asks for what.";
	if (tab == TAB_PORTS)
		return "No connection is known.";
	if (seat_fleet(v))
		return "No machine has told what is asked for.";
	return blind_to_requests(v) ? "No access log is read: requests are missing here. The tab "
				      "Log says why."
				    : "No request in the last five minutes.";
}

/* Keys may come faster than frames: what they mean is what they would have shown. */
static void look(struct tops *t)
{
	const struct view *v = t->panel.view;

	if (t->tab != tab_of(v)) {
		t->tab = tab_of(v);
		list_reset(&t->list);
	}
	t->n = (uint32_t)top_table(v, t->tab, t->rows);
	t->list.count = t->n;
}

/* The open table, with the cursor. */
static void draw_open(struct tops *t, struct area a, bool focused)
{
	const struct view *v = t->panel.view;
	const struct list_rows rows = {t, take, find};
	unsigned style = focused ? STYLE_SELECTED : t->list.pinned ? STYLE_SELECTED_IDLE : 0;

	look(t);
	t->shown = area_rows(a, 1, a.h - 1);
	list_follow(&t->list, &rows);
	list_fit(&t->list, t->n, a.h > 1 ? (uint32_t)a.h - 1 : 1);
	if (!t->n) {
		say(a, why_none(v, t->tab));
		return;
	}
	draw_titles(a, t->tab);
	for (uint32_t i = t->list.top; i < list_end(&t->list); i++)
		draw_row(a, (int)(i - t->list.top) + 1, &t->rows[i], t->tab,
			i == t->list.rank ? style : 0);
}

/* Another one, to look at. */
static void draw_other(const struct view *v, struct area a, enum tab tab)
{
	struct top_row rows[TOP_ROWS];
	size_t n = top_table(v, tab, rows);

	if (!n)
		return;
	draw_titles(a, tab);
	for (int i = 0; i < (int)n && i + 1 < a.h; i++)
		draw_row(a, i + 1, &rows[i], tab, 0);
}

/* They are the judgement's, which leaves nobody out. */
static const char *of_whom(const struct view *v)
{
	if (!filter_is_open(&v->filter))
		return "unfiltered, ";
	return !v->show_private && model_machine(v->m)->totals[1].log.requests ? "hidden ones too, "
									       : "";
}

static void draw_heading(const struct view *v, struct area a, bool focused)
{
	unsigned style = focused ? STYLE_BAR : STYLE_BAR_IDLE;
	int x = tabs_draw(v, a, focused, tab_of(v));
	const struct ports *ports = tab_of(v) == TAB_PORTS ? detect_ports(v->detect) : NULL;
	char span[16], more[32] = "", text[80];
	const char *of = of_whom(v);

	if (ports && ports->replaced)
		snprintf(more, sizeof more, "%" PRIu64 " left out  ", ports->replaced);
	text_span(span, top_table_span(v));
	int w = snprintf(text, sizeof text, "%s%slast %s", more, of,
		top_table_span(v) < 300 ? span : "5 min");
	if (x + w + 1 >= a.w && of[0])
		w = snprintf(text, sizeof text, "%.*s", (int)strlen(of) - 2, of);
	if (x + w + 1 < a.w)
		screen_text(a, 0, a.w - w - 1, style, str_of(text));
}

/* Paths and agents stand one above the other when there is room for both. */
static void tops_draw(struct panel *p, struct area a, bool focused)
{
	struct tops *t = tops_of(p);
	enum tab tab = tab_of(p->view);
	bool two = p->view->wide && a.h - 1 >= TWO_FROM && tab <= TAB_AGENTS && p->view->detect;
	struct area body = area_rows(a, 1, a.h - 1);

	if (a.h < 1)
		return;
	draw_heading(p->view, a, focused);
	if (body.h < 1)
		return;
	if (!two) {
		draw_open(t, body, focused);
		return;
	}
	int upper = (body.h - 1) / 2;
	struct area first = area_rows(body, 0, upper);
	struct area second = area_rows(body, upper + 1, body.h - upper - 1);
	draw_open(t, tab == TAB_PATHS ? first : second, focused);
	draw_other(p->view, tab == TAB_PATHS ? second : first,
		tab == TAB_PATHS ? TAB_AGENTS : TAB_PATHS);
}

static bool tops_target(
	struct panel *p, char buf[static SUBJECT_NAME_MAX], struct filter_target *ret_target)
{
	struct tops *t = tops_of(p);

	buf[0] = '\0'; /* a path may be longer than that */
	if (t->tab != tab_of(p->view))
		look(t);
	if (t->list.rank >= t->n)
		return false;
	return top_target(&t->rows[t->list.rank], t->tab, t->target, ret_target);
}

static bool tops_act(struct panel *p, enum action action)
{
	struct tops *t = tops_of(p);
	const struct list_rows rows = {t, take, find};

	if (t->tab != tab_of(p->view))
		look(t);
	if (action != ACT_OPEN)
		return list_act(&t->list, &rows, action);
	nav_narrow_to_selected(p->view, false);
	return true;
}

static bool tops_mouse(struct panel *p, struct area a, const struct input *in)
{
	struct tops *t = tops_of(p);
	const struct list_rows rows = {t, take, find};

	(void)a;
	return list_mouse(&t->list, &rows, t->shown, in);
}

static void tops_forget(struct panel *p)
{
	list_reset(&tops_of(p)->list);
	tops_of(p)->n = 0;
}

const struct panel_ops tops_panel = {
	.title = "Tops",
	.where = IN_LISTS,
	.size = sizeof(struct tops),
	.forget = tops_forget,
	.target = tops_target,
	.mouse = tops_mouse,
	.draw = tops_draw,
	.act = tops_act,
};
