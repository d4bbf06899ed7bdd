// SPDX-License-Identifier: MIT
#include "base/file.h"

#include "base/opener.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define DESCRIPTORS_WANTED 20480
#define STREAM_LOOK_MS     100 /* between two looks for a signal */

int file_write_all(int fd, const void *p, size_t n)
{
	const char *at = p;

	while (n) {
		ssize_t got = write(fd, at, n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		at += got;
		n -= (size_t)got;
	}
	return 0;
}

static int read_all(int fd, char *buf, size_t n, size_t *ret_n)
{
	size_t at = 0;

	while (at < n) {
		ssize_t got = read(fd, buf + at, n - at);
		if (got < 0 && errno != EINTR)
			return -errno;
		if (got == 0)
			break;
		at += got > 0 ? (size_t)got : 0;
	}
	buf[at] = '\0';
	*ret_n = at;
	return 0;
}

ssize_t file_read_at(int fd, void *p, size_t n, off_t at)
{
	char *to = p;
	size_t got = 0;

	while (got < n) {
		ssize_t more = pread(fd, to + got, n - got, at + (off_t)got);
		if (more < 0 && errno == EINTR)
			continue;
		if (more < 0)
			return -errno;
		if (more == 0)
			break;
		got += (size_t)more;
	}
	return (ssize_t)got;
}

int file_read_open(int fd, size_t most, char **ret_text, size_t *ret_n)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	if ((uint64_t)st.st_size > most)
		return -EFBIG;
	char *text = malloc((size_t)st.st_size + 1);
	if (!text)
		return -ENOMEM;
	int err = read_all(fd, text, (size_t)st.st_size, ret_n);
	if (err)
		free(text);
	else
		*ret_text = text;
	return err;
}

/* Who has blocked signals would otherwise wait with Ctrl-C pressed. */
static bool is_told_to_end(void)
{
	sigset_t set;

	return sigpending(&set) == 0 &&
	       (sigismember(&set, SIGINT) || sigismember(&set, SIGTERM) ||
		       sigismember(&set, SIGHUP) || sigismember(&set, SIGQUIT));
}

/* Of a FIFO without a writer poll(2) says nothing until one has come (fifo(7)). */
static int await_bytes(int fd, int patience_ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	for (int waited = 0; waited < patience_ms; waited += STREAM_LOOK_MS) {
		int n = poll(&p, 1, STREAM_LOOK_MS);
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -errno;
		if (is_told_to_end())
			return -EINTR;
	}
	return -ETIMEDOUT;
}

/* How many bytes there are now, 0 at the end, or a negative errno. */
static ssize_t read_some(int fd, char *buf, size_t n, int patience_ms)
{
	ssize_t got;

	do {
		int err = await_bytes(fd, patience_ms);
		if (err)
			return err;
		got = read(fd, buf, n);
	} while (got < 0 && (errno == EINTR || errno == EAGAIN));
	return got < 0 ? -errno : got;
}

int file_read_stream(int fd, size_t most, int patience_ms, char **ret_text, size_t *ret_n)
{
	char *text = malloc(most + 2); /* a byte too many tells that there are too many */
	size_t n = 0;
	ssize_t got = 1;

	if (!text)
		return -ENOMEM;
	while (got > 0 && n <= most) {
		got = read_some(fd, text + n, most + 1 - n, patience_ms);
		n += got > 0 ? (size_t)got : 0;
	}
	if (got < 0 || n > most) {
		free(text);
		return got < 0 ? (int)got : -EFBIG;
	}
	text[n] = '\0';
	*ret_text = text;
	*ret_n = n;
	return 0;
}

int file_read(const char *path, size_t most, char **ret_text, size_t *ret_n)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0 && errno == EACCES) { /* others may open it for us */
		fd = opener_open(NULL, path, &st);
		errno = fd == -ENXIO ? EINVAL : fd < 0 ? -fd : 0; /* as file_read_open says */
	}

	if (fd < 0)
		return -errno;
	int err = file_read_open(fd, most, ret_text, ret_n);
	close(fd);
	return err;
}

/* As the owner of `above` would, so that nothing has to be given away afterwards: in somebody's
 * directory a name may stand for something else by then. */
static int make_as_owner(const char *path, const char *above, mode_t mode)
{
	struct stat st;

	if (geteuid() != 0 || stat(above, &st) < 0 || st.st_uid == 0)
		return mkdir(path, mode) < 0 ? -errno : 0;
	gid_t gid = (gid_t)setfsgid(st.st_gid);
	uid_t uid = (uid_t)setfsuid(st.st_uid);
	int err = mkdir(path, mode) < 0 ? -errno : 0;
	setfsuid(uid);
	setfsgid(gid);
	return err;
}

