// SPDX-License-Identifier: MIT
#include "detect/baseline.h"

#include <math.h>

#define STEP_S ((float)BASELINE_STEP / (float)USEC_PER_SEC)
#define FAST_S 10.0F  /* time constants, seconds */
#define SLOW_S 600.0F /* ten minutes: a lunch hour is usual, a flood is not */

static uint32_t bucket_of(usec_t t)
{
	return t < 0 ? 0 : (uint32_t)(t / BASELINE_STEP);
}

void baseline_begin(struct baseline *b, usec_t t)
{
	if (b->first)
		return;
	b->head = bucket_of(t);
	b->first = b->head ? b->head : 1;
}

/* An average takes in a bucket of this rate, then `more` empty ones. */
static void take(float *sum, float *weight, float tau, float rate, uint32_t more)
{
	float keep = expf(-STEP_S / tau), keep_more = more ? powf(keep, (float)more) : 1;

	*sum = (*sum * keep + rate * (1 - keep)) * keep_more;
	*weight = 1 - (1 - *weight) * keep * keep_more;
}

void baseline_roll(struct baseline *b, usec_t t, bool frozen)
{
	uint32_t bucket = bucket_of(t);

	if (!b->first || (int32_t)(bucket - b->head) <= 0)
		return;
	float rate = (float)b->open / STEP_S;
	uint32_t more = bucket - b->head - 1;
	take(&b->fast, &b->fast_weight, FAST_S, rate, more);
	if (!frozen)
		take(&b->slow, &b->slow_weight, SLOW_S, rate, more);
	b->head = bucket;
	b->open = 0;
}

void baseline_add(struct baseline *b, usec_t t, uint64_t n, bool frozen)
{
	baseline_begin(b, t);
	baseline_roll(b, t, frozen);
	if (__builtin_add_overflow(b->open, n, &b->open))
		b->open = UINT64_MAX;
}

static double mean(float sum, float weight)
{
	return weight > 0 ? (double)(sum / weight) : 0;
}

double baseline_fast(const struct baseline *b, usec_t now)
{
	usec_t open = now - (usec_t)b->head * BASELINE_STEP;
	float sum = b->fast, weight = b->fast_weight;

	if (open < USEC_PER_SEC || open > BASELINE_STEP)
		return mean(sum, weight);
	float seconds = (float)open / (float)USEC_PER_SEC, keep = expf(-seconds / FAST_S);
	sum = sum * keep + (float)b->open / seconds * (1 - keep);
	return mean(sum, 1 - (1 - weight) * keep);
}

double baseline_slow(const struct baseline *b)
{
	return mean(b->slow, b->slow_weight);
}

double baseline_growth(const struct baseline *b, usec_t now)
{
	double slow = baseline_slow(b);

	if (baseline_learning(b, now) > 0)
		return 1;
	return baseline_fast(b, now) /
	       (slow > (double)BASELINE_FLOOR ? slow : (double)BASELINE_FLOOR);
}

unsigned baseline_learning(const struct baseline *b, usec_t now)
{
	usec_t since = now - (usec_t)b->first * BASELINE_STEP;

	if (!b->first || since < 0)
		return BASELINE_WARM / USEC_PER_SEC;
	if (since >= BASELINE_WARM)
		return 0;
	return (unsigned)((BASELINE_WARM - since + USEC_PER_SEC - 1) / USEC_PER_SEC);
}

/* While there are fewer than five values, they are kept in order. */
static void begin(struct quantile *q, double value)
{
	uint32_t at = q->count++;

	for (; at > 0 && q->height[at - 1] > value; at--)
		q->height[at] = q->height[at - 1];
	q->height[at] = value;
	for (uint32_t i = 0; i < 5; i++)
		q->place[i] = i;
}

/* The marker's height, moved one place up (1) or down (-1) along the parabola through its
 * neighbours; along the line to one of them when that would change the order. */
static double moved(const struct quantile *q, int i, int way)
{
	const double *h = q->height;
	double n = q->place[i], low = q->place[i - 1], high = q->place[i + 1];
	double up = (n - low + way) * (h[i + 1] - h[i]) / (high - n);
	double down = (high - n - way) * (h[i] - h[i - 1]) / (n - low);
	double height = h[i] + way / (high - low) * (up + down);

	if (h[i - 1] < height && height < h[i + 1])
		return height;
	return h[i] + way * (h[i + way] - h[i]) / ((double)q->place[i + way] - n);
}

static void adjust(struct quantile *q)
{
	const double want[5] = {0, q->p / 2, q->p, (1 + q->p) / 2, 1};

	for (int i = 1; i <= 3; i++) {
		double off = want[i] * (q->count - 1) - q->place[i];
		int way = off >= 1 && q->place[i + 1] - q->place[i] > 1    ? 1
			  : off <= -1 && q->place[i] - q->place[i - 1] > 1 ? -1
									   : 0;
		if (way == 0)
			continue;
		q->height[i] = moved(q, i, way);
		q->place[i] += (uint32_t)way;
	}
}

void quantile_add(struct quantile *q, double value)
{
	int cell = 0;

	if (!isfinite(value) || q->count == UINT32_MAX)
		return;
	if (q->count < 5) {
		begin(q, value);
		return;
	}
	if (value < q->height[0])
		q->height[0] = value;
	if (value > q->height[4])
		q->height[4] = value;
	while (cell < 3 && value >= q->height[cell + 1])
		cell++;
	for (int i = cell + 1; i < 5; i++)
		q->place[i]++;
	q->count++;
	adjust(q);
}

double quantile_value(const struct quantile *q)
{
	if (q->count == 0)
		return 0;
	if (q->count > 5)
		return q->height[2];
	return q->height[(uint32_t)lround(q->p * (q->count - 1))];
}
