/* SPDX-License-Identifier: MIT
 *
 * conn: one TCP connection, keyed by network namespace and four-tuple. One that closed stays for a
 * while (struct model_limits), so that what was short is seen; it counts nowhere.
 */
#ifndef NG_MODEL_CONN_H
#define NG_MODEL_CONN_H

#include "base/addr.h"
#include "base/clock.h"

#include <stdint.h>

struct conn {
	struct addr ip, lip; /* peer, local */
	uint32_t ns;
	uint16_t port, lport;
	uint8_t state;                       /* enum tcp_state; TCP_CLOSE: see closed */
	uint8_t dir;                         /* enum direction */
	bool answered;                       /* its handshake was seen to complete */
	uint32_t requests;                   /* logged with its port; see model.ports_told */
	uint32_t host;                       /* id of its host */
	uint32_t newer, older;               /* in the host's list, or POOL_NONE */
	uint32_t closed_newer, closed_older; /* among all that closed, or POOL_NONE */
	usec_t first_seen, changed;
	usec_t closed;    /* when it did; 0: it lives */
	usec_t held_from; /* since when it takes up a place in the server; 0: it does not */
	uint64_t rtt_us, rx, tx, retrans, segs, inode; /* or ABSENT */
};

/* How long it has been known, or was. */
static inline usec_t conn_age(const struct conn *c, usec_t now)
{
	return (c->closed ? c->closed : now) - c->first_seen;
}

#endif
