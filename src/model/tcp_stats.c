// SPDX-License-Identifier: MIT
#include "model/tcp_stats.h"

#include <stddef.h>

static const struct {
	size_t field;  /* of struct event_tcp_stats: a count */
	size_t window; /* of struct tcp_stats; 0: only its sum is kept */
} counts[] = {
	{offsetof(struct event_tcp_stats, syns), offsetof(struct tcp_stats, syns)},
	{offsetof(struct event_tcp_stats, cookies_sent), offsetof(struct tcp_stats, cookies)},
	{offsetof(struct event_tcp_stats, cookies_ok), 0},
	{offsetof(struct event_tcp_stats, cookies_bad), 0},
	{offsetof(struct event_tcp_stats, listen_overflows), offsetof(struct tcp_stats, overflows)},
	{offsetof(struct event_tcp_stats, listen_drops), offsetof(struct tcp_stats, drops)},
	{offsetof(struct event_tcp_stats, request_drops),
		offsetof(struct tcp_stats, request_drops)},
	{offsetof(struct event_tcp_stats, synacks_again), 0},
	{offsetof(struct event_tcp_stats, resets_sent), 0},
	{offsetof(struct event_tcp_stats, resets_received), 0},
	{offsetof(struct event_tcp_stats, segments_again), 0},
};

void tcp_stats_init(struct tcp_stats *w)
{
	struct event none = event_make(EVENT_TCP_STATS, 0);

	*w = (struct tcp_stats){.latest = none.tcp_stats, .totals = none.tcp_stats};
}

static uint64_t *field_at(struct event_tcp_stats *w, size_t i)
{
	return (uint64_t *)(void *)((char *)w + counts[i].field);
}

bool tcp_stats_apply(struct tcp_stats *w, const struct event_tcp_stats *told, usec_t now)
{
	struct event_tcp_stats fresh = *told;
	bool news = false;

	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		uint64_t n = *field_at(&fresh, i), *total = field_at(&w->totals, i);
		if (n == ABSENT)
			continue;
		news |= n > 0 || *total == ABSENT;
		*field_at(&w->latest, i) = n;
		*total = n + (*total == ABSENT ? 0 : *total);
		if (counts[i].window)
			window_add((struct window *)(void *)((char *)w + counts[i].window), now, n);
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

bool tcp_stats_is_decaying(const struct tcp_stats *w, usec_t now)
{
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		const struct window *it = (const void *)((const char *)w + counts[i].window);
		if (counts[i].window && window_sum(it, now, WINDOW_SPAN) > 0)
			return true;
	}
	return false;
}

uint64_t tcp_stats_accept_share(const struct tcp_stats *w)
{
	uint64_t queue = w->latest.accept_queue, limit = w->latest.accept_limit;

	if (queue > UINT32_MAX || limit > UINT32_MAX)
		return ABSENT;
	/* With a limit of none the kernel still lets one wait. */
	return queue * 100 / (limit ? limit : 1);
}
