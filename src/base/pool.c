// SPDX-License-Identifier: MIT
#include "base/pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define FREE_IDS_MIN 1024u

/* Under AddressSanitizer nobody may touch an item that was put back: an id that was kept for too
 * long is found then, though its memory stays. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POOL_GUARDED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(POOL_GUARDED)
#include <sanitizer/asan_interface.h>
static const bool guarded = true;
#else
static const bool guarded = false;
#define ASAN_POISON_MEMORY_REGION(p, n)   ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

int pool_init(struct pool *p, size_t item_size, uint32_t cap)
{
	size_t bytes = item_size * cap;
	void *items = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	*p = (struct pool){.item_size = item_size, .cap = cap};
	if (items == MAP_FAILED)
		return -ENOMEM;
	p->items = items;
	madvise(items, bytes, MADV_HUGEPAGE); /* only a wish */
	p->live_bits = calloc(((size_t)cap + 63) / 64, sizeof *p->live_bits);
	if (p->live_bits)
		return 0;
	pool_done(p);
	return -ENOMEM;
}

void pool_done(struct pool *p)
{
	if (p->items) {
		ASAN_UNPOISON_MEMORY_REGION(p->items, p->item_size * p->made);
		munmap(p->items, p->item_size * p->cap);
	}
	free(p->live_bits);
	free(p->free_ids);
	*p = (struct pool){0};
}

static int copy_free_ids(struct pool *to, const struct pool *from)
{
	if (!from->free_count)
		return 0;
	to->free_ids = malloc(from->free_count * sizeof *to->free_ids);
	if (!to->free_ids)
		return -ENOMEM;
	memcpy(to->free_ids, from->free_ids, from->free_count * sizeof *to->free_ids);
	to->free_count = to->free_cap = from->free_count;
	return 0;
}

static void copy_items(struct pool *to, const struct pool *from)
{
	uint32_t made = from->made;

	if (!guarded)
		memcpy(to->items, from->items, made * from->item_size);
	for (uint32_t id = 0; guarded && id < made; id++) {
		if (pool_is_live(from, id))
			memcpy(pool_at(to, id), pool_at(from, id), from->item_size);
		else
			ASAN_POISON_MEMORY_REGION(pool_at(to, id), from->item_size);
	}
}

int pool_copy(struct pool *to, const struct pool *from)
{
	int err = pool_init(to, from->item_size, from->cap);

	if (!err && (err = copy_free_ids(to, from)) < 0)
		pool_done(to);
	if (err)
		return err;
	copy_items(to, from);
	memcpy(to->live_bits, from->live_bits,
		((size_t)from->made + 63) / 64 * sizeof *to->live_bits);
	to->made = from->made;
	to->live = from->live;
	return 0;
}

uint32_t pool_get(struct pool *p)
{
	uint32_t id;

	if (p->free_count)
		id = p->free_ids[--p->free_count];
	else if (p->made < p->cap)
		id = p->made++;
	else
		return POOL_NONE;
	ASAN_UNPOISON_MEMORY_REGION(pool_at(p, id), p->item_size);
	memset(pool_at(p, id), 0, p->item_size);
	p->live_bits[id / 64] |= UINT64_C(1) << (id % 64);
	p->live++;
	return id;
}

void pool_put(struct pool *p, uint32_t id)
{
	p->live_bits[id / 64] &= ~(UINT64_C(1) << (id % 64));
	p->live--;
	ASAN_POISON_MEMORY_REGION(pool_at(p, id), p->item_size);
	if (p->free_count == p->free_cap) {
		uint32_t cap = p->free_cap ? p->free_cap * 2 : FREE_IDS_MIN;
		uint32_t *ids = realloc(p->free_ids, cap * sizeof *ids);
		if (!ids)
			return; /* the id is lost until pool_done; the cap shrinks by one */
		p->free_ids = ids;
		p->free_cap = cap;
	}
	p->free_ids[p->free_count++] = id;
}

uint32_t pool_next(const struct pool *p, uint32_t from)
{
	uint32_t word = from / 64;

	if (from >= p->made)
		return POOL_NONE;
	uint64_t bits = p->live_bits[word] & (UINT64_MAX << (from % 64));
	while (!bits) {
		if (++word * 64 >= p->made)
			return POOL_NONE;
		bits = p->live_bits[word];
	}
	return word * 64 + (uint32_t)__builtin_ctzll(bits);
}
