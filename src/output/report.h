/* SPDX-License-Identifier: MIT
 *
 * report: an incident on one page, for a ticket, a mail or the file. What it says is gathered once
 * from the model, in steps of bounded cost, into sections of plain blocks; writers
 * (report_writers.h) put these down as HTML, Markdown or JSON and know nothing of the model.
 *
 * A section is an entry of report_sections[] (report_sections.c). All text in a report is clean
 * (base/text.h) and, where that was asked for, redacted (redact.h); escaping is the writers' part.
 */
#ifndef NG_OUTPUT_REPORT_H
#define NG_OUTPUT_REPORT_H

#include "base/addr.h"
#include "base/clock.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

#define REPORT_SECTIONS_MAX 24
#define REPORT_SERIES_MAX   2
#define REPORT_POINTS       180        /* of a graph */
#define REPORT_MOMENTS_MAX  32         /* of a graph */
#define REPORT_TEXT_MAX     2048       /* of one text; what is longer is cut */
#define REPORT_BYTES_MAX    (4u << 20) /* of all texts and blocks; beyond, it fails */

/* What a value is: how it is written. */
enum report_kind {
	REPORT_NONE, /* not known */
	REPORT_TEXT, /* a sentence of ours, which may quote others */
	REPORT_NAME, /* what others call something: an address, a path, an agent */
	REPORT_CODE, /* commands, lines of a log; may hold newlines */
	REPORT_COUNT,
	REPORT_BYTES,
	REPORT_RATE,    /* d, a minute */
	REPORT_PERCENT, /* d, of 100 */
	REPORT_RATIO,   /* d */
	REPORT_TIME,
	REPORT_SPAN /* t */
};

struct report_value {
	enum report_kind kind;
	union {
		struct str text;
		uint64_t n;
		double d;
		usec_t t;
	};
};

struct report_column {
	const char *id;    /* in JSON */
	const char *title; /* elsewhere */
};

struct report_table {
	const struct report_column *columns;
	struct report_value *cells; /* row by row */
	uint32_t width, rows, cap;
	const char *empty; /* said when it has no row */
};

struct report_field {
	struct report_field *next;
	struct report_column name;
	struct report_value value;
};

/* How grave a card is; enum severity, or calm. */
struct report_card {
	struct str title;
	const char *badge; /* a word beside it, or NULL */
	uint32_t severity;
	struct report_field *first, *last;
};

struct report_series {
	const char *id, *title;
	double at[REPORT_POINTS]; /* NAN: not known */
};

struct report_moment {
	usec_t at;
	uint32_t severity;
	struct str text;
};

/* Series over one span of time. */
struct report_graph {
	const char *id, *title, *unit;
	usec_t begin, width; /* of the first cell, of each */
	uint32_t n;          /* cells */
	uint32_t series_count;
	struct report_series series[REPORT_SERIES_MAX];
	uint32_t moment_count;
	struct report_moment moments[REPORT_MOMENTS_MAX];
};

enum report_block_kind {
	REPORT_PARAGRAPH,
	REPORT_FACTS, /* a card without a title: figures at a glance */
	REPORT_CARD,
	REPORT_TABLE,
	REPORT_GRAPH
};

struct report_block {
	struct report_block *next;
	enum report_block_kind kind;
	union {
		struct report_value text;
		struct report_card card;
		struct report_table table;
		struct report_graph graph;
	};
};

struct report_section {
	const char *id, *title;
	struct report_block *first, *last;
};

struct report_chunk;

struct report {
	/* The head. */
	struct str machine, version;  /* "": not known */
	struct str verdict, sure;     /* verdict "": nothing stands out */
	struct str over;              /* what was found and is over, while nothing is; or "" */
	uint32_t severity;            /* enum severity: of the verdict, or of what is over */
	usec_t from, to;              /* the time that it is about */
	usec_t made;                  /* when it was written, by this machine's clock */
	struct str recording, filter; /* "": none */
	bool redacted;

	struct report_section sections[REPORT_SECTIONS_MAX];
	uint32_t section_count;

	struct report_chunk *chunks; /* owned: all that is pointed to */
	size_t bytes;
	bool failed; /* there was no memory; what is there is not whole */
};

struct model;
struct detect;
struct filter;

/* One way to keep a network out, as text. */
struct report_way {
	const char *name;   /* "nftables" */
	char command[2048]; /* may be several lines; "": there is none */
	char undo[2048];
};

/* Who knows such ways: called with 0, 1, … until it returns false. */
struct report_ways {
	bool (*at)(void *ctx, const struct prefix *p, size_t i, struct report_way *ret);
	void *ctx;
};

/* What a report is made from. All of it is borrowed until report_work_free. */
struct report_ask {
	const struct model *m;
	const struct detect *detect;     /* NULL: nobody has judged, or counted paths and agents */
	const struct filter *filter;     /* of networks, systems, countries, addresses; or NULL */
	const struct report_ways *ways;  /* NULL: only who is to be blocked is said */
	const char *version, *recording; /* recording: the name of what is replayed, or NULL */
	usec_t made;
	bool show_private, redact;
};

struct report_work;

/* NULL when memory is out. */
struct report_work *report_work_new(const struct report_ask *ask);
void report_work_free(struct report_work *w);

/* Goes on for a few milliseconds; true while there is more to do. Between two calls the model may
 * go on, but must not become another. */
bool report_work(struct report_work *w);

/* How much of it is done, of 1. */
double report_part(const struct report_work *w);

/* What there is; whole once report_work has returned false. Lives as long as w. */
const struct report *report_of(const struct report_work *w);

#endif
