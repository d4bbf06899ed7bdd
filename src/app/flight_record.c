// SPDX-License-Identifier: MIT
#include "app/flight_record.h"

#include "base/container.h"

#include <errno.h>

/* A picture of a huge table takes its time at once: of all time, one part in so many. */
#define PICTURE_SHARE 200

static void put(struct event_sink *sink, const struct event *event)
{
	flight_put(container_of(sink, struct flight_record, sink)->flight, event);
}

/* Where memory does not even suffice for the picture, the next is no better. */
static void take_picture(struct flight_record *r, usec_t now)
{
	usec_t begun = clock_usec(CLOCK_MONOTONIC);

	flight_begin(r->flight, now);
	retell_picture(&r->retell, now, &r->sink);
	flight_settle(r->flight);
	usec_t rest = (clock_usec(CLOCK_MONOTONIC) - begun) * PICTURE_SHARE;
	if (!flight_since(r->flight) && rest < r->span)
		rest = r->span;
	r->rests = now + rest;
}

/* Once a run: what was lost is lost again and again while the cause lasts. */
static void say_lost(struct flight_record *r, usec_t now)
{
	struct flight_lost lost = flight_lost(r->flight);
	struct event e = event_make(EVENT_NOTE, now);

	if (r->said_lost || !(lost.refused + lost.too_large))
		return;
	r->said_lost = true;
	e.note.text = lost.refused
			      ? STR_LIT("there was no memory for the last minutes: a recording "
					"begins later than it could")
			      : STR_LIT("the last minutes do not fit into record.memory: a "
					"recording begins later than it could");
	event_put(r->hub, &e);
}

static void take(struct taker *taker, const struct event *event)
{
	struct flight_record *r = (struct flight_record *)taker;

	if (event->kind == EVENT_START) { /* all that is known follows */
		flight_begin(r->flight, event->ts);
		flight_settle(r->flight);
	}
	flight_put(r->flight, event);
	retell_after(&r->retell, event, &r->sink);
	if (event->kind == EVENT_TICK && event->ts >= r->rests &&
		flight_is_due(r->flight, event->ts))
		take_picture(r, event->ts);
	say_lost(r, event->ts);
}

static bool poll(struct taker *taker, usec_t now)
{
	(void)now;
	return flight_work(((struct flight_record *)taker)->flight);
}

int flight_record_init(struct flight_record *r, const struct flight_options *options,
	const struct model *model, const struct event_start *start, struct event_sink *hub)
{
	*r = (struct flight_record){
		.taker = {.name = "flight recorder",
			.kinds = TAKER_ALL,
			.take = take,
			.poll = poll},
		.sink = {.put = put},
		.hub = hub,
		.span = options->span,
	};
	int err = retell_init(&r->retell, model, start);
	if (err)
		return err;
	r->flight = flight_new(options);
	if (r->flight)
		return 0;
	retell_done(&r->retell);
	return -ENOMEM;
}

void flight_record_done(struct flight_record *r)
{
	flight_free(r->flight);
	r->flight = NULL;
	retell_done(&r->retell);
}
