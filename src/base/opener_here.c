// SPDX-License-Identifier: MIT
/* opener, in this process: by its own privileges. */
#include "base/opener.h"

#include "base/file.h"
#include "base/maker.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#define LINKS_MAX 40 /* as the kernel's MAXSYMLINKS */

/* O_PATH, or a negative errno: -ESRCH, when the number is another process' by now. */
static int open_root(const char *name, struct stat *ret_top)
{
	dev_t dev;
	ino_t ino;
	bool known = opener_known_root(name, &dev, &ino);
	int fd = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (fstat(fd, ret_top) == 0 &&
		(!known || (ret_top->st_dev == dev && ret_top->st_ino == ino)))
		return fd;
	close(fd);
	return -ESRCH;
}

struct walk {
	int at;          /* O_PATH: as far as we have come */
	int root;        /* O_PATH: "/" is here, and nothing above it; -1: the machine's own */
	struct stat top; /* of the root */
	char rest[2 * PATH_MAX]; /* what is still to be walked */
	uid_t owners[LINKS_MAX]; /* of the links that we went by */
	size_t links;
	bool hidden; /* not everybody could have come here */
};

/* What may be opened; NULL: all that can be. */
static const struct opener_limits *bounds;

static int step_to(struct walk *w, int fd)
{
	struct stat st;

	if (fd < 0)
		return -errno;
	close(w->at);
	w->at = fd;
	if (bounds)
		w->hidden |= fstat(fd, &st) < 0 || (S_ISDIR(st.st_mode) && !(st.st_mode & S_IXOTH));
	return 0;
}

