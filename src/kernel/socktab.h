/* SPDX-License-Identifier: MIT
 *
 * socktab: the TCP sockets of this machine as last known. It turns what the kernel reports
 * (transitions, and listings of what is there) into what the model wants: one conn event for each
 * true change of state, CLOSE at the end, nothing twice. All knowledge of how the kernel hides
 * things lives here:
 *
 * - A transition to CLOSE may begin a timewait socket (struct inet_timewait_sock), which lives on
 *   in TIME_WAIT or FIN_WAIT2 and ends unreported. It is held until a listing lacks it, a new
 *   connection takes its tuple, or SOCKTAB_TIMEWAIT_LIFE has passed.
 * - A half-open connection is not a socket and makes no transition; listings find it.
 * - Numbers (RTT, bytes, segments) and the inode make no transition either: a full listing that
 *   finds them changed puts the socket again, in the state it is in. Of its queues, only that one
 *   has filled or emptied is a change: a connection that is stuck is put once.
 * - Sockets of this process are held like all others, but never put.
 * - When the table is full, a connection that moves takes the place of one of whoever holds most of
 *   it (event/crowd.h), which is closed; rows of listings find none.
 * - States only advance. One that goes back is another connection on the same tuple: the old one
 *   is closed first.
 *
 * Transitions and listings meet under one rule: a transition applied after the start of a listing
 * wins over that listing. So all known transitions are applied before it begins, and rows are
 * compared only after every transition made before they were read:
 *
 *	drain the ring: socktab_transition() for all that is there
 *	socktab_begin(t, ns, states, monotonic now)
 *	as long as there are rows:
 *		socktab_add(t, row) …
 *		drain the ring: socktab_transition() for all that is there
 *		socktab_take(t, …)
 *	socktab_end(t, …)
 *
 * For each tuple without a transition since the start: a row that differs is put as an event, and
 * at the end a socket of that namespace in one of those states without a row is put as CLOSE.
 * Tuples with a transition keep its state: a connection opened while the listing ran is not closed
 * by it, one that closed is not brought back, and a half-open row that has become ESTABLISHED
 * meanwhile stays so. The next listing corrects whatever a lost record leaves wrong. The first
 * listing, polling, and repair after a loss are all this one thing.
 *
 * Times are CLOCK_MONOTONIC in nanoseconds; events carry wall time, by `clock`.
 */
#ifndef NG_KERNEL_SOCKTAB_H
#define NG_KERNEL_SOCKTAB_H

#include "base/idlist.h"
#include "event/event.h"
#include "kernel/listeners.h"
#include "kernel/owners.h"
#include "kernel/self_sockets.h"
#include "kernel/tcp_moves.h"

#define SOCKTAB_MAX      (1u << 19) /* more than the model holds, which knows who is worth what */
#define SOCKTAB_EXPECTED 16         /* rows that may be announced at once */

/* TCP_TIMEWAIT_LEN (include/net/tcp.h), and what the timer wheel may be late at that range. */
#define SOCKTAB_TIMEWAIT_LIFE (UINT64_C(64) * 1000000000)

/* Sets of states, 1 << state. */
#define SOCKTAB_ALL       (((1u << TCP_STATES) - 1) & ~(1u << TCP_STATE_NONE | 1u << TCP_CLOSE))
#define SOCKTAB_HALF_OPEN (1u << TCP_SYN_RECV | 1u << TCP_SYN_SENT)

struct socktab_listing {
	bool running;
	bool listeners_whole, listeners_taken;
	bool cut; /* a row could not be read, or memory was out for what it says */
	uint32_t number, ns, states;
	uint64_t began;
	struct socktab_row *rows; /* that differ from what is known, and are not taken yet */
	size_t count, cap;
	uint64_t total;     /* sockets that it has, listening ones included */
	uint64_t half_open; /* of these */
	uint64_t open;      /* of these, all but listening and TIME_WAIT ones */
	/* Sockets that found no place, this time and at the last full listing. */
	uint64_t overflowed;
	uint64_t last_overflowed;
};

struct socktab {
	struct pool pool; /* struct sock */
	struct index index;
	struct listeners listeners;
	struct socktab_listing listing;
	struct idlist timewaits; /* timewait sockets by age */
	usec_t clock;            /* wall time minus monotonic time; the owner keeps it right */
	uint64_t lost;           /* sockets that found no place, not yet reported */
	uint64_t evicted, drawn; /* that made way for others, likewise; draws for that so far */
	bool unknown_netns;      /* a transition in a namespace never listed; set here only */
	/* Borrowed; either may be NULL. */
	struct self_sockets *own;
	struct owners *owners; /* is asked for the inodes of the sockets */
};

/* At most cap sockets. 0 or -ENOMEM. */
int socktab_init(struct socktab *t, uint32_t cap);
void socktab_done(struct socktab *t);

/* A socket moved from c->was to c->state at `when`. LISTEN is remembered, not put. */
void socktab_transition(struct socktab *t, const struct event_conn *c, unsigned marks,
	uint64_t when, struct event_sink *sink);

/* Starts a listing of the sockets of one namespace in these states. */
void socktab_begin(struct socktab *t, uint32_t ns, uint32_t states, uint64_t when);

/* Announces conn events whose sockets will be moved or added next, and
 * prefetches what is known of them: a few at a time, or it is evicted again. */
void socktab_prefetch(const struct socktab *t, const struct event *rows, size_t n);

/* One row of it; rows outside the listing's states are passed over. */
void socktab_add(struct socktab *t, const struct event_conn *row, unsigned marks);

/* Says that the rows to come are of no listener. In what direction a connection was opened is known
 * only then: of a namespace that is new, rows are not taken before. */
void socktab_listeners_whole(struct socktab *t);

/* Takes what the rows say that were added since the last call, and those that had to wait. */
void socktab_take(struct socktab *t, struct event_sink *sink);

/* Ends it. When not whole (reading failed midway), sockets without a row are left alone. */
void socktab_end(struct socktab *t, bool whole, struct event_sink *sink);

/* Closes all sockets of the namespaces for which gone() is true. */
void socktab_forget(struct socktab *t, bool (*gone)(const void *context, uint32_t ns),
	const void *context, uint64_t when, struct event_sink *sink);

/* Ends timewait sockets whose time is over and reports how many sockets found no place. */
void socktab_expire(struct socktab *t, uint64_t when, struct event_sink *sink);

#endif
