/* SPDX-License-Identifier: MIT
 *
 * positions: places in the journal, the oldest first, in a ring that grows at both ends. Owns its
 * memory; at most as many as the journal has lines. All zero is an empty one.
 */
#ifndef NG_CONSOLE_POSITIONS_H
#define NG_CONSOLE_POSITIONS_H

#include <stdbool.h>
#include <stdint.h>

struct positions {
	uint64_t *ring;
	uint32_t cap; /* a power of two, or 0 */
	uint32_t first, n;
};

void positions_done(struct positions *p);

static inline void positions_clear(struct positions *p)
{
	p->first = p->n = 0;
}

/* The one of this rank, from 0. */
static inline uint64_t positions_at(const struct positions *p, uint32_t rank)
{
	return p->ring[(p->first + rank) & (p->cap - 1)];
}

/* As the newest, as the oldest. False when memory is out. */
bool positions_append(struct positions *p, uint64_t position);
bool positions_prepend(struct positions *p, uint64_t position);

/* Forgets all before a position. */
void positions_drop(struct positions *p, uint64_t before);

/* How many come before a position: its own rank, or that of the next one after it. */
uint32_t positions_before(const struct positions *p, uint64_t position);

#endif
