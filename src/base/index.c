// SPDX-License-Identifier: MIT
#include "base/index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define MIN_SLOTS 64u

/* Up to here in great steps, for every step costs each entry a new place; in small ones then, for
 * the memory's sake. 2 MiB, which one huge page holds. */
#define MANY_SLOTS (1u << 18)
#define HUGE_PAGE  (2u << 20)

void index_done(struct index *ix)
{
	free(ix->slots);
	*ix = (struct index){0};
}

static void place(struct index *ix, struct index_slot entry)
{
	uint32_t slot = entry.tag;

	while (ix->slots[slot & ix->mask].id1)
		slot++;
	ix->slots[slot & ix->mask] = entry;
}

/* Zeroed. A look-up in a large table lands anywhere in it: without huge pages each would miss the
 * TLB, too. */
static struct index_slot *make_slots(uint32_t slots)
{
	size_t bytes = slots * sizeof(struct index_slot);

	if (bytes % HUGE_PAGE)
		return calloc(1, bytes);
	struct index_slot *made = aligned_alloc(HUGE_PAGE, bytes);
	if (!made)
		return NULL;
	madvise(made, bytes, MADV_HUGEPAGE); /* only a wish */
	return memset(made, 0, bytes);
}

static uint32_t next_size(const struct index *ix)
{
	uint32_t slots = ix->mask + 1;

	if (!ix->slots)
		return MIN_SLOTS;
	return slots < MANY_SLOTS ? slots * 8 : slots * 2;
}

static int grow(struct index *ix)
{
	uint32_t slots = next_size(ix);
	struct index bigger = {make_slots(slots), slots - 1, ix->used};

	if (!bigger.slots)
		return -ENOMEM;
	for (uint32_t i = 0; ix->slots && i <= ix->mask; i++)
		if (ix->slots[i].id1)
			place(&bigger, ix->slots[i]);
	free(ix->slots);
	*ix = bigger;
	return 0;
}

int index_copy(struct index *to, const struct index *from)
{
	*to = (struct index){0};
	if (!from->slots)
		return 0;
	struct index_slot *slots = make_slots(from->mask + 1);
	if (!slots)
		return -ENOMEM;
	memcpy(slots, from->slots, ((size_t)from->mask + 1) * sizeof *slots);
	*to = (struct index){slots, from->mask, from->used};
	return 0;
}

int index_add(struct index *ix, uint64_t hash, uint32_t id)
{
	if (!ix->slots || ix->used >= (ix->mask + 1) / 4 * 3) {
		int err = grow(ix);
		if (err)
			return err;
	}
	place(ix, (struct index_slot){(uint32_t)(hash >> 32), id + 1});
	ix->used++;
	return 0;
}

void index_remove(struct index *ix, uint64_t hash, uint32_t id)
{
	uint32_t hole = (uint32_t)(hash >> 32);

	while (ix->slots[hole & ix->mask].id1 != id + 1)
		hole++;
	/* Pull back every later entry of the run whose home is not past the hole. */
	for (uint32_t next = hole + 1;; next++) {
		struct index_slot entry = ix->slots[next & ix->mask];
		if (!entry.id1)
			break;
		if (((next - entry.tag) & ix->mask) >= ((next - hole) & ix->mask)) {
			ix->slots[hole & ix->mask] = entry;
			hole = next;
		}
	}
	ix->slots[hole & ix->mask] = (struct index_slot){0};
	ix->used--;
}
