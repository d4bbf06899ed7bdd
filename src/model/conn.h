/* SPDX-License-Identifier: MIT
 *
 * conn: one TCP connection, keyed by network namespace and four-tuple.
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
	uint8_t state;         /* enum tcp_state */
	uint8_t dir;           /* enum direction */
	uint32_t host;         /* id of its host */
	uint32_t newer, older; /* in the host's list, or POOL_NONE */
	usec_t first_seen, changed;
	uint64_t rtt_us, rx, tx, retrans; /* or ABSENT */
};

#endif
