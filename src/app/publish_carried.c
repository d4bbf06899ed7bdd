// SPDX-License-Identifier: MIT
#include "app/publish_carried.h"

#include "app/loop.h"
#include "base/hash.h"

#include <poll.h>

static void put(void *ctx, enum fleet_what what, uint64_t token, struct str text)
{
	struct publish_carried *c = ctx;

	carrier_put(c->carrying->carrier, what, STR_ABSENT, token, text);
}

static uint64_t dropped(void *ctx)
{
	const struct publish_carried *c = ctx;
	const struct carrier_account *account = carrier_account(c->carrying->carrier);

	return account->dropped + account->refused;
}

struct publish_to publish_carried_to(struct publish_carried *c)
{
	return (struct publish_to){.ctx = c, .put = put, .dropped = dropped};
}

void publish_carried_init(struct publish_carried *c, struct carrying *carrying,
	struct publish_ask *ask, struct event_sink *sink)
{
	*c = (struct publish_carried){.carrying = carrying, .ask = ask, .sink = sink};
}

int publish_carried_watch(struct publish_carried *c, struct loop *loop)
{
	if (c->loop)
		loop_unwatch(c->loop, carrier_fd(c->carrying->carrier));
	c->loop = NULL;
	if (!c->carrying || !loop || carrier_account(c->carrying->carrier)->gone)
		return 0;
	int err = loop_watch_source(loop, carrier_fd(c->carrying->carrier));
	if (!err)
		c->loop = loop;
	return err;
}

static void take(void *ctx, const struct fleet_message *m)
{
	struct publish_carried *c = ctx;

	if (m->what == FLEET_ASK)
		publish_answer(c->ask, m->text, m->token);
	else if (m->what == FLEET_LIVE)
		publish_live(c->ask->publish, str_eq(m->text, STR_LIT("on")) ? PUBLISH_FOREVER : 0);
}

/* What is sent all the time is no news; what goes wrong is. */
static void say(struct publish_carried *c, usec_t now)
{
	const struct carrier_account *a = carrier_account(c->carrying->carrier);
	const uint64_t state[] = {
		a->connected, a->gone, a->dropped, a->refused, hash_bytes(a->why, strlen(a->why))};
	struct event e = event_make(EVENT_ENRICHER, now);
	uint64_t hash = hash_bytes(state, sizeof state) | 1;

	if (hash == c->told)
		return;
	c->told = hash;
	e.enricher.what = STR_LIT("publish");
	e.enricher.state = a->gone        ? STR_LIT("failed")
			   : a->connected ? STR_LIT("ready")
			   : a->why[0]    ? STR_LIT("down")
					  : STR_LIT("starting");
	e.enricher.note = a->why[0] ? str_of(a->why) : STR_ABSENT;
	e.enricher.answered = a->sent;
	e.enricher.failed = a->refused;
	e.enricher.dropped = a->dropped;
	event_put(c->sink, &e);
}

bool publish_carried_poll(struct publish_carried *c, usec_t now)
{
	usec_t clock = clock_usec(CLOCK_MONOTONIC);

	if (!c->carrying)
		return false;
	bool more = carrying_poll(c->carrying, take, c);
	if (carrier_account(c->carrying->carrier)->gone && c->loop)
		publish_carried_watch(c, NULL);
	if (clock < c->next || !now)
		return more;
	c->next = clock + USEC_PER_SEC;
	say(c, now);
	return more;
}

void publish_carried_finish(struct publish_carried *c)
{
	const struct carrier_account *a =
		c->carrying ? carrier_account(c->carrying->carrier) : NULL;
	usec_t end = clock_usec(CLOCK_MONOTONIC) + CARRIED_LAST_WORDS;

	while (a && !a->gone && a->queued && clock_usec(CLOCK_MONOTONIC) < end) {
		struct pollfd p = {.fd = carrier_fd(c->carrying->carrier), .events = POLLOUT};
		if (!carrying_poll(c->carrying, take, c) && a->queued)
			poll(&p, 1, 50);
	}
}
