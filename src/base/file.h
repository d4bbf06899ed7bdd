/* SPDX-License-Identifier: MIT
 *
 * file: small things about files and paths that several parts need. All may block on a disk.
 */
#ifndef NG_BASE_FILE_H
#define NG_BASE_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Writes it all. 0 or a negative errno; then a part may be written. */
int file_write_all(int fd, const void *p, size_t n);

/* Reads n bytes from a place on, or what there is: a read may be short of that (read(2)). How many,
 * or a negative errno. */
ssize_t file_read_at(int fd, void *p, size_t n, off_t at);

/* Reads all of a regular file of at most `most` bytes. *ret_text is for free(), with a NUL behind
 * its end that *ret_n does not count. 0; -EISDIR or -EINVAL for what is not a regular file, -EFBIG,
 * -ENOMEM, or another negative errno. */
int file_read_open(int fd, size_t most, char **ret_text, size_t *ret_n);

/* All that comes from a pipe, a FIFO, a socket or a terminal that was opened with O_NONBLOCK, until
 * its end: of at most `most` bytes. Waits, at most so many ms for each further piece. 0; -EFBIG;
 * -ETIMEDOUT; -EINTR: a signal that would end the program is blocked and waits to be taken; -ENOMEM
 * or another negative errno. */
int file_read_stream(int fd, size_t most, int patience_ms, char **ret_text, size_t *ret_n);

/* All of a regular file by its path. Never waits for a FIFO. */
int file_read(const char *path, size_t most, char **ret_text, size_t *ret_n);

/* Makes the directories of a path that are missing. The last one is the caller's own. Those above
 * it go to the owner of the directory that they are made in: what root makes on its way into
 * somebody's home is theirs. 0 or a negative errno; one that is there already is no error. */
int file_make_dirs(const char *path, mode_t mode);

/* Puts a file with that text into a directory, in place of what has its name, whole or not at all,
 * with no link followed. Root makes it as the directory's owner would. 0 or a negative errno. */
int file_replace(const char *dir, const char *name, const void *p, size_t n, mode_t mode);

/* "~/…" is below $HOME; others stay as they are. False when it does not fit, when there is no
 * absolute HOME for it, and for "~user", which is not known here. */
bool file_expand_home(char *buf, size_t cap, const char *path);

/* A directory of our own: nethergaze below what the variable names, or below `otherwise`
 * ("~/.cache") when that is no absolute path (XDG Base Directory). As for people in `shown`, which
 * may be NULL. False when there is none. Nothing is made. */
bool file_own_dir(
	char path[static PATH_MAX], char *shown, const char *variable, const char *otherwise);

/* The directory of a path as it is named there ("/" of "/a", "." of "a"), to dir, and what follows,
 * which may be "". NULL: it does not fit. */
const char *file_split(const char *path, char *dir, size_t cap);

/* Raises the limit of descriptors as far as may be: each log that is written, and each network
 * namespace, has one open, and the usual 1,024 are few where hosts are many. */
void file_want_descriptors(void);

#endif
