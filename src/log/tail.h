/* SPDX-License-Identifier: MIT
 *
 * tail: follows logs and puts an event for each line and a log event for each
 * file's state and counters (at most once a tick and file, when something changed).
 */
#ifndef NG_LOG_TAIL_H
#define NG_LOG_TAIL_H

#include "conf/servers.h"
#include "event/source.h"
#include "log/formats.h"
#include "log/trusted_proxies.h"

struct log_input {
	const char *path; /* a path or a glob; "-" is stdin */
	/* Its format; NULL: as the server's configuration says, else detected line by line. */
	const struct log_format *format;
	bool from_end; /* whatever the others do */
	bool guessed;  /* a name with variables made it a glob: error logs that match are none */
};

struct log_tail_options {
	const struct log_input *inputs; /* borrowed for the call; their formats for as long as the
					   source lives */
	size_t input_count;
	/* What the servers say of their logs, or NULL; borrowed for as long as the source lives. */
	const struct server_confs *confs;
	const struct trusted_proxies
		*trusted; /* borrowed for as long as the source lives; NULL: nobody */
	bool from_start;  /* else from each file's end */
	usec_t rescan;    /* between two expansions of the globs; 0: one second */
};

/* NULL when memory or inotify is out; *ret_err says which. Missing and unreadable files are no
 * error: they are reported by events and tried again. */
struct source *log_tail_new(const struct log_tail_options *options, int *ret_err);

#endif
