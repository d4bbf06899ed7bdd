/* SPDX-License-Identifier: MIT
 *
 * set: which logs there are. Paths and globs are expanded again and again; names are matched
 * with the files that are open, so that a file is read once under whichever name, and to its end
 * after it has lost its name.
 */
#ifndef NG_LOG_SET_H
#define NG_LOG_SET_H

#include "log/file.h"
#include "log/name.h"
#include "log/renames.h"
#include "log/tail_options.h"

#define LOG_NAMES_MAX EVENT_LOGS_MAX /* an open descriptor each */
#define LOG_FILES_MAX (LOG_NAMES_MAX + 64)

struct log_set {
	struct log_input *inputs; /* their paths are owned */
	size_t input_count;
	char *root; /* owned; NULL: none */
	bool (*look_up)(const void *context, const char *path, struct log_configured *ret);
	const void *look_up_context; /* of log_tail_options, as look_up is */
	bool from_start, scanned;
	usec_t begun;  /* by the clock: what was made since is read from its start */
	bool changing; /* the next scan is the first with these inputs */
	struct log_name *names[LOG_NAMES_MAX];
	size_t name_count;
	struct log_file *files[LOG_FILES_MAX]; /* in order of opening */
	size_t file_count;
	struct log_renames renames; /* since the last scan */
	int inotify, epoll;
};

/* 0 or a negative errno; done is right after a failure too. */
int log_set_init(struct log_set *set, const struct log_tail_options *options);
void log_set_done(struct log_set *set);

/* Other inputs take the place of those that there are. What both have is read on, in its new
 * format; what no input asks for is let go when it has been read; what is new is followed from its
 * end, unless it was made since we began. Nothing of the old options is borrowed any more. 0 or
 * -ENOMEM, and nothing has changed. */
int log_set_change(struct log_set *set, const struct log_tail_options *options);

/* Expands the globs, opens what is new, detaches what has lost its name. */
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
void log_set_renamed(struct log_set *set, const struct inotify_event *event);

/* Lets the file wake the reader. */
void log_set_watch(struct log_set *set, struct log_file *f);

/* Forgets one file; it is freed. */
void log_set_close(struct log_set *set, struct log_file *f);

/* What its files hold that is not read yet. */
uint64_t log_set_lag(const struct log_set *set, const struct log_name *name);

#endif
