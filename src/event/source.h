/* SPDX-License-Identifier: MIT
 *
 * source: something that turns a part of the world into events. Sources do not know the model,
 * the screen or each other; they never log and never exit: trouble becomes an event (a note, a
 * count) or a negative errno.
 */
#ifndef NG_EVENT_SOURCE_H
#define NG_EVENT_SOURCE_H

#include "event/event.h"

#define SOURCE_REASON_MAX 256

struct source;

struct source_ops {
	const char *name;

	/* Takes what is due and puts it to the sink, a few milliseconds' worth at most.
	 * Returns 1 when more is ready at once, 0 when it has caught up, -EPIPE when it has ended
	 * for good (end of a recording or of stdin), or another negative errno. */
	int (*poll)(struct source *s, usec_t now, struct event_sink *sink);

	/* Last words before a final report: says what is still held back, and makes the account
	 * exact (a full listing, counters). May be NULL. */
	void (*finish)(struct source *s, usec_t now, struct event_sink *sink);

	/* What would be read later is due now: somebody asks for it. May be NULL. */
	void (*refresh)(struct source *s);

	/* A descriptor that becomes readable when poll has work, or -1: polled on the tick. May be
	 * NULL. */
	int (*fd)(const struct source *s);

	/* True while it has yet to read something to its end that was asked for whole (stdin from
	 * its start), although nothing is ready now. A run does not end before. May be NULL. */
	bool (*is_pending)(const struct source *s);

	void (*free)(struct source *s);
};

/* Embed it in the source's struct; container_of() (base/container.h) leads back. */
struct source {
	const struct source_ops *ops;
};

static inline int source_poll(struct source *s, usec_t now, struct event_sink *sink)
{
	return s->ops->poll(s, now, sink);
}

static inline void source_finish(struct source *s, usec_t now, struct event_sink *sink)
{
	if (s->ops->finish)
		s->ops->finish(s, now, sink);
}

static inline bool source_refresh(struct source *s)
{
	if (s->ops->refresh)
		s->ops->refresh(s);
	return s->ops->refresh != NULL;
}

static inline int source_fd(const struct source *s)
{
	return s->ops->fd ? s->ops->fd(s) : -1;
}

static inline bool source_is_pending(const struct source *s)
{
	return s->ops->is_pending && s->ops->is_pending(s);
}

static inline void source_free(struct source *s)
{
	if (s)
		s->ops->free(s);
}

#endif
