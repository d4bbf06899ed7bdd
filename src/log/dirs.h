/* SPDX-License-Identifier: MIT
 *
 * dirs: the directories that logs lie in, each watched once. What is made, moved and removed in
 * them is reported by inotify; where many logs lie in one, what is written, too, so that no file
 * needs a watch of its own.
 */
#ifndef NG_LOG_DIRS_H
#define NG_LOG_DIRS_H

#include "base/index.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOG_DIR_NONE    UINT32_MAX
#define LOG_DIR_CROWDED 32 /* logs in one directory */

struct log_dir {
	char *path; /* as its logs are named, up to the last slash and with it; "" for none */
	int wd;     /* -1: it is not there yet, or there are no more watches to be had */
	uint32_t logs;
	bool tells_writes;
};

struct log_dirs {
	struct log_dir *at;
	uint32_t n, cap, free_count; /* free: path is NULL */
	struct index by_path, by_wd;
	int inotify;      /* borrowed */
	const char *root; /* borrowed: directories below it are looked up within it; NULL: none */
};

void log_dirs_done(struct log_dirs *d);

/* The directory of a file of this path, watched; LOG_DIR_NONE when out of memory. */
uint32_t log_dirs_get(struct log_dirs *d, const char *path);

/* One more log in it; and one less: with the last one, its watch ends and its id is void. */
void log_dirs_join(struct log_dirs *d, uint32_t id);
void log_dirs_leave(struct log_dirs *d, uint32_t id);

/* From now on it tells of writes, however few logs it has. */
void log_dirs_tell_writes(struct log_dirs *d, uint32_t id);

/* Its path may lead to another directory by now. */
void log_dirs_again(struct log_dirs *d, uint32_t id);

/* Tries again what could not be watched. Returns how many that were. */
uint32_t log_dirs_retry(struct log_dirs *d);

/* The kernel has let the watch go, or its directory has another name now. */
void log_dirs_lost(struct log_dirs *d, int wd, bool is_moved);

/* The first directory of this watch after `after` (LOG_DIR_NONE: of all): a directory may have
 * several names. LOG_DIR_NONE: no more. */
uint32_t log_dirs_of(const struct log_dirs *d, int wd, uint32_t after);

#endif
