/* SPDX-License-Identifier: MIT
 *
 * window: counts over the last minute, in buckets of five seconds. Reading weighs the oldest
 * bucket by how much of it is still inside, so a rate glides instead of stepping.
 */
#ifndef NG_MODEL_WINDOW_H
#define NG_MODEL_WINDOW_H

#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

#define WINDOW_BUCKETS 13 /* twelve whole ones and the one that is being filled */
#define WINDOW_STEP    (5 * USEC_PER_SEC)
#define WINDOW_SPAN    (60 * USEC_PER_SEC)

struct window {
	uint32_t head; /* number of the newest bucket: time / WINDOW_STEP, low 32 bits */
	uint32_t n[WINDOW_BUCKETS];
};

/* A time as windows see it: worked out once for all that count the same thing. */
struct window_bucket {
	uint32_t number, slot;
};

static inline struct window_bucket window_bucket(usec_t t)
{
	uint32_t number = (uint32_t)(t / WINDOW_STEP);

	return (struct window_bucket){number, number % WINDOW_BUCKETS};
}

/* Moves the head on to a later bucket, clearing what lies between. */
void window_advance(struct window *w, uint32_t number);

/* Counts n, at most what a bucket holds. Older than the span: not counted. Later than every other:
 * moves on. */
static inline void window_put(struct window *w, struct window_bucket at, uint64_t n)
{
	if ((int32_t)(at.number - w->head) > 0)
		window_advance(w, at.number);
	else if (w->head - at.number >= WINDOW_BUCKETS)
		return;
	w->n[at.slot] += n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

/* The same at time t, which is not negative. */
void window_add(struct window *w, usec_t t, uint64_t n);

/* The same for what came between `from` and `to`, nobody knows when: it is spread over the buckets
 * between, the latest that are kept. */
void window_spread(struct window *w, uint64_t n, usec_t from, usec_t to);

/* How many in the last `span` (at most WINDOW_SPAN) before now. */
double window_sum(const struct window *w, usec_t now, usec_t span);

/* Adds what another counted, or takes it out again; what is too old by now for the one is not in
 * the other either. */
void window_join(struct window *w, const struct window *other);
void window_part(struct window *w, const struct window *other);

#endif
