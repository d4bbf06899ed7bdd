/* SPDX-License-Identifier: MIT
 *
 * flight: the last minutes of a run, kept in memory so that a recording can begin in the past.
 *
 * What is kept are epochs: a picture of the moment, so that a replay can begin there, and the
 * events that followed. An event is packed as it comes (pack.h); when the memory gets
 * short, blocks of some 64 kB are compressed in slices. The oldest epoch goes, whole, when the next
 * one is old enough to begin with, or when memory is short: that many minutes less can be saved
 * then (flight_since).
 */
#ifndef NG_RECORD_FLIGHT_H
#define NG_RECORD_FLIGHT_H

#include "event/event.h"

#include <stdbool.h>

struct flight;

struct flight_options {
	usec_t span;   /* that is to be kept; up to a fifth more is */
	size_t memory; /* bytes, at most, but for a block and the compressor */
};

/* NULL: memory is out. */
struct flight *flight_new(const struct flight_options *options);
void flight_free(struct flight *f); /* accepts NULL */

/* True when a new epoch is to begin: none has, or the present one is long or large enough. `now`
 * is the time of day, as events carry it. */
bool flight_is_due(const struct flight *f, usec_t now);

/* What is put from here on is the picture that an epoch begins with, up to flight_settle. */
void flight_begin(struct flight *f, usec_t now);
void flight_settle(struct flight *f);

/* Keeps it, if an epoch has begun. */
void flight_put(struct flight *f, const struct event *event);

/* Compresses some of it where half of the memory is full, for about a millisecond. True when more
 * is to be done. */
bool flight_work(struct flight *f);

/* When the oldest epoch began; 0: nothing is kept. */
usec_t flight_since(const struct flight *f);

/* Bytes that are kept. */
size_t flight_bytes(const struct flight *f);

/* How often all that was kept was lost. */
struct flight_lost {
	uint64_t refused;   /* there was no memory */
	uint64_t too_large; /* one epoch was larger than it may be: its picture, or a burst */
};

struct flight_lost flight_lost(const struct flight *f);

/* From here on, flight_read tells what is kept, from its beginning, and nothing of it goes until
 * that is done, unless it gets twice as large as it may be. One reader at a time. */
void flight_open(struct flight *f);

/* Puts the next block of events to the sink, without the pictures that came later. 1; 0 when that
 * was all, up to the last event that was put: the reader is closed then, as after a negative
 * errno: -ENOMEM, or -EOVERFLOW when what was not read yet had to go. */
int flight_read(struct flight *f, struct event_sink *sink);
void flight_close(struct flight *f);

#endif
