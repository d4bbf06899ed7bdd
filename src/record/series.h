/* SPDX-License-Identifier: MIT
 *
 * series: the files of a directory that may be recordings, to be played one after the other. No
 * symlink is followed, and nothing but regular files is opened. Which of them are recordings, and
 * when they begin, whoever reads them finds out.
 */
#ifndef NG_RECORD_SERIES_H
#define NG_RECORD_SERIES_H

#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>

#define SERIES_MAX 4096 /* files: those that were written last */

struct series_file {
	char *name;
	uint64_t size;  /* bytes */
	usec_t written; /* by the file system */
	usec_t begin; /* of its first record; 0: it is not a recording, and series_sort drops it */
};

struct series {
	int dir;
	struct series_file *files; /* by their begin, once sorted */
	size_t n;
};

/* Lists what is there. Takes the descriptor of the directory. 0 or a negative errno; s must be
 * given to series_done either way. */
int series_list(struct series *s, int dir);
void series_done(struct series *s); /* accepts one that is all zero but for dir: -1 */

/* Drops what has no begin, and puts the others in order of time. */
void series_sort(struct series *s);

/* A descriptor of a file, or of the one beside it whose name ends in `ending` as well ("": itself);
 * or a negative errno: -EINVAL for what is not a regular file. */
int series_open(const struct series *s, size_t i, const char *ending);

/* By its name it should be a recording. */
bool series_is_meant(const struct series_file *f);

/* The file that has this moment: the last that begins no later, or the first. */
size_t series_find(const struct series *s, usec_t at);

#endif
