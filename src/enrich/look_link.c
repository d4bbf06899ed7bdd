// SPDX-License-Identifier: MIT
#include "enrich/look_link.h"

#include "base/container.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define TAKES_A_GO 64

struct look_link {
	struct source source;
	const struct look_ops *ops;
	void *ctx;
	struct {
		look_take_fn *fn;
		void *ctx;
	} takers[LOOK_KINDS];
	uint32_t open; /* questions that wait */
	usec_t heard;  /* when they began to, or something was said; CLOCK_MONOTONIC */
	char gone[LOOK_GONE_MAX];
	bool told; /* that it is */
};

const char *look_link_gone(const struct look_link *l)
{
	return l->gone[0] ? l->gone : NULL;
}

void look_link_lose(struct look_link *l, const char *why)
{
	size_t n = text_sanitise(l->gone, sizeof l->gone - 1, str_of(why));

	l->gone[n] = '\0';
	l->open = 0;
}

/* why: what it did wrong; NULL: it is simply no longer there. */
static void lose(struct look_link *l, const char *why)
{
	char how[LOOK_GONE_MAX], text[LOOK_GONE_MAX];

	l->ops->end(l->ctx, how, sizeof how);
	if (why)
		snprintf(text, sizeof text, "the look-ups process was ended: it %s", why);
	look_link_lose(l, why ? text : how);
}

int look_link_send(struct look_link *l, const union look_message *m)
{
	if (l->gone[0])
		return -EPIPE;
	int err = l->ops->send(l->ctx, m);
	if (err == -EAGAIN)
		return err;
	if (err) {
		lose(l, NULL);
		return -EPIPE;
	}
	if (m->head.kind == LOOK_URGE)
		return 0;
	if (l->open++ == 0)
		l->heard = clock_usec(CLOCK_MONOTONIC);
	return 0;
}

void look_link_on(struct look_link *l, enum look_kind kind, look_take_fn *fn, void *ctx)
{
	l->takers[kind].fn = fn;
	l->takers[kind].ctx = ctx;
}

static enum look_fault take_message(struct look_link *l, const union look_message *m, size_t n)
{
	enum look_fault fault = look_check(m, n, false);

	if (fault)
		return fault;
	if (!l->takers[m->head.kind].fn)
		return LOOK_BAD_KIND;
	fault = l->takers[m->head.kind].fn(l->takers[m->head.kind].ctx, m);
	if (fault)
		return fault;
	l->heard = clock_usec(CLOCK_MONOTONIC);
	if (m->head.kind == LOOK_ANSWER || m->head.kind == LOOK_NAME)
		l->open -= l->open > 0;
	return LOOK_FINE;
}

/* True when there may be more. */
static bool take_some(struct look_link *l)
{
	union look_message m;
	char why[LOOK_GONE_MAX / 2];

	for (int i = 0; i < TAKES_A_GO && !l->gone[0]; i++) {
		ssize_t n = l->ops->receive(l->ctx, &m);
		if (n == -EAGAIN)
			return false;
		enum look_fault fault = n > 0 ? take_message(l, &m, (size_t)n) : LOOK_FINE;
		if (n <= 0)
			lose(l, NULL);
		if (fault) {
			snprintf(why, sizeof why, "said %s", look_fault_text(fault));
			lose(l, why);
		}
	}
	return !l->gone[0];
}

/* The source. */

static void put_gone(struct look_link *l, usec_t now, struct event_sink *sink)
{
	struct event e = event_make(EVENT_NOTE, now);
	char text[LOOK_GONE_MAX + 128];

	snprintf(text, sizeof text,
		"%s. Until nethergaze is started again, only the cache says whose an address is",
		l->gone);
	e.note.text = str_of(text);
	event_put(sink, &e);
	l->told = true;
}

static int look_link_poll(struct source *s, usec_t now, struct event_sink *sink)
{
	struct look_link *l = container_of(s, struct look_link, source);
	bool more = !l->gone[0] && take_some(l);

	if (!l->gone[0] && l->open && clock_usec(CLOCK_MONOTONIC) - l->heard > LOOK_SILENCE)
		lose(l, "did not answer for minutes");
	if (!l->gone[0])
		return more;
	if (!l->told)
		put_gone(l, now, sink);
	return -EPIPE;
}

static int look_link_fd(const struct source *s)
{
	const struct look_link *l = container_of(s, const struct look_link, source);

	return l->ops ? l->ops->fd(l->ctx) : -1;
}

static void leave(struct source *s)
{
	struct look_link *l = container_of(s, struct look_link, source);

	for (int i = 0; i < LOOK_KINDS; i++)
		l->takers[i].fn = NULL;
}

static const struct source_ops look_link_ops = {
	.name = "look-ups",
	.poll = look_link_poll,
	.fd = look_link_fd,
	.free = leave,
};

struct source *look_link_source(struct look_link *l)
{
	return &l->source;
}

struct look_link *look_link_new(const struct look_ops *ops, void *ctx)
{
	struct look_link *l = calloc(1, sizeof *l);

	if (!l)
		return NULL;
	l->source.ops = &look_link_ops;
	l->ops = ops;
	l->ctx = ctx;
	return l;
}

void look_link_free(struct look_link *l)
{
	free(l);
}
