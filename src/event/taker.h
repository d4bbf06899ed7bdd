/* SPDX-License-Identifier: MIT
 *
 * taker: something that is handed every event of the kinds it wants, after all who joined the hub
 * (app/hub.h) before it. Embed it first in the taker's struct.
 *
 * A taker may put events to the hub's sink while it takes one: they are queued behind the current
 * one and keep the order in which they were put.
 */
#ifndef NG_EVENT_TAKER_H
#define NG_EVENT_TAKER_H

#include "event/event.h"

#define TAKER_KIND(kind) (UINT64_C(1) << (kind))
#define TAKER_ALL        UINT64_MAX

_Static_assert(EVENT_KINDS <= 64, "a bit for each kind");

struct model; /* src/model; nothing here looks inside */

struct taker {
	const char *name;
	uint64_t kinds; /* TAKER_KIND of each kind it wants; 0, at any time: nothing more */

	/* The event's text is borrowed until take returns. */
	void (*take)(struct taker *taker, const struct event *event);

	/* All others may be NULL. As that of struct event_sink. */
	void (*prefetch)(struct taker *taker, const struct event *events, size_t n);

	/* Its own turn, once a round of the loop: a few milliseconds at most. True when it has more
	 * to do at once. `now` is the time of day, as events carry it. */
	bool (*poll)(struct taker *taker, usec_t now);

	/* The round is over: what waits is to be written. */
	void (*flush)(struct taker *taker);

	/* A replay begins anew, with an empty model: what was learned of the old one is to be
	 * forgotten, the pointer to it included. */
	void (*restart)(struct taker *taker, const struct model *model);
};

#endif
