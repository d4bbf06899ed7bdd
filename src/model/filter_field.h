/* SPDX-License-Identifier: MIT
 *
 * filter_field: the one table of the fields that a filter can name. Parsing, errors, completion,
 * the help page and docs/filter.md are read from it; a field that is a number of a row names its
 * column in columns[].
 */
#ifndef NG_MODEL_FILTER_FIELD_H
#define NG_MODEL_FILTER_FIELD_H

#include "model/column.h"

enum filter_kind {
	FILTER_TEXT, /* a word without a field */
	FILTER_NET,
	FILTER_COUNTRY,
	FILTER_ASN,
	FILTER_STATE,
	FILTER_PORT,
	FILTER_NUMBER, /* a column that counts */
	FILTER_WORDS,  /* a column that is text */
	FILTER_FLAG,
	FILTER_CRAWLER,
	FILTER_BLOCKED,
	FILTER_MACHINE, /* of a fleet */
	FILTER_SINCE,
	FILTER_MARKED, /* is:suspicious */
	FILTER_SEEN,   /* seen:new, seen>3, seen>12d */
	FILTER_STATUS, /* this and below: of a request or a login, not of an address */
	FILTER_LINE_TEXT
};

enum filter_op {
	FILTER_IS,    /* : */
	FILTER_EQUAL, /* = */
	FILTER_LIKE,  /* ~ */
	FILTER_MORE,  /* > */
	FILTER_LESS,  /* < */
	FILTER_AT_LEAST,
	FILTER_AT_MOST,
	FILTER_OPS
};

enum filter_unit {
	FILTER_COUNT,   /* 5k is 5,000 */
	FILTER_BYTES,   /* 5k is 5,120 */
	FILTER_MICROS,  /* 5ms; a number alone is milliseconds */
	FILTER_SECONDS, /* 5m; a number alone is seconds */
	FILTER_SHARE    /* 5% or 0.05 */
};

/* The texts of a request or a login; the first are those of the journal, in its order. */
enum filter_line_text {
	FILTER_METHOD,
	FILTER_PATH,
	FILTER_PROTO,
	FILTER_REFERER,
	FILTER_AGENT,
	FILTER_CLAIMS,
	FILTER_VHOST,
	FILTER_USER, /* of a login */
	FILTER_LINE_TEXTS
};

#define FILTER_NAMES 3 /* at most, of one field */

struct filter_field {
	const char *names[FILTER_NAMES]; /* the first is the one that is shown */
	uint8_t kind;
	uint8_t ops;        /* bits 1 << enum filter_op */
	uint8_t unit;       /* of a number */
	uint8_t line_text;  /* of FILTER_LINE_TEXT */
	uint8_t scope;      /* enum column_scope; of those with a column, the column's */
	const char *column; /* id; NULL: none */
	const char *takes;  /* in errors: "404, 4xx or 400-499" */
	const char *help;
};

extern const struct filter_field filter_fields[];
extern const size_t filter_field_count;

/* The field of a name, whatever its case; NULL: there is none. */
const struct filter_field *filter_field_find(struct str name);

/* Its enum column_scope: which rows it can speak of. */
unsigned filter_field_scope(const struct filter_field *f);

/* It speaks of requests and logins; an address passes if one of its lines does. */
static inline bool filter_field_is_of_line(const struct filter_field *f)
{
	return f->kind >= FILTER_STATUS;
}

/* ":", ">=", … */
const char *filter_op_text(enum filter_op op);

/* The operator at the beginning of s; false: none is. *ret_n: its length. */
bool filter_op_find(struct str s, enum filter_op *ret_op, size_t *ret_n);

#endif
