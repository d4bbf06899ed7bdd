/* SPDX-License-Identifier: MIT
 *
 * past: what some figures of a machine were, each second of the last six minutes and each ten
 * seconds of the last hour. Of fixed size; event time is its only clock.
 */
#ifndef NG_MODEL_PAST_H
#define NG_MODEL_PAST_H

#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

#define PAST_SECONDS 360
#define PAST_TENS    360
#define PAST_FIGURES 11

/* One ring. What no tick has told is NAN. */
struct past_ring {
	float at[PAST_SECONDS];
};

struct past {
	usec_t second; /* number of the newest second that is over; 0: none yet */
	struct past_ring seconds[PAST_FIGURES], tens[PAST_FIGURES];
	double ten_sum[PAST_FIGURES];  /* of the ten seconds that are being filled */
	uint32_t ten_n[PAST_FIGURES];  /* and how many of them were known */
	uint64_t before[PAST_FIGURES]; /* the last number of those that grow */
};

void past_init(struct past *p);

/* True when `now` lies in a later second than the last that was put: past_put is due. */
bool past_is_due(const struct past *p, usec_t now);

/* The values of the second that ends at `now`; NAN where not known. Seconds without a tick in
 * between stay unknown. */
void past_put(struct past *p, usec_t now, const float values[static PAST_FIGURES]);

/* ago: 0 is the newest. NAN when it is not known. */
float past_second(const struct past *p, unsigned figure, uint32_t ago);
float past_ten(const struct past *p, unsigned figure, uint32_t ago);

#endif
