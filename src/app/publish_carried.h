/* SPDX-License-Identifier: MIT
 *
 * publish_carried: what is published goes out by a carrier, and questions come in by it
 * (fleet/carrier.h). How it fares is said as an enricher, when it changes.
 */
#ifndef NG_APP_PUBLISH_CARRIED_H
#define NG_APP_PUBLISH_CARRIED_H

#include "app/carrying.h"
#include "app/publish_ask.h"

#define CARRIED_LAST_WORDS (USEC_PER_SEC) /* that the end of a run waits for what is to be sent */

struct loop;

struct publish_carried {
	struct carrying *carrying; /* borrowed; NULL: nothing is carried */
	struct publish_ask *ask;
	struct event_sink *sink;
	struct loop *loop; /* that watches it */
	usec_t next;       /* monotonic: when its account is looked at */
	uint64_t told;     /* what was said of it last: a hash; 0: nothing */
};

/* All but the carrying is borrowed for as long as it is polled. */
void publish_carried_init(struct publish_carried *c, struct carrying *carrying,
	struct publish_ask *ask, struct event_sink *sink);

/* Where publish hands messages to. */
struct publish_to publish_carried_to(struct publish_carried *c);

/* Has the loop watch it; NULL: no loop does any more. 0 or a negative errno. */
int publish_carried_watch(struct publish_carried *c, struct loop *loop);

/* Its turn. True when there is more. */
bool publish_carried_poll(struct publish_carried *c, usec_t now);

/* Waits a moment for what was handed over last. */
void publish_carried_finish(struct publish_carried *c);

#endif
