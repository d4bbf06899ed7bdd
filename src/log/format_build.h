/* SPDX-License-Identifier: MIT
 *
 * log_spec_build: how a format string becomes a struct log_custom, piece by piece. For log_spec and
 * its two dialects only.
 */
#ifndef NG_LOG_FORMAT_BUILD_H
#define NG_LOG_FORMAT_BUILD_H

#include "log/custom.h"
#include "log/format_string.h"

struct log_spec {
	struct log_custom *custom;
	struct str source; /* the whole string, */
	size_t at;         /* and what is read next */
	size_t text_n;     /* used of custom->text */
	uint8_t rank[LOG_PARTS_MAX];
	uint16_t behind[LOG_PARTS_MAX]; /* where in source each part is over */
	char error[LOG_SPEC_ERROR_MAX];
};

/* What a variable or directive stands for. Of two that say the same the higher rank is taken, the
 * other passed over. */
struct log_meaning {
	const char *name;
	uint8_t field; /* enum log_field */
	uint8_t rank;
};

/* Each returns 0, or -EINVAL with the reason in s->error. */
int log_spec_literal(struct log_spec *s, char c);
int log_spec_field(struct log_spec *s, const struct log_meaning *meaning);
int log_spec_strftime(struct log_spec *s, struct str pattern);
int log_spec_fail(struct log_spec *s, size_t at, const char *wrong, const char *expected);

int log_spec_read_nginx(struct log_spec *s);
int log_spec_read_apache(struct log_spec *s);

#endif
