/* SPDX-License-Identifier: MIT
 *
 * log_parse: one line of an access log to one request event. Formats are entries of
 * log_formats[]; adding one touches that table and its parser only.
 */
#ifndef NG_SOURCE_LOG_PARSE_H
#define NG_SOURCE_LOG_PARSE_H

#include "model/event.h"

#define LOG_LINE_MAX (256u << 10) /* longer lines are skipped and counted */

/* Scratch for decoded text, so that parsing allocates nothing. One per log file or per thread
 * of control; no need to clear it between lines. */
struct log_scratch {
	char text[4 * EVENT_TEXT_MAX];
	size_t used;
	/* The last time stamp's minute and its answer: most lines share it. */
	char stamp[32];
	usec_t stamp_minute;
};

struct log_format {
	const char *name; /* as in --log-format */
	const char *help;
	/* Reads line (no newline) into *ret, whose text borrows from line and scratch. Fills
	 * ip, client, logged, status, bytes, method, path, proto, referer, agent. 0, or -EINVAL
	 * when the line is not in this format. */
	int (*parse)(struct str line, struct log_scratch *scratch, struct event_request *ret);
};

extern const struct log_format log_formats[];
extern const size_t log_format_count;

const struct log_format *log_format_find(struct str name);

/* Tries every format, the last that worked (*hint, may point to NULL) first. */
int log_parse(struct str line, const struct log_format **hint, struct log_scratch *scratch,
	struct event_request *ret);

#endif
