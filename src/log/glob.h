/* SPDX-License-Identifier: MIT
 *
 * glob: the files that a path or glob means.
 */
#ifndef NG_LOG_GLOB_H
#define NG_LOG_GLOB_H

#include <stdbool.h>
#include <stddef.h>

/* True when path is a glob; a file that has the very name makes it a plain path. */
bool log_glob_is(const char *path);

#define LOG_GLOB_NAMES_MAX 65536u /* names in directories that one pattern leads to */

struct log_glob {
	const char *pattern; /* whole, with the root */
	const char *root; /* what is below it is looked up within it (base/opener.h); NULL: none */
	bool guessed;     /* nobody spelled it out */
	bool is_include;  /* of a configuration: every file, and braces stand for themselves */
};

/* True when it looks like a log in use: no directory, nothing compressed or rolled away; of a
 * guessed glob, no error log either. */
bool log_glob_takes(const struct log_glob *glob, const char *path);

/* Calls take for each match that log_glob_takes, or, of an include, that is there; sorted. Returns
 * the number of matches taken, or a negative errno when a directory could not be read; -E2BIG when
 * the pattern means too much (of an include, also when some were taken). *work, unless it is NULL,
 * grows by the names that were looked at. */
int log_glob_expand(const struct log_glob *glob, void (*take)(void *context, const char *path),
	void *context, size_t *work);

#endif
