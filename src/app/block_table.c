// SPDX-License-Identifier: MIT
#include "app/block_table.h"

#include "base/hash.h"
#include "base/index.h"
#include "base/pool.h"
#include "model/blocks.h"

#include <stdlib.h>

#define UNTIL_SLACK (3 * USEC_PER_SEC) /* lists round what is left to seconds */

struct entry {
	struct prefix net;
	enum way way;
	char by[LISTS_BY_MAX];
	bool ours;
	uint32_t lists, fresh; /* bits of those that show it; of these, that have in this reading */
	usec_t until;
	uint64_t packets;
	bool changed; /* in the list of what is to be told */
	bool told;    /* that it is on */
	uint32_t next_changed;
};

struct block_table {
	struct pool pool;
	struct index index;
	uint32_t first_changed, last_changed; /* POOL_NONE: nothing is to be told */
	uint64_t dropped, dropped_most;       /* for want of room: in this reading, in any */
	uint64_t lost;                        /* that is yet to be told of these */
};

struct block_table *block_table_new(void)
{
	struct block_table *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->first_changed = t->last_changed = POOL_NONE;
	if (pool_init(&t->pool, sizeof(struct entry), BLOCKS_MAX) == 0)
		return t;
	free(t);
	return NULL;
}

void block_table_free(struct block_table *t)
{
	if (!t)
		return;
	pool_done(&t->pool);
	index_done(&t->index);
	free(t);
}

static struct entry *at(const struct block_table *t, uint32_t id)
{
	return pool_at(&t->pool, id);
}

static uint64_t hash_of(const struct prefix *net, enum way way, struct str by)
{
	uint64_t h = hash_two(addr_hash(&net->addr), (uint64_t)net->bits << 8 | (uint64_t)way);

	return by.n ? hash_two(h, hash_bytes(by.p, by.n)) : h;
}

static uint32_t find_entry(const struct block_table *t, const struct listed *l, uint64_t hash)
{
	index_for_each_match (&t->index, hash, id) {
		const struct entry *e = at(t, id);
		if (e->way == l->way && e->net.bits == l->net.bits &&
			addr_eq(&e->net.addr, &l->net.addr) && str_eq(str_of(e->by), l->by))
			return id;
	}
	return POOL_NONE;
}

static uint32_t make(struct block_table *t, const struct listed *l, uint64_t hash)
{
	uint32_t id = pool_get(&t->pool);

	if (id == POOL_NONE)
		return POOL_NONE;
	if (index_add(&t->index, hash, id) < 0) {
		pool_put(&t->pool, id);
		return POOL_NONE;
	}
	struct entry *e = at(t, id);
	e->net = l->net;
	e->way = l->way;
	memcpy(e->by, l->by.p, l->by.n);
	e->packets = ABSENT;
	e->next_changed = POOL_NONE;
	return id;
}

static void change(struct block_table *t, uint32_t id)
{
	struct entry *e = at(t, id);

	if (e->changed)
		return;
	e->changed = true;
	e->next_changed = POOL_NONE;
	if (t->last_changed == POOL_NONE)
		t->first_changed = id;
	else
		at(t, t->last_changed)->next_changed = id;
	t->last_changed = id;
}

/* When it ends, by what is left now; as it was while the difference is one of rounding. */
static bool set_until(struct entry *e, const struct listed *l, usec_t now)
{
	usec_t until = l->left_s ? now + (usec_t)l->left_s * USEC_PER_SEC : 0;
	usec_t moved = until > e->until ? until - e->until : e->until - until;

	if (!l->left_s && e->lists & (e->lists - 1))
		return false; /* another list knows better */
	if (moved <= UNTIL_SLACK)
		return false;
	e->until = until;
	return true;
}

void block_table_see(struct block_table *t, const struct listed *l, unsigned list, usec_t now)
{
	uint64_t hash = hash_of(&l->net, l->way, l->by);
	uint32_t id = find_entry(t, l, hash);

	if (id == POOL_NONE)
		id = make(t, l, hash);
	if (id == POOL_NONE) {
		t->dropped++;
		return;
	}
	struct entry *e = at(t, id);
	bool news = !e->lists || e->ours != l->ours;
	e->lists |= 1u << list;
	e->fresh |= 1u << list;
	e->ours = l->ours;
	news |= set_until(e, l, now);
	if (l->packets != UINT64_MAX && l->packets != e->packets) {
		e->packets = l->packets;
		news = true;
	}
	if (news)
		change(t, id);
}

static bool is_over(const struct entry *e, enum block_seen seen, usec_t now)
{
	if (e->until && e->until + UNTIL_SLACK < now)
		return true;
	return seen == BLOCK_SEEN_ALL || (seen == BLOCK_SEEN_OURS && e->ours && e->way == WAY_NFT);
}

void block_table_end(struct block_table *t, unsigned list, enum block_seen seen, usec_t now)
{
	uint32_t bit = 1u << list;

	for (uint32_t id = pool_next(&t->pool, 0); id != POOL_NONE;
		id = pool_next(&t->pool, id + 1)) {
		struct entry *e = at(t, id);
		if (e->lists & bit && !(e->fresh & bit) && is_over(e, seen, now)) {
			e->lists &= ~bit;
			if (!e->lists)
				change(t, id);
		}
		e->fresh &= ~bit;
	}
	/* The same ones are dropped at each reading. */
	if (t->dropped > t->dropped_most) {
		t->lost += t->dropped - t->dropped_most;
		t->dropped_most = t->dropped;
	}
	t->dropped = 0;
}

static void put(struct event_sink *sink, const struct entry *e, usec_t now)
{
	struct event event = event_make(EVENT_BLOCK, now);

	event.block = (struct event_block){.net = e->net,
		.on = e->lists != 0,
		.way = str_of(block_ways[e->way].name),
		.by = e->by[0] ? str_of(e->by) : STR_ABSENT,
		.ours = e->ours,
		.until = e->until,
		.packets = e->packets};
	event_put(sink, &event);
}

static void forget(struct block_table *t, uint32_t id)
{
	const struct entry *e = at(t, id);

	index_remove(&t->index, hash_of(&e->net, e->way, str_of(e->by)), id);
	pool_put(&t->pool, id);
}

static void tell_lost(struct block_table *t, struct event_sink *sink, usec_t now)
{
	struct event e = event_make(EVENT_LOST, now);

	if (!t->lost)
		return;
	e.lost.what = STR_LIT("blocks");
	e.lost.n = t->lost;
	t->lost = 0;
	event_put(sink, &e);
}

bool block_table_tell(struct block_table *t, struct event_sink *sink, usec_t now, unsigned most)
{
	for (; t->first_changed != POOL_NONE && most; most--) {
		uint32_t id = t->first_changed;
		struct entry *e = at(t, id);
		t->first_changed = e->next_changed;
		if (t->first_changed == POOL_NONE)
			t->last_changed = POOL_NONE;
		e->changed = false;
		if (e->lists || e->told)
			put(sink, e, now);
		e->told = e->lists != 0;
		if (!e->lists)
			forget(t, id);
	}
	tell_lost(t, sink, now);
	return t->first_changed != POOL_NONE;
}
