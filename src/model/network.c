// SPDX-License-Identifier: MIT
#include "model/network.h"

#include "base/few.h"
#include "base/hash.h"

#include <errno.h>

#define EVICT_LOOK 16 /* idle networks looked at when one must go */

int networks_init(struct networks *n, uint32_t hosts, uint32_t idle_most)
{
	*n = (struct networks){.idle = IDLIST_EMPTY, .idle_most = idle_most};
	/* One more than both: a network is idle between being made and getting its host. */
	int err = pool_init(&n->pool, sizeof(struct network), hosts + idle_most + 1);
	return err ? err : pool_init(&n->logs, sizeof(struct log_tally), hosts + idle_most + 1);
}

void networks_done(struct networks *n)
{
	pool_done(&n->pool);
	pool_done(&n->logs);
	index_done(&n->index);
}

int networks_copy(struct networks *to, const struct networks *from)
{
	*to = *from;
	to->logs = (struct pool){0};
	to->index = (struct index){0};
	int err = pool_copy(&to->pool, &from->pool);
	if (!err)
		err = pool_copy(&to->logs, &from->logs);
	if (!err)
		err = index_copy(&to->index, &from->index);
	if (err)
		networks_done(to);
	return err;
}

struct prefix network_prefix(const struct addr *ip)
{
	return prefix_of(ip, addr_is_v4(ip) ? NETWORK_V4_BITS : NETWORK_V6_BITS);
}

static uint64_t hash_of(const struct prefix *p)
{
	return hash_two(addr_hash(&p->addr), p->bits);
}

#define IDLE offsetof(struct network, idle)

static void idle_push(struct networks *n, uint32_t id)
{
	idlist_push(&n->idle, &n->pool, IDLE, id);
	n->idle_count++;
}

static void idle_pull(struct networks *n, uint32_t id)
{
	idlist_pull(&n->idle, &n->pool, IDLE, id);
	n->idle_count--;
}

static void forget(struct networks *n, uint32_t id)
{
	if (n->forgets)
		n->forgets(n->ctx, id);
	idle_pull(n, id);
	index_remove(&n->index, hash_of(&network_at(n, id)->prefix), id);
	if (network_at(n, id)->log != POOL_NONE)
		pool_put(&n->logs, network_at(n, id)->log);
	pool_put(&n->pool, id);
}

struct log_tally *networks_log(struct networks *n, struct network *net)
{
	if (net->log == POOL_NONE)
		net->log = pool_get(&n->logs);
	return net->log == POOL_NONE ? NULL : pool_at(&n->logs, net->log);
}

uint64_t network_requests(const struct networks *n, const struct network *net)
{
	const struct log_tally *log = net->log == POOL_NONE ? NULL : pool_at(&n->logs, net->log);

	return log ? log->requests : 0;
}

/* What would be lost with an idle network. */
static uint64_t worth(const struct networks *n, const struct network *net)
{
	return network_syns(net) + network_requests(n, net);
}

/* Looks at the oldest few; the lightest goes, the others have proved their worth and are looked
 * at again last. */
static void evict(struct networks *n)
{
	uint32_t victim = n->idle.oldest;

	for (uint32_t i = 1; i < EVICT_LOOK && i < n->idle_count; i++) {
		uint32_t id = network_at(n, victim)->idle.newer, heavier = id;
		if (worth(n, network_at(n, id)) < worth(n, network_at(n, victim))) {
			heavier = victim;
			victim = id;
		}
		idle_pull(n, heavier);
		idle_push(n, heavier);
	}
	forget(n, victim);
}

static uint32_t find(const struct networks *n, const struct prefix *p, uint64_t hash)
{
	index_for_each_match (&n->index, hash, id) {
		const struct network *net = network_at(n, id);
		if (net->prefix.bits == p->bits && addr_eq(&net->prefix.addr, &p->addr))
			return id;
	}
	return POOL_NONE;
}

uint32_t networks_find(const struct networks *n, const struct prefix *p)
{
	return find(n, p, hash_of(p));
}

static uint32_t make(struct networks *n, const struct prefix *p, uint64_t hash)
{
	if (n->idle_count > n->idle_most)
		evict(n);
	uint32_t id = pool_get(&n->pool);
	if (id == POOL_NONE)
		return id;
	if (index_add(&n->index, hash, id) < 0) {
		pool_put(&n->pool, id);
		return POOL_NONE;
	}
	struct network *net = network_at(n, id);
	net->prefix = *p;
	net->log = POOL_NONE;
	tcp_tally_init(&net->tcp);
	net->is_private = addr_is_private(&p->addr);
	idle_push(n, id);
	return id;
}

