// SPDX-License-Identifier: MIT
#include "record/outline.h"

#include "base/text.h"
#include "event/taker.h"

void outline_init(struct outline *o)
{
	overview_init(&o->overview);
	o->counts_networks = false;
}

bool outline_kind_weighs(enum event_kind kind, uint64_t *ret_weight)
{
	const uint64_t ones =
		TAKER_KIND(EVENT_CONN) | TAKER_KIND(EVENT_REQUEST) | TAKER_KIND(EVENT_WEB_ERROR);
	const uint64_t whole = TAKER_KIND(EVENT_AUTH) | TAKER_KIND(EVENT_SYN_NET) |
			       TAKER_KIND(EVENT_SYN) | TAKER_KIND(EVENT_MARK) |
			       TAKER_KIND(EVENT_FLAG) | TAKER_KIND(EVENT_CONNS) |
			       TAKER_KIND(EVENT_QUIC);

	*ret_weight = (ones & TAKER_KIND(kind)) != 0;
	return !(whole & TAKER_KIND(kind));
}

uint64_t outline_weight(struct outline *o, const struct event *e)
{
	uint64_t weight;

	if (outline_kind_weighs(e->kind, &weight))
		return weight;
	if (e->kind == EVENT_AUTH)
		return e->auth.times ? e->auth.times : 1;
	if (e->kind == EVENT_CONNS)
		return e->conns.moves;
	if (e->kind == EVENT_QUIC)
		return e->quic.net.bits ? 0 : e->quic.initials;
	o->counts_networks |= e->kind == EVENT_SYN_NET;
	if (e->kind == EVENT_SYN_NET)
		return e->syn_net.n;
	return e->kind == EVENT_SYN && !o->counts_networks ? e->syn.n : 0;
}

void outline_note(struct outline *o, const struct event *e)
{
	struct overview_moment moment = {.at = e->ts};

	if (e->kind == EVENT_MARK && !e->mark.by_itself) {
		overview_note(&o->overview, &moment);
	} else if (e->kind == EVENT_FLAG && e->flag.on && !e->flag.cause.n) {
		moment.at = e->flag.since ? e->flag.since : e->ts;
		moment.severity = (uint8_t)e->flag.severity;
		text_copy(moment.name, sizeof moment.name, e->flag.flag);
		overview_note(&o->overview, &moment);
	}
}

void outline_take(struct outline *o, const struct event *e)
{
	overview_add(&o->overview, e->ts, outline_weight(o, e));
	outline_note(o, e);
}

void outline_merge(struct outline *o, const struct overview *part)
{
	for (usec_t i = 0; i < OVERVIEW_PARTS; i++) {
		usec_t at = part->begin + i * part->width;
		if (part->parts[i] && at <= part->end)
			overview_add(&o->overview, at, part->parts[i]);
	}
	overview_add(&o->overview, part->end, 0);
	for (uint32_t i = 0; i < part->moment_count; i++)
		overview_note(&o->overview, &part->moments[i]);
}
