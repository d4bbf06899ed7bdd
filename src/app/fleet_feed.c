// SPDX-License-Identifier: MIT
#include "app/fleet_feed.h"

#include "app/fleet_carried.h"
#include "base/container.h"
#include "event/lost.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define TICK USEC_PER_SEC

struct fleet_feed {
	struct source source;
	struct intake *intake;
	struct fleet_transport *transport;
	struct intake_account told;
	usec_t next; /* tick, monotonic */
};

static struct fleet_feed *feed_of(const struct source *s)
{
	return container_of(s, struct fleet_feed, source);
}

static void tell_lost(struct fleet_feed *f, usec_t now, struct event_sink *sink)
{
	const struct intake_account *a = intake_account(f->intake), *t = &f->told;

	put_lost(sink, now, "fleet",
		a->refused - t->refused + a->over - t->over + a->cut - t->cut + a->too_many -
			t->too_many);
	f->told = *a;
}

static int poll(struct source *s, usec_t now, struct event_sink *sink)
{
	struct fleet_feed *f = feed_of(s);
	const struct fleet_transport_ops *ops = f->transport->ops;
	usec_t mono = clock_usec(CLOCK_MONOTONIC);
	int more = ops->poll(f->transport, now, sink);

	if (mono < f->next)
		return more;
	f->next = mono + TICK;
	intake_tick(f->intake, now, str_of(ops->silence(f->transport)), sink);
	tell_lost(f, now, sink);
	return more;
}

static int fd(const struct source *s)
{
	const struct fleet_feed *f = feed_of(s);

	return f->transport->ops->fd(f->transport);
}

static bool is_pending(const struct source *s)
{
	const struct fleet_feed *f = feed_of(s);

	return f->transport->ops->is_pending(f->transport);
}

static void free_feed(struct source *s)
{
	struct fleet_feed *f = feed_of(s);

	if (f->transport)
		f->transport->ops->free(f->transport);
	intake_free(f->intake);
	free(f);
}

static const struct source_ops ops = {
	.name = "fleet", .poll = poll, .fd = fd, .is_pending = is_pending, .free = free_feed};

struct source *fleet_feed_new(struct ssh_calls *ssh, struct carrying *carrying, int *ret_err)
{
	struct fleet_feed *f = calloc(1, sizeof *f);

	*ret_err = -ENOMEM;
	if (!f)
		return NULL;
	f->source.ops = &ops;
	f->intake = intake_new();
	if (f->intake)
		f->transport = ssh->hands ? fleet_ssh_new(ssh, f->intake)
					  : fleet_carried_new(carrying, f->intake);
	if (f->transport) {
		*ret_err = 0;
		return &f->source;
	}
	free_feed(&f->source);
	return NULL;
}

static bool is_line(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	return s.n > 0 && s.n <= FLEET_ASK_MAX;
}

void fleet_feed_ask(
	struct source *feed, uint32_t member, struct str question, struct event_sink *sink)
{
	struct fleet_feed *f = feed_of(feed);
	const struct fleet_transport_ops *of = f->transport->ops;
	struct event e = event_make(EVENT_ANSWER, clock_now());
	char note[160];

	int err = is_line(question) ? of->ask(f->transport, member, question) : -EINVAL;
	if (!err)
		return;
	snprintf(note, sizeof note, "%s cannot be asked: %s", intake_name(f->intake, member),
		err == -ENOTCONN  ? "it is not connected"
		: err == -ENOBUFS ? "too many questions wait"
				  : strerror(-err));
	e.machine = member;
	e.answer.ask = question;
	e.answer.note = str_of(note);
	event_put(sink, &e);
}

void fleet_feed_live(struct source *feed)
{
	struct fleet_feed *f = feed_of(feed);

	f->transport->ops->live(f->transport);
}
