// SPDX-License-Identifier: MIT
#include "base/ring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int ring_init(struct ring *r, size_t item_size, uint32_t cap)
{
	r->item_size = item_size;
	r->cap = cap;
	atomic_init(&r->put, 0);
	atomic_init(&r->taken, 0);
	r->items = malloc(item_size * cap);
	return r->items ? 0 : -ENOMEM;
}

void ring_done(struct ring *r)
{
	free(r->items);
	r->items = NULL;
}

static void *at(const struct ring *r, uint32_t number)
{
	return r->items + (size_t)(number & (r->cap - 1)) * r->item_size;
}

bool ring_put(struct ring *r, const void *item)
{
	uint32_t put = atomic_load_explicit(&r->put, memory_order_relaxed);

	if (put - atomic_load_explicit(&r->taken, memory_order_acquire) == r->cap)
		return false;
	memcpy(at(r, put), item, r->item_size);
	atomic_store_explicit(&r->put, put + 1, memory_order_release);
	return true;
}

bool ring_take(struct ring *r, void *ret_item)
{
	uint32_t taken = atomic_load_explicit(&r->taken, memory_order_relaxed);

	if (taken == atomic_load_explicit(&r->put, memory_order_acquire))
		return false;
	memcpy(ret_item, at(r, taken), r->item_size);
	atomic_store_explicit(&r->taken, taken + 1, memory_order_release);
	return true;
}
