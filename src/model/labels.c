// SPDX-License-Identifier: MIT
#include "model/labels.h"

#include "base/hash.h"
#include "base/text.h"

int names_init(struct names *n, uint32_t most)
{
	*n = (struct names){0};
	return pool_init(&n->pool, sizeof(struct name), most);
}

void names_done(struct names *n)
{
	pool_done(&n->pool);
	index_done(&n->index);
}

static struct name *name_at(const struct names *n, uint32_t id)
{
	return pool_at(&n->pool, id);
}

static uint64_t hash_of(uint64_t key)
{
	return hash_two(key, 0);
}

static uint32_t find(const struct names *n, uint64_t key)
{
	index_for_each_match (&n->index, hash_of(key), id)
		if (name_at(n, id)->key == key)
			return id;
	return POOL_NONE;
}

const struct name *names_find(const struct names *n, uint64_t key)
{
	uint32_t id = find(n, key);

	return id == POOL_NONE ? NULL : name_at(n, id);
}

static void forget(struct names *n, uint32_t id)
{
	index_remove(&n->index, hash_of(name_at(n, id)->key), id);
	pool_put(&n->pool, id);
}

/* Ids are given out in order, so that a hand that goes round meets the oldest first. */
static uint32_t make(struct names *n, uint64_t key)
{
	if (n->pool.live == n->pool.cap) {
		forget(n, n->hand);
		n->hand = (n->hand + 1) % n->pool.cap;
	}
	uint32_t id = pool_get(&n->pool);
	if (id != POOL_NONE && index_add(&n->index, hash_of(key), id) < 0) {
		pool_put(&n->pool, id);
		id = POOL_NONE;
	}
	if (id != POOL_NONE)
		name_at(n, id)->key = key;
	return id;
}

void names_set(struct names *n, uint64_t key, uint32_t pid, struct str text)
{
	uint32_t id = find(n, key);

	if (id == POOL_NONE)
		id = make(n, key);
	if (id == POOL_NONE)
		return;
	struct name *name = name_at(n, id);
	name->gone = 0;
	name->pid = pid;
	text_copy(name->text, sizeof name->text, text);
}

void names_end(struct names *n, uint64_t key, usec_t now)
{
	uint32_t id = find(n, key);

	if (id != POOL_NONE)
		name_at(n, id)->gone = now;
}

void names_sweep(struct names *n, usec_t gone_before)
{
	for (uint32_t id = pool_next(&n->pool, 0); id != POOL_NONE;
		id = pool_next(&n->pool, id + 1))
		if (name_at(n, id)->gone && name_at(n, id)->gone < gone_before)
			forget(n, id);
}
