/* SPDX-License-Identifier: MIT
 *
 * lookup: the source that finds out who addresses are registered to: from the cache, else from
 * whoever looks up (look_link.h) by RDAP (RFC 7480) or by whois on port 43. It is told what is
 * wanted, decides who is asked about next, and puts registration events, of whole networks.
 *
 * Bounded: so many questions wait, LOOK_NETWORKS of them there; addresses of one /24 or /48 wait
 * for the answer of the first. Nothing is asked about but addresses that are global
 * (addr_is_global) and not the host's own, and they go only where fetch.h says.
 */
#ifndef NG_ENRICH_LOOKUP_H
#define NG_ENRICH_LOOKUP_H

#include "enrich/look_link.h"
#include "event/source.h"

#define LOOKUP_ASKS     64                   /* questions at once, waiting or running */
#define LOOKUP_NEGATIVE (600 * USEC_PER_SEC) /* how long "nobody knows" holds */

struct lookup_options {
	struct look_link *link; /* borrowed, for as long as the source is */
	const char *cache_dir;  /* or NULL */
	usec_t cache_ttl;
};

/* NULL when memory is out. */
struct source *lookup_new(const struct lookup_options *options);

enum want {
	WANT_SOME, /* when there is time */
	WANT_NEXT, /* before those */
	WANT_NOW   /* before all, and whatever the cache knows */
};

/* How many more questions it would take. */
unsigned lookup_room(const struct source *s);

/* Puts what the cache knows of an address, and asks nobody. */
void lookup_recall(struct source *s, const struct addr *ip, usec_t now, struct event_sink *sink);

/* Asks for an address. True when it is being asked for now; false: it may not be asked for, or
 * there is no room. */
bool lookup_want(struct source *s, const struct addr *ip, enum want how);

#endif
