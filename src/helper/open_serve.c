// SPDX-License-Identifier: MIT
#include "helper/open_serve.h"

#include "helper/open_wire.h"

#include <errno.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

/* What of a process is asked for; all else of it anybody can read, or nobody needs. */
static bool is_of_process(int fd, const char *name)
{
	static const char *const whole[] = {"exe", "cwd", "root/.", "fd", "ns/mnt"};
	static const char *const begins[] = {"fd/", "fdinfo/"};
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0 || (unsigned long)fs.f_type != PROC_SUPER_MAGIC)
		return false;
	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
		if (strcmp(name, whole[i]) == 0)
			return true;
	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
		size_t n = strlen(begins[i]);
		if (strncmp(name, begins[i], n) == 0 && name[n] &&
			!name[n + strspn(name + n, "0123456789")])
			return true;
	}
	return false;
}

static int64_t serve_process(const struct open_ask *ask, int of, struct open_answer *ret)
{
	bool lists = strcmp(ask->path, "fd") == 0 || strncmp(ask->path, "fdinfo/", 7) == 0;

	if (!is_of_process(of, ask->path))
		return -EPERM;
	switch (ask->op) {
	case OPEN_OP_LINK_AT:
		return opener_link_at(of, ask->path, ret->link, sizeof ret->link);
	case OPEN_OP_STAT_AT:
		return opener_stat_at(of, ask->path, &ret->st);
	default:
		return lists ? opener_open_at(of, ask->path) : -EPERM;
	}
}

static int64_t serve_move(struct open_ask *ask)
{
	char *to = strchr(ask->path, '/');

	if (to)
		*to++ = '\0';
	return opener_move(ask->root, ask->path, to, ask->events != 0);
}

static int64_t serve_made(struct open_ask *ask)
{
	if (ask->op == OPEN_OP_MOVE)
		return serve_move(ask);
	return opener_make(
		ask->root, ask->path, ask->events == OPENER_NEW ? OPENER_NEW : OPENER_TAKE);
}

static int64_t serve_path(const struct open_ask *ask, const int *fds, struct open_answer *ret)
{
	const char *root = ask->root[0] ? ask->root : NULL;

	if (root)
		opener_know_root(root, ask->root_dev, ask->root_ino);
	switch (ask->op) {
	case OPEN_OP_OPEN:
		return opener_open(root, ask->path, &ret->st);
	case OPEN_OP_STAT:
		return opener_stat(root, ask->path, &ret->st);
	case OPEN_OP_LSTAT:
		return opener_lstat(ask->path, &ret->st);
	case OPEN_OP_DIRECTORY:
		return opener_directory(root, ask->path);
	case OPEN_OP_LINK:
		return opener_link(ask->path, ret->link, sizeof ret->link);
	case OPEN_OP_WATCH:
		return opener_watch(fds[0], root, ask->path, ask->events);
	case OPEN_OP_WATCH_FD:
		return opener_watch_fd(fds[0], fds[1], ask->events);
	default:
		return opener_reopen(fds[0]);
	}
}

static int reply(int fd, enum open_op op, struct open_answer *a)
{
	bool is_link = op == OPEN_OP_LINK || op == OPEN_OP_LINK_AT;
	size_t n = offsetof(struct open_answer, link);
	int passed = open_wire_gives(op) && a->value >= 0 ? (int)a->value : -1;

	if (is_link && a->value > 0)
		n += (size_t)a->value;
	if (passed >= 0)
		a->value = 0;
	int err = open_wire_send(fd, a, n, &passed, passed >= 0);
	if (passed >= 0)
		close(passed);
	return err;
}

static int answer(int fd, struct open_ask *ask, ssize_t n, const int *fds, size_t fd_count)
{
	static struct open_answer a;

	if (n <= 0 || !open_wire_is_ask(ask, (size_t)n, fd_count))
		return -EBADMSG;
	memset(&a, 0, offsetof(struct open_answer, link));
	bool of_process = ask->op == OPEN_OP_LINK_AT || ask->op == OPEN_OP_STAT_AT ||
			  ask->op == OPEN_OP_OPEN_AT;
	bool of_made = ask->op == OPEN_OP_MAKE || ask->op == OPEN_OP_MOVE;
	a.value = of_process ? serve_process(ask, fds[0], &a)
		  : of_made  ? serve_made(ask)
			     : serve_path(ask, fds, &a);
	return reply(fd, ask->op, &a);
}

int open_serve(int fd)
{
	static struct open_ask ask;
	int fds[OPEN_WIRE_FDS], err = 0;
	size_t fd_count;

	while (!err) {
		ssize_t n = open_wire_receive(fd, &ask, sizeof ask, fds, &fd_count);
		if (n == 0)
			return 0;
		err = answer(fd, &ask, n, fds, fd_count);
		for (size_t i = 0; i < fd_count; i++)
			close(fds[i]);
	}
	return err == -EPIPE ? 0 : err;
}
