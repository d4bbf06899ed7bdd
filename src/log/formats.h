/* SPDX-License-Identifier: MIT
 *
 * formats: the formats that come with the program. Adding one touches this table and its parser
 * only.
 */
#ifndef NG_LOG_FORMATS_H
#define NG_LOG_FORMATS_H

#include "log/format.h"

extern const struct log_format log_formats[];
extern const size_t log_format_count;

const struct log_format *log_format_find(struct str name);

/* Tries every format, the last that worked (*hint, may point to NULL) first. Returns as they do. */
int log_parse(struct str line, const struct log_format **hint, struct log_scratch *scratch,
	struct event *ret);

#endif
