// SPDX-License-Identifier: MIT
#include "model/labels.h"

#include "base/hash.h"
#include "base/text.h"

int labels_init(struct labels *n, uint32_t most)
{
	*n = (struct labels){0};
	return pool_init(&n->pool, sizeof(struct label), most);
}

void labels_done(struct labels *n)
{
	pool_done(&n->pool);
	index_done(&n->index);
}

int labels_copy(struct labels *to, const struct labels *from)
{
	*to = (struct labels){.hand = from->hand};
	int err = pool_copy(&to->pool, &from->pool);
	if (!err)
		err = index_copy(&to->index, &from->index);
	if (err)
		labels_done(to);
	return err;
}

static struct label *name_at(const struct labels *n, uint32_t id)
{
	return pool_at(&n->pool, id);
}

static uint64_t hash_of(uint64_t key)
{
	return hash_two(key, 0);
}

static uint32_t find(const struct labels *n, uint64_t key)
{
	index_for_each_match (&n->index, hash_of(key), id)
		if (name_at(n, id)->key == key)
			return id;
	return POOL_NONE;
}

const struct label *labels_find(const struct labels *n, uint64_t key)
{
	uint32_t id = find(n, key);

	return id == POOL_NONE ? NULL : name_at(n, id);
}

static void forget(struct labels *n, uint32_t id)
{
	index_remove(&n->index, hash_of(name_at(n, id)->key), id);
	pool_put(&n->pool, id);
}

/* Ids are given out in order, so that a hand that goes round meets the oldest first. */
static uint32_t make(struct labels *n, uint64_t key)
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

void labels_set(struct labels *n, uint64_t key, uint32_t pid, struct str text)
{
	uint32_t id = find(n, key);

	if (id == POOL_NONE)
		id = make(n, key);
	if (id == POOL_NONE)
		return;
	struct label *name = name_at(n, id);
	name->gone = 0;
	name->pid = pid;
	text_copy(name->text, sizeof name->text, text);
}

void labels_end(struct labels *n, uint64_t key, usec_t now)
{
	uint32_t id = find(n, key);

	if (id != POOL_NONE)
		name_at(n, id)->gone = now;
}

void labels_sweep(struct labels *n, usec_t gone_before)
{
	for (uint32_t id = pool_next(&n->pool, 0); id != POOL_NONE;
		id = pool_next(&n->pool, id + 1))
		if (name_at(n, id)->gone && name_at(n, id)->gone < gone_before)
			forget(n, id);
}
