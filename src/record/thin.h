/* SPDX-License-Identifier: MIT
 *
 * thin: how many moves of connections a recording holds in a second is bounded. Beyond that number,
 * moves wait until the end of the second and are put together: of a connection that is still there,
 * one move says how far it has come; those that came and went meanwhile become counts by address
 * and port (conns events, event/event_run.h), by network where there are many addresses. What then
 * waits takes its turn in the seconds that follow. Everything else passes at once.
 *
 * What the counts come to is the same: connections, handshakes, bytes, time held. What is lost is
 * when within the second each happened, and what single connections of these there were.
 */
#ifndef NG_RECORD_THIN_H
#define NG_RECORD_THIN_H

#include "base/idlist.h"
#include "base/index.h"
#include "event/event.h"

#define THIN_WAITING_MAX (1u << 18) /* connections; further ones do not wait */
#define THIN_COUNTS_MAX  1024       /* records of addresses in a second, and of networks */

struct thin_options {
	uint64_t most; /* moves a second; 0: any number */
	struct event_sink *out;
	/* What is told of this address now has waited since then: who it is may have been said
	 * meanwhile, when nobody could know of whom. May be NULL. */
	void (*waited)(void *ctx, const struct addr *ip, usec_t since, struct event_sink *out);
	void *ctx;
};

struct thin {
	struct thin_options options;
	uint64_t used; /* moves put in this second */
	struct pool waiting;
	struct index by_tuple;
	struct idlist by_age;
	/* Counts of this second, by network, port and direction; owned, NULL until needed. */
	struct thin_count *counts;
	uint32_t count_n, of_addresses;
	struct index by_net;

	/* So far: moves that were put together, and connections of which only counts are there. */
	uint64_t moves, conns;
};

/* out is borrowed. Allocates nothing; what is all zero can be given to thin_done, too. */
void thin_init(struct thin *t, const struct thin_options *options);
void thin_done(struct thin *t);

/* Takes an event of a live run in the order in which they come. made: it is a move, and has made
 * its connection known. A tick ends the second. */
void thin_take(struct thin *t, const struct event *event, bool made);

/* Puts all that waits, as of now: the recording ends. */
void thin_flush(struct thin *t, usec_t now);

/* All connections have just been told of otherwise, by a picture: none waits any more. */
void thin_forget(struct thin *t);

#endif
