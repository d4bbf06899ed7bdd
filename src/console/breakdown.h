/* SPDX-License-Identifier: MIT
 *
 * breakdown: what a set of paths comes to, in a few words: 96 below /wp-content/plugins/, 62 times
 * a file *.php of the root. A folder whose content is spread stands for all of it; one in which a
 * few things hold most gives way to these. Files of one kind that lie together are one.
 */
#ifndef NG_CONSOLE_BREAKDOWN_H
#define NG_CONSOLE_BREAKDOWN_H

#include "console/counts.h"

#define BREAKDOWN_MOST     12
#define BREAKDOWN_TEXT_MAX (COUNTS_TEXT_MAX + 12)

struct breakdown_part {
	uint64_t n;
	uint32_t paths;                /* different ones; 1: it is a path */
	char text[BREAKDOWN_TEXT_MAX]; /* the path, or one with a '*'; ends with a NUL */
};

struct breakdown {
	size_t count;
	uint64_t rest;                            /* what is in none of the parts */
	struct breakdown_part at[BREAKDOWN_MOST]; /* the most frequent first */
};

/* Paths without their queries. Orders c->at anew: by text. */
void breakdown_of(struct breakdown *b, struct counts *paths);

/* What filters find it by ("path~"): its beginning, with '*' for each "{n}" (detect/paths.h) and
 * for what a part leaves open. */
#define BREAKDOWN_PATTERN_MAX (BREAKDOWN_TEXT_MAX + 2)
struct str breakdown_pattern(struct str text, char buf[static BREAKDOWN_PATTERN_MAX]);

#endif
