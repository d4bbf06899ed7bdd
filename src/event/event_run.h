/* SPDX-License-Identifier: MIT
 *
 * event_run: what a run says of its own account of things: event.h includes it.
 */
#ifndef NG_EVENT_EVENT_RUN_H
#define NG_EVENT_EVENT_RUN_H

#include "base/addr.h"
#include "base/str.h"

#include <stdint.h>

/* A moment to compare with. */
struct event_mark {
	struct str name;   /* as the operator called it; absent */
	uint8_t by_itself; /* not asked for: one is made every few minutes */
};

/* How the time that events carry stands to the machine's clock: said when that was set. Events'
 * time does not go back; what logs date by the machine's clock is put into events' time before it
 * gets here. */
struct event_clock {
	uint64_t ahead_us, behind_us; /* events' time is that much later, or earlier; one is 0 */
	uint64_t steps;               /* times that the clock was set, since the start */
};

#define CONN_SAID 100 /* bytes: a TLS hello and more; who has sent that has said something */

/* Connections of an address that came and went within a second, counted: what a recording has of a
 * flood in place of their moves (record/thin.h). */
struct event_conns {
	/* An address with all its bits; a /24 or /48 where there were many; of none, with no bit,
	 * where there were too many. */
	struct prefix net;
	uint32_t ns, lport;  /* as in event_conn; 0: not told, or many */
	uint8_t dir;         /* enum direction */
	uint64_t n, moves;   /* connections; and what was seen of them */
	uint64_t half_opens; /* of these, seen half-open */
	uint64_t opened;     /* open at some time */
	uint64_t handshakes; /* opened by the peer, and seen to complete their handshake */
	uint64_t said;       /* open, and told more than CONN_SAID bytes */
	uint64_t held_us;    /* for how long they took up places in the server, added up */
	uint64_t rx, tx, segs, retrans; /* added up; or ABSENT */
};

#define EVENT_CONNS_ABSENT \
	.rx = UINT64_MAX, .tx = UINT64_MAX, .segs = UINT64_MAX, .retrans = UINT64_MAX

/* So many more moves of connections were put together in a recording, and for so many connections
 * there are only counts. */
struct event_thinned {
	uint64_t moves, conns;
};

#endif
