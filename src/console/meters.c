// SPDX-License-Identifier: MIT
#include "console/meters.h"

#include "console/entry.h"
#include "console/member_meters.h"
#include "tui/graph.h"

#include "base/text.h"
#include "model/figures.h"
#include "model/fleet.h"
#include "model/trend.h"

#include <inttypes.h>
#include <stdio.h>

#define MINUTE     (60 * USEC_PER_SEC)
#define SLOT       19  /* columns of a meter beside others */
#define GRAPH_MOST 24  /* of these, at most so many for what was */
#define LABEL      9   /* columns of the name, and of the number, of one that has a line */
#define LINE_FINE  180 /* columns that the seconds' ring fills, two seconds each */
#define LINE_TENS  220 /* columns from which a line is of ten seconds each */
#define TICK       24  /* columns between two times below lines, about */

#define NOTABLE_HALF_OPEN 16
#define NOTABLE_SHARE     5  /* percent of answers that are 4xx or 5xx */
#define BAD_SHARE         20 /* percent */
#define NOTABLE_QUEUE     50 /* percent */

/* In the order in which they stand where nothing stands out. What listings tell of connections is
 * shown where nobody tells what the interface counts. */
const struct meter meters[METERS] = {
	{"conns", "conns", TREND_CONNS, METER_NOW, 0},
	{"half", "half-open", TREND_HALF_OPEN, METER_NOW, 0},
	{"req/s", "req/s", TREND_REQUESTS, METER_RATE, 0},
	{"5xx", "5xx", TREND_5XX, METER_SHARE, TREND_REQUESTS},
	{"SYN/s", "SYN/s", TREND_SYNS, METER_RATE, 0},
	{"out/s", "out/s", TREND_OUT, METER_BYTES, 0},
	{"in/s", "in/s", TREND_IN, METER_BYTES, 0},
	{"out/s", "out/s", TREND_WIRE, METER_BYTES, 0},
	{"4xx", "4xx", TREND_4XX, METER_SHARE, TREND_REQUESTS},
	{"queue", "queue", TREND_QUEUE, METER_PERCENT, 0},
	{"log/s", "log/s", TREND_LOG_LINES, METER_RATE, 0},
};

/* A minute's worth, as it is now: over the last ten seconds, or the last minute. ABSENT when that
 * is not known. */
static uint64_t level(const struct meter_facts *f, unsigned of, usec_t span)
{
	uint64_t cells[60], sum = 0, known = 0;
	size_t n = (size_t)(span / USEC_PER_SEC);

	trend_read(f->m, f->show_private, (enum trend_of)of, f->m->now, span, cells, n);
	for (size_t i = 0; i < n; i++) {
		if (cells[i] == ABSENT)
			continue;
		sum += cells[i];
		known++;
	}
	return known ? sum / known : ABSENT;
}

/* Percent; or a negative number when nothing is known, or nothing came. */
static double share(const struct meter *meter, const struct meter_facts *f)
{
	uint64_t part = level(f, meter->of, MINUTE);
	uint64_t all = level(f, meter->per, MINUTE);

	if (part == ABSENT || all == ABSENT || !all)
		return -1;
	return (double)part * 100 / (double)all;
}

/* Which figure says what it is now; NULL: its past does. */
static const char *const now[TRENDS] = {[TREND_CONNS] = "open",
	[TREND_HALF_OPEN] = "half_open",
	[TREND_REQUESTS] = "requests_per_sec",
	[TREND_SYNS] = "syns_per_sec",
	[TREND_QUEUE] = "accept_share",
	[TREND_IN] = "in_per_sec",
	[TREND_OUT] = "out_per_sec"};

static double member_number(const struct meter *meter, const struct member *member)
{
	double n = member_level(member, (enum trend_of)meter->of), all;

	if (meter->unit != METER_SHARE)
		return n;
	all = member_level(member, (enum trend_of)meter->per);
	return n < 0 || all <= 0 ? -1 : n * 100 / all;
}

static double number(const struct meter *meter, const struct meter_facts *f)
{
	struct figure_view view;

	if (f->member)
		return member_number(meter, f->member);
	if (meter->unit == METER_SHARE)
		return share(meter, f);
	if (now[meter->of]) {
		view = figures_view(f->m, f->show_private);
		uint64_t n = figure_number(figure_find(now[meter->of]), &view);
		return n == ABSENT ? -1 : figure_value(figure_find(now[meter->of]), &view);
	}
	uint64_t minute = level(f, meter->of, 10 * USEC_PER_SEC);
	return minute == ABSENT ? -1 : (double)minute / 60;
}

