// SPDX-License-Identifier: MIT
#include "app/retell.h"

#include "app/picture.h"

#include <errno.h>
#include <stdlib.h>

/* What is told as it comes, of whom the model may have known before. */
#define OF_HOSTS                                                                          \
	(TAKER_KIND(EVENT_CONN) | TAKER_KIND(EVENT_SYN) | TAKER_KIND(EVENT_REQUEST) |     \
		TAKER_KIND(EVENT_AUTH) | TAKER_KIND(EVENT_QUIC) | TAKER_KIND(EVENT_NAT) | \
		TAKER_KIND(EVENT_SHARE))

static size_t words(const struct retell *r)
{
	return ((size_t)r->model->limits.hosts + 63) / 64;
}

static bool note_told(struct retell *r, uint32_t id)
{
	uint64_t bit = UINT64_C(1) << (id % 64), *word = &r->told[id / 64];
	bool was = *word & bit;

	*word |= bit;
	return was;
}

int retell_init(struct retell *r, const struct model *model, const struct event_start *start)
{
	*r = (struct retell){.model = model, .start = start};
	r->told = malloc(words(r) * sizeof *r->told);
	if (!r->told)
		return -ENOMEM;
	memset(r->told, 0xff, words(r) * sizeof *r->told);
	return 0;
}

void retell_done(struct retell *r)
{
	free(r->told);
	r->told = NULL;
}

void retell_forget(struct retell *r)
{
	memset(r->told, 0, words(r) * sizeof *r->told);
}

static void put_picture(
	struct retell *r, const struct event_start *start, usec_t now, struct event_sink *sink)
{
	const struct model *m = r->model;

	retell_forget(r);
	picture_put(m, start, now, sink);
	for (uint32_t id = model_next_host(m, 0); id != POOL_NONE; id = model_next_host(m, id + 1))
		if (picture_has_host(m, id))
			note_told(r, id);
}

void retell_picture(struct retell *r, usec_t now, struct event_sink *sink)
{
	put_picture(r, r->start, now, sink);
}

struct counter {
	struct event_sink sink; /* first */
	uint64_t n;
};

static void count(struct event_sink *sink, const struct event *event)
{
	(void)event;
	((struct counter *)sink)->n++;
}

/* The start record is none of those that follow it. */
void retell_counted(struct retell *r, usec_t now, struct event_sink *sink)
{
	struct counter counter = {.sink = {.put = count}};
	struct event_start start = *r->start;

	picture_put(r->model, r->start, now, &counter.sink);
	start.picture = counter.n - 1;
	put_picture(r, &start, now, sink);
}

void retell_late(void *ctx, const struct addr *ip, usec_t since, struct event_sink *sink)
{
	const struct model *m = ((const struct retell *)ctx)->model;
	uint32_t id = model_find_host(m, ip);

	if (id != POOL_NONE && model_host(m, id)->first_seen >= since)
		picture_put_host(m, model_host(m, id), m->now, sink);
}

static void put_to_taker(struct event_sink *sink, const struct event *event)
{
	struct taker *to = ((struct taker_sink *)sink)->to;

	to->take(to, event);
}

struct taker_sink taker_sink_to(struct taker *to)
{
	return (struct taker_sink){{.put = put_to_taker}, to};
}

/* Ids of hosts are used again: a newcomer is told twice from time to time, which does no harm. */
void retell_after(struct retell *r, const struct event *event, struct event_sink *sink)
{
	if (!(OF_HOSTS & TAKER_KIND(event->kind)))
		return;
	const struct addr *ip = event_address(event);
	uint32_t id = ip ? model_find_host(r->model, ip) : POOL_NONE;
	if (id != POOL_NONE && !note_told(r, id))
		picture_put_host(r->model, model_host(r->model, id), event->ts, sink);
}
