// SPDX-License-Identifier: MIT
#include "console/replay_bar.h"

#include "console/entry.h"
#include "tui/graph.h"

#include "detect/flag_defs.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define HEIGHT_LEAST 16 /* of a screen that has room for it */
#define WIDTH_MAX    512
#define MARK         '.'
#define LONG         (600 * USEC_PER_SEC) /* from here on seconds are too much to say */

/* What the line spans: all that is known of the recording. */
struct span {
	usec_t from, to;
};

static struct span span_of(const struct view *v)
{
	const struct replay_status *r = &v->replay;
	usec_t to = r->end ? r->end : r->at;

	if (v->overview && v->overview->end > to)
		to = v->overview->end;
	return (struct span){r->begin, to > r->begin ? to : r->begin + 1};
}

int replay_bar_lines(const struct view *v, int height)
{
	return v->replaying && v->replay.begin && height >= HEIGHT_LEAST ? REPLAY_BAR_LINES : 0;
}

int replay_bar_column(usec_t at, usec_t from, usec_t to, int width)
{
	if (at <= from || width < 1 || to <= from)
		return 0;
	int column = (int)((double)(at - from) / (double)(to - from) * width);
	return column < width ? column : width - 1;
}

/* Letters. */

static char letter_of(const struct overview_moment *m)
{
	enum flag_id flag = flag_find(str_of(m->name));

	return !m->name[0] ? MARK : flag == FLAGS ? '?' : flag_defs[flag].letter;
}

void replay_bar_letters(const struct overview *o, usec_t from, usec_t to, char *letters, int width)
{
	uint8_t gravest[WIDTH_MAX] = {0};

	memset(letters, ' ', (size_t)width);
	for (uint32_t i = 0; i < o->moment_count; i++) {
		const struct overview_moment *m = &o->moments[i];
		int x = replay_bar_column(m->at, from, to, width);
		if (x >= WIDTH_MAX || (letters[x] != ' ' && m->severity <= gravest[x]))
			continue;
		letters[x] = letter_of(m);
		gravest[x] = m->severity;
	}
}

static unsigned style_of(char letter)
{
	return letter == 'F' || letter == 'H'    ? STYLE_BAD
	       : letter == 'C'                   ? STYLE_INFO
	       : letter == MARK || letter == '?' ? STYLE_DIM
						 : STYLE_WARN;
}

/* Returns the first column of the line that is free behind them. */
static int draw_letters(const struct view *v, struct area a, int x, int width, struct span s)
{
	char letters[WIDTH_MAX];
	int free_from = 0;

	if (!v->overview)
		return free_from;
	replay_bar_letters(v->overview, s.from, s.to, letters, width);
	for (int i = 0; i < width; i++) {
		if (letters[i] == MARK)
			screen_glyph(a, 1, x + i, STYLE_DIM, GLYPH_DOT);
		else if (letters[i] != ' ')
			screen_text(
				a, 1, x + i, style_of(letters[i]), (struct str){&letters[i], 1});
		if (letters[i] != ' ')
			free_from = x + i + 1;
	}
	return free_from;
}

/* The graph. */

/* A flood is a thousand times what is usual: roots leave the usual in sight. */
static size_t values_of(const struct view *v, struct span s, double *values, int width)
{
	const struct overview *o = v->overview;
	double each = (double)(s.to - s.from) / width;

	for (int i = 0; i < width; i++) {
		usec_t from = s.from + (usec_t)(i * each), to = s.from + (usec_t)((i + 1) * each);
		bool known = o && (o->whole || from < o->end);
		values[i] =
			known ? sqrt((double)overview_between(o, from, to > from ? to : from + 1))
			      : GRAPH_NOTHING;
	}
	return (size_t)width;
}

static void draw_graph(const struct view *v, struct area a, int x, int width, struct span s)
{
	int here = replay_bar_column(v->replay.at, s.from, s.to, width);
	double values[WIDTH_MAX];
	size_t n = values_of(v, s, values, width);
	double top = graph_top(values, n, 1);

	if (here > 0)
		graph_draw(a, 0, x, here, STYLE_INFO, values, (size_t)here, top);
	screen_glyph(a, 0, x + here, STYLE_BOLD, GLYPH_HERE);
	if (here + 1 < width)
		graph_draw(a, 0, x + here + 1, width - here - 1, STYLE_DIM, values + here + 1,
			n - (size_t)here - 1, top);
}

/* Words. */

/* The whole of it, and how much of that is to come. */
static void left_text(const struct view *v, struct span s, char buf[static 64], bool brief)
{
	bool known = v->replay.end || (v->overview && v->overview->whole);
	char left[16], all[16];

	text_span(all, (uint64_t)(s.to - s.from) / USEC_PER_SEC);
	text_span(left, (uint64_t)(s.to - v->replay.at) / USEC_PER_SEC);
	if (v->replay.state == REPLAY_ENDED)
		snprintf(buf, 64, brief ? "END" : "END of %s", all);
	else if (!known)
		snprintf(buf, 64, "%s%s", brief ? "" : all,
			brief ? "" : " and more, being looked through");
	else
		snprintf(buf, 64, brief ? "%s%s" : "%s%s left of %s", screen_glyph_text(GLYPH_DASH),
			left, all);
}

/* Where the letters leave room. */
static void draw_left(const struct view *v, struct area a, struct span s, int free_from)
{
	char buf[64];

	left_text(v, s, buf, false);
	if (free_from + text_width(str_of(buf)) + 2 > a.w)
		left_text(v, s, buf, true);
	int taken = text_width(str_of(buf));
	if (taken && free_from + taken + 2 <= a.w)
		screen_print(a, 1, a.w - taken - 1, STYLE_DIM, "%s", buf);
}

void replay_bar_draw(const struct view *v, struct area a)
{
	struct span s = span_of(v);
	const char *format = s.to - s.from >= LONG ? "%H:%M" : "%H:%M:%S";
	char from[16], to[16];

	time_text(from, format, s.from);
	time_text(to, format, s.to);
	int x = screen_print(a, 0, 1, STYLE_DIM, "%s ", from) + 1;
	int width = a.w - x - (int)strlen(to) - 2;
	if (width < 8)
		return;
	if (width > WIDTH_MAX)
		width = WIDTH_MAX;
	draw_graph(v, a, x, width, s);
	screen_print(a, 0, x + width + 1, STYLE_DIM, "%s", to);
	draw_left(v, a, s, draw_letters(v, a, x, width, s));
}
