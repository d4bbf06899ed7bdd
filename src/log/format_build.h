/* SPDX-License-Identifier: MIT
 *
 * format_build: how a format string becomes a struct log_custom, piece by piece. For
 * format_string and its two dialects only.
 */
#ifndef NG_LOG_FORMAT_BUILD_H
#define NG_LOG_FORMAT_BUILD_H

#include "log/custom.h"
#include "log/format_string.h"

struct format_build {
	struct log_custom *custom;
	struct str source; /* the whole string, */
	size_t at;         /* and what is read next */
	size_t text_n;     /* used of custom->text */
	uint8_t rank[LOG_PARTS_MAX];
	uint16_t behind[LOG_PARTS_MAX]; /* where in source each part is over */
	char error[FORMAT_STRING_ERROR_MAX];
};

/* What a variable or directive stands for. Of two that say the same the higher rank is taken, the
 * other passed over. */
struct log_meaning {
	const char *name;
	uint8_t field; /* enum log_field */
	uint8_t rank;
};

/* Each returns 0, or -EINVAL with the reason in s->error. */
int format_string_literal(struct format_build *s, char c);
int format_string_field(struct format_build *s, const struct log_meaning *meaning);
int format_string_strftime(struct format_build *s, struct str pattern);
int format_string_fail(struct format_build *s, size_t at, const char *wrong, const char *expected);

int format_string_read_nginx(struct format_build *s);
int format_string_read_apache(struct format_build *s);

#endif
