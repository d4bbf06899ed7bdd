/* SPDX-License-Identifier: MIT
 *
 * pool: fixed-size items with small ids, up to a cap. Items never move, so pointers stay good
 * until pool_put. Address space for all of them is reserved at once and filled in by the kernel
 * as it is touched, in huge pages where it can: a look-up is then one multiplication and, most
 * of the time, no TLB miss. Memory is given back by pool_done only; ids of items that were put
 * back are used again, the latest first. A build with AddressSanitizer (SAN=1, the fuzzers) lets
 * nobody touch an item that was put back.
 */
#ifndef NG_BASE_POOL_H
#define NG_BASE_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POOL_NONE UINT32_MAX

struct pool {
	size_t item_size;
	uint32_t cap;  /* most items at once */
	uint32_t made; /* ids ever handed out: 0..made-1 */
	uint32_t live; /* of these, in use now */
	uint32_t *free_ids;
	uint32_t free_count, free_cap;
	unsigned char *items;
	uint64_t *live_bits; /* one bit an id */
};

/* 0 or -ENOMEM. */
int pool_init(struct pool *p, size_t item_size, uint32_t cap);
void pool_done(struct pool *p);

/* A pool of its own with the same items under the same ids. 0; or -ENOMEM, and `to` is empty. */
int pool_copy(struct pool *to, const struct pool *from);

/* A zeroed item's id, or POOL_NONE when the cap is reached or memory is out. */
uint32_t pool_get(struct pool *p);
void pool_put(struct pool *p, uint32_t id);

static inline void *pool_at(const struct pool *p, uint32_t id)
{
	return p->items + (size_t)id * p->item_size;
}

/* The id of an item that lies in it. */
static inline uint32_t pool_id(const struct pool *p, const void *item)
{
	return (uint32_t)((size_t)((const unsigned char *)item - p->items) / p->item_size);
}

static inline bool pool_is_live(const struct pool *p, uint32_t id)
{
	return id < p->made && (p->live_bits[id / 64] >> (id % 64) & 1);
}

/* The first live id at or after `from`, or POOL_NONE: for (id = pool_next(p, 0); …). */
uint32_t pool_next(const struct pool *p, uint32_t from);

#endif
