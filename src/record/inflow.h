/* SPDX-License-Identifier: MIT
 *
 * inflow: the lines of a file, which may be compressed by gzip or zstd. Its first bytes say so,
 * whatever its name is. What comes out is read in pieces and never kept whole, and a file that
 * swells beyond all measure is treated as damaged from there on.
 */
#ifndef NG_RECORD_INFLOW_H
#define NG_RECORD_INFLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct inflow;

/* Takes the descriptor of a regular file, at its beginning, and closes it in any case. NULL: memory
 * is out. */
struct inflow *inflow_new(int fd);
void inflow_free(struct inflow *f); /* accepts NULL */

/* Reads up to the next newline, which is part of it, but less than cap bytes. How many; -1 at the
 * end, which a damaged file has earlier. */
ssize_t inflow_line(struct inflow *f, char *buf, size_t cap);

/* Nothing follows what was read. */
bool inflow_is_at_end(const struct inflow *f);

/* It ended before its end: damaged, cut off, or swollen. */
bool inflow_is_damaged(const struct inflow *f);

/* Not compressed. */
bool inflow_is_plain(const struct inflow *f);

/* Bytes of the file that have been taken in. */
uint64_t inflow_taken(const struct inflow *f);

/* Back to the beginning. 0 or a negative errno. */
int inflow_rewind(struct inflow *f);

#endif
