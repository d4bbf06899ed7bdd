/* SPDX-License-Identifier: MIT
 *
 * report_build: puts blocks into a report. Memory is the report's, given back at once by
 * report_done; where there is none left, `failed` is set and what was to be put is left out.
 */
#ifndef NG_OUTPUT_REPORT_BUILD_H
#define NG_OUTPUT_REPORT_BUILD_H

#include "output/redact.h"
#include "output/report.h"

/* What is being put together, and where. */
struct report_build {
	struct report *r;
	struct report_section *section; /* the one that blocks go to */
	const struct redact *redact;    /* NULL: nothing is masked */
};

void report_done(struct report *r);

/* Zeroed memory of the report's; NULL: there is none. */
void *report_alloc(struct report *r, size_t n);

/* The text, cleaned, cut and redacted. */
struct str report_text(struct report_build *b, struct str s);
struct str report_format(struct report_build *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Values. What is ABSENT or NAN is not known; so is an empty text. */
struct report_value report_say(struct report_build *b, struct str s);  /* REPORT_TEXT */
struct report_value report_name(struct report_build *b, struct str s); /* REPORT_NAME */
/* An agent: what looks like an address in it may be the version of a product. */
struct report_value report_agent(struct report_build *b, struct str s);
struct report_value report_code(struct report_build *b, struct str s); /* a line or several */
struct report_value report_addr(struct report_build *b, const struct addr *a);
struct report_value report_prefix(struct report_build *b, const struct prefix *p);
struct report_value report_count(uint64_t n);
struct report_value report_bytes(uint64_t n);
struct report_value report_rate(double per_minute);
struct report_value report_percent(double of_100);
struct report_value report_ratio(double d);
struct report_value report_time(usec_t t); /* 0: not known */
struct report_value report_span(usec_t t); /* below 0: not known */

/* Begins a section; blocks go to it from now on. */
void report_open(struct report_build *b, const char *id, const char *title);

void report_paragraph(struct report_build *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* NULL: no memory; report_put takes that. */
struct report_card *report_facts(struct report_build *b);
struct report_card *report_card(struct report_build *b, struct str title, uint32_t severity);
struct report_graph *report_graph(struct report_build *b);

/* A value that is not known is left out. */
void report_put(struct report_build *b, struct report_card *card, struct report_column name,
	struct report_value value);

/* columns is an array of `width` that stays. */
struct report_table *report_table(struct report_build *b, const struct report_column *columns,
	uint32_t width, const char *empty);

/* The cells of a further row, to be filled in; NULL: no memory. */
struct report_value *report_row(struct report_build *b, struct report_table *table);

#endif
