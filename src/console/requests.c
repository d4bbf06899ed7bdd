// SPDX-License-Identifier: MIT
#include "console/view.h"

#include "base/text.h"
#include "model/layout.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define IP_WIDTH     15
#define METHOD_WIDTH 4
#define VHOST_FROM   100 /* columns */

void requests_done(struct console *c)
{
	free(c->requests.lines);
	free(c->requests.fresh);
}

static bool passes(const struct console *c, const struct journal_entry *e)
{
	/* A line without an address is not private, it is unknown. */
	if (!c->show_private && !addr_is_unset(&e->ip) && addr_is_private(&e->ip))
		return false;
	return !c->filter.count || filter_request(&c->filter, c->m, e);
}

/* Positions of at most max lines that pass, newest first, from `from` down to before `until`. */
static uint32_t collect(
	const struct console *c, uint64_t from, uint64_t until, uint64_t *lines, uint32_t max)
{
	const struct journal_entry *e;
	uint32_t n = 0;

	for (uint64_t at = from; at > until && n < max && (e = journal_at(&c->m->journal, at));
		at = e->before)
		if (passes(c, e))
			lines[n++] = at;
	return n;
}

/* The line `steps` newer than `at`, or the newest. The journal leads backwards only, so this
 * walks to `at` from the newest, remembering the last few; keys are rare enough. */
static uint64_t newer(struct console *c, uint64_t at, uint32_t steps)
{
	struct requests_view *v = &c->requests;
	const struct journal_entry *e;
	uint64_t count = 0;

	if (steps > v->cap)
		steps = v->cap;
	for (uint64_t p = c->m->journal.newest; p > at && (e = journal_at(&c->m->journal, p));
		p = e->before)
		if (passes(c, e))
			v->fresh[count++ % steps] = p;
	if (!count)
		return at;
	return count < steps ? v->fresh[0] : v->fresh[count % steps];
}

/* The line `steps` older than `at`, or the oldest. */
static uint64_t older(const struct console *c, uint64_t at, uint32_t steps)
{
	const struct journal_entry *e = journal_at(&c->m->journal, at);
	uint64_t found = at;

	for (uint64_t p = e ? e->before : 0; steps && (e = journal_at(&c->m->journal, p));
		p = e->before)
		if (passes(c, e)) {
			found = p;
			steps--;
		}
	return found;
}

static bool reserve(struct requests_view *v, uint32_t lines)
{
	if (lines <= v->cap)
		return true;
	uint64_t *a = realloc(v->lines, lines * sizeof *a);
	if (a)
		v->lines = a;
	uint64_t *b = realloc(v->fresh, lines * sizeof *b);
	if (b)
		v->fresh = b;
	if (!a || !b)
		return false;
	v->cap = lines;
	v->n = 0;
	v->seen = 0;
	return true;
}

static void follow(struct requests_view *v)
{
	v->bottom = v->cursor = 0;
}

static bool filter_moves(const struct filter *f)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->words[i].kind == FILTER_STATE)
			return true;
	return false;
}

/* Brings lines[] up to date. Following, only what is new since the last time is looked at: a
 * narrow filter over a long journal must not be matched again for every frame. Only a filter on
 * the state of connections can change its mind about an old line. */
static bool gather(struct console *c, uint32_t height)
{
	struct requests_view *v = &c->requests;
	uint64_t newest = c->m->journal.newest;
	bool afresh = v->filter_generation != c->filter_generation || height > v->cap ||
		      filter_moves(&c->filter);

	if (!reserve(v, height))
		return false;
	if (v->filter_generation != c->filter_generation ||
		(v->bottom && !journal_at(&c->m->journal, v->bottom)))
		follow(v);
	v->filter_generation = c->filter_generation;
	if (v->bottom || afresh || (int)height != v->height) {
		v->n = collect(c, v->bottom ? v->bottom : newest, 0, v->lines, height);
	} else {
		if (!v->seen)
			v->n = 0;
		uint32_t k = collect(c, newest, v->seen, v->fresh, height);
		uint32_t kept = v->n < height - k ? v->n : height - k;
		memmove(v->lines + k, v->lines, kept * sizeof *v->lines);
		memcpy(v->lines, v->fresh, k * sizeof *v->lines);
		v->n = k + kept;
	}
	while (v->n && !journal_at(&c->m->journal, v->lines[v->n - 1]))
		v->n--;
	v->seen = v->bottom ? 0 : newest;
	v->height = (int)height;
	return true;
}

