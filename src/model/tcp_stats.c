// SPDX-License-Identifier: MIT
#include "model/tcp_stats.h"

#include <stddef.h>

static const struct {
	size_t field;  /* of struct event_weather: a count */
	size_t window; /* of struct weather; 0: only its sum is kept */
} counts[] = {
	{offsetof(struct event_weather, syns), offsetof(struct weather, syns)},
	{offsetof(struct event_weather, cookies_sent), offsetof(struct weather, cookies)},
	{offsetof(struct event_weather, cookies_ok), 0},
	{offsetof(struct event_weather, cookies_bad), 0},
	{offsetof(struct event_weather, listen_overflows), offsetof(struct weather, overflows)},
	{offsetof(struct event_weather, listen_drops), offsetof(struct weather, drops)},
	{offsetof(struct event_weather, request_drops), offsetof(struct weather, request_drops)},
	{offsetof(struct event_weather, synacks_again), 0},
	{offsetof(struct event_weather, resets_sent), 0},
	{offsetof(struct event_weather, resets_received), 0},
	{offsetof(struct event_weather, segments_again), 0},
};

void weather_init(struct weather *w)
{
	struct event none = event_make(EVENT_WEATHER, 0);

	*w = (struct weather){.latest = none.weather, .totals = none.weather};
}

static uint64_t *field_at(struct event_weather *w, size_t i)
{
	return (uint64_t *)(void *)((char *)w + counts[i].field);
}

bool weather_apply(struct weather *w, const struct event_weather *told, usec_t now)
{
	struct event_weather fresh = *told;
	bool news = false;

	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		uint64_t n = *field_at(&fresh, i), *total = field_at(&w->totals, i);
		if (n == ABSENT)
			continue;
		news |= n > 0 || *total == ABSENT;
		*field_at(&w->latest, i) = n;
		*total = n + (*total == ABSENT ? 0 : *total);
		if (counts[i].window)
			window_add((struct window *)(void *)((char *)w + counts[i].window), now,
				n < UINT32_MAX ? (uint32_t)n : UINT32_MAX);
	}
	if (told->accept_queue == ABSENT)
		return news;
	news |= told->accept_queue != w->latest.accept_queue ||
		told->accept_port != w->latest.accept_port ||
		told->accept_limit != w->latest.accept_limit;
	w->latest.accept_port = told->accept_port;
	w->latest.accept_queue = told->accept_queue;
	w->latest.accept_limit = told->accept_limit;
	return news;
}

bool weather_is_decaying(const struct weather *w, usec_t now)
{
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		const struct window *it = (const void *)((const char *)w + counts[i].window);
		if (counts[i].window && window_sum(it, now, WINDOW_SPAN) > 0)
			return true;
	}
	return false;
}

uint64_t weather_accept_share(const struct weather *w)
{
	uint64_t queue = w->latest.accept_queue, limit = w->latest.accept_limit;

	if (queue > UINT32_MAX || limit > UINT32_MAX)
		return ABSENT;
	/* With a limit of none the kernel still lets one wait. */
	return queue * 100 / (limit ? limit : 1);
}