static int start_over(struct walk *w)
{
	return step_to(w, w->root >= 0 ? fcntl(w->root, F_DUPFD_CLOEXEC, 0)
				       : open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
}

static bool is_at_top(const struct walk *w)
{
	struct stat st;

	return w->root >= 0 && fstat(w->at, &st) == 0 && st.st_dev == w->top.st_dev &&
	       st.st_ino == w->top.st_ino;
}

static bool is_kernels(int fd)
{
	static const unsigned long magics[] = {
		PROC_SUPER_MAGIC, SYSFS_MAGIC, TRACEFS_MAGIC, DEBUGFS_MAGIC};
	struct statfs fs;

	for (size_t i = 0; i < ARRAY_LEN(magics); i++)
		if (fstatfs(fd, &fs) < 0 || (unsigned long)fs.f_type == magics[i])
			return true;
	return false;
}

/* The links of procfs (/proc/PID/root, /proc/self/fd/0) are no texts: only the kernel can go by
 * them, and it made them. */
static int follow_magic(struct walk *w, const char *name)
{
	return step_to(w, openat(w->at, name, O_PATH | O_CLOEXEC));
}

/* Puts what the link says before what is still to be walked. */
static int follow(struct walk *w, int link, const struct stat *st)
{
	char target[PATH_MAX];
	size_t rest_n = strlen(w->rest);
	ssize_t n = readlinkat(link, "", target, sizeof target);

	if (n <= 0)
		return n < 0 ? -errno : -ENOENT;
	if (w->links == LINKS_MAX)
		return -ELOOP;
	if ((size_t)n == sizeof target || (size_t)n + 1 + rest_n >= sizeof w->rest)
		return -ENAMETOOLONG;
	w->owners[w->links++] = st->st_uid;
	memmove(w->rest + n + 1, w->rest, rest_n + 1);
	w->rest[n] = '/';
	memcpy(w->rest, target, (size_t)n);
	return target[0] == '/' ? start_over(w) : 0;
}

static int walk_into(struct walk *w, const char *name)
{
	struct stat st;

	if (strcmp(name, "..") == 0 && is_at_top(w))
		return 0;
	int fd = openat(w->at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	int err = fstat(fd, &st) < 0 ? -errno : 0;
	if (!err && S_ISLNK(st.st_mode))
		err = !is_kernels(w->at) ? follow(w, fd, &st)
		      : w->root >= 0     ? -ELOOP /* it may lead out: /proc/1/root */
					 : follow_magic(w, name);
	else if (!err)
		return step_to(w, fd);
	close(fd);
	return err;
}

static int walk(struct walk *w)
{
	char name[NAME_MAX + 1];
	int err = w->rest[0] == '/' ? start_over(w) : 0;

	while (!err) {
		size_t skip = strspn(w->rest, "/"), n = strcspn(w->rest + skip, "/");
		if (n == 0)
			return 0;
		if (n > NAME_MAX)
			return -ENAMETOOLONG;
		memcpy(name, w->rest + skip, n);
		name[n] = '\0';
		memmove(w->rest, w->rest + skip + n, strlen(w->rest + skip + n) + 1);
		err = strcmp(name, ".") == 0 ? 0 : walk_into(w, name);
	}
	return err;
}

static bool do_links_count(const struct walk *w, const struct stat *st)
{
	for (size_t i = 0; i < w->links; i++)
		if (w->owners[i] != 0 && w->owners[i] != st->st_uid && w->owners[i] != geteuid())
			return false;
	return true;
}

static int check(const struct walk *w, struct stat *ret_st)
{
	if (fstat(w->at, ret_st) < 0)
		return -errno;
	if (!do_links_count(w, ret_st))
		return -ELOOP;
	if (S_ISDIR(ret_st->st_mode))
		return -EISDIR;
	if (!S_ISREG(ret_st->st_mode) && !S_ISFIFO(ret_st->st_mode))
		return -ENXIO;
	return S_ISREG(ret_st->st_mode) && is_kernels(w->at) ? -EPERM : 0;
}

/* By its name it may be a log, a piece of a journal, or a database of addresses. */
static bool is_called_like_a_log(const char *path)
{
	static const char *const marks[] = {".log", "_log", "-log", "access", ".journal", ".mmdb"};
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		const char *at = strstr(name, marks[i]);
		if (at && (at[strlen(marks[i])] == '\0' || strchr(".-~", at[strlen(marks[i])])))
			return true;
	}
	return false;
}

static bool lies_below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	n -= n && dir[n - 1] == '/';
	return strncmp(path, dir, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

/* What may be made there may be read, too. */
static bool may_be_made(const char *path)
{
	char dir[PATH_MAX];
	const char *name = file_split(path, dir, sizeof dir);

	return name && maker_may(dir, name);
}

/* What this process can open and others cannot is opened for them only if it is of use to them.
 * Links need no look: each of them is root's, ours, or of the file's owner. */
static bool is_allowed(const struct walk *w, const char *path, const struct stat *st)
{
	if (!bounds || (!w->hidden && st->st_mode & S_IROTH) || is_called_like_a_log(path))
		return true;
	if (strstr(path, "/../"))
		return false;
	if (may_be_made(path))
		return true;
	for (size_t i = 0; i < bounds->count; i++)
		if (lies_below(path, bounds->dirs[i]))
			return true;
	return false;
}

void opener_limit(const struct opener_limits *limits)
{
	bounds = limits;
	maker_limit(limits);
}

/* The very file that was looked at: an O_PATH descriptor is opened by its name under /proc. */
static int open_checked(const struct walk *w, int flags)
{
	char name[32];

	snprintf(name, sizeof name, "/proc/self/fd/%d", w->at);
	int fd = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | flags);
	return fd < 0 ? -errno : fd;
}

static int begin(struct walk *w, const char *root, const char *path)
{
	bool below = root && root[0];
	int err = 0;

	if (snprintf(w->rest, sizeof w->rest, "%s", path) >= PATH_MAX)
		return -ENAMETOOLONG;
	if (below)
		w->root = open_root(root, &w->top);
	if (below && w->root < 0)
		return w->root;
	w->at = below ? fcntl(w->root, F_DUPFD_CLOEXEC, 0)
		      : open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	/* Whoever is where he may not be can still name files from the top. */
	if (w->at < 0 && !below && path[0] == '/')
		w->at = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (w->at < 0)
		err = -errno;
	return err;
}

/* Goes all the way. *ret is for leave(), also after a failure. */
static int go(const char *root, const char *path, struct walk **ret)
{
	struct walk *w = calloc(1, sizeof *w);

	*ret = w;
	if (!w)
		return -ENOMEM;
	w->at = w->root = -1;
	int err = begin(w, root, path);
	return err ? err : walk(w);
}

static void leave(struct walk *w)
{
	if (!w)
		return;
	if (w->at >= 0)
		close(w->at);
	if (w->root >= 0)
		close(w->root);
	free(w);
}

static int open_here(const char *root, const char *path, struct stat *ret_st)
{
	struct walk *w;
	struct stat st;
	int fd = go(root, path, &w);

	if (!fd)
		fd = check(w, &st);
	if (!fd && !is_allowed(w, path, &st))
		fd = -EKEYREJECTED;
	if (!fd)
		fd = open_checked(w, 0);
	if (fd >= 0)
		*ret_st = st;
	leave(w);
	return fd;
}

/* By the kernel's own walk (openat2(2), Linux 5.6); -ENOSYS where there is none. */
static int stat_quickly(const char *root, const char *path, struct stat *ret_st)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	struct stat top;
	int dir = open_root(root, &top);

	if (dir < 0)
		return dir;
	int fd = (int)syscall(SYS_openat2, dir, path, &how, sizeof how);
	int err = fd < 0 || fstat(fd, ret_st) < 0 ? -errno : 0;
	if (fd >= 0)
		close(fd);
	close(dir);
	return err;
}

