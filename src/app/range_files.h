/* SPDX-License-Identifier: MIT
 *
 * range_files: reads the files of published ranges that --ranges names, once, at the start. An item
 * is "FILE", whose name says whose ranges they are, or "NAME=FILE"; a FILE with "=" in its name is
 * written with its folder ("./a=b.txt").
 */
#ifndef NG_APP_RANGE_FILES_H
#define NG_APP_RANGE_FILES_H

#include "config/settings.h"
#include "detect/ranges.h"

#define RANGE_FILES_REASON_MAX 512

/* Initialises *r and reads all of them. 0, or -EINVAL or -ENOMEM with the reason; *r is for
 * ranges_done either way. */
int range_files_read(struct ranges *r, const struct text_list *items,
	char reason[static RANGE_FILES_REASON_MAX]);

/* Reads one more. Returns the same. */
int range_files_add(struct ranges *r, const char *item, char reason[static RANGE_FILES_REASON_MAX]);

#endif
