// SPDX-License-Identifier: MIT
#include "model/window.h"

static uint32_t bucket_of(usec_t t)
{
	return (uint32_t)(t / WINDOW_STEP);
}

/* Moves the head to bucket b, clearing what lies between. */
static void advance(struct window *w, uint32_t b)
{
	uint32_t steps = b - w->head;

	if (steps > WINDOW_BUCKETS)
		steps = WINDOW_BUCKETS;
	for (uint32_t i = 0; i < steps; i++)
		w->n[(b - i) % WINDOW_BUCKETS] = 0;
	w->head = b;
}

void window_add(struct window *w, usec_t t, uint32_t n)
{
	uint32_t b = bucket_of(t);

	if (t < 0)
		return;
	if ((int32_t)(b - w->head) > 0)
		advance(w, b);
	else if (w->head - b >= WINDOW_BUCKETS)
		return;
	w->n[b % WINDOW_BUCKETS] += n;
}

double window_sum(const struct window *w, usec_t now, usec_t span)
{
	usec_t from = now > span ? now - span : 0;
	uint32_t first = bucket_of(from), last = bucket_of(now);
	double sum = 0;

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
		advance(w, other->head);
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
