// SPDX-License-Identifier: MIT
#include "console/view.h"

#include <stdlib.h>

#define FRAME_EVERY (USEC_PER_SEC / 10)
/* A frame may take one part in so many of the time: over a huge table frames get rarer, so that
 * the machine under attack does not pay for being watched. */
#define FRAME_SHARE 20
#define PAUSE_MOST  (2 * USEC_PER_SEC)
/* Columns from which the panels stand next to each other: half of them is enough for who it is,
 * connections, requests, logins. */
#define SIDE_BY_SIDE 160
#define KEYS_AT_ONCE 256

static const struct panel_ops *const panels[PANELS] = {
	[PANEL_CONNECTIONS] = &connections_panel,
	[PANEL_REQUESTS] = &requests_panel,
	[PANEL_DETAIL] = &detail_panel,
	[PANEL_SOURCES] = &sources_panel,
	[PANEL_HELP] = &help_panel,
};

struct console *console_new(
	const struct model *m, const struct console_options *options, char reason[static 256])
{
	struct console *c = calloc(1, sizeof *c);

	if (!c) {
		strcpy(reason, "out of memory");
		return NULL;
	}
	if (screen_open(reason) < 0) {
		free(c);
		return NULL;
	}
	c->m = m;
	c->show_private = options->show_private;
	c->replaying = options->replaying;
	c->connections.sort = column_sort_next(m, GROUP_NONE, NULL);
	c->changed = true;
	return c;
}

void console_free(struct console *c)
{
	if (!c)
		return;
	screen_close();
	connections_done(c);
	requests_done(c);
	free(c);
}

int console_fd(const struct console *c)
{
	(void)c;
	return screen_fd();
}

void console_resize(struct console *c)
{
	c->resized = true;
}

static enum panel_id on_top(const struct console *c)
{
	return c->depth ? c->stack[c->depth - 1] : c->focus;
}

unsigned console_where(const struct console *c)
{
	return c->prompt.open ? (unsigned)IN_PROMPT : panels[on_top(c)]->where;
}

/* A panel that lies there already comes back to the top instead of being stacked again. */
void console_push(struct console *c, enum panel_id id)
{
	for (size_t i = 0; i < c->depth; i++)
		if (c->stack[i] == id)
			c->depth = i;
	if (c->depth == PANEL_STACK_MAX)
		return;
	c->stack[c->depth++] = id;
	c->page = (struct page_view){0};
	if (panels[id]->open)
		panels[id]->open(c);
}

void console_pop(struct console *c)
{
	if (c->depth)
		c->depth--;
	c->page = (struct page_view){0};
}

int console_set_filter(struct console *c, struct str text, const char **ret_error)
{
	int r = filter_compile(&c->filter, text, ret_error);

	if (r == 0)
		c->filter_generation++;
	return r;
}

static bool selected(struct console *c, struct addr *ret_ip)
{
	return c->focus == PANEL_CONNECTIONS ? connections_selected(c, ret_ip)
					     : requests_selected(c, ret_ip);
}

bool console_selected(const struct console *c, struct addr *ret_ip)
{
	bool opened = on_top(c) == PANEL_DETAIL;

	if (!opened && !(c->focus == PANEL_CONNECTIONS && c->connections.pinned))
		return false;
	*ret_ip = opened ? c->detail.host.ip : c->connections.selected;
	return true;
}

void console_query(const struct console *c, struct query *ret_query)
{
	*ret_query = connections_query(c);
}

bool console_take_command(struct console *c, struct command *ret_command)
{
	if (addr_is_unset(&c->wish))
		return false;
	*ret_command = (struct command){.kind = COMMAND_LOOKUP, .ip = c->wish};
	c->wish = (struct addr){{0}};
	return true;
}

void console_set_model(struct console *c, const struct model *m)
{
	struct addr opened = c->detail.host.ip;

	c->m = m;
	/* Ids and positions of the old one mean nothing here. */
	c->connections.rows.n = 0;
	c->requests.n = 0;
	c->requests.bottom = c->requests.cursor = c->requests.seen = 0;
	c->detail.host = (struct host){.ip = opened,
		.proxy = POOL_NONE,
		.login = POOL_NONE,
		.first_conn = POOL_NONE};
	tcp_tally_init(&c->detail.host.tcp);
	c->detail.gone = true;
	c->detail.request = 0;
	c->changed = true;
}

static void open_selected(struct console *c)
{
	struct addr ip;

	if (selected(c, &ip))
		detail_show(c, &ip);
}

static void wish_for_selected(struct console *c)
{
	struct addr ip;

	if (on_top(c) == PANEL_DETAIL) {
		c->wish = c->detail.host.ip;
	} else if (selected(c, &ip)) {
		c->wish = ip;
		detail_show(c, &ip);
	}
}

static void close_top(struct console *c)
{
	const char *error;

	if (c->depth)
		console_pop(c);
	else
		console_set_filter(c, STR_LIT(""), &error);
}

