/* SPDX-License-Identifier: MIT
 *
 * baseline: what is usual, and how far the present is from it. Counts go into buckets of five
 * seconds by the time of their events; two averages of the buckets follow, one of ten seconds and
 * one of ten minutes. While something is under attack the slow one is frozen: an attack must not
 * become normal. No clock is read; the same events give the same figures.
 *
 * Young averages are means of what there was so far, not sums that start from zero. Rates are per
 * second.
 */
#ifndef NG_DETECT_BASELINE_H
#define NG_DETECT_BASELINE_H

#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

#define BASELINE_STEP  (5 * USEC_PER_SEC)
#define BASELINE_WARM  (60 * USEC_PER_SEC) /* before, there is nothing to compare with */
#define BASELINE_FLOOR 0.05F               /* /s: less than this is no measure of growth */

/* All zero: nothing is known. */
struct baseline {
	uint32_t head;  /* number of the open bucket, time / BASELINE_STEP */
	uint32_t first; /* of the bucket that learning began in; 0: not yet */
	uint64_t open;  /* counted in the open bucket */
	float fast, fast_weight;
	float slow, slow_weight; /* weighted sums, and the weights they have come to, 0..1 */
};

/* Learning begins at this time, unless it has begun. The first baseline_add does it as well. What
 * is first met later than its surroundings begins with them, and is rolled to now: that there was
 * nothing of it is known. */
void baseline_begin(struct baseline *b, usec_t t);

/* Counts n at time t; earlier than the open bucket, it is counted in that. */
void baseline_add(struct baseline *b, usec_t t, uint64_t n, bool frozen);

/* Closes the buckets that are over at this time. baseline_add does it as well. */
void baseline_roll(struct baseline *b, usec_t t, bool frozen);

/* The readers want a baseline that was rolled to now. The fast rate includes what the open bucket
 * has seen so far, from its second second on. */
double baseline_fast(const struct baseline *b, usec_t now);
double baseline_slow(const struct baseline *b);

/* How many times the usual: fast / max(slow, BASELINE_FLOOR). 1 while learning. */
double baseline_growth(const struct baseline *b, usec_t now);

/* Whole seconds of learning left, rounded up ("learning 40 s"); 0 when warm. */
unsigned baseline_learning(const struct baseline *b, usec_t now);

/* A quantile of any number of values in five markers: the P² algorithm (Jain and Chlamtac 1985).
 * All zero but p is empty. */
struct quantile {
	double height[5]; /* of the markers; the first `count` values themselves, sorted, below five
			   */
	uint32_t place[5];
	uint32_t count;
	double p; /* 0..1, as 0.95; set by the caller before the first value */
};

/* Values that are not finite are left out. From 2^32 - 1 values on the markers stay. */
void quantile_add(struct quantile *q, double value);

/* 0 when there are no values. */
double quantile_value(const struct quantile *q);

#endif
