// SPDX-License-Identifier: MIT
#include "output/report_svg.h"

#include "output/escape.h"
#include "output/report_writers.h"

#include <math.h>

#define WIDTH   420.0
#define HEIGHT  150.0
#define LEFT    40.0
#define RIGHT   (WIDTH - 6)
#define TOP     18.0
#define BOTTOM  (HEIGHT - 20)
#define APART   78.0 /* two labels of moments */
#define LETTERS 14   /* of such a label */

static double x_of(const struct report_graph *g, double cells)
{
	return LEFT + (RIGHT - LEFT) * cells / (double)(g->n > 1 ? g->n : 1);
}

static double y_of(double v, double most)
{
	return BOTTOM - (BOTTOM - TOP) * v / most;
}

/* 1, 2 or 5 times a power of ten, so that the half of it is a number to read. */
static double round_up(double v)
{
	static const double steps[] = {1, 2, 4, 10};
	double power = v > 0 ? pow(10, floor(log10(v))) : 1;

	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		if (v <= steps[i] * power)
			return steps[i] * power;
	return 10 * power;
}

static double most_of(const struct report_graph *g)
{
	double most = 0, peak;
	uint32_t at;

	for (uint32_t i = 0; i < g->series_count; i++)
		if (report_series_peak(g, &g->series[i], &peak, &at) && peak > most)
			most = peak;
	return round_up(most > 1 ? most : 1);
}

static void put_text(FILE *out, double x, double y, const char *more, struct str s)
{
	fprintf(out, "<text x=\"%.1f\" y=\"%.1f\"%s>", x, y, more);
	escape_html(out, s);
	fputs("</text>\n", out);
}

static void put_grid(FILE *out, const struct report_graph *g, double most)
{
	char buf[REPORT_VALUE_MAX];

	for (int i = 0; i <= 2; i++) {
		double y = y_of(most * i / 2, most);
		fprintf(out,
			"<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
			LEFT, RIGHT, y, y);
		put_text(out, LEFT - 5, y + 4, " text-anchor=\"end\"",
			report_number_text(most * i / 2, buf));
	}
	put_text(out, LEFT, HEIGHT - 5, "", report_clock_text(g->begin, buf));
	put_text(out, (LEFT + RIGHT) / 2, HEIGHT - 5, " text-anchor=\"middle\"",
		report_clock_text(g->begin + g->width * g->n / 2, buf));
	put_text(out, RIGHT, HEIGHT - 5, " text-anchor=\"end\"",
		report_clock_text(g->begin + g->width * g->n, buf));
}

/* From `from` on, as far as values are known. Returns where it ends. */
static uint32_t put_run(
	FILE *out, const struct report_graph *g, uint32_t series, uint32_t from, double most)
{
	const double *at = g->series[series].at;
	uint32_t to = from;

	while (to < g->n && !isnan(at[to]))
		to++;
	for (int area = 1; area >= 0; area--) {
		fprintf(out, "<path class=\"%c%u\" d=\"", area ? 'f' : 'l', series);
		if (area)
			fprintf(out, "M%.1f %.1f", x_of(g, from), BOTTOM);
		for (uint32_t i = from; i < to; i++)
			fprintf(out, "%c%.1f %.1fH%.1f", i == from && !area ? 'M' : 'L', x_of(g, i),
				y_of(at[i], most), x_of(g, i + 1));
		if (area)
			fprintf(out, "V%.1fZ", BOTTOM);
		fputs("\"/>\n", out);
	}
	return to;
}

static void put_series(FILE *out, const struct report_graph *g, uint32_t series, double most)
{
	for (uint32_t i = 0; i < g->n; i++)
		if (!isnan(g->series[series].at[i]))
			i = put_run(out, g, series, i, most);
}

static double x_of_moment(const struct report_graph *g, const struct report_moment *m)
{
	return x_of(g, (double)(m->at - g->begin) / (double)g->width);
}

/* Names where there is room for them, of the gravest first. */
static void choose_named(const struct report_graph *g, bool ret_named[static REPORT_MOMENTS_MAX])
{
	for (uint32_t severity = UINT8_MAX; severity-- > 0;)
		for (uint32_t i = 0; i < g->moment_count; i++) {
			double x = x_of_moment(g, &g->moments[i]);
			bool room = g->moments[i].severity == severity &&
				    g->moments[i].text.n <= LETTERS && x + APART < RIGHT + 20;
			for (uint32_t k = 0; k < g->moment_count; k++)
				room &= !ret_named[k] ||
					fabs(x - x_of_moment(g, &g->moments[k])) >= APART;
			ret_named[i] |= room;
		}
}

/* Findings that begin: a line each. */
static void put_moments(FILE *out, const struct report_graph *g)
{
	bool named[REPORT_MOMENTS_MAX] = {false};

	choose_named(g, named);
	for (uint32_t i = 0; i < g->moment_count; i++) {
		const struct report_moment *m = &g->moments[i];
		double x = x_of_moment(g, m);
		fprintf(out,
			"<g class=\"s%u\"><line class=\"at\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" "
			"y2=\"%.1f\"><title>",
			m->severity > 4 ? 4 : m->severity, x, x, TOP - 4, BOTTOM);
		escape_html(out, m->text);
		fputs("</title></line>\n", out);
		if (named[i])
			put_text(out, x, TOP - 7, " class=\"what\"", m->text);
		fputs("</g>\n", out);
	}
}

static void put_caption(FILE *out, const struct report_graph *g)
{
	char buf[REPORT_VALUE_MAX], clock[REPORT_VALUE_MAX];

	fputs("<figcaption>", out);
	escape_html(out, str_of(g->title));
	for (uint32_t i = 0; i < g->series_count; i++) {
		double peak;
		uint32_t at;
		if (!report_series_peak(g, &g->series[i], &peak, &at))
			continue;
		if (peak <= 0) {
			fprintf(out, " <span class=\"k%u\">%s%snone</span>", i,
				g->series_count > 1 ? g->series[i].title : "",
				g->series_count > 1 ? " " : "");
			continue;
		}
		fprintf(out, " <span class=\"k%u\">", i);
		if (g->series_count > 1)
			fprintf(out, "%s ", g->series[i].title);
		fputs("peak ", out);
		escape_html(out, report_number_text(peak, buf));
		fprintf(out, " %s at ", g->unit);
		escape_html(out, report_clock_text(g->begin + g->width * at, clock));
		fputs("</span>", out);
	}
	fputs("</figcaption>\n", out);
}

void report_put_svg(FILE *out, const struct report_graph *g)
{
	double most = most_of(g);

	fputs("<figure>", out);
	put_caption(out, g);
	fprintf(out, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"", WIDTH, HEIGHT);
	escape_html(out, str_of(g->title));
	fputs("\">\n", out);
	put_grid(out, g, most);
	for (uint32_t i = 0; i < g->series_count; i++)
		put_series(out, g, i, most);
	put_moments(out, g);
	fputs("</svg></figure>\n", out);
}
