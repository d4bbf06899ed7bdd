/* SPDX-License-Identifier: MIT
 *
 * network: what is known of whole networks, /24 and /48: an attack that changes its addresses
 * faster than anybody can look at them seldom changes its networks. Each host belongs to one.
 *
 * A network without hosts is kept for what it sent, as long as there is room: when there is
 * none, the lightest of those that have been idle longest goes first.
 */
#ifndef NG_MODEL_NETWORK_H
#define NG_MODEL_NETWORK_H

#include "base/addr.h"
#include "base/idlist.h"
#include "base/index.h"
#include "base/pool.h"
#include "model/tally.h"

#define NETWORK_V4_BITS 24
#define NETWORK_V6_BITS 48

struct network {
	struct prefix prefix;
	bool is_private;     /* hidden unless asked for: no host of it is shown */
	uint32_t hosts;      /* now */
	struct idlinks idle; /* among those without hosts */
	uint32_t log;        /* id of its struct log_tally, or POOL_NONE: no request so far */
	usec_t touched;
	uint64_t host_syns; /* that were counted by address */
	uint64_t net_syns;  /* that were counted by network, these included; 0 where nothing does */
	struct tcp_tally tcp; /* its SYNs: whichever of the two has seen the most */
};

struct networks {
	struct pool pool; /* struct network */
	struct pool logs; /* struct log_tally, of networks with requests */
	struct index index;
	struct idlist idle; /* those without hosts, by the time at which they became so */
	uint32_t idle_count, idle_most;
	/* Told before one goes; NULL: nobody is. */
	void (*forgets)(void *ctx, uint32_t id);
	void *ctx;
};

/* Room for the networks of `hosts` hosts and for idle_most without one. 0 or -ENOMEM. */
int networks_init(struct networks *n, uint32_t hosts, uint32_t idle_most);
void networks_done(struct networks *n);

/* One of its own that holds the same. 0; or -ENOMEM, and `to` is empty. */
int networks_copy(struct networks *to, const struct networks *from);

static inline struct network *network_at(const struct networks *n, uint32_t id)
{
	return pool_at(&n->pool, id);
}

/* The network that a host's address lies in. */
struct prefix network_prefix(const struct addr *ip);

/* Its id, or POOL_NONE. */
uint32_t networks_find(const struct networks *n, const struct prefix *p);

/* Its id, made when new; POOL_NONE when memory is out. */
uint32_t networks_touch(struct networks *n, const struct prefix *p, usec_t now);

/* A host of it comes or goes. It comes to a network just touched, which it keeps. */
void networks_add_host(struct networks *n, uint32_t id);
void networks_remove_host(struct networks *n, uint32_t id, usec_t now);

/* Forgets networks that have had no host for long. */
void networks_sweep(struct networks *n, usec_t touched_before);

/* The tally of its requests, made when it has none; NULL when memory is out. */
struct log_tally *networks_log(struct networks *n, struct network *net);

/* Requests from it that were logged. */
uint64_t network_requests(const struct networks *n, const struct network *net);

void network_count_syns(struct network *net, uint64_t syns, bool by_network, usec_t now);

/* SYNs from it, whoever counted them. */
static inline uint64_t network_syns(const struct network *net)
{
	return net->net_syns > net->host_syns ? net->net_syns : net->host_syns;
}

enum network_weight {
	NETWORK_BY_HALF_OPEN,
	NETWORK_BY_SYNS, /* in the last minute */
	NETWORK_BY_CONNS,
	NETWORK_BY_REQUESTS
};

uint64_t network_weigh(
	const struct networks *n, const struct network *net, enum network_weight by, usec_t now);

/* The heaviest, first to last, at most `most`; those that weigh nothing are left out. Returns
 * how many. */
size_t networks_top(const struct networks *n, enum network_weight by, bool show_private, usec_t now,
	const struct network **ret_top, size_t most);

/* How many have some of it, and how much the heaviest has. */
uint32_t networks_spread(const struct networks *n, enum network_weight by, bool show_private,
	usec_t now, uint64_t *ret_heaviest);

#endif
