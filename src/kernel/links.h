/* SPDX-License-Identifier: MIT
 *
 * links: what this machine's network is made of, by rtnetlink(7): its addresses and the networks
 * that they are in, gateways and other next hops, and who stands beside the default gateways. Read
 * in slices; each fact is told as the role that it has among what must not be blocked.
 */
#ifndef NG_KERNEL_LINKS_H
#define NG_KERNEL_LINKS_H

#include "event/event.h"

#define LINKS_DEFAULTS 16 /* interfaces with a default route that are told apart */

struct links {
	int netlink;       /* asks; -1: nothing does */
	int news;          /* hears of changes; -1: nothing does */
	uint32_t sequence; /* of the question */
	unsigned at;       /* which dump is under way */
	bool asked;        /* it was asked for */
	uint32_t routes;   /* that were read in it */
	bool interrupted;  /* what it lists has changed meanwhile */
	bool left_out;     /* there was more than is read: routes, interfaces */
	int defaults[LINKS_DEFAULTS];
	uint32_t default_count;
};

/* Calls back with a network of this role. The same one may come several times. */
typedef void links_fact_fn(void *ctx, enum guard_role role, const struct prefix *net);

/* Without a socket it is there all the same: links_begin tries again to open one. */
void links_init(struct links *l);
void links_done(struct links *l);

/* Starts to read all anew. */
void links_begin(struct links *l);

/* Goes on reading, for a few hundred kilobytes. 1 when there is more, 0 when all is read but what
 * left_out says, or a negative errno: then it has to begin anew. -ESTALE: something changed
 * meanwhile, so that some of it may be missing. */
int links_step(struct links *l, links_fact_fn *fact, void *ctx);

/* True when an address or a route has changed since this was last asked. */
bool links_have_changed(struct links *l);

/* Takes one answer apart. 1 when it ends the dump, 0 when more is to come, or a negative errno. */
int links_parse(struct links *l, const void *messages, size_t n, links_fact_fn *fact, void *ctx);

#endif
