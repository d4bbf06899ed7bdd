/* SPDX-License-Identifier: MIT
 *
 * rdns: the source of addresses' names by reverse DNS, through the host's resolvers, which whoever
 * looks up asks (look_link.h). Off unless asked for: whoever runs the reverse zone of an attacker's
 * network learns that somebody looks.
 *
 * A name is what the owner of the address says it is. It is confirmed when it leads back to the
 * address (RFC 8499, "forward-confirmed").
 */
#ifndef NG_ENRICH_RDNS_H
#define NG_ENRICH_RDNS_H

#include "enrich/look_link.h"
#include "event/source.h"

#define RDNS_ASKS LOOK_NAMES /* questions at once */

/* The link is borrowed, for as long as the source is. NULL when memory is out. */
struct source *rdns_new(struct look_link *link);

/* How many more addresses it would take. */
unsigned rdns_room(const struct source *s);

/* Asks for an address. False: it may not be asked for, is being asked for, or there is no room. */
bool rdns_want(struct source *s, const struct addr *ip);

#endif
