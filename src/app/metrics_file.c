// SPDX-License-Identifier: MIT
#include "app/metrics_file.h"

#include "app/own_file.h"
#include "base/file.h"
#include "helper/confine.h"
#include "helper/fence.h"
#include "helper/refuse.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME      "writer of metrics"
#define SETTLE_MS 2000
#define START_MS  5000
#define FILE_MODE 0644 /* the collector is another user's */

struct birth {
	char dir[OWN_FILE_PATH_MAX];
	const char *name; /* of the file in it; borrowed */
	struct identity who;
	bool off; /* --sandbox off */
};

/* In the process. */

/* What cannot be given up is no reason not to write: the console says of itself what this kernel
 * lacks. */
static void fence_in(const struct birth *b)
{
	static struct fence f;

	if (b->off)
		return;
	fence_allow(&f, FENCE_WRITE, b->dir);
	fence_raise(&f);
	refuse(REFUSE_ALL);
}

/* SIGTERM alone ends it, as when the parent does (process_follow). */
static void block_signals(void)
{
	sigset_t set;

	sigfillset(&set);
	sigdelset(&set, SIGTERM);
	sigprocmask(SIG_SETMASK, &set, NULL);
}

static int confine_process(const struct birth *b, pid_t parent)
{
	int err = confine_as(&b->who);

	block_signals();
	if (!err)
		err = process_follow(parent);
	if (!err)
		fence_in(b);
	return err;
}

/* What was handed over is written, whether or not anybody still wants to know what came of it. */
static void serve(void *ctx, int fd, pid_t parent)
{
	const struct birth *b = ctx;
	char *text = malloc(METRICS_FILE_MAX);
	int err = process_leave(fd, "ng-metrics");

	if (err)
		_exit(1);
	err = text ? confine_process(b, parent) : -ENOMEM;
	while (text) {
		send(PROCESS_FD, &err, sizeof err, MSG_NOSIGNAL);
		ssize_t n = recv(PROCESS_FD, text, METRICS_FILE_MAX, 0);
		if (n <= 0)
			break;
		err = file_replace(b->dir, b->name, text, (size_t)n, FILE_MODE);
	}
	_exit(0);
}

/* Here. */

static int split(const char *path, struct birth *b)
{
	char dir[OWN_FILE_PATH_MAX];

	b->name = file_split(path, dir, sizeof dir);
	if (!b->name || !b->name[0])
		return -EINVAL;
	char *whole = realpath(dir, NULL);
	if (!whole)
		return -errno;
	int err = strlen(whole) < sizeof b->dir ? 0 : -ENAMETOOLONG;
	if (!err)
		strcpy(b->dir, whole);
	free(whole);
	return err;
}

/* As whom it can be written: the directory's owner, if that may be chosen. */
static int find_owner(struct birth *b, const char *path)
{
	struct stat st;

	if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return -EINVAL;
	if (stat(b->dir, &st) < 0)
		return -errno;
	b->who = (struct identity){.uid = geteuid(), .gid = getegid()};
	if (b->who.uid == 0)
		b->who = (struct identity){.uid = st.st_uid, .gid = st.st_gid};
	else if (access(b->dir, W_OK | X_OK) < 0)
		return -errno;
	return 0;
}

static int await(struct metrics_file *f, int ms)
{
	struct pollfd p = {.fd = f->process.fd, .events = POLLIN};
	int err = -EPIPE;

	if (poll(&p, 1, ms) <= 0)
		return -ETIMEDOUT;
	return recv(f->process.fd, &err, sizeof err, MSG_DONTWAIT) == sizeof err ? err : -EPIPE;
}

int metrics_file_init(struct metrics_file *f, const struct options *o, struct reason *why)
{
	struct birth b = {.off = o->sandbox == OPTION_SANDBOX_OFF};
	const int room = 2 * METRICS_FILE_MAX;

	*f = (struct metrics_file){.process.fd = -1};
	if (!o->metrics_file)
		return 0;
	int err = split(o->metrics_file, &b);
	if (!err)
		err = find_owner(&b, o->metrics_file);
	if (err) {
		reason_set(why, "%s; expected a file in a directory that its owner can write to",
			err == -EINVAL ? "not a regular file" : strerror(-err));
		return -EINVAL;
	}
	err = process_spawn(&f->process, NAME, serve, &b);
	if (!err) {
		setsockopt(f->process.fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
		err = await(f, START_MS);
	}
	if (err)
		reason_set_error(why, err);
	return err;
}

void metrics_file_done(struct metrics_file *f)
{
	process_end(&f->process);
}

static void take_results(struct metrics_file *f)
{
	int err;

	while (recv(f->process.fd, &err, sizeof err, MSG_DONTWAIT) == sizeof err) {
		f->err = err;
		f->written += !err;
		f->failed += err != 0;
	}
}

void metrics_file_put(struct metrics_file *f, const char *text, size_t n)
{
	take_results(f);
	if (n > METRICS_FILE_MAX)
		f->err = -EMSGSIZE;
	else if (send(f->process.fd, text, n, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		f->err = -errno;
	else
		return;
	f->failed++;
}

void metrics_file_settle(struct metrics_file *f)
{
	process_collect(&f->process, SETTLE_MS);
}
