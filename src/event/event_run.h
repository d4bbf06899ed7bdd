/* SPDX-License-Identifier: MIT
 *
 * event_run: what a run says of its own account of things: event.h includes it.
 */
#ifndef NG_EVENT_EVENT_RUN_H
#define NG_EVENT_EVENT_RUN_H

#include <stdint.h>

/* How the time that events carry stands to the machine's clock: said when that was set. Events'
 * time does not go back; what logs date by the machine's clock is put into events' time before it
 * gets here. */
struct event_clock {
	uint64_t ahead_us, behind_us; /* events' time is that much later, or earlier; one is 0 */
	uint64_t steps;               /* times that the clock was set, since the start */
};

#endif
