/* SPDX-License-Identifier: MIT
 *
 * rdns: the source of addresses' names by reverse DNS, through the host's resolvers. Off unless
 * asked for: whoever runs the reverse zone of an attacker's network learns that somebody looks.
 *
 * A name is what the owner of the address says it is. It is confirmed when it leads back to the
 * address (RFC 8499, "forward-confirmed").
 */
#ifndef NG_ENRICH_RDNS_H
#define NG_ENRICH_RDNS_H

#include "base/reason.h"
#include "event/source.h"

#define RDNS_ASKS 16 /* questions at once */

/* server: "IP" or "IP:PORT" in place of the host's resolvers, or NULL. NULL, with the reason, when
 * memory is out or there is no such server. */
struct source *rdns_new(const char *server, struct reason *reason);

/* How many more addresses it would take. */
unsigned rdns_room(const struct source *s);

/* Asks for an address. False: it may not be asked for, is being asked for, or there is no room. */
bool rdns_want(struct source *s, const struct addr *ip);

#endif
