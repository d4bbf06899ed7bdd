/* SPDX-License-Identifier: MIT
 *
 * opener: opens for reading a file whose name others have a say in: logs that configurations name,
 * and what their links lead to. It may run as root, and what it reads is shown. So:
 *
 * - The name is walked component by component on O_PATH descriptors, which have no effect on what
 *   they are of; what is opened in the end is the file that was looked at (open(2), O_PATH).
 * - Below a root (a container's) nothing leads out of it: "..", and absolute links, are meant as
 * from within (as RESOLVE_IN_ROOT of openat2(2), for kernels before 5.6, too).
 * - A link counts if root owns it, or we do, or the owner of the file that it leads to: a user may
 *   lead to what is his. That is what /proc/sys/fs/protected_symlinks does for sticky directories.
 * - A file of procfs, sysfs, tracefs or debugfs is none: to read it may take what others wait for
 *   (/proc/kmsg), or change something.
 */
#ifndef NG_BASE_OPENER_H
#define NG_BASE_OPENER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#define OPENER_ROOT_MAX 32

/* What of a whole path is below the root, or below that of another process ("/proc/PID/root", which
 * is written to buf): for the calls here, with *ret_root. A path that is not is returned as it is,
 * and *ret_root is NULL. */
const char *opener_below(const char *root, const char *path, char buf[static OPENER_ROOT_MAX],
	const char **ret_root);

/* A root that is named by a process' number ("/proc/PID/root") is this directory: once another
 * process has the number, what is asked for below it is -ESRCH. Copied; of the latest 128. Inode 0:
 * it may be any again. */
void opener_know_root(const char *name, dev_t dev, ino_t ino);
bool opener_known_root(const char *name, dev_t *ret_dev, ino_t *ret_ino);

/* Opens path, absolute or from the working directory; with a root (NULL or "": none) below it. Only
 * a regular file or a FIFO. The descriptor, which does not wait; or a negative errno: -EISDIR,
 * -ENXIO (a device or a socket), -EPERM (a file of such a file system), -ELOOP (too many links, or
 * one that does not count), -EKEYREJECTED (opener_limit), and those of open(2). */
int opener_open(const char *root, const char *path, struct stat *ret_st);

/* Whether it can be opened; false for all but regular files. */
bool opener_can_read(const char *root, const char *path);

/* What is at path, as stat(2) would say of it below the root, which may also be named by the path
 * ("/proc/PID/root/etc"). 0 or a negative errno. */
int opener_stat(const char *root, const char *path, struct stat *ret_st);
int opener_lstat(const char *path, struct stat *ret_st);

/* Opens a directory for listing: below the root, if there is one, so that no link leads out of it.
 * The descriptor, or a negative errno. */
int opener_directory(const char *root, const char *path);

/* As readlink(2); or a negative errno. */
ssize_t opener_link(const char *path, char *buf, size_t cap);

/* Of a process: process is a descriptor of /proc/PID, which may be O_PATH. A link ("exe", "fd/3"),
 * which may lead to what has no name; what it leads to; and a file ("fdinfo/3") or a directory
 * ("fd"). As the system calls, or a negative errno. */
ssize_t opener_link_at(int process, const char *name, char *buf, size_t cap);
int opener_stat_at(int process, const char *name, struct stat *ret_st);
int opener_open_at(int process, const char *name);

/* As inotify_add_watch(2): a directory, from the root if there is one; and what a descriptor is
 * open on. The watch, or a negative errno. */
int opener_watch(int inotify, const char *root, const char *path, uint32_t events);
int opener_watch_fd(int inotify, int fd, uint32_t events);

/* Another descriptor of the FIFO that fd is open on, for reading. Or a negative errno. */
int opener_reopen(int fd);

/* Writing, in a directory that the operator has chosen: a file that is new, or one that is there,
 * regular, empty and without another name (OPENER_TAKE). For its owner alone. The descriptor, which
 * does not wait; -EEXIST; or another negative errno. */
enum opener_make {
	OPENER_NEW,
	OPENER_TAKE
};

int opener_make(const char *dir, const char *name, enum opener_make how);

/* Gives such a file another name in its directory; NULL: deletes it. over: what has that name is
 * replaced, else -EEXIST. */
int opener_move(const char *dir, const char *name, const char *to, bool over);

/* Who opens: this process by its own privileges, or another for it (helper/open_link). */
struct opener_ops {
	uid_t uid; /* of who opens, if it is another */
	int (*open)(const char *root, const char *path, struct stat *ret_st);
	int (*stat)(const char *root, const char *path, struct stat *ret_st);
	int (*lstat)(const char *path, struct stat *ret_st);
	int (*directory)(const char *root, const char *path);
	ssize_t (*link)(const char *path, char *buf, size_t cap);
	ssize_t (*link_at)(int process, const char *name, char *buf, size_t cap);
	int (*stat_at)(int process, const char *name, struct stat *ret_st);
	int (*open_at)(int process, const char *name);
	int (*watch)(int inotify, const char *root, const char *path, uint32_t events);
	int (*watch_fd)(int inotify, int fd, uint32_t events);
	int (*reopen)(int fd);
	int (*make)(const char *dir, const char *name, enum opener_make how);
	int (*move)(const char *dir, const char *name, const char *to, bool over);
};

extern const struct opener_ops opener_here;

/* From now on others open; NULL: this process again. Borrowed. */
void opener_use(const struct opener_ops *ops);

/* True when another process opens: what libraries open by themselves, this one may not be able
 * to. */
bool opener_is_other(void);

/* As whom files are opened. What belongs to this user, or to root, is trusted. */
uid_t opener_uid(void);

/* Who opens for others opens only what everybody may read, what is called like a log, and what lies
 * below one of these directories; below a root, as it is called from there. It makes files of such
 * names in such directories, and moves only what it has made. Borrowed. */
struct opener_writable {
	const char *dir, *begins, *ends; /* "": anything */
};

struct opener_limits {
	const char *const *dirs;
	size_t count;
	const struct opener_writable *writable;
	size_t writable_count;
};

void opener_limit(const struct opener_limits *limits);

/* What such an errno means here, in words. */
const char *opener_reason(int err);

#endif
