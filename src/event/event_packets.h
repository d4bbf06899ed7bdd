/* SPDX-License-Identifier: MIT
 *
 * event_packets: events that count packets by where they come from. Part of event.h, which is what
 * others include.
 */
#ifndef NG_EVENT_EVENT_PACKETS_H
#define NG_EVENT_EVENT_PACKETS_H

#include "base/addr.h"

#include <stdint.h>

/* n more packets of an address were answered with a reset: no socket was there for them, as on a
 * closed port. */
struct event_resets {
	struct addr ip;
	uint64_t n;
};

/* n more SYNs were seen from ip since the last such event. Nothing says that ip sent them: a
 * source that has not answered may be forged. */
struct event_syn {
	struct addr ip;
	uint64_t n;
};

/* n more SYNs from a network, its addresses included that had no syn event of their own. */
struct event_syn_net {
	struct prefix net; /* a /24 or a /48 */
	uint64_t n;
};

/* n more QUIC packets (UDP to a port that speaks it) came from an address, a /24 or a /48, or, as
 * ::/0, from anywhere, since the last such event of it; and so many Initials (RFC 9000, 17.2.2)
 * among them, with which connections begin. About so many: they are scaled up from a sample.
 * Nothing says that the source sent them: of an Initial it may be forged. */
struct event_quic {
	struct prefix net;
	uint64_t packets, initials;
};

#endif