uint32_t networks_touch(struct networks *n, const struct prefix *p, usec_t now)
{
	uint64_t hash = hash_of(p);
	uint32_t id = find(n, p, hash);

	if (id == POOL_NONE)
		id = make(n, p, hash);
	if (id != POOL_NONE)
		network_at(n, id)->touched = now;
	return id;
}

void networks_add_host(struct networks *n, uint32_t id)
{
	if (network_at(n, id)->hosts++ == 0)
		idle_pull(n, id);
}

void networks_remove_host(struct networks *n, uint32_t id, usec_t now)
{
	network_at(n, id)->touched = now; /* it has been without one since now */
	if (--network_at(n, id)->hosts == 0)
		idle_push(n, id);
	if (n->idle_count > n->idle_most)
		evict(n);
}

void networks_sweep(struct networks *n, usec_t touched_before)
{
	uint32_t newer;

	for (uint32_t id = n->idle.oldest; id != POOL_NONE; id = newer) {
		newer = network_at(n, id)->idle.newer;
		if (network_at(n, id)->touched < touched_before)
			forget(n, id);
	}
}

void network_count_syns(struct network *net, uint64_t syns, bool by_network, usec_t now)
{
	uint64_t *count = by_network ? &net->net_syns : &net->host_syns;
	uint64_t before = network_syns(net);

	*count += syns;
	net->tcp.syns = network_syns(net);
	/* Where both count, the greater has the other's in it: only what it grows by is new. */
	if (net->tcp.syns > before)
		window_add(&net->tcp.syn_rate, now, net->tcp.syns - before);
}

uint64_t network_weigh(
	const struct networks *n, const struct network *net, enum network_weight by, usec_t now)
{
	switch (by) {
	case NETWORK_BY_HALF_OPEN:
		return tcp_tally_half_open(&net->tcp);
	case NETWORK_BY_SYNS:
		return (uint64_t)(window_sum(&net->tcp.syn_rate, now, WINDOW_SPAN) + 0.5);
	case NETWORK_BY_CONNS:
		return tcp_tally_open(&net->tcp);
	case NETWORK_BY_REQUESTS:
		return network_requests(n, net);
	}
	return 0;
}

/* What views leave out weighs nothing. */
static uint64_t shown_weight(const struct networks *n, const struct network *net,
	enum network_weight by, bool show_private, usec_t now)
{
	return net->is_private && !show_private ? 0 : network_weigh(n, net, by, now);
}

struct weighed {
	const struct networks *all;
	enum network_weight by;
	usec_t now;
};

static bool heavier(const void *a, const void *b, const void *ctx)
{
	const struct network *const *x = a, *const *y = b;
	const struct weighed *w = ctx;
	uint64_t weight_x = network_weigh(w->all, *x, w->by, w->now);
	uint64_t weight_y = network_weigh(w->all, *y, w->by, w->now);

	if (weight_x != weight_y)
		return weight_x > weight_y;
	return addr_compare(&(*x)->prefix.addr, &(*y)->prefix.addr) < 0;
}

size_t networks_top(const struct networks *n, enum network_weight by, bool show_private, usec_t now,
	const struct network **ret_top, size_t most)
{
	const struct weighed weighed = {n, by, now};
	size_t have = 0;

	for (uint32_t id = pool_next(&n->pool, 0); id != POOL_NONE;
		id = pool_next(&n->pool, id + 1)) {
		const struct network *net = network_at(n, id);
		uint64_t weight = shown_weight(n, net, by, show_private, now);
		bool has_room = have < most;
		if (weight && (has_room || weight >= network_weigh(n, ret_top[have - 1], by, now)))
			few_put(ret_top, &have, most, sizeof net, &net, heavier, &weighed);
	}
	return have;
}

uint32_t networks_spread(const struct networks *n, enum network_weight by, bool show_private,
	usec_t now, uint64_t *ret_heaviest)
{
	uint64_t heaviest = 0;
	uint32_t count = 0;

	for (uint32_t id = pool_next(&n->pool, 0); id != POOL_NONE;
		id = pool_next(&n->pool, id + 1)) {
		const struct network *net = network_at(n, id);
		uint64_t weight = shown_weight(n, net, by, show_private, now);
		count += weight > 0;
		heaviest = weight > heaviest ? weight : heaviest;
	}
	*ret_heaviest = heaviest;
	return count;
}
