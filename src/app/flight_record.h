/* SPDX-License-Identifier: MIT
 *
 * flight_record: keeps the last minutes of a live run (record/flight.h), with pictures of the
 * moment in between, so that a recording can begin before somebody asks for it.
 */
#ifndef NG_APP_FLIGHT_RECORD_H
#define NG_APP_FLIGHT_RECORD_H

#include "app/retell.h"
#include "record/flight.h"

/* A taker of the hub from before the run's start record. */
struct flight_record {
	struct taker taker;     /* first */
	struct event_sink sink; /* into the flight */
	struct event_sink *hub; /* for its note */
	struct retell retell;
	struct flight *flight; /* NULL: off */
	usec_t span, rests;    /* no picture is taken before rests */
	bool said_lost;        /* that all of it was lost once */
};

/* Takes nothing yet. model, start: as for retell_init. hub: borrowed; is told, once, when all that
 * was kept was lost. 0 or -ENOMEM. */
int flight_record_init(struct flight_record *r, const struct flight_options *options,
	const struct model *model, const struct event_start *start, struct event_sink *hub);
void flight_record_done(struct flight_record *r); /* accepts one that is all zero */

/* Since when events are kept; 0: none are. */
static inline usec_t flight_record_since(const struct flight_record *r)
{
	return r->flight ? flight_since(r->flight) : 0;
}

#endif
