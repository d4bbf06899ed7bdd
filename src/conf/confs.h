/* SPDX-License-Identifier: MIT
 *
 * confs: what was found in the configuration of web servers: the logs that they write, and what
 * could not be followed.
 */
#ifndef NG_CONF_CONFS_H
#define NG_CONF_CONFS_H

#include "base/index.h"
#include "conf/stamps.h"
#include "log/tail_options.h"

#include <stdbool.h>

#define SERVER_LOGS_MAX    8192 /* access logs; and as many error logs */
#define SERVER_NOTES_MAX   64
#define SERVER_FORMATS_MAX 256
#define SERVER_BUFFER_MAX  16
#define SERVER_TEXT_MAX    512

#define SERVER_USER_GLOBS_MAX 64 /* of one user's; and four times as many of all users' */

/* One access log that a configuration names. */
struct server_log {
	char *path;                       /* or a glob, where a part is only known at run time */
	const struct log_format *format;  /* NULL: to be detected */
	char buffered[SERVER_BUFFER_MAX]; /* "64k": lines come late; "": they do not */
	const char *server;
	struct log_owner owner; /* whose word it is */
};

/* One error log; its format is known (log/error_log.h). */
struct server_error_log {
	char *path; /* or a glob */
	const char *server;
	struct log_owner owner;
};

/* What a configuration says that leads to no log, or one that was looked for in vain. Clean. */
struct server_note {
	const char *server;
	char text[SERVER_TEXT_MAX];
};

#define SERVER_READS_MAX 64

/* Which configurations are there. */
struct server_read {
	const char *server;
	char path[SERVER_TEXT_MAX]; /* of the main file, clean; or what was looked at instead */
	int err;                    /* 0, or why it could not be read */
	pid_t pid;                  /* of the process that led there; 0: a usual place */
};

/* How logs of one kind are found. */
struct server_names {
	struct index by_path;
	struct index by_place;           /* by their directory and name there, and by their file */
	uint32_t globs[SERVER_LOGS_MAX]; /* which of them are globs */
	size_t glob_count;
};

struct server_confs {
	struct server_log logs[SERVER_LOGS_MAX];
	size_t log_count;
	struct server_names log_names;
	struct server_error_log error_logs[SERVER_LOGS_MAX];
	size_t error_log_count;
	struct server_names error_log_names;
	struct server_note notes[SERVER_NOTES_MAX];
	size_t note_count;
	struct server_read reads[SERVER_READS_MAX];
	size_t read_count;
	struct conf_stamps stamps;                      /* of all files that were looked at */
	struct log_format *formats[SERVER_FORMATS_MAX]; /* what logs[].format points to; owned */
	size_t format_count;
	/* Logs beyond these; servers, and files of configurations, that were not read. */
	size_t left_out;
	size_t dropped; /* notes and formats beyond these */
};

void server_confs_free(struct server_confs *confs);

/* Adds a log, whose path is not there yet, and is owned then. False when there is no room: it is
 * counted. */
bool server_confs_add(struct server_confs *confs, const struct server_log *log);
bool server_confs_add_error(struct server_confs *confs, const struct server_error_log *log);

/* The log that is named so, or NULL. */
struct server_log *server_confs_at(struct server_confs *confs, const char *path);
const struct server_error_log *server_confs_error_at(
	const struct server_confs *confs, const char *path);

/* The access log of this path: named so, matched by a glob, or the same file; or NULL. What a user
 * says of a file that is not his does not count. */
const struct server_log *server_confs_find(const struct server_confs *confs, const char *path);

/* Whether root's word, or ours, is that this is a log, of whatever kind: no user's says more. */
bool server_confs_covers(const struct server_confs *confs, const char *path);

/* The same as log_tail_options.look_up wants it; context is a struct server_confs. */
bool server_confs_look_up(const void *context, const char *path, const struct log_owner *owner,
	struct log_configured *ret);

#endif