int file_make_dirs(const char *path, mode_t mode)
{
	char part[4096], above[4096] = "/";
	size_t n = strlen(path);
	struct stat st;

	if (n >= sizeof part)
		return -ENAMETOOLONG;
	while (n > 1 && path[n - 1] == '/')
		n--;
	if (path[0] != '/')
		strcpy(above, ".");
	for (size_t i = 1; i <= n; i++) {
		if (i < n && path[i] != '/')
			continue;
		snprintf(part, sizeof part, "%.*s", (int)i, path);
		int err = stat(part, &st) == 0 ? 0
			  : i == n             ? (mkdir(part, mode) < 0 ? -errno : 0)
					       : make_as_owner(part, above, mode);
		if (err && err != -EEXIST)
			return err;
		strcpy(above, part);
	}
	return 0;
}

static int replace_in(int dir, const char *name, const void *p, size_t n, mode_t mode)
{
	char fresh[NAME_MAX + 1];

	if ((size_t)snprintf(fresh, sizeof fresh, ".%s.new", name) >= sizeof fresh)
		return -ENAMETOOLONG;
	unlinkat(dir, fresh, 0); /* of whoever was interrupted */
	int fd = openat(dir, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0)
		return -errno;
	int err = file_write_all(fd, p, n);
	if (close(fd) < 0 && !err)
		err = -errno;
	if (!err && renameat(dir, fresh, dir, name) < 0)
		err = -errno;
	if (err)
		unlinkat(dir, fresh, 0);
	return err;
}

/* Where this process may not write, and another may for it. */
static int replace_by_others(const char *dir, const char *name, const void *p, size_t n)
{
	char fresh[NAME_MAX + 1];

	if ((size_t)snprintf(fresh, sizeof fresh, ".%s.new", name) >= sizeof fresh)
		return -ENAMETOOLONG;
	int fd = opener_make(dir, fresh, OPENER_NEW);
	if (fd < 0)
		return fd;
	int err = file_write_all(fd, p, n);
	if (close(fd) < 0 && !err)
		err = -errno;
	if (!err)
		err = opener_move(dir, fresh, name, true);
	if (err)
		opener_move(dir, fresh, NULL, false);
	return err;
}

int file_replace(const char *dir, const char *name, const void *p, size_t n, mode_t mode)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 && errno == EACCES)
		return replace_by_others(dir, name, p, n);
	if (fd < 0)
		return -errno;
	bool other = geteuid() == 0 && fstat(fd, &st) == 0 && st.st_uid != 0;
	gid_t gid = other ? (gid_t)setfsgid(st.st_gid) : 0;
	uid_t uid = other ? (uid_t)setfsuid(st.st_uid) : 0;
	int err = replace_in(fd, name, p, n, mode);
	if (other) {
		setfsuid(uid);
		setfsgid(gid);
	}
	close(fd);
	return err == -EACCES ? replace_by_others(dir, name, p, n) : err;
}

bool file_expand_home(char *buf, size_t cap, const char *path)
{
	const char *home = getenv("HOME");
	bool below = strncmp(path, "~/", 2) == 0;

	if (below ? !home || home[0] != '/' : path[0] == '~')
		return false;
	int n = snprintf(buf, cap, "%s%s", below ? home : "", below ? path + 1 : path);
	return n >= 0 && (size_t)n < cap;
}

bool file_own_dir(
	char path[static PATH_MAX], char *shown, const char *variable, const char *otherwise)
{
	char wanted[PATH_MAX];
	const char *set = getenv(variable);
	int n = snprintf(
		wanted, sizeof wanted, "%s/nethergaze", set && set[0] == '/' ? set : otherwise);

	/* Room for a file's name. */
	if (n >= PATH_MAX - 32 || !file_expand_home(path, PATH_MAX - 32, wanted))
		return false;
	if (shown)
		strcpy(shown, wanted);
	return true;
}

const char *file_split(const char *path, char *dir, size_t cap)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash && slash > path ? (size_t)(slash - path) : 1;

	if (n >= cap)
		return NULL;
	memcpy(dir, slash ? path : ".", n);
	dir[n] = '\0';
	return slash ? slash + 1 : path;
}

void file_want_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= DESCRIPTORS_WANTED)
		return;
	limit.rlim_cur = limit.rlim_max < DESCRIPTORS_WANTED ? limit.rlim_max : DESCRIPTORS_WANTED;
	setrlimit(RLIMIT_NOFILE, &limit);
}
