// SPDX-License-Identifier: MIT
#include "app/hub.h"

#include <errno.h>
#include <stdlib.h>

static void hand_out(struct hub *hub, const struct event *event)
{
	uint64_t kind = TAKER_KIND(event->kind);

	for (size_t i = 0; i < hub->taker_count; i++)
		if (hub->takers[i]->kinds & kind)
			hub->takers[i]->take(hub->takers[i], event);
}

/* The queue. Pages that are not touched cost nothing. */

static bool make_queue(struct hub *hub)
{
	if (!hub->queue)
		hub->queue = malloc(HUB_QUEUE_MAX * sizeof *hub->queue);
	if (!hub->text)
		hub->text = malloc(HUB_TEXT_MAX);
	return hub->queue && hub->text;
}

static struct str *text_of(struct event *event, const struct event_field *field)
{
	if (!field_is_text(field))
		return NULL;
	return (struct str *)(void *)((char *)event + field->offset);
}

/* Makes the event's text the queue's own. False when there is no room for all of it. */
static bool keep_text(struct hub *hub, struct event *event)
{
	const struct event_kind_info *info = &event_kinds[event->kind];
	size_t used = hub->text_used;

	for (size_t i = 0; i < info->count; i++) {
		struct str *s = text_of(event, &info->fields[i]);
		if (!s || !s->p)
			continue;
		if (s->n > HUB_TEXT_MAX - used)
			return false;
		memcpy(hub->text + used, s->p, s->n);
		s->p = hub->text + used;
		used += s->n;
	}
	hub->text_used = used;
	return true;
}

static void enqueue(struct hub *hub, const struct event *event)
{
	if (hub->queued == HUB_QUEUE_MAX || !make_queue(hub)) {
		hub->dropped++;
		return;
	}
	hub->queue[hub->queued] = *event;
	if (keep_text(hub, &hub->queue[hub->queued]))
		hub->queued++;
	else
		hub->dropped++;
}

/* Room that was used is not given out again before the queue is empty: that bounds what can follow
 * from one event. */
static void hand_out_queued(struct hub *hub)
{
	while (hub->first < hub->queued)
		hand_out(hub, &hub->queue[hub->first++]);
	hub->first = hub->queued = hub->text_used = 0;
}

/* What is dropped while this is handed out is reported next time. */
static void report_dropped(struct hub *hub, usec_t ts)
{
	struct event e = event_make(EVENT_LOST, ts);

	e.lost.what = STR_LIT("hub");
	e.lost.n = hub->dropped;
	hub->dropped = 0;
	hand_out(hub, &e);
	hand_out_queued(hub);
}

/* Each second, whatever happens. */
static const uint64_t routine =
	TAKER_KIND(EVENT_TICK) | TAKER_KIND(EVENT_TCP_STATS) | TAKER_KIND(EVENT_LISTING);

static void hub_put(struct event_sink *sink, const struct event *event)
{
	struct hub *hub = (struct hub *)sink;

	if (hub->busy) {
		enqueue(hub, event);
		return;
	}
	hub->busy = true;
	hub->news += !(routine & TAKER_KIND(event->kind));
	hand_out(hub, event);
	if (hub->queued)
		hand_out_queued(hub);
	if (hub->dropped)
		report_dropped(hub, event->ts);
	hub->busy = false;
}

static void hub_prefetch(struct event_sink *sink, const struct event *events, size_t n)
{
	struct hub *hub = (struct hub *)sink;

	for (size_t i = 0; i < hub->taker_count; i++)
		if (hub->takers[i]->prefetch)
			hub->takers[i]->prefetch(hub->takers[i], events, n);
}

void hub_init(struct hub *hub)
{
	*hub = (struct hub){.sink = {hub_put, hub_prefetch}};
}

void hub_done(struct hub *hub)
{
	free(hub->queue);
	free(hub->text);
	*hub = (struct hub){0};
}

int hub_join(struct hub *hub, struct taker *taker)
{
	if (hub->taker_count == HUB_TAKERS_MAX)
		return -ENOSPC;
	hub->takers[hub->taker_count++] = taker;
	return 0;
}

bool hub_poll(struct hub *hub, usec_t now)
{
	bool more = false;

	for (size_t i = 0; i < hub->taker_count; i++)
		if (hub->takers[i]->poll)
			more |= hub->takers[i]->poll(hub->takers[i], now);
	return more;
}

void hub_flush(struct hub *hub)
{
	for (size_t i = 0; i < hub->taker_count; i++)
		if (hub->takers[i]->flush)
			hub->takers[i]->flush(hub->takers[i]);
}

void hub_restart(struct hub *hub, const struct model *model)
{
	for (size_t i = 0; i < hub->taker_count; i++)
		if (hub->takers[i]->restart)
			hub->takers[i]->restart(hub->takers[i], model);
}
