/* SPDX-License-Identifier: MIT
 *
 * segments: the files of one recording. The newest always has the name that was given; one that is
 * full is renamed to name-0001.ndjson.gz, the next to name-0002.ndjson.gz, and so on above every
 * number that is there already, however the file that has it is compressed. So the names sort by
 * time in the C locale ('-' sorts before '.').
 *
 * Nothing is ever overwritten, no symlink followed, and no file deleted but those of this run, by
 * name and inode. Names are looked up in the directory as it was opened at the start, wherever it
 * is moved.
 */
#ifndef NG_RECORD_SEGMENTS_H
#define NG_RECORD_SEGMENTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define SEGMENTS_MAX 1000 /* that can be asked to be kept */

struct segments;

/* files: how many are kept, the one that is written included, at most SEGMENTS_MAX; 0: all. NULL
 * with a negative errno. */
struct segments *segments_new(const char *path, unsigned files, int *ret_err);
void segments_free(struct segments *s);

/* Makes the first file. Its descriptor, for the caller to close; or a negative errno: -EEXIST when
 * anything has that name, a symlink included. */
int segments_open(struct segments *s);

/* Renames the file that is written to the next number, and makes another in its place. Returns as
 * segments_open, and -ESTALE when somebody has put something else in its place. The oldest files
 * go beyond those that are to be kept. */
int segments_next(struct segments *s);

/* Renames the file that is written to the next number, and makes none. 0 or as segments_next. */
int segments_finish(struct segments *s);

/* Of the file that was renamed last: a descriptor to read it; and one of a new file beside it whose
 * name ends in `ending` as well, to be written. Or a negative errno. */
int segments_last(struct segments *s);
int segments_beside(struct segments *s, const char *ending);

/* Somebody has moved the file away: makes another in its place. An empty regular file there is
 * taken: logrotate(8) makes one with `create`. -EALREADY: ours has not been moved. */
int segments_reopen(struct segments *s);

/* What was made has its name no more. */
bool segments_moved(const struct segments *s);

/* Files that were deleted so far. */
uint64_t segments_deleted(const struct segments *s);

#endif
