// SPDX-License-Identifier: MIT
#include "kernel/listeners.h"

#include "base/hash.h"

/* Nobody listens on port 0 (a bind to it gets another): it stands for "this namespace has been
 * listed", and its count is that of the ports. */
#define LISTED 0

struct listener {
	uint32_t ns;
	uint16_t port;
	uint32_t count;           /* sockets that listen now */
	uint32_t listed, listing; /* sockets that listing number `listing` has had so far */
};

int listeners_init(struct listeners *l)
{
	*l = (struct listeners){0};
	return pool_init(&l->pool, sizeof(struct listener), LISTENERS_MAX);
}

void listeners_done(struct listeners *l)
{
	pool_done(&l->pool);
	index_done(&l->index);
}

static uint64_t hash_of(uint32_t ns, uint16_t port)
{
	return hash_two(ns, port);
}

static uint32_t find(const struct listeners *l, uint32_t ns, uint16_t port)
{
	index_for_each_match (&l->index, hash_of(ns, port), id) {
		const struct listener *it = pool_at(&l->pool, id);
		if (it->ns == ns && it->port == port)
			return id;
	}
	return POOL_NONE;
}

/* One port more, or one fewer. */
static void count_port(struct listeners *l, uint32_t ns, uint32_t change)
{
	uint32_t id = find(l, ns, LISTED);

	if (id != POOL_NONE)
		((struct listener *)pool_at(&l->pool, id))->count += change;
}

static struct listener *find_or_make(struct listeners *l, uint32_t ns, uint16_t port)
{
	uint32_t id = find(l, ns, port);

	if (id != POOL_NONE)
		return pool_at(&l->pool, id);
	id = pool_get(&l->pool);
	if (id == POOL_NONE)
		return NULL;
	if (index_add(&l->index, hash_of(ns, port), id) < 0) {
		pool_put(&l->pool, id);
		return NULL;
	}
	struct listener *it = pool_at(&l->pool, id);
	it->ns = ns;
	it->port = port;
	if (port != LISTED)
		count_port(l, ns, 1);
	return it;
}

static void drop(struct listeners *l, uint32_t id)
{
	const struct listener *it = pool_at(&l->pool, id);

	if (it->port != LISTED)
		count_port(l, it->ns, -1u);
	index_remove(&l->index, hash_of(it->ns, it->port), id);
	pool_put(&l->pool, id);
}

void listeners_add(struct listeners *l, uint32_t ns, uint16_t port)
{
	struct listener *it = find_or_make(l, ns, port);

	if (it)
		it->count++;
}

void listeners_remove(struct listeners *l, uint32_t ns, uint16_t port)
{
	uint32_t id = find(l, ns, port);

	if (id == POOL_NONE)
		return;
	struct listener *it = pool_at(&l->pool, id);
	if (it->count > 1)
		it->count--;
	else
		drop(l, id);
}

bool listeners_has(const struct listeners *l, uint32_t ns, uint16_t port)
{
	return find(l, ns, port) != POOL_NONE;
}

void listeners_begin(struct listeners *l)
{
	l->listing++;
}

void listeners_list(struct listeners *l, uint32_t ns, uint16_t port)
{
	struct listener *it = find_or_make(l, ns, port);

	if (!it)
		return;
	if (it->listing != l->listing) {
		it->listing = l->listing;
		it->listed = 0;
	}
	it->listed++;
}

bool listeners_know(const struct listeners *l, uint32_t ns)
{
	return find(l, ns, LISTED) != POOL_NONE;
}

bool listeners_any(const struct listeners *l, uint32_t ns)
{
	uint32_t id = find(l, ns, LISTED);

	return id != POOL_NONE && ((const struct listener *)pool_at(&l->pool, id))->count > 0;
}

/* Those of one namespace get the count of the listing, or go when it had none. */
static void settle(struct listeners *l, uint32_t ns)
{
	for (uint32_t id = pool_next(&l->pool, 0); id != POOL_NONE;
		id = pool_next(&l->pool, id + 1)) {
		struct listener *it = pool_at(&l->pool, id);

		if (it->ns != ns)
			continue;
		if (it->listing == l->listing)
			it->count = it->port == LISTED ? it->count : it->listed;
		else
			drop(l, id);
	}
}

void listeners_end(struct listeners *l, uint32_t ns)
{
	bool first = !listeners_know(l, ns);

	listeners_list(l, ns, LISTED);
	settle(l, ns);
	for (uint32_t id = first ? pool_next(&l->pool, 0) : POOL_NONE; id != POOL_NONE;
		id = pool_next(&l->pool, id + 1)) {
		const struct listener *it = pool_at(&l->pool, id);
		if (it->ns == ns && it->port != LISTED)
			count_port(l, ns, 1);
	}
}

void listeners_ports(const struct listeners *l, uint32_t ns, uint64_t words[static LISTENERS_WORDS])
{
	for (uint32_t id = pool_next(&l->pool, 0); id != POOL_NONE;
		id = pool_next(&l->pool, id + 1)) {
		const struct listener *it = pool_at(&l->pool, id);

		if (it->ns == ns && it->port != LISTED)
			words[it->port / 64] |= UINT64_C(1) << it->port % 64;
	}
}

void listeners_forget(struct listeners *l, uint32_t ns)
{
	listeners_begin(l);
	settle(l, ns);
}