static int stat_here(const char *root, const char *path, struct stat *ret_st)
{
	struct walk *w;
	struct stat st;

	if (!root || !root[0])
		return stat(path, ret_st) < 0 ? -errno : 0;
	int err = stat_quickly(root, path, &st);
	if (err != -ENOSYS) {
		if (!err)
			*ret_st = st;
		return err;
	}
	err = go(root, path, &w);
	if (!err && fstat(w->at, &st) < 0)
		err = -errno;
	if (!err)
		*ret_st = st;
	leave(w);
	return err;
}

static int directory_here(const char *root, const char *path)
{
	struct walk *w;

	if (!root || !root[0]) {
		int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
		return fd < 0 ? -errno : fd;
	}
	int fd = go(root, path, &w);
	if (!fd)
		fd = open_checked(w, O_DIRECTORY);
	leave(w);
	return fd;
}

static int lstat_here(const char *path, struct stat *ret_st)
{
	return lstat(path, ret_st) < 0 ? -errno : 0;
}

static ssize_t link_here(const char *path, char *buf, size_t cap)
{
	ssize_t n = readlink(path, buf, cap);

	return n < 0 ? -errno : n;
}

/* Of a process. */

static ssize_t link_at_here(int process, const char *name, char *buf, size_t cap)
{
	ssize_t n = readlinkat(process, name, buf, cap);

	return n < 0 ? -errno : n;
}

static int stat_at_here(int process, const char *name, struct stat *ret_st)
{
	return fstatat(process, name, ret_st, 0) < 0 ? -errno : 0;
}

static int open_at_here(int process, const char *name)
{
	int fd = openat(process, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	return fd < 0 ? -errno : fd;
}

/* By descriptor, so that it is this file, whatever the name is by now. */

static int watch_fd_here(int inotify, int fd, uint32_t events)
{
	char name[32];

	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	int wd = inotify_add_watch(inotify, name, events);
	return wd < 0 ? -errno : wd;
}

static int watch_here(int inotify, const char *root, const char *path, uint32_t events)
{
	if (!root || !root[0]) {
		int wd = inotify_add_watch(inotify, path, events);
		return wd < 0 ? -errno : wd;
	}
	int fd = directory_here(root, path);
	if (fd < 0)
		return fd;
	int wd = watch_fd_here(inotify, fd, events);
	close(fd);
	return wd;
}

static int reopen_here(int fd)
{
	char name[32];
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISFIFO(st.st_mode))
		return -EINVAL;
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	int again = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	return again < 0 ? -errno : again;
}

const struct opener_ops opener_here = {
	.open = open_here,
	.stat = stat_here,
	.lstat = lstat_here,
	.directory = directory_here,
	.link = link_here,
	.link_at = link_at_here,
	.stat_at = stat_at_here,
	.open_at = open_at_here,
	.watch = watch_here,
	.watch_fd = watch_fd_here,
	.reopen = reopen_here,
	.make = maker_make,
	.move = maker_move,
};
