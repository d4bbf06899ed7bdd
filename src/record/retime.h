/* SPDX-License-Identifier: MIT
 *
 * retime: puts the events of a recording into a time that does not go back. Streams of this program
 * never do; what was put together by hand, or by somebody who means ill, may hold an event from the
 * future, after which all others would be of the past. What then comes is as much later as the
 * latest was too late, and a clock event says so, as in a live run whose clock was set back.
 */
#ifndef NG_RECORD_RETIME_H
#define NG_RECORD_RETIME_H

#include "event/event.h"

/* Records of one moment come from several sources: so much is no step. */
#define RETIME_SLACK (60 * USEC_PER_SEC)

/* All zero at first. */
struct retime {
	usec_t latest;  /* of the events so far, as they were put */
	usec_t shift;   /* that events get, by now */
	usec_t ahead;   /* as the recording's own clock events said last; below 0: behind */
	uint64_t steps; /* these, and ours */
	uint64_t ours;
};

/* The time that an event of this recorded time gets. *ret_set: time has been set by it. */
usec_t retime_at(struct retime *r, enum event_kind kind, usec_t ts, bool *ret_set);

/* Dates an event. True when time has been set: then *ret_clock is to be put first. */
bool retime_event(struct retime *r, struct event *event, struct event *ret_clock);

#endif