unsigned status_style(unsigned status)
{
	return status == 0    ? STYLE_DIM
	       : status < 300 ? STYLE_GOOD
	       : status < 400 ? STYLE_INFO
	       : status < 500 ? STYLE_WARN
			      : STYLE_BAD;
}

unsigned login_style(const struct journal_entry *e)
{
	return e->status == AUTH_ACCEPTED ? STYLE_GOOD
	       : e->status == AUTH_CLOSED ? STYLE_DIM
					  : STYLE_BAD;
}

struct str login_text(const struct journal_entry *e, char buf[static LOGIN_TEXT_MAX])
{
	struct str method = text_clip(journal_method(e), 24), user = text_clip(journal_user(e), 48);
	const char *what = e->status == AUTH_ACCEPTED ? "accepted"
			   : e->status == AUTH_CLOSED ? "closed"
						      : "failed";
	int n = snprintf(buf, LOGIN_TEXT_MAX, "%s%s%.*s%s%.*s%s", what, method.n ? " " : "",
		STR_FMT(method), user.n ? " " : "", STR_FMT(user),
		e->status == AUTH_INVALID ? " (no such user)" : "");

	if (e->bytes != ABSENT)
		n += snprintf(buf + n, (size_t)(LOGIN_TEXT_MAX - n), " x%" PRIu64, e->bytes);
	return (struct str){buf, (size_t)n};
}

void clock_text(char buf[static 9], usec_t t)
{
	time_t sec = (time_t)(t / USEC_PER_SEC);
	struct tm tm;

	if (!localtime_r(&sec, &tm) || strftime(buf, 9, "%H:%M:%S", &tm) == 0)
		strcpy(buf, "--:--:--");
}

static int draw_addr(struct area a, int y, int x, int width, unsigned style, const struct addr *ip)
{
	char text[ADDR_TEXT_MAX] = "-";
	size_t n = addr_is_unset(ip) ? 1 : addr_format(ip, text);

	screen_text(a, y, x, style, layout_cut_addr(text, n, width));
	return width + 1;
}

int draw_vhost(struct area a, int y, int x, unsigned selected, const struct journal_entry *e)
{
	struct str vhost = text_cut(journal_vhost(e), a.w / 4);

	return vhost.n ? screen_text(a, y, x, STYLE_DIM | selected, vhost) + 1 : 0;
}

static void draw_entry(const struct console *c, struct area a, int y, const struct journal_entry *e,
	unsigned selected)
{
	char clock[9], status[8] = "-";
	int x = 0, ip_width = c->requests.ip_width;

	if (selected)
		screen_fill(a, y, 0, selected);
	if (a.w >= 50) {
		clock_text(clock, e->ts);
		x += screen_print(a, y, x, STYLE_DIM | selected, "%s ", clock);
	}
	if (ip_width > a.w / 3)
		ip_width = a.w / 3 > IP_WIDTH ? a.w / 3 : IP_WIDTH;
	x += draw_addr(a, y, x, ip_width, STYLE_BOLD | selected, &e->ip);
	if (!journal_is_request(e)) {
		char text[LOGIN_TEXT_MAX];
		x += screen_print(a, y, x, STYLE_DIM | selected, "SSH ");
		screen_text(a, y, x, login_style(e) | selected, login_text(e, text));
		return;
	}
	if (e->status)
		snprintf(status, sizeof status, "%u", e->status);
	screen_print(a, y, x, status_style(e->status) | selected, "%3s", status);
	x += 4;
	int w = screen_text(a, y, x, STYLE_BOLD | selected, journal_method(e));
	x += (w > METHOD_WIDTH ? w : METHOD_WIDTH) + 1;
	if (a.w >= VHOST_FROM)
		x += draw_vhost(a, y, x, selected, e);
	screen_text(a, y, x, STYLE_PLAIN | selected, journal_path(e));
}

