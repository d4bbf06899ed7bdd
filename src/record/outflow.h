/* SPDX-License-Identifier: MIT
 *
 * outflow: bytes into a file, compressed on the way: at the lowest level, as whoever writes must
 * keep up with a flood.
 */
#ifndef NG_RECORD_OUTFLOW_H
#define NG_RECORD_OUTFLOW_H

#include <stddef.h>
#include <stdint.h>

enum compression {
	COMPRESSION_NONE,
	COMPRESSION_GZIP,
	COMPRESSION_ZSTD
};

/* As a file's name says it: ".gz", ".zst", else none. */
enum compression compression_of(const char *name);

/* ".ndjson", ".ndjson.gz", ".ndjson.zst". */
const char *compression_ending(enum compression how);

struct outflow;

/* Takes the descriptor of a new file, and closes it in any case. NULL: memory is out. */
struct outflow *outflow_new(int fd, enum compression how);

/* Both: 0, or a negative errno, after which nothing more should be written. What was flushed can be
 * read whatever happens to the program afterwards. */
int outflow_write(struct outflow *f, const void *p, size_t n);
int outflow_flush(struct outflow *f);

/* Bytes that the file has. */
uint64_t outflow_bytes(const struct outflow *f);

/* Ends the file and closes it. Accepts NULL. 0 or a negative errno. */
int outflow_close(struct outflow *f);

#endif
