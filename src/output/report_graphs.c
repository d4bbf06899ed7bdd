// SPDX-License-Identifier: MIT
/* Figures at a glance, and how they went. */
#include "output/report_parts.h"

#include "detect/flag_defs.h"
#include "model/figures.h"
#include "model/trend.h"

#include <math.h>

#define SPAN_LEAST (60 * USEC_PER_SEC)
#define SPAN_MOST  (60 * SPAN_LEAST) /* what is kept of the past */
#define CELLS_MOST 120

static struct report_value value_of(const struct figure *f, const struct figure_view *view)
{
	double v = figure_value(f, view);

	if (isnan(v))
		return (struct report_value){0};
	switch (f->unit) {
	case FIGURE_BYTES:
		return report_bytes(figure_number(f, view));
	case FIGURE_RATE:
		return report_rate(v * 60);
	case FIGURE_MINUTE:
		return report_rate(v);
	case FIGURE_PERCENT:
		return report_percent(v);
	default:
		return report_count(figure_number(f, view));
	}
}

bool report_figures(struct report_work *w)
{
	static const struct report_column shown[] = {
		{"open", "open connections"},
		{"half_open", "half-open"},
		{"established", "established"},
		{"syns_per_min", "SYNs"},
		{"requests_per_min", "requests"},
		{"ips", "addresses"},
		{"handshakes", "handshakes in all"},
		{"requests", "requests in all"},
		{"answers_4xx", "answered 4xx"},
		{"answers_5xx", "answered 5xx"},
		{"accept_share", "accept queue"},
		{"auth_failed", "SSH logins failed"},
	};
	struct figure_view view = figures_view(w->ask.m, w->ask.show_private);
	struct report_card *facts = report_facts(&w->b);

	for (size_t i = 0; i < ARRAY_LEN(shown); i++)
		report_put(&w->b, facts, shown[i], value_of(figure_find(shown[i].id), &view));
	return false;
}

/* Graphs. */

struct series_def {
	const char *id, *title;
	enum trend_of of;
	double scale; /* of a cell */
};

static const struct graph_def {
	const char *id, *title, *unit;
	struct series_def series[REPORT_SERIES_MAX];
} graphs[] = {
	{"half_open", "Half-open connections", "connections",
		{{"half_open", "half-open", TREND_HALF_OPEN, 1}}},
	{"syns", "SYNs", "a second", {{"syns", "SYNs", TREND_SYNS, 1.0 / 60}}},
	{"requests", "Requests", "a second", {{"requests", "requests", TREND_REQUESTS, 1.0 / 60}}},
	{"errors", "Errors", "answers a second",
		{{"answers_4xx", "4xx", TREND_4XX, 1.0 / 60},
			{"answers_5xx", "5xx", TREND_5XX, 1.0 / 60}}},
};

static bool read_series(const struct report_work *w, const struct report_graph *g, usec_t span,
	const struct series_def *def, struct report_series *ret)
{
	uint64_t cells[REPORT_POINTS];
	bool known = false;

	trend_read(w->ask.m, w->ask.show_private, def->of, w->ask.m->now, span, cells, g->n);
	ret->id = def->id;
	ret->title = def->title;
	for (uint32_t i = 0; i < g->n; i++) {
		ret->at[i] = cells[i] == ABSENT ? (double)NAN : (double)cells[i] * def->scale;
		known |= cells[i] != ABSENT;
	}
	return known;
}

static void add_moments(struct report_work *w, struct report_graph *g)
{
	for (uint32_t i = 0; i < w->finding_count && g->moment_count < REPORT_MOMENTS_MAX; i++) {
		const struct report_finding *f = &w->findings[i];
		if (f->since < g->begin || f->severity < SEVERITY_SUSPECT)
			continue;
		g->moments[g->moment_count++] = (struct report_moment){f->since, f->severity,
			report_text(&w->b, str_of(f->title[0] ? f->title : f->name))};
	}
}

static void put_graph(struct report_work *w, const struct graph_def *def, usec_t span)
{
	struct report_graph made = {.id = def->id, .title = def->title, .unit = def->unit};
	usec_t now = w->ask.m->now;

	made.width = trend_width(span, CELLS_MOST);
	made.n = (uint32_t)((span + made.width - 1) / made.width);
	made.begin = now / made.width * made.width - (made.n - 1) * made.width;
	for (size_t i = 0; i < REPORT_SERIES_MAX && def->series[i].id; i++)
		if (read_series(w, &made, span, &def->series[i], &made.series[made.series_count]))
			made.series_count++;
	struct report_graph *g = made.series_count ? report_graph(&w->b) : NULL;
	if (!g)
		return;
	*g = made;
	add_moments(w, g);
}

bool report_graphs(struct report_work *w)
{
	usec_t span = w->ask.m->now - w->ask.m->started;

	span = span < SPAN_LEAST ? SPAN_LEAST : span > SPAN_MOST ? SPAN_MOST : span;
	for (size_t i = 0; i < ARRAY_LEN(graphs); i++)
		put_graph(w, &graphs[i], span);
	if (!w->b.section->first)
		report_paragraph(&w->b, "Too little time has passed to draw anything.");
	return false;
}
