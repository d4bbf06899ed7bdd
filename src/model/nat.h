/* SPDX-License-Identifier: MIT
 *
 * nat: addresses that this machine puts in the place of its clients' (SNAT, masquerade) on the way
 * to a server in a namespace of its own. The server, and its log, see such an address and not who
 * connects.
 *
 * An address of this machine is known to be one when connections come from it that no socket of
 * this machine has opened: nobody else has that address. Who the clients are is in the kernel's
 * table of connections alone; what it says (event_nat) makes a connection its client's.
 */
#ifndef NG_MODEL_NAT_H
#define NG_MODEL_NAT_H

#include "base/addr.h"
#include "base/clock.h"
#include "event/tuple.h"

#include <stdbool.h>
#include <stdint.h>

#define NATS_MAX       16 /* addresses; further ones are counted */
#define NAT_NS_MAX     64 /* namespaces of one; the one noted first makes way, and comes again */
#define NAT_DOUBTS_MAX 64 /* connections that are looked into at once, newest first */

/* How the table fares goes by this name (enricher.h). */
#define NAT_ENRICHER "conntrack"

struct nat_source {
	struct addr ip;
	usec_t seen;             /* when a connection from it was last known to be rewritten */
	uint64_t named;          /* connections whose client was named, ever */
	uint32_t unnamed;        /* those that were not, of the ones looked into last */
	uint32_t ns[NAT_NS_MAX]; /* where servers see it */
	uint32_t ns_count;       /* that were noted, ever */
};

/* A connection from an address of this machine. */
struct nat_doubt {
	struct tuple tuple;
	bool opened_here; /* a socket of this machine has its other end */
};

struct nats {
	struct nat_source at[NATS_MAX];
	uint32_t n;
	uint64_t left_out; /* times that an address found no room */
	struct nat_doubt doubts[NAT_DOUBTS_MAX];
	uint32_t doubt_count;
	uint32_t from; /* where the walk through the connections goes on, for their other ends */
};

/* NULL: the machine is not known to put this address in the place of others. */
const struct nat_source *nats_find(const struct nats *n, const struct addr *ip);

/* How many of ns[] are there. */
static inline uint32_t nat_namespaces(const struct nat_source *s)
{
	return s->ns_count < NAT_NS_MAX ? s->ns_count : NAT_NS_MAX;
}

#endif
