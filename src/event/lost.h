/* SPDX-License-Identifier: MIT
 *
 * lost: says that n records of something never made it.
 */
#ifndef NG_EVENT_LOST_H
#define NG_EVENT_LOST_H

#include "event/event.h"

/* Does nothing when n is 0. */
static inline void put_lost(struct event_sink *sink, usec_t ts, const char *what, uint64_t n)
{
	struct event e = event_make(EVENT_LOST, ts);

	if (n == 0)
		return;
	e.lost.what = str_of(what);
	e.lost.n = n;
	event_put(sink, &e);
}

#endif
