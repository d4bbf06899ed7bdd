/* SPDX-License-Identifier: MIT
 *
 * own_file: a file of which nethergaze itself makes up the name: a recording, a report. It lies in
 * the working directory or, where that cannot be, in the state directory (state_dir_own). A file
 * that is there already, whoever made it, is left alone.
 */
#ifndef NG_APP_OWN_FILE_H
#define NG_APP_OWN_FILE_H

#include "base/clock.h"

#include <stddef.h>

#define OWN_FILE_PATH_MAX 512

/* Opens a file that must not be there. 0, or a negative errno; -EEXIST: another name is tried. */
typedef int own_file_fn(void *ctx, const char *path);

/* Has it opened as STEM-YYYYMMDD-HHMMSS[-N]END, by local time. 0, or a negative errno; path is what
 * was tried last. */
int own_file_open(char path[static OWN_FILE_PATH_MAX], const char *stem, const char *end,
	usec_t now, own_file_fn *open, void *ctx);

/* The same in that directory alone. */
int own_file_open_in(char path[static OWN_FILE_PATH_MAX], const char *dir, const char *stem,
	const char *end, usec_t now, own_file_fn *open, void *ctx);

/* Writes such a file with that text, for its owner alone. The same. */
int own_file_write(char path[static OWN_FILE_PATH_MAX], const char *stem, const char *end,
	usec_t now, const void *p, size_t n);

/* The same in the state directory alone: a script that root is to run lies where nobody else can
 * put another in its place. */
int own_file_write_state(char path[static OWN_FILE_PATH_MAX], const char *stem, const char *end,
	usec_t now, const void *p, size_t n);

#endif
