/* SPDX-License-Identifier: MIT
 *
 * ring: items of one size that one thread puts and one other takes, in order and without a lock.
 * What finds no room is refused: who puts decides what that means.
 */
#ifndef NG_BASE_RING_H
#define NG_BASE_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ring {
	size_t item_size;
	uint32_t cap;                /* a power of two */
	unsigned char *items;        /* owned */
	_Atomic uint32_t put, taken; /* how many ever were; they wrap around */
};

/* cap: a power of two. 0 or -ENOMEM. */
int ring_init(struct ring *r, size_t item_size, uint32_t cap);
void ring_done(struct ring *r);

/* For the thread that puts. False: it is full. */
bool ring_put(struct ring *r, const void *item);

/* For the thread that takes. False: it is empty. */
bool ring_take(struct ring *r, void *ret_item);

/* For both. The other thread may make it less, or more, at once. */
static inline uint32_t ring_count(const struct ring *r)
{
	return atomic_load_explicit(&r->put, memory_order_acquire) -
	       atomic_load_explicit(&r->taken, memory_order_acquire);
}

static inline bool ring_has_room(const struct ring *r)
{
	return ring_count(r) < r->cap;
}

#endif
