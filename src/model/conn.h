/* SPDX-License-Identifier: MIT
 *
 * conn: one TCP connection, keyed by network namespace and four-tuple. One that closed stays for a
 * while (struct model_limits), so that what was short is seen; it counts nowhere.
 */
#ifndef NG_MODEL_CONN_H
#define NG_MODEL_CONN_H

#include "base/clock.h"
#include "base/idlist.h"
#include "event/event.h"
#include "event/tuple.h"

#include <stdint.h>

/* Three cache lines: a look-up and the lists touch the first only, moves the second, listings the
 * third. */
struct conn {
	TUPLE_MEMBER;
	uint32_t host;         /* id of its host */
	uint32_t newer, older; /* in the host's list, or POOL_NONE */
	struct idlinks closed; /* among all that closed */
	uint8_t state;         /* enum tcp_state; TCP_CLOSE: it closed */
	uint8_t dir;           /* enum direction */
	bool answered;         /* its handshake was seen to complete */

	usec_t first_seen, changed; /* changed: of one that closed, when it did */
	usec_t held_from;       /* since when it takes up a place in the server; 0: it does not */
	uint64_t rx, tx;        /* or ABSENT */
	uint32_t segs, retrans; /* as wide as the kernel's; or CONN_ABSENT */
	uint32_t rtt_us, inode; /* 0: not known */
	uint32_t requests;      /* logged with its port; see model.ports_told */

	/* When bytes last came in or were acknowledged, its handshake was done, and since when all
	 * looks at it have found something unsent; 0: not known, or never. */
	_Alignas(64) usec_t rx_moved;
	usec_t tx_moved, established, txq_since;
	uint64_t limited_us; /* see event_conn; or ABSENT */
	uint64_t tx_then;    /* tx, at txq_since */
	uint32_t txq, rxq;   /* at the latest look; or CONN_ABSENT */
};

#define CONN_ABSENT UINT32_MAX

_Static_assert(sizeof(struct conn) == 192, "three cache lines");

static inline bool conn_is_closed(const struct conn *c)
{
	return c->state == TCP_CLOSE;
}

/* How long it has been known, or was. */
static inline usec_t conn_age(const struct conn *c, usec_t now)
{
	return (conn_is_closed(c) ? c->changed : now) - c->first_seen;
}

/* Segments sent again, or ABSENT. */
static inline uint64_t conn_retrans(const struct conn *c)
{
	return c->retrans == CONN_ABSENT ? ABSENT : c->retrans;
}

#endif
