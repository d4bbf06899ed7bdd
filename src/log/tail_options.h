/* SPDX-License-Identifier: MIT
 *
 * tail_options: which logs a tail follows, and what it is told about them.
 */
#ifndef NG_LOG_TAIL_OPTIONS_H
#define NG_LOG_TAIL_OPTIONS_H

#include "base/clock.h"
#include "log/format.h"
#include "log/owner.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trusted_proxies;

struct log_input {
	const char *path; /* a path or a glob; "-" is stdin */
	/* Its format; NULL: as the server's configuration says, else detected line by line. */
	const struct log_format *format;
	usec_t interval; /* between two looks while the kernel reports nothing; 0: one second */
	bool from_end;   /* whatever the others do */
	bool errors;     /* see struct event_log */
	bool guessed;    /* nobody spelled this glob out: error logs that match are not followed */
	struct log_owner owner; /* whose word it is that this is a log */
};

/* What the configuration of the server that writes a log says about it. Both are borrowed for as
 * long as the source lives. */
struct log_configured {
	const struct log_format *format; /* NULL: to be detected */
	const char *buffered;            /* the server holds lines back: how many; or NULL */
};

struct log_tail_options {
	const struct log_input *inputs; /* borrowed for the call; their formats for as long as the
					   source lives */
	size_t input_count;
	/* Of a container or the like: paths that begin with it are opened below it, and nothing
	 * leads out. NULL: none. */
	const char *root;
	/* Asks for the configuration of the log at path, which owner names. False, with *ret
	 * untouched, when none names it. NULL: nobody can be asked. The context is borrowed for as
	 * long as the source lives. */
	bool (*look_up)(const void *context, const char *path, const struct log_owner *owner,
		struct log_configured *ret);
	const void *look_up_context;
	/* Formats of any log, which lines are tried with that nothing else reads: the first
	 * LOG_OTHERS_MAX. Borrowed for as long as the source lives. */
	struct log_format *const *others;
	size_t other_count;
	/* Borrowed for as long as the source lives; NULL: no proxy is trusted. */
	const struct trusted_proxies *trusted;
	uint32_t logs_max; /* names that are followed at most; 0: LOG_NAMES_MAX (log/set.h) */
	uint64_t left_out; /* logs that were to be inputs, and found no room */
	bool from_start;   /* else from each file's end */
	usec_t rescan;     /* between two expansions of the globs; 0: one second */
};

#endif
