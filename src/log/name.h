/* SPDX-License-Identifier: MIT
 *
 * name: a path that is followed, whichever file lies there.
 */
#ifndef NG_LOG_NAME_H
#define NG_LOG_NAME_H

#include "base/clock.h"
#include "log/owner.h"
#include "log/stream.h"

#include <sys/types.h>

struct log_file;

/* One path, or a glob that matches nothing. */
struct log_name {
	char *path;
	struct log_stream stream;
	int dir_wd;            /* inotify watch of its directory or -1 */
	bool is_glob;          /* is no file, only reports that nothing matches */
	bool seen;             /* in the latest scan */
	struct log_file *file; /* NULL: not there, or another name for a file that is */
	bool had_file;         /* ever */
	unsigned files;        /* file, and those that it had before and that are still read */
	usec_t missed;         /* since when it has not been there; 0: it is, or never was */
	off_t start_at;        /* its size when we started; 0: it came later, or from_start */
	usec_t interval;       /* between two looks at its files */
	bool from_end;         /* from_start is not for this one */
	struct log_owner owner;
	bool let_go;  /* no input asks for it any more */
	bool is_late; /* an input asks for it that came while we ran, and nobody has looked yet */
};

/* A name without a file yet. NULL when out of memory. */
struct log_name *log_name_new(const char *path);

/* NULL is fine. Its files have to be closed before. */
void log_name_free(struct log_name *name);

#endif
