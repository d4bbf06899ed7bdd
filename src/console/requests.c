// SPDX-License-Identifier: MIT
#include "console/blind.h"
#include "console/entry.h"
#include "console/list.h"
#include "console/panels.h"

#include "base/container.h"
#include "base/text.h"
#include "model/layout.h"

#include <stdio.h>
#include <stdlib.h>

#define IP_WIDTH     15
#define METHOD_WIDTH 4
#define VHOST_FROM   100 /* columns */

/* Lines are named by their positions in the journal, which leads backwards only: nobody knows how
 * many pass a filter before this one, so there is no rank, and no struct list. */
struct requests {
	struct panel panel;
	uint64_t *lines, *fresh; /* journal positions on screen, newest first; scratch */
	uint32_t n, cap;
	uint64_t bottom;            /* the newest line on screen while scrolled back; 0: follow */
	uint64_t cursor;            /* the selected line; 0 while following */
	uint64_t seen;              /* the newest position that lines[] takes account of */
	unsigned filter_generation; /* the view's, that lines[] was gathered under */
	int height, ip_width;
};

static struct requests *requests_of(struct panel *p)
{
	return container_of(p, struct requests, panel);
}

static void requests_done(struct panel *p)
{
	free(requests_of(p)->lines);
	free(requests_of(p)->fresh);
}

static void requests_forget(struct panel *p)
{
	struct requests *r = requests_of(p);

	r->n = 0;
	r->bottom = r->cursor = r->seen = 0;
}

static void requests_fit(struct panel *p)
{
	requests_of(p)->ip_width = 0;
}

static bool passes(const struct view *v, const struct journal_entry *e)
{
	/* A line without an address is not private, it is unknown. */
	if (!v->show_private && !addr_is_unset(&e->ip) && model_hides(v->m, &e->ip))
		return false;
	return !v->filter.count || filter_request(&v->filter, v->m, e);
}

/* Positions of at most max lines that pass, newest first, from `from` down to before `until`. */
static uint32_t collect(
	const struct view *v, uint64_t from, uint64_t until, uint64_t *lines, uint32_t max)
{
	const struct journal_entry *e;
	uint32_t n = 0;

	for (uint64_t at = from; at > until && n < max && (e = journal_at(&v->m->journal, at));
		at = e->before)
		if (passes(v, e))
			lines[n++] = at;
	return n;
}

/* The line `steps` newer than `at`, or the newest. The journal leads backwards only, so this
 * walks to `at` from the newest, remembering the last few; keys are rare enough. */
static uint64_t newer(struct requests *r, uint64_t at, uint32_t steps)
{
	const struct view *v = r->panel.view;
	const struct journal_entry *e;
	uint64_t count = 0;

	if (steps > r->cap)
		steps = r->cap;
	for (uint64_t p = v->m->journal.newest; p > at && (e = journal_at(&v->m->journal, p));
		p = e->before)
		if (passes(v, e))
			r->fresh[count++ % steps] = p;
	if (!count)
		return at;
	return count < steps ? r->fresh[0] : r->fresh[count % steps];
}

/* The line `steps` older than `at`, or the oldest. */
static uint64_t older(const struct view *v, uint64_t at, uint32_t steps)
{
	const struct journal_entry *e = journal_at(&v->m->journal, at);
	uint64_t found = at;

	for (uint64_t p = e ? e->before : 0; steps && (e = journal_at(&v->m->journal, p));
		p = e->before)
		if (passes(v, e)) {
			found = p;
			steps--;
		}
	return found;
}

static bool reserve(struct requests *r, uint32_t lines)
{
	if (lines <= r->cap)
		return true;
	uint64_t *a = realloc(r->lines, lines * sizeof *a);
	if (a)
		r->lines = a;
	uint64_t *b = realloc(r->fresh, lines * sizeof *b);
	if (b)
		r->fresh = b;
	if (!a || !b)
		return false;
	r->cap = lines;
	r->n = 0;
	r->seen = 0;
	return true;
}

static void follow(struct requests *r)
{
	r->bottom = r->cursor = 0;
}

/* Brings lines[] up to date. Following, only what is new since the last time is looked at: a
 * narrow filter over a long journal must not be matched again for every frame, unless it can change
 * its mind about an old line. */
static bool gather(struct requests *r, uint32_t height)
{
	const struct view *v = r->panel.view;
	uint64_t newest = v->m->journal.newest;
	bool afresh = r->filter_generation != v->filter_generation || height > r->cap ||
		      filter_moves(&v->filter);

	if (!reserve(r, height))
		return false;
	if (r->filter_generation != v->filter_generation ||
		(r->bottom && !journal_at(&v->m->journal, r->bottom)))
		follow(r);
	r->filter_generation = v->filter_generation;
	if (r->bottom || afresh || (int)height != r->height) {
		r->n = collect(v, r->bottom ? r->bottom : newest, 0, r->lines, height);
	} else {
		if (!r->seen)
			r->n = 0;
		uint32_t k = collect(v, newest, r->seen, r->fresh, height);
		uint32_t kept = r->n < height - k ? r->n : height - k;
		memmove(r->lines + k, r->lines, kept * sizeof *r->lines);
		memcpy(r->lines, r->fresh, k * sizeof *r->lines);
		r->n = k + kept;
	}
	while (r->n && !journal_at(&v->m->journal, r->lines[r->n - 1]))
		r->n--;
	r->seen = r->bottom ? 0 : newest;
	r->height = (int)height;
	return true;
}

