// SPDX-License-Identifier: MIT
/*
 * A time is typed, to go there: in a replay, of the recording; else, in the log.
 */
#include "console/entry.h"
#include "console/moment.h"
#include "console/nav.h"
#include "console/panels.h"
#include "console/time_keys.h"
#include "tui/line_edit.h"

#include "base/container.h"

#define TEXT_MAX 32

struct time_panel {
	struct panel panel;
	struct line_edit line;
	char why[MOMENT_WHY_MAX]; /* what is wrong with it; "": nothing was found to be */
};

static void time_open(struct panel *panel, const struct subject_key *of)
{
	struct time_panel *p = container_of(panel, struct time_panel, panel);

	(void)of;
	line_edit_init(&p->line, TEXT_MAX);
	p->why[0] = '\0';
}

/* In a live run, what the log holds. */
static struct moment_reach reach_of(const struct view *v)
{
	const struct journal *j = &v->m->journal;
	const struct journal_entry *oldest = journal_at(j, journal_oldest(j));
	struct moment_reach r = {.at = time_here(v), .utc_offset = clock_utc_offset(v->m->now)};

	if (v->replaying) {
		r.begin = v->replay.begin;
		r.end = v->replay.end;
		if (v->overview && v->overview->whole)
			r.end = v->overview->end;
		return r;
	}
	r.begin = oldest ? oldest->ts : v->m->now;
	r.end = v->m->now;
	return r;
}

static void go(struct time_panel *p)
{
	struct view *v = p->panel.view;
	struct moment_reach reach = reach_of(v);
	struct str text = {p->line.text, p->line.n};
	char clock[9];
	usec_t at;

	if (text.n && moment_parse(text, &reach, &at, p->why) < 0)
		return;
	nav_close(v);
	if (!text.n)
		return;
	time_go(v, at);
	clock_text(clock, at);
	view_say(v, v->replaying ? "to %s" : "the log from %s", clock);
}

static bool time_input(struct panel *panel, const struct input *in)
{
	struct time_panel *p = container_of(panel, struct time_panel, panel);

	p->why[0] = '\0';
	return line_edit_input(&p->line, in);
}

static bool time_panel_act(struct panel *panel, enum action action)
{
	struct time_panel *p = container_of(panel, struct time_panel, panel);

	if (action == ACT_ACCEPT) {
		go(p);
		return true;
	}
	if (action == ACT_CANCEL) {
		nav_close(panel->view);
		return true;
	}
	p->why[0] = '\0';
	return line_edit_act(&p->line, action);
}

static void time_draw(struct panel *panel, struct area a, bool focused)
{
	struct time_panel *p = container_of(panel, struct time_panel, panel);
	int x = screen_print(a, 0, 1, STYLE_BOLD, "go to ") + 1, cursor;

	(void)focused;
	x += line_edit_draw(&p->line, a, 0, x, TEXT_MAX, STYLE_PLAIN, &cursor) + 2;
	screen_text(a, 0, x, p->why[0] ? STYLE_BAD : STYLE_DIM,
		str_of(p->why[0]                 ? p->why
			: panel->view->replaying ? "03:13, 03:13:21, +5m, -30s, 50%"
						 : "03:13, 03:13:21, -5m: the log from then on"));
	screen_cursor(a.y, a.x + (cursor < a.w ? cursor : a.w - 1));
}

const struct panel_ops time_panel = {
	.title = "Go to a time",
	.where = IN_PROMPT,
	.size = sizeof(struct time_panel),
	.lines = 1,
	.open = time_open,
	.input = time_input,
	.draw = time_draw,
	.act = time_panel_act,
};
