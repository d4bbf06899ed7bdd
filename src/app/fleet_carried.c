// SPDX-License-Identifier: MIT
#include "app/fleet_carried.h"

#include "base/container.h"
#include "event/lost.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_WORD (15 * USEC_PER_SEC) /* that who asks once waits for a first set */

struct fleet_carried {
	struct fleet_transport t;
	struct carrying *carrying;
	uint64_t asked;           /* the last question's token */
	uint64_t lost;            /* as was last said */
	char said[FLEET_WHY_MAX]; /* likewise, of what is wrong */
	bool heard;
	usec_t began; /* monotonic */
	usec_t now;   /* events' time of this round */
	struct event_sink *sink;
};

static void take(void *ctx, const struct fleet_message *m)
{
	struct fleet_carried *f = ctx;

	if (m->what != FLEET_SUMMARY && m->what != FLEET_FLAG && m->what != FLEET_ANSWER)
		return;
	uint32_t member = intake_member(f->t.intake, m->machine);
	f->heard = true;
	if (member)
		intake_take(f->t.intake, member, m->text, f->now, m->at, f->sink);
}

/* What is wrong with the carrier is said when it changes; a note is the operator's to read. */
static void say(struct fleet_carried *f)
{
	const struct carrier_account *a = carrier_account(f->carrying->carrier);
	struct event e = event_make(EVENT_NOTE, f->now);
	char text[FLEET_WHY_MAX + 16];

	put_lost(f->sink, f->now, "fleet", a->dropped + a->refused - f->lost);
	f->lost = a->dropped + a->refused;
	if (strcmp(f->said, a->why) == 0)
		return;
	strcpy(f->said, a->why);
	if (!a->why[0])
		return;
	snprintf(text, sizeof text, "the fleet: %s", a->why);
	e.note.text = str_of(text);
	event_put(f->sink, &e);
}

static bool poll(struct fleet_transport *t, usec_t now, struct event_sink *sink)
{
	struct fleet_carried *f = container_of(t, struct fleet_carried, t);

	f->now = now;
	f->sink = sink;
	bool more = carrying_poll(f->carrying, take, f);
	say(f);
	return more;
}

static int ask(struct fleet_transport *t, uint32_t member, struct str question)
{
	struct fleet_carried *f = container_of(t, struct fleet_carried, t);
	struct carrier *c = f->carrying->carrier;

	if (!carrier_account(c)->connected)
		return -ENOTCONN;
	carrier_put(c, FLEET_ASK, str_of(intake_name(f->t.intake, member)), ++f->asked, question);
	return 0;
}

static void live(struct fleet_transport *t)
{
	struct fleet_carried *f = container_of(t, struct fleet_carried, t);

	carrier_put(f->carrying->carrier, FLEET_LIVE, STR_ABSENT, 0, STR_LIT("on"));
}

static const char *silence(const struct fleet_transport *t)
{
	const struct fleet_carried *f = container_of(t, struct fleet_carried, t);
	const struct carrier_account *a = carrier_account(f->carrying->carrier);

	return a->connected ? "" : a->why;
}

static bool is_pending(const struct fleet_transport *t)
{
	const struct fleet_carried *f = container_of(t, struct fleet_carried, t);

	return !f->heard && !carrier_account(f->carrying->carrier)->gone &&
	       clock_usec(CLOCK_MONOTONIC) - f->began < FIRST_WORD;
}

static int fd(const struct fleet_transport *t)
{
	return carrier_fd(container_of(t, struct fleet_carried, t)->carrying->carrier);
}

static void free_carried(struct fleet_transport *t)
{
	free(container_of(t, struct fleet_carried, t));
}

static const struct fleet_transport_ops ops = {.poll = poll,
	.ask = ask,
	.live = live,
	.silence = silence,
	.is_pending = is_pending,
	.fd = fd,
	.free = free_carried};

struct fleet_transport *fleet_carried_new(struct carrying *carrying, struct intake *intake)
{
	struct fleet_carried *f = calloc(1, sizeof *f);

	if (!f)
		return NULL;
	f->t = (struct fleet_transport){.ops = &ops, .intake = intake};
	f->carrying = carrying;
	f->began = clock_usec(CLOCK_MONOTONIC);
	return &f->t;
}
