// SPDX-License-Identifier: MIT
#include "console/header.h"

#include "console/blind.h"
#include "console/entry.h"
#include "console/freeze.h"
#include "console/nav.h"
#include "console/seat.h"
#include "tui/bar.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

#define CHIP_MAX     (FILTER_TEXT_MAX + 64)
#define FILTER_LEAST 18 /* columns that a filter's text may be cut to */
#define MARK_LEAST   14
#define MARK_SAID    (5 * USEC_PER_SEC) /* a mark that was made is said for so long */

/* What gives way first: the lowest. */
enum {
	KEEP_WORD = 100, /* how things are */
	KEEP_CHIP = 90,
	KEEP_CLOCK = 85,
	KEEP_FLEET = 86,
	KEEP_MATCHES = 88,
	KEEP_HOST = 80,
	KEEP_SERVED = 70,
	KEEP_SOURCE = 60,
	KEEP_TRAFFIC = 55,
	KEEP_WATCHING = 50,
	KEEP_ZONE = 45,
	KEEP_LEFT = 40
};

/* "12s", since then, by the model. */
static void since_text(char buf[static 16], const struct view *v, usec_t then)
{
	text_span(buf, v->m->now > then ? (uint64_t)(v->m->now - then) / USEC_PER_SEC : 0);
}

/* "hub  50 machines, 47 up  2 lost  1 refused" */
static void add_fleet(const struct view *v, const struct fleet *f, struct bar *b)
{
	const struct machine *machine = model_machine(v->m);

	bar_add(b, KEEP_HOST, STYLE_BOLD, "%.40s", machine->name[0] ? machine->name : "hub");
	bar_add(b, KEEP_FLEET, STYLE_PLAIN, "%" PRIu32 " machine%s, %" PRIu32 " up", f->count,
		f->count == 1 ? "" : "s", f->up);
	if (f->lost_members)
		bar_add(b, KEEP_FLEET + 1, STYLE_BAD, "%" PRIu32 " lost", f->lost_members);
	uint32_t waited = f->count - f->up - f->lost_members - f->refused;
	if (waited)
		bar_add(b, KEEP_FLEET - 3, STYLE_DIM, "%" PRIu32 " waited for", waited);
	if (f->refused)
		bar_add(b, KEEP_FLEET - 2, STYLE_WARN, "%" PRIu32 " refused", f->refused);
}

/* A machine that was entered: how it stands with it, and how old its last word is. */
static void add_member(const struct view *v, const struct member *m, struct bar *b)
{
	const char *state = enum_name(&member_states, m->state);
	bool late = m->every && v->m->now - m->last > FLEET_QUIET * m->every;
	char span[16];

	bar_add(b, KEEP_HOST, STYLE_BOLD, "%s", m->name);
	since_text(span, v, m->since);
	if (m->state != MEMBER_UP)
		bar_add(b, KEEP_CHIP, STYLE_BAD, "%s for %s", state ? state : "not known", span);
	since_text(span, v, m->last);
	if (m->last)
		bar_add(b, KEEP_SOURCE, late ? STYLE_BAD : STYLE_PLAIN, "said %s ago", span);
}

static void add_watched(const struct view *v, const char *served, struct bar *b)
{
	const struct machine *machine = model_machine(v->m);
	char span[16];

	if (seat_member(v)) {
		add_member(v, seat_member(v), b);
		return;
	}
	if (seat_fleet(v)) {
		add_fleet(v, seat_fleet(v), b);
		return;
	}
	if (machine->name[0])
		bar_add(b, KEEP_HOST, STYLE_BOLD, "%.40s", machine->name);
	else
		bar_add(b, KEEP_HOST, STYLE_BOLD, "nethergaze");
	if (served[0])
		bar_add(b, KEEP_SERVED, STYLE_PLAIN, "%s", served);
	if (machine->source[0] && blind_to_requests(v))
		bar_add(b, KEEP_SERVED, STYLE_WARN, "no log");
	if (strcmp(machine->source, "none") == 0)
		bar_add(b, KEEP_SOURCE, STYLE_WARN, "no connections");
	else
		bar_add(b, KEEP_SOURCE, STYLE_PLAIN, "%s",
			machine->source[0] ? machine->source : "starting");
	if (v->replaying)
		return;
	since_text(span, v, v->m->started);
	bar_add(b, KEEP_WATCHING, STYLE_DIM, "watching %s", span);
}

/* Chips: what the view is narrowed to, and where in time it stands. Each writes its text, or leaves
 * it empty; a wide one may be cut. */

