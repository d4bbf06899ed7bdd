// SPDX-License-Identifier: MIT
#include "base/pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int pool_init(struct pool *p, size_t item_size, uint32_t cap)
{
	size_t chunks = (cap + POOL_CHUNK - 1) / POOL_CHUNK;

	*p = (struct pool){.item_size = item_size, .cap = cap};
	p->chunks = calloc(chunks, sizeof *p->chunks);
	p->live_bits = calloc(chunks * POOL_CHUNK / 64, sizeof *p->live_bits);
	if (p->chunks && p->live_bits)
		return 0;
	pool_done(p);
	return -ENOMEM;
}

void pool_done(struct pool *p)
{
	for (uint32_t i = 0; i * POOL_CHUNK < p->made; i++)
		free(p->chunks[i]);
	free(p->chunks);
	free(p->live_bits);
	free(p->free_ids);
	*p = (struct pool){0};
}

static uint32_t fresh_id(struct pool *p)
{
	uint32_t id = p->made;

	if (id == p->cap)
		return POOL_NONE;
	if (id % POOL_CHUNK == 0) {
		p->chunks[id / POOL_CHUNK] = malloc(POOL_CHUNK * p->item_size);
		if (!p->chunks[id / POOL_CHUNK])
			return POOL_NONE;
	}
	p->made++;
	return id;
}

uint32_t pool_get(struct pool *p)
{
	uint32_t id = p->free_count ? p->free_ids[--p->free_count] : fresh_id(p);

	if (id == POOL_NONE)
		return id;
	memset(pool_at(p, id), 0, p->item_size);
	p->live_bits[id / 64] |= UINT64_C(1) << (id % 64);
	p->live++;
	return id;
}

void pool_put(struct pool *p, uint32_t id)
{
	p->live_bits[id / 64] &= ~(UINT64_C(1) << (id % 64));
	p->live--;
	if (p->free_count == p->free_cap) {
		uint32_t cap = p->free_cap ? p->free_cap * 2 : POOL_CHUNK;
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
