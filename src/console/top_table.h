/* SPDX-License-Identifier: MIT
 *
 * top_table: what the tops list: paths, agents, statuses, ports, virtual hosts and referers of the
 * last five minutes, as the judgement counts them, the most asked for first. Rates are a minute.
 */
#ifndef NG_CONSOLE_TOP_TABLE_H
#define NG_CONSOLE_TOP_TABLE_H

#include "console/view.h"

#define TOP_ROWS 64
#define TOP_SPAN (HERD_MINUTES * 60 * USEC_PER_SEC)

struct top_row {
	uint64_t key; /* what it is, whatever its place */
	double per_min, client_errors, server_errors, handshakes;
	double sources;             /* about how many addresses */
	double part;                /* of a status: of all requests */
	uint32_t open, half;        /* of a port: connections now */
	bool is_code;               /* of a status: below its class */
	bool is_cut;                /* the name goes on */
	bool is_dir;                /* what lies below it, and is no row of its own */
	uint32_t requests, queries; /* of a path in the last half minute or so */
	uint8_t name_n;
	char name[HERD_TEXT_MAX]; /* clean */
};

/* Fills rows; returns how many. */
size_t top_table(const struct view *v, enum tab tab, struct top_row rows[static TOP_ROWS]);

/* The time that it is of, in seconds: less than five minutes while nobody has watched for so long.
 */
uint32_t top_table_span(const struct view *v);

/* The same of paths: top_paths.c. */
size_t top_paths(const struct view *v, struct top_row rows[static TOP_ROWS]);

struct top_row top_row_of(const struct herds *t, const struct herd *h, usec_t now);

/* What a row is to filter by; its value is in buf. False of what no word can name. */
bool top_target(const struct top_row *row, enum tab tab, char buf[static FILTER_TEXT_MAX],
	struct filter_target *ret);

static inline struct str top_name(const struct top_row *row)
{
	return (struct str){row->name, row->name_n};
}

/* "Not Found" of "404"; absent when it has no name here. */
struct str top_status_words(const struct top_row *row);

#endif
