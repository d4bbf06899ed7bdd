/* SPDX-License-Identifier: MIT
 *
 * name: a path that is followed, whichever file lies there.
 */
#ifndef NG_LOG_NAME_H
#define NG_LOG_NAME_H

#include "event/event.h"
#include "log/container.h"
#include "log/file.h"

#define LOG_LABEL_MAX 512
#define LOG_NOTE_MAX  96

/* One path, or a glob that matches nothing. */
struct log_name {
	char *path;
	char label[LOG_LABEL_MAX]; /* clean, for events */
	size_t label_n;
	int dir_wd;      /* inotify watch of its directory or -1 */
	bool is_glob;    /* is no file, only says that nothing matches */
	bool seen;       /* in the latest scan */
	bool state_said; /* what follows is known to the sink */
	uint8_t state;   /* enum log_state */
	char note[LOG_NOTE_MAX];
	struct log_file *file; /* NULL: not there, or another name for a file that is */
	bool had_file;         /* ever */
	unsigned files;        /* file, and those that it had before and that are still read */
	usec_t missed;         /* since when it has not been there; 0: it is, or never was */
	off_t start_at;        /* its size when we started; 0: it came later, or from_start */
	bool from_end;         /* from_start is not for this one */
	struct log_account account, said; /* said: by the last event */
	uint64_t said_lag;
	usec_t said_at;
	const struct log_format *format; /* the only one; NULL: configured or detected */
	const struct log_format
		*configured;           /* by the server that writes it: tried first; or NULL */
	const struct log_format *hint; /* the one that fitted last */
	struct container_pieces pieces;
	const char *buffered; /* the server holds lines back: how many; or NULL */
};

/* A name without a file yet. NULL when out of memory. */
struct log_name *log_name_new(const char *path);

/* NULL is fine. Its files are the set's to close before. */
void log_name_free(struct log_name *name);

/* Says what is wrong with the name, or (READING, NULL) that all is well. */
void log_name_state(struct log_name *name, enum log_state state, const char *note);

/* The same by the error (negative errno) of looking at it. */
void log_name_error(struct log_name *name, int err);

/* True when the last event about the name told everything. */
bool log_name_is_said(const struct log_name *name);

#endif
