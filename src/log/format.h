/* SPDX-License-Identifier: MIT
 *
 * format: what a log format is: a parser that turns one line into one event, and the scratch that
 * parsers share. The formats that come with the program are in log/formats.h; those that a user or
 * a server's configuration spells out are compiled at run time (log/format_string.h).
 */
#ifndef NG_LOG_FORMAT_H
#define NG_LOG_FORMAT_H

#include "event/event.h"

#define LOG_LINE_MAX  (256u << 10) /* longer lines are skipped and counted */
#define LOG_TEXTS_MAX 8            /* text fields of a line that had to be changed */

#define FORMAT_STRING_ERROR_MAX 192 /* bytes of why a format string does not compile */

/* Scratch for decoded text, so that parsing allocates nothing. One per log file or per thread
 * of control; no need to clear it between lines. */
struct log_scratch {
	char text[LOG_TEXTS_MAX * EVENT_TEXT_MAX];
	size_t used;
	/* The last time stamp's minute and its answer: most lines share it. */
	char stamp[32];
	usec_t stamp_minute;
	/* The same for local times, which take a hundred times as long. */
	char local_stamp[20];
	usec_t local_minute;
	/* Which two keys of a JSON line came after which, by their numbers; from 256 on, after the
	 * end of that one's object or after another that is not known. */
	uint8_t key_after[512][2];
};

struct log_format {
	const char *name; /* as in --log-format */
	const char *help;
	/* Reads line (no newline) into *ret, whose text borrows from line and scratch: the kind,
	 * and every field of the kind but `log`. Does not touch ts. 0; -EINVAL when the line is not
	 * in this format; -ENOMSG when it is, and says nothing that is wanted. */
	int (*parse)(const struct log_format *self, struct str line, struct log_scratch *scratch,
		struct event *ret);
	/* One before it in the table reads all its lines too: it is not tried on its own. */
	bool is_part;
	/* Its lines may stand among those of another format: it is tried where such were read. */
	bool is_beside;
	const char *sample; /* a line in it; NULL: of a format that does not come with the program
			     */
};

static inline int log_format_parse(
	const struct log_format *f, struct str line, struct log_scratch *scratch, struct event *ret)
{
	ret->machine = 0; /* a log is this machine's */
	return f->parse(f, line, scratch, ret);
}

#endif
