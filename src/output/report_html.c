// SPDX-License-Identifier: MIT
#include "output/escape.h"
#include "output/report_style.h"
#include "output/report_svg.h"
#include "output/report_writers.h"

/* Nothing is fetched or run, whatever a reader's program makes of the rest. */
#define POLICY "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

static void put_value(FILE *out, const struct report_value *v)
{
	char buf[REPORT_VALUE_MAX];
	struct str text = report_value_text(v, buf);
	const char *tag = v->kind == REPORT_NAME ? "code" : v->kind == REPORT_CODE ? "pre" : NULL;

	if (!text.n)
		return;
	if (tag)
		fprintf(out, "<%s>", tag);
	escape_html(out, text);
	if (tag)
		fprintf(out, "</%s>", tag);
}

static void put_title(FILE *out, const char *title)
{
	escape_html(out, str_of(title));
}

static void put_paragraph(FILE *out, const struct report_block *block)
{
	fputs("<p>", out);
	put_value(out, &block->text);
	fputs("</p>\n", out);
}

static void put_facts(FILE *out, const struct report_block *block)
{
	fputs("<dl class=\"facts\">\n", out);
	for (const struct report_field *f = block->card.first; f; f = f->next) {
		bool number = report_value_is_number(&f->value);
		fputs("<div><dt>", out);
		put_title(out, f->name.title);
		fprintf(out, "</dt><dd%s>", number ? "" : " class=\"text\"");
		put_value(out, &f->value);
		fputs("</dd></div>\n", out);
	}
	fputs("</dl>\n", out);
}

static uint32_t tone(uint32_t severity)
{
	return severity > 4 ? 4 : severity;
}

static void put_card(FILE *out, const struct report_block *block)
{
	const struct report_card *card = &block->card;

	fprintf(out, "<div class=\"card s%u\"><h3>", tone(card->severity));
	escape_html(out, card->title);
	if (card->badge)
		fprintf(out, " <span class=\"badge\">%s</span>", card->badge);
	fputs("</h3><dl>\n", out);
	for (const struct report_field *f = card->first; f; f = f->next) {
		fputs("<dt>", out);
		put_title(out, f->name.title);
		fputs("</dt><dd>", out);
		put_value(out, &f->value);
		fputs("</dd>\n", out);
	}
	fputs("</dl></div>\n", out);
}

/* Of a whole column: no row may know what it is. */
static bool is_numbers(const struct report_table *t, uint32_t column)
{
	for (uint32_t i = 0; i < t->rows; i++) {
		const struct report_value *v = &t->cells[(size_t)i * t->width + column];
		if (v->kind)
			return report_value_is_number(v);
	}
	return false;
}

static bool is_blank(const struct report_table *t, uint32_t column)
{
	for (uint32_t i = 0; i < t->rows; i++)
		if (t->cells[(size_t)i * t->width + column].kind)
			return false;
	return true;
}

static const char *class_of(const struct report_table *t, uint32_t column, enum report_kind kind)
{
	if (is_numbers(t, column))
		return " class=\"n\"";
	return kind == REPORT_TIME   ? " class=\"time\""
	       : kind == REPORT_NAME ? " class=\"name\""
	       : kind == REPORT_TEXT ? " class=\"text\""
				     : "";
}

static void put_row(FILE *out, const struct report_table *t, uint32_t row)
{
	fputs("<tr>", out);
	for (uint32_t c = 0; c < t->width; c++) {
		const struct report_value *v = &t->cells[(size_t)row * t->width + c];
		char buf[REPORT_VALUE_MAX];
		if (is_blank(t, c))
			continue;
		fprintf(out, "<td%s>", class_of(t, c, v->kind));
		escape_html(out, report_value_text(v, buf));
		fputs("</td>", out);
	}
	fputs("</tr>\n", out);
}

/* Columns of which nothing is known are left out. */
static void put_table(FILE *out, const struct report_block *block)
{
	const struct report_table *t = &block->table;

	if (!t->rows) {
		fputs("<p>", out);
		put_title(out, t->empty);
		fputs("</p>\n", out);
		return;
	}
	fputs("<div class=\"table\"><table><thead><tr>", out);
	for (uint32_t c = 0; c < t->width; c++) {
		if (is_blank(t, c))
			continue;
		fprintf(out, "<th scope=\"col\"%s>", class_of(t, c, REPORT_NONE));
		put_title(out, t->columns[c].title);
		fputs("</th>", out);
	}
	fputs("</tr></thead><tbody>\n", out);
	for (uint32_t i = 0; i < t->rows; i++)
		put_row(out, t, i);
	fputs("</tbody></table></div>\n", out);
}

static void put_graph(FILE *out, const struct report_block *block)
{
	report_put_svg(out, &block->graph);
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
	bool graphs = s->first && s->first->kind == REPORT_GRAPH;

	fprintf(out, "<section id=\"%s\"><h2>", s->id);
	put_title(out, s->title);
	fprintf(out, "</h2>\n%s", graphs ? "<div class=\"graphs\">\n" : "");
	for (const struct report_block *block = s->first; block; block = block->next)
		put[block->kind](out, block);
	fprintf(out, "%s</section>\n", graphs ? "</div>\n" : "");
}

static void put_time(FILE *out, usec_t t)
{
	const struct report_value v = {.kind = REPORT_TIME, .t = t};

	put_value(out, &v);
}

static void put_named(FILE *out, const char *before, struct str text)
{
	if (!text.n)
		return;
	fputs(before, out);
	fputs("<code>", out);
	escape_html(out, text);
	fputs("</code>", out);
}

static void put_verdict(FILE *out, const struct report *r)
{
	fprintf(out, "<div class=\"verdict s%u\"><strong>", tone(r->severity));
	escape_html(out, r->over.n      ? r->over
			 : r->verdict.n ? r->verdict
					: STR_LIT("Nothing stands out"));
	fputs("</strong><p>", out);
	if (r->over.n && r->verdict.n) {
		fputs("Now: ", out);
		escape_html(out, r->verdict);
		fputs("</p><p>", out);
	}
	put_time(out, r->from);
	fputs(" to ", out);
	put_time(out, r->to);
	fputs(" UTC", out);
	put_named(out, " · recording ", r->recording);
	put_named(out, " · only what passes ", r->filter);
	fprintf(out, "%s</p></div>\n", r->redacted ? " · redacted" : "");
}

static void put_head(FILE *out, const struct report *r)
{
	struct str machine = r->machine.n ? r->machine : STR_LIT("this machine");

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"" POLICY "\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n"
	      "<meta name=\"referrer\" content=\"no-referrer\">\n<title>Incident on ",
		out);
	escape_html(out, machine);
	fputs(", ", out);
	put_time(out, r->to);
	fputs(" UTC</title>\n<style>\n", out);
	for (const char *const *part = report_style; *part; part++)
		fputs(*part, out);
	fputs("</style>\n</head>\n<body>\n<h1>Incident report of <b>", out);
	escape_html(out, machine);
	fputs("</b></h1>\n", out);
}

void report_put_html(FILE *out, const struct report *r)
{
	put_head(out, r);
	put_verdict(out, r);
	for (uint32_t i = 0; i < r->section_count; i++)
		put_section(out, &r->sections[i]);
	fputs("<footer>Written ", out);
	put_time(out, r->made);
	fputs(" UTC by nethergaze ", out);
	escape_html(out, r->version);
	fputs(". All times are UTC.</footer>\n</body>\n</html>\n", out);
}
