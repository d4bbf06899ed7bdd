/* SPDX-License-Identifier: MIT
 *
 * paths: what requests for the same thing have in common. Paths are as logged: clean, percent
 * signs and all.
 */
#ifndef NG_DETECT_PATHS_H
#define NG_DETECT_PATHS_H

#include "base/str.h"

#include <stdbool.h>

#define PATH_FOLDED_MAX 256 /* bytes that are looked at when paths are compared */

/* The path without its query. */
struct str path_bare(struct str path);

/* The query, without its question mark; absent when there is none. */
struct str path_query(struct str path);

/* Writes the bare path with each identifier as "{n}", at most PATH_FOLDED_MAX bytes and no
 * character cut in two. Identifiers are UUIDs, runs of six and more digits, and words of six and
 * more hexadecimal digits with a decimal one among them: "facade" is a word. Clean stays clean. */
struct str path_fold(struct str path, char buf[static PATH_FOLDED_MAX]);

/* The first part of a path, both slashes included: "/blog/" of "/blog/2024/page"; "/" of what has
 * one part. Absent when it is no path. */
struct str path_dir(struct str bare);

/* No page, by its extension: the parts of one (styles, scripts, images, fonts, media), and what is
 * downloaded whole (archives, packages). */
bool path_is_asset(struct str path);

#endif
