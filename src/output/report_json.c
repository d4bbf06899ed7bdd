// SPDX-License-Identifier: MIT
#include "output/report_writers.h"

#include "base/jsonw.h"
#include "event/event.h"
#include "event/json_write.h"

#include <math.h>

static void put_value(struct jsonw *w, const struct report_value *v)
{
	switch (v->kind) {
	case REPORT_NONE:
		jsonw_str(w, STR_LIT(""));
		break;
	case REPORT_TEXT:
	case REPORT_NAME:
	case REPORT_CODE:
		jsonw_str(w, v->text);
		break;
	case REPORT_COUNT:
	case REPORT_BYTES:
		jsonw_u64(w, v->n);
		break;
	case REPORT_RATE:
	case REPORT_PERCENT:
	case REPORT_RATIO:
		jsonw_double(w, v->d);
		break;
	case REPORT_TIME:
	case REPORT_SPAN:
		jsonw_usec(w, v->t);
		break;
	}
}

/* What is not known is left out. */
static void put_member(struct jsonw *w, const char *key, const struct report_value *v)
{
	if (!v->kind)
		return;
	jsonw_key(w, key);
	put_value(w, v);
}

static void put_text(struct jsonw *w, const char *key, struct str s)
{
	if (!s.n)
		return;
	jsonw_key(w, key);
	jsonw_str(w, s);
}

static void put_number(struct jsonw *w, const char *key, uint64_t n)
{
	jsonw_key(w, key);
	jsonw_u64(w, n);
}

static void put_time(struct jsonw *w, const char *key, usec_t t)
{
	jsonw_key(w, key);
	jsonw_usec(w, t);
}

/* Blocks. Each is an object whose only member says what it is. */

static void put_paragraph(struct jsonw *w, const struct report_block *block)
{
	put_member(w, "text", &block->text);
}

/* Of several fields with one name, as the ways to block have it, a list says which is which. */
static void put_fields(struct jsonw *w, const struct report_card *card)
{
	for (const struct report_field *f = card->first; f; f = f->next) {
		jsonw_open(w, '{');
		put_text(w, "id", str_of(f->name.id));
		put_text(w, "title", str_of(f->name.title));
		put_member(w, "value", &f->value);
		jsonw_close(w, '}');
	}
}

static void put_card(struct jsonw *w, const struct report_block *block)
{
	const struct report_card *card = &block->card;

	jsonw_key(w, "card");
	jsonw_open(w, '{');
	put_text(w, "title", card->title);
	if (card->severity)
		put_number(w, "severity", card->severity);
	if (card->badge)
		put_text(w, "badge", str_of(card->badge));
	jsonw_key(w, "fields");
	jsonw_open(w, '[');
	put_fields(w, card);
	jsonw_close(w, ']');
	jsonw_close(w, '}');
}

static void put_table(struct jsonw *w, const struct report_block *block)
{
	const struct report_table *t = &block->table;

	jsonw_key(w, "rows");
	jsonw_open(w, '[');
	for (uint32_t i = 0; i < t->rows; i++) {
		jsonw_open(w, '{');
		for (uint32_t c = 0; c < t->width; c++)
			put_member(w, t->columns[c].id, &t->cells[(size_t)i * t->width + c]);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
}

static void put_series(struct jsonw *w, const struct report_graph *g, const struct report_series *s)
{
	jsonw_key(w, s->id);
	jsonw_open(w, '[');
	for (uint32_t i = 0; i < g->n; i++) {
		if (isnan(s->at[i]))
			jsonw_null(w);
		else
			jsonw_double(w, s->at[i]);
	}
	jsonw_close(w, ']');
}

static void put_graph(struct jsonw *w, const struct report_block *block)
{
	const struct report_graph *g = &block->graph;

	jsonw_key(w, "graph");
	jsonw_open(w, '{');
	put_text(w, "id", str_of(g->id));
	put_text(w, "title", str_of(g->title));
	put_text(w, "unit", str_of(g->unit));
	put_time(w, "begin", g->begin);
	put_time(w, "width", g->width);
	jsonw_key(w, "series");
	jsonw_open(w, '{');
	for (uint32_t i = 0; i < g->series_count; i++)
		put_series(w, g, &g->series[i]);
	jsonw_close(w, '}');
	jsonw_close(w, '}');
}

static void put_section(struct jsonw *w, const struct report_section *s)
{
	static void (*const put[])(struct jsonw * w, const struct report_block *block) = {
		[REPORT_PARAGRAPH] = put_paragraph,
		[REPORT_FACTS] = put_card,
		[REPORT_CARD] = put_card,
		[REPORT_TABLE] = put_table,
		[REPORT_GRAPH] = put_graph,
	};

	jsonw_open(w, '{');
	put_text(w, "id", str_of(s->id));
	put_text(w, "title", str_of(s->title));
	jsonw_key(w, "blocks");
	jsonw_open(w, '[');
	for (const struct report_block *block = s->first; block; block = block->next) {
		jsonw_open(w, '{');
		put[block->kind](w, block);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
	jsonw_close(w, '}');
}

static void put_report(struct jsonw *w, const struct report *r)
{
	json_open_record(w, "report");
	put_number(w, "schema", EVENT_SCHEMA);
	put_time(w, "ts", r->to);
	put_text(w, "machine", r->machine);
	put_time(w, "from", r->from);
	put_time(w, "made", r->made);
	put_text(w, "version", r->version);
	put_text(w, "verdict", r->verdict);
	put_text(w, "sure", r->sure);
	put_text(w, "over", r->over);
	if (r->severity)
		put_number(w, "severity", r->severity);
	put_text(w, "recording", r->recording);
	put_text(w, "filter", r->filter);
	if (r->redacted) {
		jsonw_key(w, "redacted");
		jsonw_bool(w, true);
	}
	jsonw_key(w, "sections");
	jsonw_open(w, '[');
	for (uint32_t i = 0; i < r->section_count; i++)
		put_section(w, &r->sections[i]);
	jsonw_close(w, ']');
	json_close_record(w);
}

void report_put_json(FILE *out, const struct report *r)
{
	struct jsonw w = {0};

	put_report(&w, r);
	if (!w.failed)
		fwrite(w.p, 1, w.n, out);
	jsonw_done(&w);
}