/* With the time of day: it is the recording's. */
static void say_replay(const struct view *v, char buf[static CHIP_MAX])
{
	static const char *const states[] = {[REPLAY_PAUSED] = " PAUSED",
		[REPLAY_SEEKING] = " SEEKING",
		[REPLAY_ENDED] = " END"};
	const char *state = v->replay.state < ARRAY_LEN(states) ? states[v->replay.state] : NULL;
	char speed[24] = "", clock[9];

	if (!v->replaying)
		return;
	clock_text(clock, v->m->now);
	if (!state && v->replay.speed > 0)
		snprintf(speed, sizeof speed, " %.3g%s", v->replay.speed,
			screen_glyph_text(GLYPH_TIMES));
	snprintf(buf, CHIP_MAX, "REPLAY %s%s%s", clock, speed, state ? state : "");
}

/* What time it is: while the picture stands still, time goes on. */
static usec_t clock_of(const struct view *v)
{
	return v->m->now + frozen_for(v);
}

static void say_frozen(const struct view *v, char buf[static CHIP_MAX])
{
	char span[16];

	if (!v->frozen_at)
		return;
	text_span(span, (uint64_t)frozen_for(v) / USEC_PER_SEC);
	snprintf(buf, CHIP_MAX, "FROZEN %s", span);
}

static void say_since(const struct view *v, char buf[static CHIP_MAX])
{
	const struct mark *mark = v->detect ? detect_mark(v->detect) : NULL;
	char clock[9];

	if (!mark || nav_body(v) != v->panels[PANEL_SINCE])
		return;
	clock_text(clock, mark->at);
	snprintf(buf, CHIP_MAX, "SINCE %.5s", clock);
}

static void say_recording(const struct view *v, char buf[static CHIP_MAX])
{
	char bytes[8];

	if (!v->recording)
		return;
	text_bytes(bytes, v->recorded);
	snprintf(buf, CHIP_MAX, "REC %s", bytes);
}

static void say_mark(const struct view *v, char buf[static CHIP_MAX])
{
	const struct model_mark *mark = &model_machine(v->m)->mark;
	char clock[9];

	if (!mark->at || v->m->now - mark->at > MARK_SAID)
		return;
	clock_text(clock, mark->at);
	snprintf(buf, CHIP_MAX, "mark at %s%s%s", clock, mark->name[0] ? ": " : "", mark->name);
}

/* A machine was entered: what leads back. */
static void say_seat(const struct view *v, char buf[static CHIP_MAX])
{
	if (seat_member(v))
		snprintf(buf, CHIP_MAX, "machine:%s", seat_member(v)->name);
}

static void say_filter(const struct view *v, char buf[static CHIP_MAX])
{
	if (v->filter.count)
		snprintf(buf, CHIP_MAX, "filter: %s", v->filter.text);
}

/* By the configuration, which no key takes off. */
static void say_bounds(const struct view *v, char buf[static CHIP_MAX])
{
	char text[FILTER_BOUNDS_TEXT_MAX];

	if (!v->bounds)
		return;
	filter_bounds_text(v->bounds, text);
	snprintf(buf, CHIP_MAX, "config %s", text);
}

static void say_private(const struct view *v, char buf[static CHIP_MAX])
{
	if (v->show_private)
		snprintf(buf, CHIP_MAX, "private shown");
}

/* A second's worth, both ways. Why it is not known is said of an interface that has a name. */
static void say_traffic(const struct view *v, char buf[static CHIP_MAX])
{
	const struct traffic *t = &model_machine(v->m)->traffic;
	char in[8], out[8];

	if (t->in == ABSENT || t->out == ABSENT) {
		if (t->name[0] && t->note[0])
			snprintf(buf, CHIP_MAX, "%s: not counted", t->name);
		return;
	}
	text_bytes(in, t->in);
	text_bytes(out, t->out);
	snprintf(buf, CHIP_MAX, "%s%s %s%s/s", screen_glyph_text(GLYPH_ARROW_DOWN), in,
		screen_glyph_text(GLYPH_ARROW_UP), out);
}

