/* SPDX-License-Identifier: MIT
 *
 * lookup: the source that finds out who addresses are registered to: from the cache, by RDAP
 * (RFC 7480), else by whois on port 43. It is told what is wanted and puts registration events,
 * of whole networks.
 *
 * Bounded: so many questions wait or run, at most `workers` of them on the network; addresses of
 * one /24 or /48 wait for the answer of the first. Nothing leaves the machine but addresses that
 * are global (addr_is_global) and not the host's own, and it goes only where fetch.h says.
 */
#ifndef NG_ENRICH_LOOKUP_H
#define NG_ENRICH_LOOKUP_H

#include "event/source.h"

#define LOOKUP_ASKS     64 /* questions at once, waiting or running */
#define LOOKUP_WHOIS    "whois.iana.org"
#define LOOKUP_NEGATIVE (600 * USEC_PER_SEC) /* how long "nobody knows" holds */

struct lookup_options {
	const char *bootstrap;    /* base URL of ipv4.json and ipv6.json; NULL: IANA's */
	const char *whois_server; /* where whois begins; NULL: IANA's. Another is the only one */
	const char *cache_dir;    /* or NULL */
	usec_t cache_ttl;
	unsigned workers;
};

/* NULL when memory or descriptors are out. */
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
