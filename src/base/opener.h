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

#include <sys/stat.h>

#define OPENER_ROOT_MAX 32

/* What of a whole path is below the root, or below that of another process ("/proc/PID/root", which
 * is written to buf): for the calls here, with *ret_root. A path that is not is returned as it is,
 * and *ret_root is NULL. */
const char *opener_below(const char *root, const char *path, char buf[static OPENER_ROOT_MAX],
	const char **ret_root);

/* A root that is named by a process' number ("/proc/PID/root") is this directory: once another
 * process has the number, what is asked for below it is -ESRCH. Copied; of the latest 128. */
void opener_know_root(const char *name, dev_t dev, ino_t ino);

/* Opens path, absolute or from the working directory; with a root (NULL or "": none) below it. Only
 * a regular file or a FIFO. The descriptor, which does not wait; or a negative errno: -EISDIR,
 * -ENXIO (a device or a socket), -EPERM (a file of such a file system), -ELOOP (too many links, or
 * one that does not count), and those of open(2). */
int opener_open(const char *root, const char *path, struct stat *ret_st);

/* What is at path, as stat(2) would say of it below the root. 0 or a negative errno. */
int opener_stat(const char *root, const char *path, struct stat *ret_st);

/* Opens a directory for listing: below the root, if there is one, so that no link leads out of it.
 * The descriptor, or a negative errno. */
int opener_directory(const char *root, const char *path);

/* What such an errno means here, in words. */
const char *opener_reason(int err);

#endif