/* There have been some. */
static bool knows_requests(const struct meter_facts *f)
{
	return f->member ? f->member->log.requests > 0
			 : model_sum(f->m, f->show_private).requests > 0;
}

static uint64_t half_open(const struct meter_facts *f)
{
	return f->member ? tcp_tally_half_open(&f->member->tcp)
			 : model_sum(f->m, f->show_private).half_open;
}

bool meter_text(
	const struct meter *meter, const struct meter_facts *f, char buf[static METER_TEXT_MAX])
{
	double n = number(meter, f);
	char text[8];

	if (n < 0) {
		/* No request in a minute: none of them failed. */
		bool idle = meter->unit == METER_SHARE && knows_requests(f);
		snprintf(buf, METER_TEXT_MAX, "%s", idle ? "0%" : "-");
		return idle;
	}
	if (meter->unit == METER_SHARE || meter->unit == METER_PERCENT)
		snprintf(buf, METER_TEXT_MAX, n > 0 && n < 1 ? "%.1f%%" : "%.0f%%", n);
	else if (meter->unit == METER_RATE && n > 0 && n < 10)
		snprintf(buf, METER_TEXT_MAX, "%.1f", n);
	else {
		if (meter->unit == METER_BYTES)
			text_bytes(text, (uint64_t)(n + 0.5));
		else
			text_count(text, (uint64_t)(n + 0.5));
		snprintf(buf, METER_TEXT_MAX, "%s", text);
	}
	return true;
}

unsigned meter_style(const struct meter *meter, const struct meter_facts *f)
{
	double n = number(meter, f);

	switch (meter->of) {
	case TREND_HALF_OPEN:
		return n >= NOTABLE_HALF_OPEN ? STYLE_BAD : STYLE_PLAIN;
	case TREND_5XX:
		return n >= NOTABLE_SHARE ? STYLE_BAD : STYLE_PLAIN;
	case TREND_4XX:
		return n >= BAD_SHARE ? STYLE_WARN : STYLE_PLAIN;
	case TREND_QUEUE:
		return n >= NOTABLE_QUEUE ? STYLE_BAD : STYLE_PLAIN;
	default:
		return STYLE_BOLD;
	}
}

/* Worth to stand before others now. */
static bool stands_out(const struct meter *meter, const struct meter_facts *f)
{
	double n = number(meter, f);

	switch (meter->of) {
	case TREND_SYNS: /* its connections are half-open */
		return half_open(f) >= NOTABLE_HALF_OPEN;
	case TREND_4XX:
		return n >= BAD_SHARE;
	case TREND_QUEUE:
		return n >= NOTABLE_QUEUE;
	default:
		return false;
	}
}

/* n: it is not there. */
static size_t place_of(const struct meter *const *order, size_t n, unsigned of)
{
	size_t i = 0;

	while (i < n && order[i]->of != of)
		i++;
	return i;
}

static size_t place_after(const struct meter *const *order, size_t n, unsigned of)
{
	size_t at = place_of(order, n, of);

	return at < n ? at + 1 : n;
}

size_t meters_order(const struct meter_facts *f, const struct meter *ret[static METERS])
{
	char text[METER_TEXT_MAX];
	size_t n = 0;

	for (size_t i = 0; i < METERS; i++) {
		if (!meter_text(&meters[i], f, text) ||
			(meters[i].of == TREND_WIRE && place_of(ret, n, TREND_OUT) < n))
			continue;
		size_t at = n;
		/* SYNs beside what is half-open; what may fail beside the requests. */
		if (stands_out(&meters[i], f))
			at = place_after(ret, n,
				meters[i].of == TREND_SYNS ? TREND_HALF_OPEN : TREND_REQUESTS);
		memmove(&ret[at + 1], &ret[at], (n - at) * sizeof *ret);
		ret[at] = &meters[i];
		n++;
	}
	return n;
}

/* Drawing. */

static void values_of(
	const struct meter *meter, const struct meter_facts *f, usec_t span, double *ret, size_t n)
{
	uint64_t of[PAST_TENS], per[PAST_TENS];

	if (f->member) {
		member_past(f->member, (enum trend_of)meter->of, ret, n);
		return;
	}
	trend_read(f->m, f->show_private, (enum trend_of)meter->of, f->m->now, span, of, n);
	if (meter->unit == METER_SHARE)
		trend_read(
			f->m, f->show_private, (enum trend_of)meter->per, f->m->now, span, per, n);
	for (size_t i = 0; i < n; i++) {
		ret[i] = of[i] == ABSENT ? GRAPH_NOTHING : (double)of[i];
		if (meter->unit == METER_SHARE && of[i] != ABSENT)
			ret[i] = per[i] && per[i] != ABSENT ? (double)of[i] * 100 / (double)per[i]
							    : 0;
	}
}

