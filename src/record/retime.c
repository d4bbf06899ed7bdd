// SPDX-License-Identifier: MIT
#include "record/retime.h"

#include "event/taker.h"

/* What happens at the moment that it is dated with. What a picture tells may have been found out
 * long before (app/picture.h). */
static bool happens(enum event_kind kind)
{
	const uint64_t kinds = TAKER_KIND(EVENT_TICK) | TAKER_KIND(EVENT_CONN) |
			       TAKER_KIND(EVENT_SYN) | TAKER_KIND(EVENT_REQUEST) |
			       TAKER_KIND(EVENT_AUTH) | TAKER_KIND(EVENT_SYN_NET) |
			       TAKER_KIND(EVENT_TCP_STATS) | TAKER_KIND(EVENT_RESETS) |
			       TAKER_KIND(EVENT_WEB_ERROR) | TAKER_KIND(EVENT_CONNS);

	return kinds & TAKER_KIND(kind);
}

static usec_t later(usec_t t, usec_t shift)
{
	return t > USEC_LIMIT - shift ? USEC_LIMIT : t + shift;
}

/* All times that it tells of. */
static void shift_event(struct event *e, usec_t shift)
{
	const struct event_kind_info *kind = &event_kinds[e->kind];

	e->ts = later(e->ts, shift);
	for (size_t i = 0; i < kind->count; i++) {
		usec_t *t = (usec_t *)(void *)((char *)e + kind->fields[i].offset);
		if (kind->fields[i].type == FIELD_USEC && *t)
			*t = later(*t, shift);
	}
}

static void say(const struct retime *r, struct event_clock *ret)
{
	usec_t ahead = r->ahead + r->shift;

	ret->ahead_us = ahead > 0 ? (uint64_t)ahead : 0;
	ret->behind_us = ahead < 0 ? (uint64_t)-ahead : 0;
	ret->steps = r->steps + r->ours;
}

static usec_t bounded(uint64_t us)
{
	return us < (uint64_t)USEC_LIMIT ? (usec_t)us : us == ABSENT ? 0 : USEC_LIMIT;
}

static void take_clock(struct retime *r, struct event_clock *clock)
{
	r->ahead = bounded(clock->ahead_us) - bounded(clock->behind_us);
	r->steps = clock->steps;
	say(r, clock);
}

usec_t retime_at(struct retime *r, enum event_kind kind, usec_t ts, bool *ret_set)
{
	*ret_set = happens(kind) && later(ts, r->shift) < r->latest - RETIME_SLACK;
	if (*ret_set) {
		r->shift = r->latest - ts;
		r->ours++;
	}
	ts = later(ts, r->shift);
	if (ts > r->latest)
		r->latest = ts;
	return ts;
}

bool retime_event(struct retime *r, struct event *event, struct event *ret_clock)
{
	bool set;
	usec_t at = retime_at(r, event->kind, event->ts, &set);

	if (set) {
		*ret_clock = event_make(EVENT_CLOCK, at);
		say(r, &ret_clock->clock);
	}
	if (r->shift)
		shift_event(event, r->shift);
	if (event->kind == EVENT_CLOCK)
		take_clock(r, &event->clock);
	return set;
}
