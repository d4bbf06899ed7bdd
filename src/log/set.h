/* SPDX-License-Identifier: MIT
 *
 * set: which logs there are. Paths and globs are expanded again and again; names are matched
 * with the files that are open, so that a file is read once under whichever name, and to its end
 * after it has lost its name.
 *
 * There may be thousands. So what the kernel reports leads straight to the name that it is of, and
 * what it does not report is found by looks that are paced: at all names in turn, so many a second.
 * A log that is read to its end needs no descriptor: when there are too few of them, those that are
 * written have them.
 */
#ifndef NG_LOG_SET_H
#define NG_LOG_SET_H

#include "base/index.h"
#include "log/dirs.h"
#include "log/name.h"
#include "log/pace.h"
#include "log/queue.h"
#include "log/renames.h"
#include "log/tail_options.h"

#define LOG_NAMES_MAX EVENT_LOGS_MAX
#define LOG_FILES_MAX (LOG_NAMES_MAX + 1024) /* those that have lost their name, too */
#define LOG_HELD_MAX  (UINT64_C(64) << 20)   /* bytes of lines that have begun, of all logs */

/* What it cost, since the start. */
struct log_work {
	uint64_t looks;   /* at what lies at a path: stat(2) */
	uint64_t opens;   /* of files */
	uint64_t listed;  /* names in directories that globs lead to */
	uint64_t watches; /* of files; each directory has one */
	uint64_t rests;   /* times that other programs' files were about to wake us too often */
};

struct log_set {
	struct log_input *inputs; /* their paths are owned */
	size_t input_count;
	size_t *globs; /* the inputs that may be globs, by number; owned */
	size_t glob_count;
	char *root; /* owned; NULL: none */
	bool (*look_up)(const void *context, const char *path, const struct log_owner *owner,
		struct log_configured *ret);
	const void *look_up_context; /* of log_tail_options, as look_up is */

	struct log_name **names;
	struct index names_by_path;
	uint32_t name_count, name_cap, names_max;
	uint32_t user_names; /* of them, those that are no word of root's or ours; an eighth at most
			      */
	uint32_t file_count, file_cap, files_max;
	struct log_name *marked, **marked_end;
	struct log_name *touched, **touched_end;
	struct log_file **files;
	struct index files_by_ino, files_by_wd, files_by_begin;
	struct log_queue ready;    /* may have something to read */
	struct log_queue detached; /* their names stand for other files, or for none */
	struct log_queue pipes;
	struct log_file *input; /* stdin; or NULL */
	uint64_t held;          /* bytes of lines that have begun, and their room */

	usec_t begun; /* by the clock: what was made since is read from its start */
	usec_t matched,
		match_begun;  /* when the last whole expansion of the globs began; the latest */
	usec_t match_after;   /* before that, it would cost too much to go on, or do so again */
	size_t match_at;      /* the next input of the one that is under way; 0: none is */
	uint64_t left_out;    /* by the last whole one: logs that found no place */
	uint64_t leaving_out; /* by the one that is under way */
	uint64_t waiting;     /* names that wait for a descriptor */
	uint32_t match;       /* the latest expansion */
	uint32_t cursor, pass_left; /* of the looks at all names in turn */
	int inotify, epoll;
	usec_t pass_begun, pass_interval;
	struct log_pace looks, acts; /* at all names in turn; what events lead to, and opening */
	usec_t rest_until;           /* reports are read with the next poll that comes after this */

	bool only_stdin, from_start;
	bool scanned;             /* all logs that were there at the start have been looked at */
	bool is_late;             /* that takes so long that other files may have come meanwhile */
	bool changing;            /* the next expansion is the first with these inputs */
	bool match_due;           /* something has come that a glob may match */
	bool pass_due, pass_anew; /* anew: from now on, whatever was looked at */
	bool lost_reports;        /* the queue was full: until all names were looked at */
	bool concerned;           /* some of the latest reports were of logs */
	bool rests;               /* reports wake nobody */

	struct log_renames renames; /* since they were last followed */
	struct log_dirs dirs;
	struct log_work work;
};

/* 0 or a negative errno; done is right after a failure too. */
int log_set_init(struct log_set *set, const struct log_tail_options *options);
void log_set_done(struct log_set *set);

/* Other inputs take the place of those that there are. What both have is read on, in its new
 * format; what no input asks for is let go when it has been read; what is new is followed from its
 * end, unless it was made since we began. Nothing of the old options is borrowed any more. 0 or
 * -ENOMEM, and nothing has changed. */
int log_set_change(struct log_set *set, const struct log_tail_options *options);

/* Expands the globs, opens what is new, detaches what has lost its name: all of it at once, but
 * where globs lead to hundreds of thousands of names. Then the steps go on with them. */
void log_set_scan(struct log_set *set, usec_t now);

/* Looks at all names, as a scan does, and expands nothing. */
void log_set_look(struct log_set *set, usec_t now);

/* The same as a scan, as far as it is due and the pace allows. Until the first scan has come to its
 * end, that is all that it does; it has when `scanned` is set. */
void log_set_step(struct log_set *set, usec_t now);

/* Takes in what the kernel has reported. */
void log_set_read_events(struct log_set *set, usec_t now);

/* Drops files that have been without their name for long enough; `last` is called for each, to
 * take what is left of it. */
void log_set_expire(struct log_set *set, usec_t now,
	void (*last)(void *context, struct log_file *f), void *context);

/* The file may have something to read; or has not, for now. */
void log_set_ready(struct log_set *set, struct log_file *f);
void log_set_idle(struct log_set *set, struct log_file *f);

/* There is something to report of the name. */
void log_set_touch(struct log_set *set, struct log_name *name);

/* Takes all those names, in order, by next_touched; they are touched no longer. */
struct log_name *log_set_take_touched(struct log_set *set);

/* Before the file is read: its first bytes have come, and it is a copy of a log that is followed.
 * Then it is no longer read under its name, and may be gone. */
bool log_set_is_copy(struct log_set *set, struct log_file *f, usec_t now);

/* Something of the file was read: its first bytes may be others now. If it was cut off, what its
 * copy has beyond our place is read from there. */
void log_set_was_read(struct log_set *set, struct log_file *f, usec_t now);

/* After all whole lines of the file were taken: what it holds of the next is counted. When all of
 * them hold more than LOG_HELD_MAX, the longest are given up. */
void log_set_hold(struct log_set *set, struct log_file *f);

/* Lets the file wake the reader. */
void log_set_watch(struct log_set *set, struct log_file *f);

/* Forgets one file; it is freed. */
void log_set_close(struct log_set *set, struct log_file *f);

/* What its files hold that is not read yet. */
uint64_t log_set_lag(const struct log_set *set, const struct log_name *name);

/* Logs that are followed, and those that are not for want of room. */
void log_set_count(const struct log_set *set, uint64_t *ret_followed, uint64_t *ret_left_out);

#endif
