/* SPDX-License-Identifier: MIT
 *
 * stamps: what the files and directories looked like that a configuration was read from, so that a
 * change is noticed. They are asked again, a few at a time: that works on every file system, and
 * below the root of another mount namespace, where inotify(7) would need a watch for each
 * directory.
 */
#ifndef NG_CONF_STAMPS_H
#define NG_CONF_STAMPS_H

#include "base/index.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

#define CONF_STAMPS_MAX 32768

struct conf_stamp {
	char *path; /* owned */
	bool there;
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec modified, changed;
};

struct conf_stamps {
	struct conf_stamp *at;
	size_t n, cap;
	struct index by_path;
	size_t dropped; /* that found no room: a change of theirs goes unnoticed */
};

/* All zero is empty. */
void conf_stamps_done(struct conf_stamps *s);

/* Each path once. */
void conf_stamps_add(struct conf_stamps *s, const char *path);

/* Whether one of `count` of them from `from` on is no longer what it was. */
bool conf_stamps_differ(const struct conf_stamps *s, size_t from, size_t count);

#endif
