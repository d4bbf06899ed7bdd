// SPDX-License-Identifier: MIT
#include "helper/open_link.h"

#include "base/opener.h"
#include "helper/open_wire.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LOSE_MS 100 /* for it to end, while somebody looks at the screen */
#define SAY_MAX 160

static struct process *process; /* NULL: nobody is asked, or it is gone */
static char gone[SAY_MAX];      /* "": it is there, or that has been said */

static struct open_ask ask;
static struct open_answer answer;

static int lose(void)
{
	process_say_end(process, process_collect(process, LOSE_MS), gone, sizeof gone);
	process = NULL;
	return -EPIPE;
}

static void close_all(const int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		close(fds[i]);
}

/* Asks, and takes the answer. What the call returns, the descriptor if there is one. */
static int64_t call(const int *fds)
{
	enum open_op op = ask.op;
	size_t n = offsetof(struct open_ask, path) + strlen(ask.path) + 1, got_fds = 0;
	int got[OPEN_WIRE_FDS];

	if (!process)
		return -EPIPE;
	int err = open_wire_send(process->fd, &ask, n, fds, open_wire_fds(op));
	if (err == -EBADF) /* of the caller's, not of the pair */
		return err;
	ssize_t r =
		err ? err : open_wire_receive(process->fd, &answer, sizeof answer, got, &got_fds);
	if (r <= 0 || !open_wire_is_answer(&answer, op, (size_t)r, got_fds)) {
		close_all(got, got_fds);
		return lose();
	}
	return got_fds ? got[0] : answer.value;
}

/* 0, or -ENAMETOOLONG. */
static int put(enum open_op op, const char *root, const char *path)
{
	dev_t dev;
	ino_t ino;

	if (strlen(path) >= sizeof ask.path || (root && strlen(root) >= sizeof ask.root))
		return -ENAMETOOLONG;
	memset(&ask, 0, offsetof(struct open_ask, root));
	ask.op = op;
	memset(ask.root, 0, sizeof ask.root);
	if (root && root[0]) {
		strcpy(ask.root, root);
		if (opener_known_root(root, &dev, &ino)) {
			ask.root_dev = dev;
			ask.root_ino = ino;
		}
	}
	strcpy(ask.path, path);
	return 0;
}

static int take(int64_t got, struct stat *ret_st)
{
	if (got >= 0 && ret_st)
		*ret_st = answer.st;
	return (int)got;
}

static int ask_open(const char *root, const char *path, struct stat *ret_st)
{
	/* "/dev/stdin", "/dev/fd/63": of whoever opens it. */
	if (strncmp(path, "/dev/", 5) == 0 || strncmp(path, "/proc/self/", 11) == 0)
		return opener_here.open(root, path, ret_st);
	int err = put(OPEN_OP_OPEN, root, path);

	return err ? err : take(call(NULL), ret_st);
}

/* Mostly everybody may know what is there. */
static int ask_stat(const char *root, const char *path, struct stat *ret_st)
{
	int err = root && root[0] ? -EACCES : opener_here.stat(root, path, ret_st);

	if (err != -EACCES)
		return err;
	err = put(OPEN_OP_STAT, root, path);
	return err ? err : take(call(NULL), ret_st);
}

static int ask_lstat(const char *path, struct stat *ret_st)
{
	int err = opener_here.lstat(path, ret_st);

	if (err != -EACCES)
		return err;
	err = put(OPEN_OP_LSTAT, NULL, path);
	return err ? err : take(call(NULL), ret_st);
}

static int ask_directory(const char *root, const char *path)
{
	int err = put(OPEN_OP_DIRECTORY, root, path);

	return err ? err : (int)call(NULL);
}

static ssize_t take_link(int64_t got, char *buf, size_t cap)
{
	size_t n = got > 0 ? (size_t)got : 0;

	if (got < 0)
		return (ssize_t)got;
	n = n < cap ? n : cap;
	memcpy(buf, answer.link, n);
	return (ssize_t)n;
}

static ssize_t ask_link(const char *path, char *buf, size_t cap)
{
	int err = put(OPEN_OP_LINK, NULL, path);

	return err ? err : take_link(call(NULL), buf, cap);
}

static ssize_t ask_link_at(int of, const char *name, char *buf, size_t cap)
{
	int err = put(OPEN_OP_LINK_AT, NULL, name);

	return err ? err : take_link(call(&of), buf, cap);
}

static int ask_stat_at(int of, const char *name, struct stat *ret_st)
{
	int err = put(OPEN_OP_STAT_AT, NULL, name);

	return err ? err : take(call(&of), ret_st);
}

static int ask_open_at(int of, const char *name)
{
	int err = put(OPEN_OP_OPEN_AT, NULL, name);

	return err ? err : (int)call(&of);
}

static int ask_watch(int inotify, const char *root, const char *path, uint32_t events)
{
	int err = put(OPEN_OP_WATCH, root, path);

	ask.events = events;
	return err ? err : (int)call(&inotify);
}

static int ask_watch_fd(int inotify, int fd, uint32_t events)
{
	const int fds[] = {inotify, fd};

	put(OPEN_OP_WATCH_FD, NULL, "");
	ask.events = events;
	return (int)call(fds);
}

static int ask_reopen(int fd)
{
	put(OPEN_OP_REOPEN, NULL, "");
	return (int)call(&fd);
}

/* What the operator has chosen may be root's alone. */
static bool is_denied(int err)
{
	return err == -EACCES || err == -EPERM;
}

static int ask_make(const char *dir, const char *name, enum opener_make how)
{
	int fd = opener_here.make(dir, name, how);

	if (!is_denied(fd))
		return fd;
	int err = put(OPEN_OP_MAKE, dir, name);
	ask.events = how;
	return err ? err : (int)call(NULL);
}

static int ask_move(const char *dir, const char *name, const char *to, bool over)
{
	char both[2 * (NAME_MAX + 1)];
	int err = opener_here.move(dir, name, to, over);

	if (!is_denied(err))
		return err;
	int n = snprintf(both, sizeof both, "%s%s%s", name, to ? "/" : "", to ? to : "");
	err = n < (int)sizeof both ? put(OPEN_OP_MOVE, dir, both) : -ENAMETOOLONG;
	ask.events = over;
	return err ? err : (int)call(NULL);
}

static struct opener_ops link_ops = {
	.open = ask_open,
	.stat = ask_stat,
	.lstat = ask_lstat,
	.directory = ask_directory,
	.link = ask_link,
	.link_at = ask_link_at,
	.stat_at = ask_stat_at,
	.open_at = ask_open_at,
	.watch = ask_watch,
	.watch_fd = ask_watch_fd,
	.reopen = ask_reopen,
	.make = ask_make,
	.move = ask_move,
};

void open_link_use(struct process *p, uid_t as)
{
	process = p;
	link_ops.uid = as;
	opener_use(p ? &link_ops : NULL);
}

const char *open_link_lost(void)
{
	static char said[SAY_MAX];

	if (!gone[0])
		return NULL;
	memcpy(said, gone, sizeof said);
	gone[0] = '\0';
	return said;
}
