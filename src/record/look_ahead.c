// SPDX-License-Identifier: MIT
#include "record/look_ahead.h"

#include "base/text.h"
#include "record/recording.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define POLL_EVENTS 256
#define POLL_BYTES  (128u << 10)

struct look_ahead {
	struct recording recording;
	struct overview overview;
	usec_t duration;
	bool counts_networks; /* SYNs are told by network, those of addresses are among them */
};

/* What comes each second though nothing happens, and what others come to, is no weight. */
static uint64_t weight_of(struct look_ahead *l, const struct event *e)
{
	switch (e->kind) {
	case EVENT_CONN:
	case EVENT_REQUEST:
	case EVENT_WEB_ERROR:
		return 1;
	case EVENT_AUTH:
		return e->auth.times ? e->auth.times : 1;
	case EVENT_SYN_NET:
		l->counts_networks = true;
		return e->syn_net.n;
	case EVENT_SYN:
		return l->counts_networks ? 0 : e->syn.n;
	default:
		return 0;
	}
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

bool look_ahead_poll(struct look_ahead *l)
{
	struct overview *o = &l->overview;
	size_t budget = POLL_BYTES;
	int got = 1;

	for (int i = 0; i < POLL_EVENTS && !o->whole; i++) {
		struct event e;
		got = recording_next(&l->recording, &budget, &e);
		if (got == 0)
			break;
		o->whole = got < 0 || (l->duration && e.ts - l->recording.begin > l->duration);
		if (o->whole)
			o->version++;
		else
			overview_add(o, e.ts, weight_of(l, &e));
		if (!o->whole)
			look_ahead_note(l, &e);
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
