/* SPDX-License-Identifier: MIT
 *
 * hub: where every event of every source passes once. It hands each to the takers in the order in
 * which they joined: the model first, then those that look at what the event made of it.
 *
 * What takers put meanwhile waits behind the current event, with its own copy of its text, and is
 * handed out before the outermost event_put returns. One event from outside can be followed by
 * HUB_QUEUE_MAX others at most, so that takers that answer each other come to an end; the rest is
 * dropped, and reported as EVENT_LOST of "hub".
 */
#ifndef NG_APP_HUB_H
#define NG_APP_HUB_H

#include "event/taker.h"

#define HUB_TAKERS_MAX 24
#define HUB_QUEUE_MAX  4096
#define HUB_TEXT_MAX   (4u << 20) /* bytes of text of all queued events */

struct hub {
	struct event_sink sink;               /* first */
	struct taker *takers[HUB_TAKERS_MAX]; /* borrowed */
	size_t taker_count;
	bool busy;     /* an event is being handed out */
	uint64_t news; /* events from outside, but for those that come though nothing happens */

	struct event *queue; /* HUB_QUEUE_MAX; NULL until one is needed */
	char *text;          /* HUB_TEXT_MAX, of the queue */
	size_t first, queued, text_used;
	uint64_t dropped; /* not reported yet */
};

/* No taker yet. The hub must not move afterwards. */
void hub_init(struct hub *hub);
void hub_done(struct hub *hub);

/* 0, or -ENOSPC: there are HUB_TAKERS_MAX already. The taker must outlive the hub's last event. */
int hub_join(struct hub *hub, struct taker *taker);

/* Give each taker that has one its turn, its flush, its restart. True when one has more to do. */
bool hub_poll(struct hub *hub, usec_t now);
void hub_flush(struct hub *hub);
void hub_restart(struct hub *hub, const struct model *model);

#endif
