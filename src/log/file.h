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

#define LOG_HEAD_MAX 256

enum log_skip {
	SKIP_NOTHING,
	SKIP_LONG,    /* the rest of an over-long line */
	SKIP_FRAGMENT /* the rest of a line that began before we did */
};

struct log_name;

struct log_file {
	struct log_name *name; /* whose lines these are */
	struct log_account *account;
	int fd, wd;   /* wd: inotify watch or -1 */
	bool is_pipe; /* or stdin: cannot seek */
	bool is_stdin;
	bool ends; /* when its writers have gone, it is over: of a pipe without a name, and stdin */
	bool unwatched; /* the descriptor is another one now: epoll does not know it */
	dev_t dev;
	ino_t ino;
	usec_t looked; /* when it was last read without a report of the kernel's */
	bool ready;    /* may have something to read */
	bool busy;     /* the last fill took all that it had room for: there is more */
	bool detached; /* its name stands for another file, or for none */
	usec_t active; /* when something was read last, or when it was detached */
	off_t offset;  /* in the file, of the buffer's end */
	char head[LOG_HEAD_MAX];
	size_t head_n;
	char *buf;
	size_t cap, start, end; /* unread: buf[start..end) */
	size_t searched;        /* no newline in buf[start..searched) */
	enum log_skip skip;
	bool hole; /* the buffer ended in a long run of NULs */
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

/* Goes to the start of the line that byte `end` is in or behind: whole lines before it are not
 * read. */
void log_file_skip_to(struct log_file *f, off_t end);

/* Reads at most budget bytes. Returns their number, 0 when there is nothing more for now, -EPIPE
 * when stdin or such a pipe has ended, or a negative errno. Lines handed out before are gone. */
ssize_t log_file_fill(struct log_file *f, size_t budget);

/* The next whole line without its newline, or false. It lives until the next fill. */
bool log_file_line(struct log_file *f, struct str *ret_line);

/* What is left without a newline, when no more will come. */
bool log_file_rest(struct log_file *f, struct str *ret_line);

/* Gives the buffer back while there is nothing in it. */
void log_file_trim(struct log_file *f);

/* Bytes of a file that are there and not read yet; of a pipe nobody can tell: 0. */
uint64_t log_file_lag(const struct log_file *f);

#endif
