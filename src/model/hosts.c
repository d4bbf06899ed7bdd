// SPDX-License-Identifier: MIT
#include "model/parts.h"

#include "base/hash.h"

#define EVICT_SAMPLE 16 /* hosts looked at when one must go */
#define EVICT_TRIES  4  /* samples, when all of one have connections */

static void forget(struct model *m, uint32_t id)
{
	struct host *h = model_host(m, id);

	fleet_forget_host(m, id);
	conns_forget_closed(m, h);
	claims_forget(&m->claims, &h->ip);
	seen_forget_address(&m->seen, &h->ip);
	quics_forget_address(&m->quics, &h->ip);
	if (h->proxy != POOL_NONE) {
		proxies_set_via(m, h, NULL);
		pool_put(&m->proxies, h->proxy);
	}
	if (h->login != POOL_NONE)
		pool_put(&m->logins, h->login);
	totals_of(m, h)->ips--;
	networks_remove_host(&m->networks, h->network, m->now);
	geo_leave(&m->geo, h);
	index_remove(&m->host_index, addr_hash(&h->ip), id);
	pool_put(&m->hosts, id);
}

static uint64_t magnitude(uint64_t n)
{
	return n ? 64 - (uint64_t)__builtin_clzll(n) : 0;
}

/* How much would be lost with a host. A request takes a whole handshake, a SYN nothing: a forged
 * source weighs next to nothing until it has sent many, and among equals the idlest goes. */
static uint64_t worth(const struct model *m, const struct host *h)
{
	uint64_t requests = h->log.requests + model_proxy(m, h)->forwarded;
	uint64_t weight = 4 * magnitude(requests) + 2 * magnitude(h->tcp.handshakes);

	weight += h->tcp.syns == ABSENT ? 0 : magnitude(h->tcp.syns);
	return weight << 32 | (uint32_t)(h->touched / USEC_PER_SEC);
}

/* One of which a member tells goes only when there is no other. */
static bool is_missed_less(const struct model *m, uint32_t a, uint32_t b)
{
	bool a_held = fleet_holds(m, a), b_held = fleet_holds(m, b);

	if (a_held != b_held)
		return b_held;
	return worth(m, model_host(m, a)) < worth(m, model_host(m, b));
}

/* The least of a few hosts that stand together and have no connection, or POOL_NONE. */
static uint32_t find_victim(const struct model *m, uint32_t from)
{
	uint32_t victim = POOL_NONE;

	for (uint32_t i = 0; i < EVICT_SAMPLE; i++) {
		uint32_t id = pool_next(&m->hosts, (from + i) % m->hosts.made);
		if (id == POOL_NONE)
			continue;
		if (!model_host(m, id)->tcp.conns &&
			(victim == POOL_NONE || is_missed_less(m, id, victim)))
			victim = id;
	}
	return victim;
}

/* A sample finds a poor host without walking the table, and its start wanders so that nobody can
 * hide. False when all that were looked at have connections. */
static bool evict(struct model *m)
{
	uint32_t victim = POOL_NONE;

	for (uint64_t i = 1; i <= EVICT_TRIES && victim == POOL_NONE; i++) {
		uint64_t draw = hash_mix(m->evicted * EVICT_TRIES + i, hash_secret[3]);
		victim = find_victim(m, (uint32_t)(draw % m->hosts.made));
	}
	if (victim == POOL_NONE)
		return false;
	forget(m, victim);
	m->evicted++;
	return true;
}

/* The id of a new host's place in pool and index, or POOL_NONE. */
static uint32_t place(struct model *m, const struct addr *ip)
{
	if (m->hosts.live == m->limits.hosts && !evict(m))
		return POOL_NONE;
	uint32_t id = pool_get(&m->hosts);
	if (id != POOL_NONE && index_add(&m->host_index, addr_hash(ip), id) < 0) {
		pool_put(&m->hosts, id);
		id = POOL_NONE;
	}
	return id;
}

static uint32_t make(struct model *m, const struct addr *ip, usec_t seen)
{
	uint32_t id = place(m, ip);

	if (id == POOL_NONE)
		return id;
	struct prefix prefix = network_prefix(ip);
	uint32_t network = networks_touch(&m->networks, &prefix, m->now);
	if (network == POOL_NONE) {
		index_remove(&m->host_index, addr_hash(ip), id);
		pool_put(&m->hosts, id);
		return POOL_NONE;
	}
	networks_add_host(&m->networks, network);
	struct host *h = model_host(m, id);
	h->ip = *ip;
	h->network = network;
	h->is_private = addr_is_private(ip) && !machine_is_gateway(m->machine, ip);
	network_at(&m->networks, network)->is_private &= h->is_private;
	h->first_seen = h->last_seen = seen;
	tcp_tally_init(&h->tcp);
	h->first_conn = h->proxy = h->login = POOL_NONE;
	totals_of(m, h)->ips++;
	geo_enter(&m->geo, h);
	window_add(&totals_of(m, h)->arrivals, seen, 1);
	if (m->newcomer_count < MODEL_NEWCOMERS_MAX)
		m->newcomers[m->newcomer_count++] = *ip;
	return id;
}

uint32_t hosts_touch(struct model *m, const struct addr *ip, usec_t seen)
{
	uint32_t id = model_find_host(m, ip);

	if (id == POOL_NONE)
		id = make(m, ip, seen);
	if (id == POOL_NONE)
		return id;
	struct host *h = model_host(m, id);
	if (seen < h->first_seen)
		h->first_seen = seen;
	if (seen > h->last_seen)
		h->last_seen = seen;
	h->touched = m->now;
	return id;
}

struct host_proxy *hosts_proxy(struct model *m, struct host *h)
{
	if (h->proxy == POOL_NONE)
		h->proxy = pool_get(&m->proxies);
	return h->proxy == POOL_NONE ? NULL : pool_at(&m->proxies, h->proxy);
}

struct host_login *hosts_login(struct model *m, struct host *h)
{
	if (h->login == POOL_NONE)
		h->login = pool_get(&m->logins);
	return h->login == POOL_NONE ? NULL : pool_at(&m->logins, h->login);
}

void hosts_sweep(struct model *m)
{
	uint32_t id = model_next_host(m, 0);
	struct correlation sum = {0};
	struct relays *relays = &m->machine->relays;

	relays->due |= relays->n > 0;
	for (uint32_t i = 0; i < relays->n; i++)
		relays->at[i].conns = relays->at[i].named = 0;
	for (; id != POOL_NONE; id = model_next_host(m, id + 1)) {
		const struct host *h = model_host(m, id);
		if (!h->tcp.conns && m->now - h->touched > m->limits.idle_after &&
			!fleet_holds(m, id))
			forget(m, id);
		else
			hosts_correlate(m, &sum, h);
	}
	m->machine->correlation = sum;
}