static int draw_addr(struct area a, int y, int x, int width, unsigned style, const struct addr *ip)
{
	char text[ADDR_TEXT_MAX] = "-";
	size_t n = addr_is_unset(ip) ? 1 : addr_format(ip, text);

	screen_text(a, y, x, style, layout_cut_addr(text, n, width));
	return width + 1;
}

static void draw_entry(const struct requests *r, struct area a, int y,
	const struct journal_entry *e, unsigned selected)
{
	char clock[9], status[8] = "-";
	int x = 0, ip_width = r->ip_width;

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

static void draw_heading(const struct requests *r, struct area a, bool focused)
{
	unsigned style = focused ? STYLE_BAR : STYLE_BAR_IDLE;

	screen_fill(a, 0, 0, style);
	screen_print(a, 0, 0, style, "%s%s%s", requests_panel.title,
		r->panel.view->filter.count ? ", filtered" : "",
		r->cursor ? ", scrolled back (End follows)" : "");
}

static void widen(struct requests *r)
{
	const struct journal *j = &r->panel.view->m->journal;

	if (r->ip_width < IP_WIDTH)
		r->ip_width = IP_WIDTH;
	for (uint32_t i = 0; i < r->n; i++) {
		const struct journal_entry *e = journal_at(j, r->lines[i]);
		char buf[ADDR_TEXT_MAX];
		if (!e || addr_is_v4(&e->ip))
			continue;
		int w = (int)addr_format(&e->ip, buf);
		if (w > r->ip_width)
			r->ip_width = w;
	}
}

static void requests_draw(struct panel *p, struct area a, bool focused)
{
	struct requests *r = requests_of(p);
	const struct journal *j = &p->view->m->journal;

	if (a.h < 1 || !gather(r, (uint32_t)(a.h > 1 ? a.h - 1 : 1)))
		return;
	widen(r);
	draw_heading(r, a, focused);
	for (uint32_t i = 0; i < r->n; i++) {
		const struct journal_entry *e = journal_at(j, r->lines[i]);
		bool selected = r->cursor ? r->lines[i] == r->cursor : i == 0;
		if (e) /* the newest line is the lowest, as tail -f has it */
			draw_entry(r, a, (int)(r->n - i), e, screen_selection(selected, focused));
	}
	if (!r->n)
		blind_draw_requests(p->view, area_rows(a, 1, a.h));
}

static bool requests_selected(struct panel *p, struct subject_key *ret)
{
	struct requests *r = requests_of(p);
	uint64_t at = r->cursor ? r->cursor : r->n ? r->lines[0] : 0;
	const struct journal_entry *e = journal_at(&p->view->m->journal, at);

	if (!e || addr_is_unset(&e->ip))
		return false;
	*ret = subject_key_of_addr(&e->ip);
	return true;
}

static bool requests_target(
	struct panel *p, char buf[static SUBJECT_NAME_MAX], struct filter_target *ret_target)
{
	struct requests *r = requests_of(p);
	uint64_t at = r->cursor ? r->cursor : r->n ? r->lines[0] : 0;
	const struct journal_entry *e = journal_at(&p->view->m->journal, at);

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

/* The first step back freezes the panel on what it shows. */
static void move_back(struct requests *r, uint32_t steps)
{
	if (!r->n)
		return;
	if (!r->cursor)
		r->cursor = r->bottom = r->lines[0];
	r->cursor = older(r->panel.view, r->cursor, steps);
	if (r->n == (uint32_t)r->height && r->cursor < r->lines[r->n - 1])
		r->bottom =
			r->height > 1 ? newer(r, r->cursor, (uint32_t)r->height - 1) : r->cursor;
}

/* A step past the newest line follows again. */
static void move_on(struct requests *r, uint32_t steps)
{
	uint64_t at = r->cursor;

	if (!at || !r->cap)
		return;
	r->cursor = newer(r, at, steps);
	if (r->cursor == at)
		follow(r);
	else if (r->cursor > r->bottom)
		r->bottom = r->cursor;
}

static bool requests_act(struct panel *p, enum action action)
{
	struct requests *r = requests_of(p);
	int64_t by;

	if (!list_step(action, r->height > 1 ? (uint32_t)r->height : 1, &by))
		return false;
	if (action == ACT_END)
		follow(r);
	else if (by < 0)
		move_back(r, (uint32_t)-by);
	else
		move_on(r, (uint32_t)by);
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
	.draw = requests_draw,
	.act = requests_act,
};
