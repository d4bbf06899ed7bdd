/* SPDX-License-Identifier: MIT
 *
 * calls: system calls for which not every C library has a function: glibc 2.34 lacks some, musl
 * others. The kernel is asked directly.
 */
#ifndef NG_BASE_CALLS_H
#define NG_BASE_CALLS_H

#include "base/clock.h"

#include <stdbool.h>

/* Closes every descriptor from the first on. */
void call_close_from(int first);

/* When an open file was made. False: the file system does not record it. */
bool call_born(int fd, usec_t *ret_born);

/* As renameat(2), but what has the new name stays: -EEXIST. -EINVAL or -ENOSYS: not known here. */
int call_rename_new(int from_dir, const char *from, int to_dir, const char *to);

/* A file system of that type, mounted where nobody else can see it (fsmount(2), Linux 5.2): its
 * root, to be closed, or a negative errno. */
int call_mount_unseen(const char *type);

/* The device of the terminal that is open, as st_rdev has it (TIOCGDEV, Linux 2.6.38). */
int call_terminal_device(int fd, unsigned *ret_device);

#endif