static void draw_heading(const struct console *c, struct area a, bool focused)
{
	const struct requests_view *v = &c->requests;
	unsigned style = focused ? STYLE_BAR : STYLE_BAR_IDLE;

	screen_fill(a, 0, 0, style);
	screen_print(a, 0, 0, style, "%s%s%s", requests_panel.title,
		c->filter.count ? ", filtered" : "",
		v->cursor ? ", scrolled back (End follows)" : "");
}

static void widen(struct console *c)
{
	struct requests_view *v = &c->requests;

	if (v->ip_width < IP_WIDTH)
		v->ip_width = IP_WIDTH;
	for (uint32_t i = 0; i < v->n; i++) {
		const struct journal_entry *e = journal_at(&c->m->journal, v->lines[i]);
		char buf[ADDR_TEXT_MAX];
		if (!e || addr_is_v4(&e->ip))
			continue;
		int w = (int)addr_format(&e->ip, buf);
		if (w > v->ip_width)
			v->ip_width = w;
	}
}

static void draw_empty(const struct console *c, struct area a)
{
	screen_print(a, 1, 0, STYLE_DIM, "%s",
		c->filter.count                       ? "no request passes the filter"
		: model_machine(c->m)->log_count == 0 ? "no log is read"
						      : "no logged requests yet");
}

static void requests_draw(struct console *c, struct area a, bool focused)
{
	struct requests_view *v = &c->requests;

	if (a.h < 1 || !gather(c, (uint32_t)(a.h > 1 ? a.h - 1 : 1)))
		return;
	widen(c);
	draw_heading(c, a, focused);
	for (uint32_t i = 0; i < v->n; i++) {
		const struct journal_entry *e = journal_at(&c->m->journal, v->lines[i]);
		bool selected = focused && v->cursor && v->lines[i] == v->cursor;
		if (e) /* the newest line is the lowest, as tail -f has it */
			draw_entry(c, a, (int)(v->n - i), e, selected ? STYLE_SELECTED : 0);
	}
	if (!v->n)
		draw_empty(c, a);
}

bool requests_selected(struct console *c, struct addr *ret_ip)
{
	struct requests_view *v = &c->requests;
	uint64_t at = v->cursor ? v->cursor : v->n ? v->lines[0] : 0;
	const struct journal_entry *e = journal_at(&c->m->journal, at);

	if (!e || addr_is_unset(&e->ip))
		return false;
	*ret_ip = e->ip;
	return true;
}

/* The first step back freezes the panel on what it shows. */
static void move_back(struct console *c, uint32_t steps)
{
	struct requests_view *v = &c->requests;

	if (!v->n)
		return;
	if (!v->cursor)
		v->cursor = v->bottom = v->lines[0];
	v->cursor = older(c, v->cursor, steps);
	if (v->n == (uint32_t)v->height && v->cursor < v->lines[v->n - 1])
		v->bottom =
			v->height > 1 ? newer(c, v->cursor, (uint32_t)v->height - 1) : v->cursor;
}

/* A step past the newest line follows again. */
static void move_on(struct console *c, uint32_t steps)
{
	struct requests_view *v = &c->requests;
	uint64_t at = v->cursor;

	if (!at || !v->cap)
		return;
	v->cursor = newer(c, at, steps);
	if (v->cursor == at)
		follow(v);
	else if (v->cursor > v->bottom)
		v->bottom = v->cursor;
}

static bool requests_act(struct console *c, enum action action)
{
	struct requests_view *v = &c->requests;
	uint32_t page = v->height > 1 ? (uint32_t)v->height : 1;

	switch (action) {
	case ACT_UP:
		move_back(c, 1);
		return true;
	case ACT_DOWN:
		move_on(c, 1);
		return true;
	case ACT_PAGE_UP:
		move_back(c, page);
		return true;
	case ACT_PAGE_DOWN:
		move_on(c, page);
		return true;
	case ACT_TOP:
		move_back(c, UINT32_MAX);
		return true;
	case ACT_END:
		follow(v);
		return true;
	default:
		return false;
	}
}

const struct panel_ops requests_panel = {
	.title = "HTTP log",
	.where = IN_LISTS,
	.draw = requests_draw,
	.act = requests_act,
};
