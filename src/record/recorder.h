/* SPDX-License-Identifier: MIT
 *
 * recorder: writes the stream of events to a file, gzip when its name ends in .gz. What was
 * flushed stays readable whatever happens to the program afterwards.
 */
#ifndef NG_RECORD_RECORDER_H
#define NG_RECORD_RECORDER_H

#include "event/event.h"

struct recorder;

/* NULL, with a negative errno in *ret_err; -EINVAL: the path is a pipe or a socket. The file is
 * created readable by its owner only: a recording holds addresses and paths. */
struct recorder *recorder_new(const char *path, int *ret_err);

/* 0, or the negative errno of the first failure, ever after; nothing is written then. */
int recorder_event(struct recorder *r, const struct event *event);
int recorder_flush(struct recorder *r);

/* Flushes, closes, frees. Accepts NULL. 0 or the first failure. */
int recorder_free(struct recorder *r);

#endif
