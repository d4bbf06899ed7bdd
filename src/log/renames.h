/* SPDX-License-Identifier: MIT
 *
 * renames: what was renamed since the last look. A log that is made and rotated away between two
 * looks is seen by neither; inotify tells where it went.
 */
#ifndef NG_LOG_RENAMES_H
#define NG_LOG_RENAMES_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#define LOG_RENAMES_MAX 256 /* between two looks; those that came first are followed */

struct log_name;
struct inotify_event;

struct log_rename {
	struct log_name *name;   /* that it had */
	int wd;                  /* of its directory */
	uint32_t cookie;         /* of the rename that is under way; 0: it has arrived */
	char file[NAME_MAX + 1]; /* what it is called now, in the same directory */
};

struct log_renames {
	struct log_rename at[LOG_RENAMES_MAX];
	size_t n;
};

/* Takes in one half of a rename (IN_MOVED_FROM or IN_MOVED_TO, inotify(7)). name: the log that its
 * old name stands for, or NULL. */
void log_renames_take(
	struct log_renames *m, const struct inotify_event *event, struct log_name *name);

/* Where the i-th went, as a path that the caller frees; NULL when it has left its directory. */
char *log_renames_path(const struct log_renames *m, size_t i);

#endif