/* What no panel has taken. */
static enum console_verdict act(struct console *c, enum action action)
{
	switch (action) {
	case ACT_QUIT:
		return CONSOLE_QUIT;
	case ACT_HELP:
		console_push(c, PANEL_HELP);
		break;
	case ACT_SOURCES:
		console_push(c, PANEL_SOURCES);
		break;
	case ACT_FOCUS_NEXT:
	case ACT_FOCUS_BACK:
		c->focus = c->focus == PANEL_CONNECTIONS ? PANEL_REQUESTS : PANEL_CONNECTIONS;
		break;
	case ACT_OPEN:
		open_selected(c);
		break;
	case ACT_CLOSE:
		close_top(c);
		break;
	case ACT_FILTER:
		prompt_open(c);
		break;
	case ACT_PRIVATE:
		c->show_private = !c->show_private;
		c->filter_generation++;
		break;
	case ACT_WHOIS:
		wish_for_selected(c);
		break;
	case ACT_SORT:
	case ACT_REVERSE: /* of the connections, also while the log has the keys */
		connections_panel.act(c, action);
		break;
	case ACT_REDRAW:
		c->repaint = true;
		break;
	default:
		break;
	}
	return CONSOLE_GO_ON;
}

enum console_verdict console_input(struct console *c)
{
	enum console_verdict verdict = CONSOLE_GO_ON;
	int key;

	for (int i = 0; i < KEYS_AT_ONCE && (key = screen_key()) != 0; i++) {
		c->changed = true;
		enum action action = keys_find(key, console_where(c));
		if (c->prompt.open && action != ACT_REDRAW)
			prompt_key(c, key);
		else if (action != ACT_NONE && !panels[on_top(c)]->act(c, action))
			verdict = act(c, action);
		if (verdict != CONSOLE_GO_ON)
			return verdict;
	}
	return screen_is_gone() ? CONSOLE_QUIT : CONSOLE_GO_ON;
}

/* The panels side by side, or the connections above the log; when there is no room for two, the
 * one that has the keys. */
static void draw_lists(struct console *c, struct area a)
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
		panels[c->focus]->draw(c, a, true);
		return;
	}
	connections_panel.draw(c, left, c->focus == PANEL_CONNECTIONS);
	requests_panel.draw(c, right, c->focus == PANEL_REQUESTS);
}

/* How many lines the alerts may take, so that there are rows left to look at. */
static int alerts_room(int height)
{
	return height >= 30 ? 3 : height >= 16 ? 2 : height >= 10 ? 1 : 0;
}

/* Lines are given out by need: the header, then rows, then what explains them. */
static void draw(struct console *c)
{
	struct area all = screen_begin();
	int y = 1, bottom = all.h;

	header_draw(c, area_rows(all, 0, 1));
	if (header_has_trouble(c) && all.h >= 7)
		trouble_draw(c, area_rows(all, y++, 1));
	y += alerts_draw(c, area_rows(all, y, alerts_room(all.h)));
	if (all.h >= 9)
		offenders_draw(c, area_rows(all, y++, 1));
	if (c->prompt.open)
		bottom--;
	else if (all.h >= 6)
		footer_draw(c, area_rows(all, --bottom, 1));
	bool stats = all.h >= 8;
	struct area body = area_rows(all, y, bottom - stats - y);
	if (c->depth)
		panels[on_top(c)]->draw(c, body, true);
	else
		draw_lists(c, body);
	if (stats) /* after the rows: it says how many match */
		stats_draw(c, area_rows(all, bottom - 1, 1));
	if (c->prompt.open) /* last: the cursor stays in it */
		prompt_draw(c, area_rows(all, all.h - 1, 1));
	screen_end();
}

/* What is shown of the model's clock: minutes, or the seconds of a recording. */
static usec_t shown_clock(const struct console *c)
{
	return c->m->now / ((c->replaying || c->depth ? 1 : 60) * USEC_PER_SEC);
}

static bool needs_frame(const struct console *c)
{
	return c->changed || c->resized || c->m->version != c->drawn_version ||
	       shown_clock(c) != c->drawn_clock;
}

/* Keys are answered at once; only the data's own changes wait for the share. */
static usec_t due(const struct console *c)
{
	return c->last_frame + (c->changed || c->resized ? FRAME_EVERY : c->pause);
}

static void draw_frame(struct console *c)
{
	if (c->resized || c->repaint) {
		screen_fit(true);
		c->connections.ip_width = c->requests.ip_width = 0;
	}
	c->changed = c->resized = c->repaint = false;
	c->drawn_version = c->m->version;
	c->drawn_clock = shown_clock(c);

	usec_t start = clock_usec(CLOCK_MONOTONIC);
	draw(c);
	usec_t share = (clock_usec(CLOCK_MONOTONIC) - start) * FRAME_SHARE;
	c->pause = share < FRAME_EVERY ? FRAME_EVERY : share > PAUSE_MOST ? PAUSE_MOST : share;
}

usec_t console_draw(struct console *c, usec_t now)
{
	if (!needs_frame(c))
		return -1;
	if (now < due(c))
		return due(c) - now;
	if (!screen_is_writable()) /* try again later, and let the rest go on */
		return FRAME_EVERY;
	draw_frame(c);
	c->last_frame = now;
	return c->changed ? FRAME_EVERY : -1;
}