static const struct {
	void (*say)(const struct view *v, char buf[static CHIP_MAX]);
	unsigned style;
	int keep, at_least;
	enum action action; /* of a click on it */
} chips[] = {
	{say_seat, STYLE_CHIP, KEEP_CHIP + 2, 0, ACT_FILTER_DROP},
	{say_filter, STYLE_CHIP, KEEP_CHIP + 5, FILTER_LEAST, ACT_FILTER_DROP},
	{say_bounds, STYLE_CHIP, KEEP_CHIP + 2, MARK_LEAST, ACT_SETUP},
	{say_replay, STYLE_CHIP, KEEP_CHIP + 3, 0, ACT_FREEZE},
	{say_frozen, STYLE_CHIP, KEEP_CHIP + 4, 0, ACT_FREEZE},
	{say_since, STYLE_CHIP, KEEP_CHIP + 1, 0, ACT_SINCE},
	{say_recording, STYLE_CHIP, KEEP_CHIP + 1, 0, ACT_RECORD},
	{say_mark, STYLE_CHIP, KEEP_CHIP, MARK_LEAST, ACT_SINCE},
	{say_private, STYLE_DIM, KEEP_LEFT, 0, ACT_PRIVATE},
	{say_traffic, STYLE_PLAIN, KEEP_TRAFFIC, 0, ACT_INPUTS},
};

static void add_to_filter(struct bar *b, int keep, const char *text)
{
	bar_add(b, keep, STYLE_CHIP, "%s", text);
	bar_tag(b, ACT_FILTER_DROP);
	bar_gap(b, 0);
}

/* How many pass the filter stands behind its text, whatever of that is cut; the word for them
 * goes before any of it. */
static void add_matches(const struct view *v, struct bar *b)
{
	char number[24];

	snprintf(number, sizeof number, " (%" PRIu32, v->matched);
	add_to_filter(b, KEEP_MATCHES, number);
	add_to_filter(b, KEEP_LEFT - 1, v->matched == 1 ? " match" : " matches");
	add_to_filter(b, KEEP_MATCHES, ") ");
}

static void add_chips(const struct view *v, struct bar *b)
{
	for (size_t i = 0; i < ARRAY_LEN(chips); i++) {
		char text[CHIP_MAX] = "";
		chips[i].say(v, text);
		if (!text[0])
			continue;
		bool filled = chips[i].style == STYLE_CHIP, filter = chips[i].say == say_filter;
		bar_add(b, chips[i].keep, chips[i].style, "%s%s%s", filled ? " " : "", text,
			filled && !filter ? " " : "");
		bar_right(b);
		bar_may_cut(b, chips[i].at_least);
		bar_tag(b, (int)chips[i].action);
		bar_cut_after(b, KEEP_HOST + 1);
		if (filter)
			add_matches(v, b);
	}
}

static bool is_today(usec_t t)
{
	char then[16], now[16];

	time_text(then, "%Y-%m-%d", t);
	time_text(now, "%Y-%m-%d", clock_usec(CLOCK_REALTIME));
	return strcmp(then, now) == 0;
}

/* The date when it is not today's, the time unless a chip has it, and the zone of both. */
static void add_clock(const struct view *v, struct bar *b)
{
	char clock[16], zone[16], date[16];
	usec_t now = clock_of(v);
	bool other_day = !is_today(now);

	clock_text(clock, now);
	time_text(zone, "%Z", now);
	time_text(date, "%d %b", now);
	if (other_day) {
		bar_add(b, KEEP_HOST, STYLE_PLAIN, "%s", date);
		bar_right(b);
	}
	if (!v->replaying) {
		bar_add(b, KEEP_CLOCK, STYLE_PLAIN, "%s", clock);
		bar_right(b);
		bar_gap(b, other_day ? 1 : BAR_GAP);
	}
	bar_add(b, KEEP_ZONE, STYLE_DIM, "%s", zone);
	bar_right(b);
	bar_gap(b, other_day || !v->replaying ? 1 : BAR_GAP);
}

static void add_word(const struct troubles *t, struct bar *b)
{
	char word[TROUBLE_WORD_MAX];
	bool is_bad = troubles_word(t, word);
	bool act = t->n && t->at[0].gravity >= GRAVITY_ATTACK;

	bar_add(b, KEEP_WORD,
		!is_bad ? STYLE_GOOD
		: act   ? STYLE_FILL_BAD
			: STYLE_WARN,
		"%s%s %s%s", act ? " " : "", screen_glyph_text(is_bad ? GLYPH_UP : GLYPH_TICK),
		word, act ? " " : "");
	bar_right(b);
}

void header_draw(
	const struct view *v, const char *served, const struct troubles *troubles, struct area a)
{
	struct bar b;

	bar_clear(&b);
	add_watched(v, served, &b);
	add_chips(v, &b);
	add_clock(v, &b);
	add_word(troubles, &b);
	bar_draw(&b, a, 0);
	spots_add_bar(v->spots, &b, a, 0);
}
