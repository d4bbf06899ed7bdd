// SPDX-License-Identifier: MIT
#include "model/window.h"

static uint32_t bucket_of(usec_t t)
{
	return (uint32_t)(t / WINDOW_STEP);
}

void window_advance(struct window *w, uint32_t number)
{
	uint32_t steps = number - w->head;

	if (steps > WINDOW_BUCKETS)
		steps = WINDOW_BUCKETS;
	for (uint32_t i = 0; i < steps; i++)
		w->n[(number - i) % WINDOW_BUCKETS] = 0;
	w->head = number;
}

void window_add(struct window *w, usec_t t, uint64_t n)
{
	if (t >= 0)
		window_put(w, window_bucket(t), n);
}

void window_spread(struct window *w, uint64_t n, usec_t from, usec_t to)
{
	uint32_t last = bucket_of(to), steps = to > from ? last - bucket_of(from) : 1;

	if (!n || to < 0)
		return;
	if (steps < 1 || steps > WINDOW_BUCKETS)
		steps = steps < 1 ? 1 : WINDOW_BUCKETS;
	for (uint32_t i = 0; i < steps; i++) {
		uint64_t part = n / steps + (i < n % steps);
		uint32_t number = last - (steps - 1) + i;
		window_put(w, (struct window_bucket){number, number % WINDOW_BUCKETS}, part);
	}
}

double window_sum(const struct window *w, usec_t now, usec_t span)
{
	usec_t from = now > span ? now - span : 0;
	uint32_t first = bucket_of(from), last = bucket_of(now);
	double sum = 0;

	if ((int32_t)(first - w->head) > 0) /* all is older */
		return 0;
	for (uint32_t b = first; (int32_t)(last - b) >= 0; b++) {
		uint32_t age = w->head - b;
		if (age >= WINDOW_BUCKETS) /* older than the ring, or newer than its head */
			continue;
		double part = b == first ? 1 - (double)(from % WINDOW_STEP) / WINDOW_STEP : 1;
		sum += w->n[b % WINDOW_BUCKETS] * part;
	}
	return sum;
}

void window_join(struct window *w, const struct window *other)
{
	if ((int32_t)(other->head - w->head) > 0)
		window_advance(w, other->head);
	for (uint32_t i = 0; i < WINDOW_BUCKETS; i++) {
		uint32_t b = other->head - i;
		if (w->head - b < WINDOW_BUCKETS)
			w->n[b % WINDOW_BUCKETS] += other->n[b % WINDOW_BUCKETS];
	}
}

void window_part(struct window *w, const struct window *other)
{
	for (uint32_t i = 0; i < WINDOW_BUCKETS; i++) {
		uint32_t b = other->head - i;
		if (w->head - b < WINDOW_BUCKETS)
			w->n[b % WINDOW_BUCKETS] -= other->n[b % WINDOW_BUCKETS];
	}
}
