/* SPDX-License-Identifier: MIT
 *
 * column: the one table of what can be said of a host. Screen, text table, JSON record and sort
 * order are all read from it; adding a column is adding an entry to columns[] in column.c.
 */
#ifndef NG_MODEL_COLUMN_H
#define NG_MODEL_COLUMN_H

#include "model/model.h"

enum cell_kind {
	CELL_NONE,           /* not known: blank on screen, absent in JSON */
	CELL_NOT_APPLICABLE, /* cannot be known of this one: a dash on screen, absent in JSON */
	CELL_COUNT,          /* u */
	CELL_BYTES,          /* u */
	CELL_RATE,           /* d, per minute */
	CELL_SHARE,          /* d, of 1 */
	CELL_SPAN,           /* u, in seconds */
	CELL_MICROS,         /* u, in microseconds */
	CELL_TIME,           /* t */
	CELL_TEXT,           /* text, borrowed from the model */
	CELL_ADDR,           /* addr */
	CELL_MAP             /* map[0..n): names with their counts, zero counts left out */
};

#define CELL_DASH "\u2013" /* the text of CELL_NOT_APPLICABLE */

struct cell_pair {
	const char *name;
	uint64_t count;
};

#define CELL_MAP_MAX 12

struct cell {
	enum cell_kind kind;
	union {
		uint64_t u;
		double d;
		usec_t t;
		struct str text;
		const struct addr *addr;
		struct {
			size_t n;
			struct cell_pair map[CELL_MAP_MAX];
		};
	};
};

struct column {
	const char *id;    /* the JSON name, and the name in the config and in filters */
	const char *title; /* on screen; NULL: in JSON only */
	const char *help;
	uint8_t width;  /* columns on screen; a title's column that may grow: its least width */
	uint8_t weight; /* 0: fixed width; else its share of spare room */
	uint8_t keep;   /* when room is short, the lowest goes first; 255 never goes */
	bool right;     /* aligned to the right */
	bool json;      /* a field of the host record */
	bool ascending; /* its natural order; the others show the largest first */
	/* False while nothing fills it: it is then left out on screen. NULL: always true. */
	bool (*known)(const struct model *m);
	struct cell (*cell)(const struct model *m, const struct host *h);
	/* The larger comes first (or last, when ascending). NULL: not a sort column. Columns whose
	 * order is no number set compare instead. */
	uint64_t (*key)(const struct model *m, const struct host *h);
	int (*compare)(const struct host *a, const struct host *b);
};

extern const struct column columns[];
extern const size_t column_count;

const struct column *column_find(struct str id);

/* The sortable column after this one that the model can fill; wraps round. NULL: the first. */
const struct column *column_sort_next(const struct model *m, const struct column *current);

/* cell.c: text of a cell for a screen or table, clean, not padded: "12", "3.4k", "2E 1S", "GET /".
 * Returns its length; buf is NUL-terminated. */
size_t cell_text(const struct cell *cell, char *buf, size_t cap);

#endif
