/* SPDX-License-Identifier: MIT
 *
 * format_build: a format string on its way to a struct log_custom, piece by piece. format_string
 * finishes what its dialects have read.
 */
#ifndef NG_LOG_FORMAT_BUILD_H
#define NG_LOG_FORMAT_BUILD_H

#include "log/custom.h"

struct format_build {
	struct log_custom *custom;
	struct str source; /* the whole string, */
	size_t at;         /* and what is read next */
	size_t text_n;     /* used of custom->text */
	uint8_t rank[LOG_PARTS_MAX];
	uint16_t behind[LOG_PARTS_MAX]; /* where in source each part is over */
	char error[FORMAT_STRING_ERROR_MAX];
};

/* The finer of two times is taken. */
enum took_rank {
	TOOK_RANK_S,
	TOOK_RANK_MS,
	TOOK_RANK_US
};

/* What a variable or directive stands for. Of two that say the same the higher rank is taken, the
 * other passed over. */
struct log_meaning {
	const char *name;
	uint8_t field; /* enum log_field */
	uint8_t rank;  /* of LOG_TOOK an enum took_rank */
};

/* Adds a character between the fields, a field, or a time by its strftime(3) pattern. 0, or -EINVAL
 * with the reason in s->error. */
int format_build_literal(struct format_build *s, char c);
int format_build_field(struct format_build *s, const struct log_meaning *meaning);
int format_build_strftime(struct format_build *s, struct str pattern);

/* Says what is wrong with character `at` of the source, counted from 0. Returns -EINVAL. */
int format_build_fail(struct format_build *s, size_t at, const char *wrong, const char *expected);

#endif
