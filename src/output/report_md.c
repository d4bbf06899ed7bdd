// SPDX-License-Identifier: MIT
#include "output/escape.h"
#include "output/report_writers.h"

#include <math.h>

#define BARS 60 /* of a graph */

/* What could name somebody or some ticket where the page is put up stands as code. */
static bool is_code(const struct report_value *v, struct str text)
{
	return v->kind == REPORT_NAME || v->kind == REPORT_CODE || memchr(text.p, '@', text.n) ||
	       memchr(text.p, '#', text.n);
}

static void put_value(FILE *out, const struct report_value *v, bool in_table)
{
	char buf[REPORT_VALUE_MAX];
	struct str text = report_value_text(v, buf);

	if (!text.n)
		return;
	if (is_code(v, text))
		escape_markdown_code(out, text, in_table);
	else if (v->kind == REPORT_TEXT)
		escape_markdown(out, text);
	else
		fwrite(text.p, 1, text.n, out);
}

static void put_str(FILE *out, struct str s)
{
	const struct report_value v = {.kind = REPORT_TEXT, .text = s};

	put_value(out, &v, false);
}

static void put_paragraph(FILE *out, const struct report_block *block)
{
	put_value(out, &block->text, false);
	fputs("\n\n", out);
}

static void put_fields(FILE *out, const struct report_card *card)
{
	for (const struct report_field *f = card->first; f; f = f->next) {
		fprintf(out, "- %s: ", f->name.title);
		if (f->value.kind == REPORT_CODE) {
			fputs("\n\n", out);
			escape_markdown_block(out, f->value.text, 2);
		} else {
			put_value(out, &f->value, false);
		}
		fputc('\n', out);
	}
	fputc('\n', out);
}

static void put_facts(FILE *out, const struct report_block *block)
{
	put_fields(out, &block->card);
}

static void put_card(FILE *out, const struct report_block *block)
{
	fputs("### ", out);
	put_str(out, block->card.title);
	if (block->card.badge)
		fprintf(out, " \\(%s\\)", block->card.badge);
	fputs("\n\n", out);
	put_fields(out, &block->card);
}

static void put_table(FILE *out, const struct report_block *block)
{
	const struct report_table *t = &block->table;

	if (!t->rows) {
		fprintf(out, "%s\n\n", t->empty);
		return;
	}
	for (uint32_t c = 0; c < t->width; c++)
		fprintf(out, "| %s ", t->columns[c].title);
	fputs("|\n", out);
	for (uint32_t c = 0; c < t->width; c++)
		fprintf(out, "|%s", report_value_is_number(&t->cells[c]) ? "---:" : "---");
	fputs("|\n", out);
	for (uint32_t i = 0; i < t->rows; i++) {
		for (uint32_t c = 0; c < t->width; c++) {
			fputs("| ", out);
			put_value(out, &t->cells[(size_t)i * t->width + c], true);
			fputc(' ', out);
		}
		fputs("|\n", out);
	}
	fputc('\n', out);
}

/* The highest of the cells that a bar stands for; NAN: none is known. */
static double bar_of(
	const struct report_graph *g, const struct report_series *s, uint32_t bar, uint32_t bars)
{
	double most = (double)NAN;

	for (uint32_t i = bar * g->n / bars; i < (bar + 1) * g->n / bars; i++)
		if (!isnan(s->at[i]) && (isnan(most) || s->at[i] > most))
			most = s->at[i];
	return most;
}

static void put_bars(
	FILE *out, const struct report_graph *g, const struct report_series *s, double peak)
{
	static const char *const signs[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	uint32_t bars = g->n < BARS ? g->n : BARS;

	for (uint32_t i = 0; i < bars; i++) {
		double v = bar_of(g, s, i, bars);
		size_t sign = isnan(v) || peak <= 0 ? 0 : 1 + (size_t)(v / peak * 7 + 0.5);
		fputs(signs[sign < ARRAY_LEN(signs) ? sign : ARRAY_LEN(signs) - 1], out);
	}
}

static void put_graph(FILE *out, const struct report_block *block)
{
	const struct report_graph *g = &block->graph;
	char from[REPORT_VALUE_MAX], to[REPORT_VALUE_MAX], clock[REPORT_VALUE_MAX],
		buf[REPORT_VALUE_MAX];
	struct str begin = report_clock_text(g->begin, from);
	struct str end = report_clock_text(g->begin + g->width * g->n, to);

	for (uint32_t i = 0; i < g->series_count; i++) {
		double peak;
		uint32_t at;
		if (!report_series_peak(g, &g->series[i], &peak, &at))
			continue;
		struct str most = report_number_text(peak, buf);
		struct str when = report_clock_text(g->begin + g->width * at, clock);
		fprintf(out, "%s%s%s: peak %.*s %s at %.*s\n\n    %.*s ", g->title,
			g->series_count > 1 ? ", " : "",
			g->series_count > 1 ? g->series[i].title : "", STR_FMT(most), g->unit,
			STR_FMT(when), STR_FMT(begin));
		put_bars(out, g, &g->series[i], peak);
		fprintf(out, " %.*s\n\n", STR_FMT(end));
	}
}

static void put_section(FILE *out, const struct report_section *s)
{
	static void (*const put[])(FILE * out, const struct report_block *block) = {
		[REPORT_PARAGRAPH] = put_paragraph,
		[REPORT_FACTS] = put_facts,
		[REPORT_CARD] = put_card,
		[REPORT_TABLE] = put_table,
		[REPORT_GRAPH] = put_graph,
	};

	fprintf(out, "## %s\n\n", s->title);
	for (const struct report_block *block = s->first; block; block = block->next)
		put[block->kind](out, block);
}

static void put_time(FILE *out, usec_t t)
{
	const struct report_value v = {.kind = REPORT_TIME, .t = t};
	char buf[REPORT_VALUE_MAX];

	fprintf(out, "%.*s", STR_FMT(report_value_text(&v, buf)));
}

static void put_named(FILE *out, const char *before, struct str text)
{
	if (!text.n)
		return;
	fputs(before, out);
	escape_markdown_code(out, text, false);
}

void report_put_markdown(FILE *out, const struct report *r)
{
	fputs("# Incident report of ", out);
	put_str(out, r->machine.n ? r->machine : STR_LIT("this machine"));
	fputs("\n\n**", out);
	put_str(out, r->over.n      ? r->over
		     : r->verdict.n ? r->verdict
				    : STR_LIT("Nothing stands out"));
	fputs("**\n\n", out);
	if (r->over.n && r->verdict.n) {
		fputs("Now: ", out);
		put_str(out, r->verdict);
		fputs("\n\n", out);
	}
	put_time(out, r->from);
	fputs(" to ", out);
	put_time(out, r->to);
	fputs(" UTC", out);
	put_named(out, "; recording ", r->recording);
	put_named(out, "; only what passes ", r->filter);
	fprintf(out, "%s\n\n", r->redacted ? "; redacted" : "");
	for (uint32_t i = 0; i < r->section_count; i++)
		put_section(out, &r->sections[i]);
	fputs("---\n\nWritten ", out);
	put_time(out, r->made);
	fputs(" UTC by nethergaze ", out);
	put_str(out, r->version);
	fputs(". All times are UTC.\n", out);
}
