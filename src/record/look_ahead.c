// SPDX-License-Identifier: MIT
#include "record/look_ahead.h"

#include "base/text.h"
#include "event/json_read.h"
#include "event/taker.h"
#include "record/recording.h"
#include "record/retime.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* A line of which the beginning says enough costs little, one that is read whole twenty times that.
 */
#define POLL_COST  1000
#define COST_WHOLE 20
#define POLL_BYTES (256u << 10)

struct look_ahead {
	struct recording recording;
	struct overview overview;
	struct retime retime; /* as the replay of it has */
	usec_t duration;
	bool counts_networks; /* SYNs are told by network, those of addresses are among them */
};

/* What is known by the kind alone: one, or nothing for what comes each second though nothing
 * happens, and for what others come to. */
static bool kind_weighs(enum event_kind kind, uint64_t *ret_weight)
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

static uint64_t weight_of(struct look_ahead *l, const struct event *e)
{
	uint64_t weight;

	if (kind_weighs(e->kind, &weight))
		return weight;
	if (e->kind == EVENT_AUTH)
		return e->auth.times ? e->auth.times : 1;
	if (e->kind == EVENT_CONNS)
		return e->conns.moves;
	if (e->kind == EVENT_QUIC)
		return e->quic.net.bits ? 0 : e->quic.initials;
	l->counts_networks |= e->kind == EVENT_SYN_NET;
	if (e->kind == EVENT_SYN_NET)
		return e->syn_net.n;
	return e->kind == EVENT_SYN && !l->counts_networks ? e->syn.n : 0;
}

void look_ahead_note(struct look_ahead *l, const struct event *e)
{
	struct overview_moment moment = {.at = e->ts};

	if (e->kind == EVENT_MARK && !e->mark.by_itself) {
		overview_note(&l->overview, &moment);
	} else if (e->kind == EVENT_FLAG && e->flag.on && !e->flag.cause.n) {
		moment.at = e->flag.since ? e->flag.since : e->ts;
		moment.severity = (uint8_t)e->flag.severity;
		text_copy(moment.name, sizeof moment.name, e->flag.flag);
		overview_note(&l->overview, &moment);
	}
}

/* False when the recording, or what is replayed of it, is over. */
static bool take(struct look_ahead *l, usec_t at, uint64_t weight)
{
	if (l->duration && at - l->recording.begin > l->duration)
		return false;
	overview_add(&l->overview, at, weight);
	return true;
}

/* The same of a line; *cost grows by what it took. */
static bool take_line(struct look_ahead *l, struct str line, unsigned *cost)
{
	enum event_kind kind;
	uint64_t weight;
	struct event e, set_by;
	usec_t at;
	bool set;

	*cost += 1;
	if (record_peek(line, &kind, &at) && kind_weighs(kind, &weight))
		return take(l, retime_at(&l->retime, kind, at, &set), weight);
	*cost += COST_WHOLE;
	if (recording_parse(&l->recording, line, &e) <= 0)
		return true;
	(void)retime_event(&l->retime, &e, &set_by);
	if (!take(l, e.ts, weight_of(l, &e)))
		return false;
	look_ahead_note(l, &e);
	return true;
}

bool look_ahead_poll(struct look_ahead *l)
{
	struct overview *o = &l->overview;
	size_t budget = POLL_BYTES;
	unsigned cost = 0;

	while (cost < POLL_COST && !o->whole) {
		struct str line;
		int got = recording_next_line(&l->recording, &budget, &line);
		if (got == 0)
			break;
		o->whole = got < 0 || !take_line(l, line, &cost);
		o->version += o->whole;
	}
	return !o->whole;
}

const struct overview *look_ahead_overview(const struct look_ahead *l)
{
	return &l->overview;
}

void look_ahead_free(struct look_ahead *l)
{
	if (!l)
		return;
	recording_done(&l->recording);
	free(l);
}

struct look_ahead *look_ahead_new(
	const char *path, int (*open)(void), usec_t duration, char reason[static SOURCE_REASON_MAX])
{
	struct look_ahead *l = calloc(1, sizeof *l);

	if (!l) {
		snprintf(reason, SOURCE_REASON_MAX, "%s", strerror(ENOMEM));
		return NULL;
	}
	l->duration = duration;
	overview_init(&l->overview);
	if (recording_init(&l->recording, path, open, reason) == 0)
		return l;
	look_ahead_free(l);
	return NULL;
}
