// SPDX-License-Identifier: MIT
#include "base/maker.h"

#include "base/calls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FLAGS     (O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
#define MADE_MOST 1024 /* files that were made for others: the latest */

/* What may be made; NULL: all that can be. */
static const struct opener_limits *bounds;

static struct made {
	dev_t dev;
	ino_t ino;
} made[MADE_MOST];
static unsigned made_count;

void maker_limit(const struct opener_limits *limits)
{
	bounds = limits;
}

static bool ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), k = strlen(end);

	return n >= k && strcmp(name + n - k, end) == 0;
}

static bool is_name(const char *name)
{
	return name[0] && !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

bool maker_may(const char *dir, const char *name)
{
	if (!bounds)
		return true;
	for (size_t i = 0; is_name(name) && i < bounds->writable_count; i++) {
		const struct opener_writable *w = &bounds->writable[i];
		if (strcmp(w->dir, dir) == 0 && strncmp(name, w->begins, strlen(w->begins)) == 0 &&
			ends_in(name, w->ends))
			return true;
	}
	return false;
}

static bool is_ours(const struct stat *st)
{
	for (unsigned i = 0; bounds && i < MADE_MOST; i++)
		if (made[i].ino == st->st_ino && made[i].dev == st->st_dev)
			return true;
	return !bounds;
}

static int open_dir(const char *dir)
{
	int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int make_in(int dir, const char *name, enum opener_make how)
{
	int fd = openat(dir, name, how == OPENER_NEW ? FLAGS | O_CREAT | O_EXCL : FLAGS, 0600);
	struct stat st;

	if (fd < 0)
		return -errno;
	int err = fstat(fd, &st) < 0 ? -errno : 0;
	/* One with another name might be somebody else's. */
	if (!err && how == OPENER_TAKE &&
		(!S_ISREG(st.st_mode) || st.st_size != 0 || st.st_nlink != 1))
		err = -EEXIST;
	/* The mode whatever the umask is, and whoever made the file. */
	if (!err && fchmod(fd, 0600) < 0)
		err = -errno;
	if (!err) {
		made[made_count++ % MADE_MOST] = (struct made){st.st_dev, st.st_ino};
		return fd;
	}
	close(fd);
	return err;
}

int maker_make(const char *dir, const char *name, enum opener_make how)
{
	int in = maker_may(dir, name) ? open_dir(dir) : -EACCES;

	if (in < 0)
		return in;
	int fd = make_in(in, name, how);
	close(in);
	return fd;
}

/* Where a file system knows no RENAME_NOREPLACE (rename(2): EINVAL), a second name does not
 * overwrite either. */
static int rename_in(int dir, const char *name, const char *to)
{
	int err = call_rename_new(dir, name, dir, to);

	if (err != -EINVAL && err != -ENOSYS)
		return err;
	if (linkat(dir, name, dir, to, 0) < 0 || unlinkat(dir, name, 0) < 0)
		return -errno;
	return 0;
}

static int move_in(int dir, const char *name, const char *to, bool over)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (!is_ours(&st))
		return -EACCES;
	if (!to)
		return unlinkat(dir, name, 0) < 0 ? -errno : 0;
	if (over)
		return renameat(dir, name, dir, to) < 0 ? -errno : 0;
	return rename_in(dir, name, to);
}

int maker_move(const char *dir, const char *name, const char *to, bool over)
{
	int in = maker_may(dir, name) && (!to || maker_may(dir, to)) ? open_dir(dir) : -EACCES;

	if (in < 0)
		return in;
	int err = move_in(in, name, to, over);
	close(in);
	return err;
}