/* A scale's least top: a few of something are no mountain. */
static double least_top(const struct meter *meter)
{
	switch (meter->unit) {
	case METER_SHARE:
	case METER_PERCENT:
		return 20;
	case METER_RATE:
		return 60;
	default:
		return 4;
	}
}

static void draw_graph(const struct meter *meter, const struct meter_facts *f, struct area a, int x,
	int w, usec_t span)
{
	double values[PAST_TENS];
	size_t n = (size_t)(w < (int)ARRAY_LEN(values) ? w : (int)ARRAY_LEN(values));

	values_of(meter, f, span, values, n);
	graph_draw(a, 0, x, w, STYLE_INFO, values, n, graph_top(values, n, least_top(meter)));
}

static int draw_number(const struct meter *meter, const struct meter_facts *f, struct area a, int x)
{
	char text[METER_TEXT_MAX];
	int w = screen_print(a, 0, x, STYLE_DIM, "%s ", meter->label);

	meter_text(meter, f, text);
	return w + screen_text(a, 0, x + w, meter_style(meter, f), str_of(text));
}

static void draw_beside(const struct meter_facts *f, struct area a)
{
	const struct meter *order[METERS];
	size_t n = meters_order(f, order);
	size_t fit = (size_t)(a.w + 2) / SLOT ? (size_t)(a.w + 2) / SLOT : 1;

	n = n < fit ? n : fit;
	for (size_t i = 0; i < n; i++) {
		int x = (int)i * (a.w + 2) / (int)n, end = (int)(i + 1) * (a.w + 2) / (int)n - 2;
		int w = draw_number(order[i], f, a, x) + 1;
		int room = end - x - w < GRAPH_MOST ? end - x - w : GRAPH_MOST;
		if (room >= 4)
			draw_graph(order[i], f, a, x + w, room, MINUTE);
	}
}

/* The columns of the lines, and what each of them spans. */
static int line_columns(const struct meter_facts *f, int w, usec_t *ret_width)
{
	int columns = w - 2 * LABEL;

	if (f->member) { /* a set each */
		*ret_width = f->member->every ? f->member->every : 10 * USEC_PER_SEC;
		return columns < FLEET_PAST ? columns : FLEET_PAST;
	}
	*ret_width = 10 * USEC_PER_SEC;
	if (columns > LINE_TENS)
		return columns < PAST_TENS - 1 ? columns : PAST_TENS - 1;
	*ret_width = 2 * USEC_PER_SEC;
	return columns < LINE_FINE ? columns : LINE_FINE;
}

/* The times below: at round ones, as far apart as they need to be. */
static void draw_times(const struct meter_facts *f, struct area a, int columns, usec_t width)
{
	usec_t newest = f->m->now / width, every = MINUTE;

	while (every / width < TICK)
		every += every < 5 * MINUTE ? MINUTE : 5 * MINUTE;
	for (int i = 0; i + 5 <= columns; i++) {
		usec_t at = (newest - columns + 1 + i) * width;
		char clock[9];
		if (at % every >= width)
			continue;
		clock_text(clock, at);
		screen_text(a, 0, 2 * LABEL + i, STYLE_DIM, (struct str){clock, 5});
	}
}

static void draw_lines(const struct meter_facts *f, struct area a)
{
	const struct meter *order[METERS];
	size_t n = meters_order(f, order);
	usec_t width;
	int columns = line_columns(f, a.w, &width);

	for (size_t i = 0; i < n && (int)i < a.h - 1; i++) {
		struct area line = area_rows(a, (int)i, 1);
		char text[METER_TEXT_MAX];
		screen_text(line, 0, 0, STYLE_DIM, str_of(order[i]->line));
		meter_text(order[i], f, text);
		screen_print(line, 0, LABEL, meter_style(order[i], f), "%*s", LABEL - 2, text);
		draw_graph(order[i], f, line, 2 * LABEL, columns, columns * width);
	}
	draw_times(f, area_rows(a, a.h - 1, 1), columns, width);
}

int meters_lines(int w, int h)
{
	if (h < 8)
		return 0;
	if (w < METERS_LINES_FROM || h < 30)
		return 1;
	return h >= 55 ? 5 : h >= 40 ? 4 : 3;
}

void meters_draw(const struct meter_facts *f, struct area a)
{
	if (a.h > 1)
		draw_lines(f, a);
	else
		draw_beside(f, a);
}
