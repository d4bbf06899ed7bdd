/* SPDX-License-Identifier: MIT
 *
 * file: one open log (a file, a pipe or stdin), cut into lines. It holds its descriptor from
 * the first byte to the last, so that a rename, an unlink or a reused inode number cannot change
 * what is read. What it passes over is counted in the account that it was given.
 */
#ifndef NG_LOG_FILE_H
#define NG_LOG_FILE_H

#include "base/clock.h"
#include "base/str.h"
#include "log/account.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#define LOG_HEAD_MAX  1024 /* bytes that a file is told by */
#define LOG_HEAD_MIN  64   /* fewer are not enough to tell it from others */
#define LOG_PLACE_MAX 32   /* bytes before a place that it is known by */

enum log_skip {
	SKIP_NOTHING,
	SKIP_LONG,    /* the rest of an over-long line */
	SKIP_FRAGMENT /* the rest of a line that began before we did */
};

/* The first bytes of a file: n of them, at most LOG_HEAD_MAX. */
struct log_head {
	uint64_t hash;
	uint64_t begins; /* hash of the first LOG_HEAD_MIN; 0: there are not as many */
	size_t n;
};

/* How far a file was read, and what stands just before. */
struct log_place {
	off_t offset;
	char before[LOG_PLACE_MAX];
	size_t n;
};

/* What a file was before it was cut off: its copy, if there is one, is told by it. */
struct log_former {
	struct log_head head; /* n is 0: it was never cut off */
	struct log_place place;
	off_t size;       /* when it was last looked at */
	uint64_t partial; /* bytes before the place that are no whole line */
	uint64_t unread;  /* bytes behind the place that were there */
	bool is_read;     /* from its copy */
};

struct log_name;
struct log_file;

/* The queues that a file may be in; see log/queue.h. */
enum log_queue_id {
	QUEUE_READY,
	QUEUE_DETACHED,
	QUEUE_PIPES,
	QUEUES
};

struct log_links {
	struct log_file *prev, *next;
	bool in;
};

struct log_file {
	struct log_name *name; /* whose lines these are */
	struct log_account *account;
	struct log_links links[QUEUES];
	uint32_t slot; /* in the set */
	int fd, wd;    /* wd: inotify watch of its own or -1 */
	bool is_pipe;  /* or stdin: cannot seek */
	bool is_stdin;
	bool ends; /* when its writers have gone, it is over: of a pipe without a name, and stdin */
	bool unwatched; /* the descriptor is another one now: epoll does not know it */
	dev_t dev;
	ino_t ino;
	bool busy;              /* the last fill took all that it had room for: there is more */
	bool detached;          /* its name stands for another file, or for none */
	usec_t active;          /* when something was read last, or when it was detached */
	struct log_place place; /* of the buffer's end */
	off_t size;             /* when it was last looked at */
	struct log_head head;
	struct log_former former;
	uint64_t begins[2];    /* of the head and of the former one, as the set has them */
	bool was_cut;          /* since somebody has last set it to false */
	struct log_file *copy; /* of it, as it is now: read from our place on when it is cut off */
	bool may_be_copy;      /* it was empty when a glob found it: its first bytes will tell */
	bool is_copy;          /* its name is not its own, but that of the log that it is of */
	char *buf;
	size_t cap, start, end; /* unread: buf[start..end) */
	size_t held;            /* bytes that the set has counted for it */
	size_t searched;        /* no newline in buf[start..searched) */
	enum log_skip skip;
	usec_t looked; /* since it has no name: when it was last read without a report */
	bool hole;     /* the buffer ended in a long run of NULs */
};

/* Opens a regular file or a FIFO, below a root (NULL: none), by the rules of base/opener.h. 0, or a
 * negative errno as opener_open has it. */
int log_file_open(const char *root, const char *path, struct log_account *account,
	struct log_file **ret_file);

/* Takes stdin, which may be anything. 0 or -ENOMEM. */
int log_file_stdin(struct log_account *account, struct log_file **ret_file);

/* Takes the reading end of a pipe that another program writes; it is closed with the file, but not
 * if this fails. 0 or -ENOMEM. */
int log_file_pipe(int fd, struct log_account *account, struct log_file **ret_file);

void log_file_free(struct log_file *f);

/* The first n bytes of what fd is of, n at most LOG_HEAD_MAX; fewer, if there are not as many. */
struct log_head log_head_of(int fd, size_t n);

/* Goes to the start of the line that byte `end` is in or behind: whole lines before it are not
 * read. */
void log_file_skip_to(struct log_file *f, off_t end);

/* Sees whether the file was cut off meanwhile; the next fill would. 0 or a negative errno. */
int log_file_check(struct log_file *f);

/* Reads at most budget bytes. Returns their number, 0 when there is nothing more for now, -EPIPE
 * when stdin or such a pipe has ended, or a negative errno. Lines handed out before are gone. */
ssize_t log_file_fill(struct log_file *f, size_t budget);

/* The next whole line without its newline, or false. It lives until the next fill. */
bool log_file_line(struct log_file *f, struct str *ret_line);

/* What is left without a newline, when no more will come. */
bool log_file_rest(struct log_file *f, struct str *ret_line);

/* Gives back what the buffer has beyond the beginning of a line that is in it, if any. Lines handed
 * out before are gone. */
void log_file_trim(struct log_file *f);

/* Reads the line that has begun no further, and gives the buffer back: the line counts as one that
 * is too long. */
void log_file_give_up(struct log_file *f);

/* Whether the file's bytes before the place are those that are known of it. */
bool log_file_has_place(const struct log_file *f, const struct log_place *place);

/* Bytes of a file that are there and not read yet; of a pipe nobody can tell: 0. */
uint64_t log_file_lag(const struct log_file *f);

#endif
