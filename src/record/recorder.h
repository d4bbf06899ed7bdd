/* SPDX-License-Identifier: MIT
 *
 * recorder: writes the stream of events to a file, compressed as its name says (outflow.h), cut
 * into segments (record/segments.h) where a size or a span is given. What was flushed stays
 * readable whatever happens to the program afterwards.
 */
#ifndef NG_RECORD_RECORDER_H
#define NG_RECORD_RECORDER_H

#include "event/taker.h"

#include <stdbool.h>

struct recorder;

struct recorder_options {
	const char *path;
	/* Bytes after which another file begins, when an eighth more and some kB may be there; but
	 * not before a quarter as many have followed what `begun` has put, however much that was.
	 * 0: never. */
	uint64_t max_size;
	usec_t max_span; /* of the events of a file, after which another begins; 0: any */
	unsigned files;  /* as for segments_new */
	bool late;       /* the first file begins in the middle of a run as well */
	/* Each file that is finished has an index beside it (segment_index.h), and the last one
	 * gets a number, too, when the recorder is freed. */
	bool indexed;
	/* A file has begun, but not the first: puts what a replay of it has to know, a start record
	 * before all, to the sink. */
	void (*begun)(void *ctx, struct event_sink *sink);
	/* Told once, with a negative errno, when nothing more can be written; may put events. */
	void (*failed)(void *ctx, int err);
	void *ctx;
};

/* NULL, with a negative errno in *ret_err; -EEXIST: something has that name, which is left alone,
 * also if it is a symlink that leads nowhere. The file is created readable by its owner only,
 * whatever the umask is: a recording holds addresses and paths. */
struct recorder *recorder_new(const struct recorder_options *options, int *ret_err);

/* To join a hub. It is flushed by each tick that it takes; after a failure it wants no more. */
struct taker *recorder_taker(struct recorder *r);

/* Goes on in a new file of the same name, which somebody has moved away; all that came before is
 * in the old one. Between two events. 0; or a negative errno (segments_reopen), and it goes on in
 * the old one. */
int recorder_reopen(struct recorder *r);

/* Goes on in another file. 0; or a negative errno, after which nothing is written any more. */
int recorder_rotate(struct recorder *r);

/* Somebody has moved the file away. */
bool recorder_moved(const struct recorder *r);

/* Why nothing is written any more: a negative errno, or 0. */
int recorder_error(const struct recorder *r);

/* Bytes that have reached files, those deleted since included. */
uint64_t recorder_bytes(const struct recorder *r);

/* Files that were deleted, as more than `files` would have been there. */
uint64_t recorder_deleted(const struct recorder *r);

/* Flushes, closes, frees. Accepts NULL. 0, or the negative errno of the first failure. */
int recorder_free(struct recorder *r);

#endif
