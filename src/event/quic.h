/* SPDX-License-Identifier: MIT
 *
 * quic: which requests came over no TCP connection.
 */
#ifndef NG_EVENT_QUIC_H
#define NG_EVENT_QUIC_H

#include "event/event.h"

/* It came over QUIC, so over no TCP connection (RFC 9114, 3.1). */
static inline bool request_is_quic(const struct event_request *r)
{
	return str_starts(r->proto, STR_LIT("HTTP/3"));
}

#endif
