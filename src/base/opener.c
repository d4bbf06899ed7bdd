// SPDX-License-Identifier: MIT
#include "base/opener.h"

#include "base/str.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Roots of other processes, by the name under which they are opened; the oldest makes way. Of the
 * main thread. */
#define ROOTS_MAX 128

static struct known_root {
	char name[64];
	dev_t dev;
	ino_t ino;
} known_roots[ROOTS_MAX];
static unsigned next_root;

static struct known_root *find_root(const char *name)
{
	for (size_t i = 0; i < ROOTS_MAX; i++)
		if (strcmp(known_roots[i].name, name) == 0)
			return &known_roots[i];
	return NULL;
}

void opener_know_root(const char *name, dev_t dev, ino_t ino)
{
	struct known_root *known = find_root(name);

	if (!name[0] || strlen(name) >= sizeof known->name)
		return;
	if (!known)
		known = &known_roots[next_root++ % ROOTS_MAX];
	strcpy(known->name, name);
	known->dev = dev;
	known->ino = ino;
}

bool opener_known_root(const char *name, dev_t *ret_dev, ino_t *ret_ino)
{
	const struct known_root *known = find_root(name);

	if (!known || !known->ino)
		return false;
	*ret_dev = known->dev;
	*ret_ino = known->ino;
	return true;
}

/* Whoever opens. */

static const struct opener_ops *whoever = &opener_here;

void opener_use(const struct opener_ops *ops)
{
	whoever = ops ? ops : &opener_here;
}

bool opener_is_other(void)
{
	return whoever != &opener_here;
}

uid_t opener_uid(void)
{
	return opener_is_other() ? whoever->uid : geteuid();
}

int opener_open(const char *root, const char *path, struct stat *ret_st)
{
	return whoever->open(root, path, ret_st);
}

/* What lies below another process' root is not for everybody to see. */
int opener_stat(const char *root, const char *path, struct stat *ret_st)
{
	char buf[OPENER_ROOT_MAX];

	if (!root || !root[0])
		path = opener_below("", path, buf, &root);
	return whoever->stat(root, path, ret_st);
}

int opener_lstat(const char *path, struct stat *ret_st)
{
	return whoever->lstat(path, ret_st);
}

int opener_directory(const char *root, const char *path)
{
	return whoever->directory(root, path);
}

ssize_t opener_link(const char *path, char *buf, size_t cap)
{
	return whoever->link(path, buf, cap);
}

bool opener_can_read(const char *root, const char *path)
{
	struct stat st;

	/* Whoever writes to a FIFO would take us for its reader. */
	if (opener_stat(root, path, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	int fd = opener_open(root, path, &st);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

ssize_t opener_link_at(int process, const char *name, char *buf, size_t cap)
{
	return whoever->link_at(process, name, buf, cap);
}

int opener_stat_at(int process, const char *name, struct stat *ret_st)
{
	return whoever->stat_at(process, name, ret_st);
}

int opener_open_at(int process, const char *name)
{
	return whoever->open_at(process, name);
}

int opener_watch(int inotify, const char *root, const char *path, uint32_t events)
{
	return whoever->watch(inotify, root, path, events);
}

int opener_watch_fd(int inotify, int fd, uint32_t events)
{
	return whoever->watch_fd(inotify, fd, events);
}

int opener_reopen(int fd)
{
	return whoever->reopen(fd);
}

int opener_make(const char *dir, const char *name, enum opener_make how)
{
	return whoever->make(dir, name, how);
}

int opener_move(const char *dir, const char *name, const char *to, bool over)
{
	return whoever->move(dir, name, to, over);
}

/* The length of "/proc/PID/root" at the start of a path, or 0. */
static size_t process_root(const char *path)
{
	static const char proc[] = "/proc/", root[] = "/root";
	size_t n = sizeof proc - 1;

	if (strncmp(path, proc, n) != 0)
		return 0;
	size_t digits = strspn(path + n, "0123456789");
	n += digits;
	if (!digits || strncmp(path + n, root, sizeof root - 1) != 0)
		return 0;
	n += sizeof root - 1;
	return n < OPENER_ROOT_MAX && path[n] == '/' ? n : 0;
}

const char *opener_below(
	const char *root, const char *path, char buf[static OPENER_ROOT_MAX], const char **ret_root)
{
	size_t n = root ? strlen(root) : 0;

	*ret_root = NULL;
	if (n && strncmp(path, root, n) == 0 && (!path[n] || path[n] == '/')) {
		*ret_root = root;
		return path + n;
	}
	n = process_root(path);
	if (!n)
		return path;
	memcpy(buf, path, n);
	buf[n] = '\0';
	*ret_root = buf;
	return path + n;
}

const char *opener_reason(int err)
{
	return err == -ELOOP          ? "a link that belongs to somebody else than the file"
	       : err == -EPERM        ? "a file of the kernel's own (procfs, sysfs), not a log"
	       : err == -EKEYREJECTED ? "only root may read it, and it is not called like a log: "
					"name its directory in sandbox_read"
	       : err == -EPIPE        ? "the process that opens files is gone"
				      : strerror(-err);
}
