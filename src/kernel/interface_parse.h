/* SPDX-License-Identifier: MIT
 *
 * interface_parse: what rtnetlink(7) answers about an interface and about routes, and what the
 * counters of one say when they are read twice.
 */
#ifndef NG_KERNEL_INTERFACE_PARSE_H
#define NG_KERNEL_INTERFACE_PARSE_H

#include "event/event.h"

#include <net/if.h>

struct interface_counters {
	uint32_t index;         /* another one: another interface, of whatever name; 0: none */
	char name[IF_NAMESIZE]; /* as the kernel calls it; not clean */
	uint64_t rx, tx, rx_packets, tx_packets, errors, drops;
};

/* An answer to RTM_GETLINK: n bytes, aligned as messages are. 0; -ENODEV or another errno of the
 * kernel's; -ENODATA when it has no counters (IFLA_STATS64); -EBADMSG when it is none. */
int interface_parse_link(const void *messages, size_t n, struct interface_counters *ret);

/* A part of the answer to a dump of routes (RTM_GETROUTE). Takes the default route of the lowest
 * metric: *index and *metric are the best so far, 0 and UINT32_MAX at first. 1 when the answer ends
 * here, 0 when there is more, or a negative errno. */
int interface_parse_routes(const void *messages, size_t n, uint32_t *index, uint32_t *metric);

/* What came between two readings of one interface. A counter of 32 bits may have come round. False
 * when they have started anew, so that nothing is known of what came between. */
bool interface_delta(const struct interface_counters *before,
	const struct interface_counters *after, struct event_interface *ret);

#endif
