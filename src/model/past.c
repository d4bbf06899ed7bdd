// SPDX-License-Identifier: MIT
#include "model/past.h"

#include <math.h>
#include <string.h>

#define TEN 10

_Static_assert(PAST_SECONDS == PAST_TENS, "one kind of ring");

static void forget(struct past_ring *ring)
{
	for (uint32_t i = 0; i < PAST_SECONDS; i++)
		ring->at[i] = NAN;
}

void past_init(struct past *p)
{
	memset(p, 0, sizeof *p);
	memset(p->before, 0xff, sizeof p->before); /* ABSENT: nobody has counted yet */
	for (unsigned f = 0; f < PAST_FIGURES; f++) {
		forget(&p->seconds[f]);
		forget(&p->tens[f]);
	}
}

bool past_is_due(const struct past *p, usec_t now)
{
	return now / USEC_PER_SEC > p->second;
}

/* What is stepped over is unknown; a whole ring of it is all that there can be. */
static void step_over(struct past_ring rings[static PAST_FIGURES], usec_t from, usec_t to)
{
	if (to - from > PAST_SECONDS)
		from = to - PAST_SECONDS;
	for (usec_t at = from + 1; at <= to; at++)
		for (unsigned f = 0; f < PAST_FIGURES; f++)
			rings[f].at[at % PAST_SECONDS] = NAN;
}

/* The mean of the ten seconds that are over, put at their number. */
static void close_ten(struct past *p, usec_t ten)
{
	for (unsigned f = 0; f < PAST_FIGURES; f++) {
		float mean = p->ten_n[f] ? (float)(p->ten_sum[f] / p->ten_n[f]) : NAN;
		p->tens[f].at[ten % PAST_TENS] = mean;
		p->ten_sum[f] = 0;
		p->ten_n[f] = 0;
	}
}

void past_put(struct past *p, usec_t now, const float values[static PAST_FIGURES])
{
	usec_t second = now / USEC_PER_SEC;

	if (p->second && second / TEN != p->second / TEN) {
		close_ten(p, p->second / TEN);
		step_over(p->tens, p->second / TEN, second / TEN);
	}
	step_over(p->seconds, p->second ? p->second : second - 1, second);
	for (unsigned f = 0; f < PAST_FIGURES; f++) {
		p->seconds[f].at[second % PAST_SECONDS] = values[f];
		if (isnan(values[f]))
			continue;
		p->ten_sum[f] += (double)values[f];
		p->ten_n[f]++;
	}
	p->second = second;
}

float past_second(const struct past *p, unsigned figure, uint32_t ago)
{
	if (!p->second || figure >= PAST_FIGURES || ago >= PAST_SECONDS || (usec_t)ago > p->second)
		return NAN;
	return p->seconds[figure].at[(p->second - ago) % PAST_SECONDS];
}

float past_ten(const struct past *p, unsigned figure, uint32_t ago)
{
	usec_t newest = p->second / TEN - 1;

	if (newest < 0 || figure >= PAST_FIGURES || ago >= PAST_TENS - 1 || (usec_t)ago > newest)
		return NAN;
	return p->tens[figure].at[(newest - ago) % PAST_TENS];
}
