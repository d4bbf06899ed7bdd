/* SPDX-License-Identifier: MIT
 *
 * report_writers: a report as HTML, Markdown or JSON. All walk the same sections and blocks.
 *
 * HTML is one file: no script, nothing that is fetched, graphs as inline SVG; a policy in its head
 * (Content-Security-Policy) forbids the rest. It is made to be read on a screen, light or dark,
 * wide or narrow, on paper and in a mail. Markdown is CommonMark with GFM's tables; what others
 * have named stands in code spans, where nothing is markup, a link or a mention. JSON is one
 * object, one record of NDJSON ("t":"report"); docs/reports.md has its members.
 */
#ifndef NG_OUTPUT_REPORT_WRITERS_H
#define NG_OUTPUT_REPORT_WRITERS_H

#include "output/report.h"

#include <stdio.h>

enum report_format {
	REPORT_HTML,
	REPORT_MARKDOWN,
	REPORT_JSON,
	REPORT_FORMATS
};

/* By the end of a file's name: ".html" or ".htm", ".md", ".json", in any case. REPORT_FORMATS: none
 * of these. */
enum report_format report_format_of(const char *path);

/* Whole, as a text for free(). 0; -ENOMEM, also when the report is not whole. */
int report_write(const struct report *r, enum report_format format, char **ret_text, size_t *ret_n);

/* One each; what goes wrong shows in ferror(out). */
void report_put_html(FILE *out, const struct report *r);
void report_put_markdown(FILE *out, const struct report *r);
void report_put_json(FILE *out, const struct report *r);

/* A value in words, for readers: "1,234", "2026-01-01 00:00:00", "3h05m"; of a text, itself
 * (borrowed); absent when it is not known. */
#define REPORT_VALUE_MAX 48
struct str report_value_text(const struct report_value *v, char buf[static REPORT_VALUE_MAX]);

/* It is a number: aligned to the right. */
bool report_value_is_number(const struct report_value *v);

/* The highest value of a series and the cell that it is in; false: none is known. */
bool report_series_peak(const struct report_graph *g, const struct report_series *s,
	double *ret_peak, uint32_t *ret_cell);

/* "12", "3.4", as a graph's values are written. */
struct str report_number_text(double v, char buf[static REPORT_VALUE_MAX]);

/* "HH:MM:SS" of UTC */
struct str report_clock_text(usec_t t, char buf[static REPORT_VALUE_MAX]);

#endif
