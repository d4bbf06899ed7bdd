/* SPDX-License-Identifier: MIT
 *
 * set: which logs there are. Paths and globs are expanded again and again; names are matched
 * with the files that are open, so that a file is read once under whichever name, and to its end
 * after it has lost its name.
 */
#ifndef NG_LOG_SET_H
#define NG_LOG_SET_H

#include "log/container.h"
#include "log/file.h"
#include "log/renames.h"
#include "log/tail.h"

#define LOG_NAMES_MAX EVENT_LOGS_MAX /* an open descriptor each */
#define LOG_FILES_MAX (LOG_NAMES_MAX + 64)
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
	const struct log_format *format; /* the only one; NULL: told and detected */
	const struct log_format *told;   /* by the server's configuration: tried first; or NULL */
	const struct log_format *hint;   /* the one that fitted last */
	struct container_pieces pieces;
	const char *buffered; /* the server holds lines back: how many; or NULL */
};

struct log_set {
	struct log_input *inputs; /* their paths are owned */
	size_t input_count;
	const struct server_confs *confs; /* borrowed, or NULL */
	bool from_start, scanned;
	struct log_name *names[LOG_NAMES_MAX];
	size_t name_count;
	struct log_file *files[LOG_FILES_MAX]; /* in order of opening */
	size_t file_count;
	struct log_renames moves; /* since the last scan */
	int inotify, epoll;
};

/* 0 or a negative errno; done is right after a failure too. */
int log_set_init(struct log_set *set, const struct log_tail_options *options);
void log_set_done(struct log_set *set);

/* Expands the globs, opens what is new, detaches what has lost its name. Every file may have
 * something to read afterwards. */
void log_set_scan(struct log_set *set, usec_t now);

/* Drops files that have been without their name for long enough; `last` is called for each, to
 * take what is left of it. */
void log_set_expire(struct log_set *set, usec_t now,
	void (*last)(void *context, struct log_file *f), void *context);

/* True when a file of this name, in whichever directory, may be one of ours. Other programs keep
 * their files beside the logs, and a scan for each of theirs would be too much. */
bool log_set_concerns(const struct log_set *set, const char *file_name);

/* Takes in that something in a watched directory was renamed. */
struct inotify_event;
void log_set_moved(struct log_set *set, const struct inotify_event *event);

/* Lets the file wake the reader. */
void log_set_watch(struct log_set *set, struct log_file *f);

/* Forgets one file; it is freed. */
void log_set_close(struct log_set *set, struct log_file *f);

/* What its files hold that is not read yet. */
uint64_t log_name_lag(const struct log_set *set, const struct log_name *name);

/* True when the last event about the name told everything. */
bool log_name_is_said(const struct log_name *name);

/* Says what is wrong with the name, or (READING, NULL) that all is well. */
void log_name_state(struct log_name *name, enum log_state state, const char *note);

#endif
