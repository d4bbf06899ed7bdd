// SPDX-License-Identifier: MIT
#include "base/prefixes.h"

#include "base/hash.h"

int prefixes_init(struct prefixes *t, size_t item_size, uint32_t cap, void (*drop)(void *item))
{
	*t = (struct prefixes){.by_age = IDLIST_EMPTY, .drop = drop};
	return pool_init(&t->pool, item_size, cap);
}

void prefixes_done(struct prefixes *t)
{
	for (void *item = prefixes_oldest(t); t->drop && item; item = prefixes_newer(t, item))
		t->drop(item);
	pool_done(&t->pool);
	index_done(&t->index);
	t->by_age = IDLIST_EMPTY;
}

int prefixes_copy(struct prefixes *to, const struct prefixes *from)
{
	*to = *from;
	to->index = (struct index){0};
	to->by_age = IDLIST_EMPTY; /* which prefixes_done reads */
	int err = pool_copy(&to->pool, &from->pool);
	if (!err)
		err = index_copy(&to->index, &from->index);
	if (err)
		prefixes_done(to);
	else
		to->by_age = from->by_age;
	return err;
}

static struct prefix_item *at(const struct prefixes *t, uint32_t id)
{
	return id == POOL_NONE ? NULL : pool_at(&t->pool, id);
}

static uint32_t id_of(const struct prefixes *t, const void *item)
{
	return (uint32_t)((size_t)((const unsigned char *)item - t->pool.items) /
			  t->pool.item_size);
}

static uint64_t hash_of(const struct prefix *p)
{
	return hash_two(addr_hash(&p->addr), p->bits);
}

#define BY_AGE(t) &(t)->by_age, &(t)->pool, offsetof(struct prefix_item, by_age)

void *prefixes_find(const struct prefixes *t, const struct prefix *p)
{
	index_for_each_match (&t->index, hash_of(p), id) {
		struct prefix_item *item = at(t, id);
		if (item->prefix.bits == p->bits && addr_eq(&item->prefix.addr, &p->addr))
			return item;
	}
	return NULL;
}

static void *make(struct prefixes *t, const struct prefix *p)
{
	if (t->pool.live == t->pool.cap)
		prefixes_remove(t, at(t, t->by_age.oldest));
	uint32_t id = pool_get(&t->pool);
	if (id == POOL_NONE)
		return NULL;
	if (index_add(&t->index, hash_of(p), id) < 0) {
		pool_put(&t->pool, id);
		return NULL;
	}
	at(t, id)->prefix = *p;
	t->of_length[p->bits]++;
	idlist_push(BY_AGE(t), id);
	return at(t, id);
}

void *prefixes_set(struct prefixes *t, const struct prefix *p)
{
	void *item = prefixes_find(t, p);

	if (!item)
		return make(t, p);
	prefixes_touch(t, item);
	return item;
}

void *prefixes_match(const struct prefixes *t, const struct addr *a, unsigned bits)
{
	bool v4 = addr_is_v4(a);
	int least = v4 ? 96 : 0;

	for (int b = bits > 128 ? 128 : (int)bits; b >= least; b--) {
		if (!t->of_length[b])
			continue;
		struct prefix p = prefix_of(a, (unsigned)(b - least));
		void *item = prefixes_find(t, &p);
		if (item)
			return item;
	}
	return NULL;
}

void prefixes_touch(struct prefixes *t, void *item)
{
	uint32_t id = id_of(t, item);

	idlist_pull(BY_AGE(t), id);
	idlist_push(BY_AGE(t), id);
}

void prefixes_remove(struct prefixes *t, void *item)
{
	const struct prefix_item *gone = item;
	uint32_t id = id_of(t, item);

	if (t->drop)
		t->drop(item);
	idlist_pull(BY_AGE(t), id);
	index_remove(&t->index, hash_of(&gone->prefix), id);
	t->of_length[gone->prefix.bits]--;
	pool_put(&t->pool, id);
}

void *prefixes_oldest(const struct prefixes *t)
{
	return at(t, t->by_age.oldest);
}

void *prefixes_newer(const struct prefixes *t, const void *item)
{
	return at(t, ((const struct prefix_item *)item)->by_age.newer);
}

void *prefixes_newest(const struct prefixes *t)
{
	return at(t, t->by_age.newest);
}

void *prefixes_older(const struct prefixes *t, const void *item)
{
	return at(t, ((const struct prefix_item *)item)->by_age.older);
}
