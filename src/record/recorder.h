/* SPDX-License-Identifier: MIT
 *
 * recorder: writes the stream of events to a file, gzip when its name ends in .gz. What was
 * flushed stays readable whatever happens to the program afterwards.
 */
#ifndef NG_RECORD_RECORDER_H
#define NG_RECORD_RECORDER_H

#include "event/taker.h"

struct recorder;

struct recorder_options {
	const char *path;
	bool is_new; /* a file that is there already is refused (-EEXIST), even behind a symlink */
	/* Told once, with a negative errno, when nothing more can be written; may put events. */
	void (*failed)(void *ctx, int err);
	void *ctx;
};

/* NULL, with a negative errno in *ret_err; -EINVAL: the path is not a regular file. The file is
 * created readable by its owner only: a recording holds addresses and paths. */
struct recorder *recorder_new(const struct recorder_options *options, int *ret_err);

/* To join a hub. It is flushed by each tick that it takes; after a failure it wants no more. */
struct taker *recorder_taker(struct recorder *r);

/* Bytes that have reached the file. */
uint64_t recorder_bytes(const struct recorder *r);

/* Flushes, closes, frees. Accepts NULL. 0, or the negative errno of the first failure. */
int recorder_free(struct recorder *r);

#endif
