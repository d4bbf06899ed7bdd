// SPDX-License-Identifier: MIT
#include "output/report_build.h"

#include "base/text.h"
#include "event/event.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define CHUNK      (32u << 10)
#define FIRST_ROWS 16

struct report_chunk {
	struct report_chunk *next;
	size_t used, cap;
	_Alignas(max_align_t) unsigned char at[];
};

void report_done(struct report *r)
{
	while (r->chunks) {
		struct report_chunk *next = r->chunks->next;
		free(r->chunks);
		r->chunks = next;
	}
	*r = (struct report){.failed = r->failed};
}

static struct report_chunk *add_chunk(struct report *r, size_t n)
{
	size_t cap = n > CHUNK ? n : CHUNK;
	struct report_chunk *chunk =
		r->bytes + cap > REPORT_BYTES_MAX ? NULL : calloc(1, sizeof *chunk + cap);

	if (!chunk) {
		r->failed = true;
		return NULL;
	}
	chunk->cap = cap;
	chunk->next = r->chunks;
	r->chunks = chunk;
	r->bytes += cap;
	return chunk;
}

void *report_alloc(struct report *r, size_t n)
{
	struct report_chunk *chunk = r->chunks;

	n = (n + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	if (!chunk || chunk->cap - chunk->used < n)
		chunk = add_chunk(r, n);
	if (!chunk)
		return NULL;
	void *p = chunk->at + chunk->used;
	chunk->used += n;
	return p;
}

static struct str keep(struct report *r, struct str s)
{
	char *p = s.n ? report_alloc(r, s.n) : NULL;

	if (!p)
		return STR_LIT("");
	memcpy(p, s.p, s.n);
	return (struct str){p, s.n};
}

static struct str text_as(struct report_build *b, struct str s, enum redact_as as)
{
	char clean[REPORT_TEXT_MAX], masked[REPORT_TEXT_MAX];

	s = (struct str){clean, text_sanitise(clean, sizeof clean, s)};
	if (b->redact)
		s = (struct str){masked, redact_text(b->redact, s, as, masked, sizeof masked)};
	return keep(b->r, s);
}

struct str report_text(struct report_build *b, struct str s)
{
	return text_as(b, s, REDACT_TEXT);
}

struct str report_format(struct report_build *b, const char *format, ...)
{
	char text[REPORT_TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return report_text(b, str_of(text));
}

/* Values. */

static struct report_value of_text(enum report_kind kind, struct str s)
{
	return s.n ? (struct report_value){.kind = kind, .text = s} : (struct report_value){0};
}

struct report_value report_say(struct report_build *b, struct str s)
{
	return of_text(REPORT_TEXT, report_text(b, s));
}

struct report_value report_name(struct report_build *b, struct str s)
{
	return of_text(REPORT_NAME, report_text(b, s));
}

struct report_value report_agent(struct report_build *b, struct str s)
{
	return of_text(REPORT_NAME, text_as(b, s, REDACT_AGENT));
}

/* Newlines are the only control characters that stay. */
struct report_value report_code(struct report_build *b, struct str s)
{
	char text[REPORT_TEXT_MAX * 2];
	size_t n = 0;

	while (s.n && n + 2 < sizeof text) {
		const char *end = memchr(s.p, '\n', s.n);
		size_t line = end ? (size_t)(end - s.p) : s.n;
		struct str kept = text_as(b, (struct str){s.p, line}, REDACT_TEXT);
		if (kept.n > sizeof text - n - 2)
			break;
		memcpy(text + n, kept.p, kept.n);
		n += kept.n;
		text[n++] = '\n';
		s = str_skip(s, end ? line + 1 : line);
	}
	return of_text(REPORT_CODE, keep(b->r, (struct str){text, n ? n - 1 : 0}));
}

struct report_value report_addr(struct report_build *b, const struct addr *a)
{
	char text[ADDR_TEXT_MAX];

	return addr_is_unset(a) ? (struct report_value){0}
				: report_name(b, (struct str){text, addr_format(a, text)});
}

struct report_value report_prefix(struct report_build *b, const struct prefix *p)
{
	char text[PREFIX_TEXT_MAX];

	if (p->bits == ADDR_BITS)
		return report_addr(b, &p->addr);
	return report_name(b, (struct str){text, prefix_format(p, text)});
}

struct report_value report_count(uint64_t n)
{
	return n == ABSENT ? (struct report_value){0}
			   : (struct report_value){.kind = REPORT_COUNT, .n = n};
}

struct report_value report_bytes(uint64_t n)
{
	return n == ABSENT ? (struct report_value){0}
			   : (struct report_value){.kind = REPORT_BYTES, .n = n};
}

static struct report_value of_double(enum report_kind kind, double d)
{
	return isfinite(d) ? (struct report_value){.kind = kind, .d = d} : (struct report_value){0};
}

struct report_value report_rate(double per_minute)
{
	return of_double(REPORT_RATE, per_minute);
}

struct report_value report_percent(double of_100)
{
	return of_double(REPORT_PERCENT, of_100);
}

struct report_value report_ratio(double d)
{
	return of_double(REPORT_RATIO, d);
}

struct report_value report_time(usec_t t)
{
	return t ? (struct report_value){.kind = REPORT_TIME, .t = t} : (struct report_value){0};
}

struct report_value report_span(usec_t t)
{
	return t < 0 ? (struct report_value){0}
		     : (struct report_value){.kind = REPORT_SPAN, .t = t};
}

/* Blocks. */

void report_open(struct report_build *b, const char *id, const char *title)
{
	if (b->r->section_count == REPORT_SECTIONS_MAX) {
		b->r->failed = true;
		return;
	}
	b->section = &b->r->sections[b->r->section_count++];
	*b->section = (struct report_section){.id = id, .title = title};
}

static struct report_block *add_block(struct report_build *b, enum report_block_kind kind)
{
	struct report_block *block = report_alloc(b->r, sizeof *block);

	if (!block)
		return NULL;
	block->kind = kind;
	if (b->section->last)
		b->section->last->next = block;
	else
		b->section->first = block;
	b->section->last = block;
	return block;
}

void report_paragraph(struct report_build *b, const char *format, ...)
{
	struct report_block *block = add_block(b, REPORT_PARAGRAPH);
	char text[REPORT_TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (block)
		block->text = report_say(b, str_of(text));
}

struct report_card *report_facts(struct report_build *b)
{
	struct report_block *block = add_block(b, REPORT_FACTS);

	return block ? &block->card : NULL;
}

struct report_card *report_card(struct report_build *b, struct str title, uint32_t severity)
{
	struct report_block *block = add_block(b, REPORT_CARD);

	if (!block)
		return NULL;
	block->card.title = report_text(b, title);
	block->card.severity = severity;
	return &block->card;
}

struct report_graph *report_graph(struct report_build *b)
{
	struct report_block *block = add_block(b, REPORT_GRAPH);

	return block ? &block->graph : NULL;
}

void report_put(struct report_build *b, struct report_card *card, struct report_column name,
	struct report_value value)
{
	struct report_field *field = card && value.kind ? report_alloc(b->r, sizeof *field) : NULL;

	if (!field)
		return;
	*field = (struct report_field){.name = name, .value = value};
	if (card->last)
		card->last->next = field;
	else
		card->first = field;
	card->last = field;
}

struct report_table *report_table(struct report_build *b, const struct report_column *columns,
	uint32_t width, const char *empty)
{
	struct report_block *block = add_block(b, REPORT_TABLE);

	if (!block)
		return NULL;
	block->table = (struct report_table){.columns = columns, .width = width, .empty = empty};
	return &block->table;
}

/* The former cells stay in the report's memory, unused: tables are short. */
static bool grow(struct report *r, struct report_table *t)
{
	uint32_t cap = t->cap ? t->cap * 2 : FIRST_ROWS;
	size_t row = t->width * sizeof(struct report_value);
	struct report_value *cells = report_alloc(r, cap * row);

	if (!cells)
		return false;
	if (t->rows)
		memcpy(cells, t->cells, t->rows * row);
	t->cells = cells;
	t->cap = cap;
	return true;
}

struct report_value *report_row(struct report_build *b, struct report_table *table)
{
	if (!table || (table->rows == table->cap && !grow(b->r, table)))
		return NULL;
	return &table->cells[(size_t)table->width * table->rows++];
}
