/* SPDX-License-Identifier: MIT
 *
 * index: an open-addressed hash from a 64-bit hash to small ids. It stores no keys: the caller
 * keeps the items (usually in a pool) and compares them while walking the candidates.
 *
 *	index_for_each_match (&ix, hash, id)
 *		if (addr_eq(&item(id)->ip, ip))
 *			return id;
 *
 * Linear probing with backward-shift deletion, so there are no tombstones and lookups stay
 * short after any churn. Load is kept under 3/4. Owns its slot array.
 */
#ifndef NG_BASE_INDEX_H
#define NG_BASE_INDEX_H

#include <stddef.h>
#include <stdint.h>

#define INDEX_NONE UINT32_MAX

struct index_slot {
	uint32_t tag; /* the hash's high half; its low bits pick the home slot */
	uint32_t id1; /* id + 1; 0 is an empty slot */
};

struct index {
	struct index_slot *slots;
	uint32_t mask; /* slots - 1; slots is a power of two, or 0 before the first insert */
	uint32_t used;
};

/* A walk's position; see index_for_each_match. */
struct index_walk {
	uint32_t tag, slot;
};

void index_done(struct index *ix);

/* An index of its own with the same entries. 0; or -ENOMEM, and `to` is empty. */
int index_copy(struct index *to, const struct index *from);

/* Adds id under hash; the caller has made sure that it is not there. 0 or -ENOMEM. */
int index_add(struct index *ix, uint64_t hash, uint32_t id);

/* Takes out the entry (hash, id). It must be there. */
void index_remove(struct index *ix, uint64_t hash, uint32_t id);

static inline uint32_t index_next(const struct index *ix, struct index_walk *w)
{
	for (;; w->slot++) {
		const struct index_slot *s = &ix->slots[w->slot & ix->mask];
		if (s->id1 == 0)
			return INDEX_NONE;
		if (s->tag == w->tag) {
			w->slot++;
			return s->id1 - 1;
		}
	}
}

static inline uint32_t index_first(const struct index *ix, uint64_t hash, struct index_walk *w)
{
	if (!ix->slots)
		return INDEX_NONE;
	w->tag = (uint32_t)(hash >> 32);
	w->slot = w->tag;
	return index_next(ix, w);
}

/* Asks the cache for the hash's home slot, ahead of the lookup. */
static inline void index_prefetch(const struct index *ix, uint64_t hash)
{
	if (ix->slots)
		__builtin_prefetch(&ix->slots[(uint32_t)(hash >> 32) & ix->mask]);
}

#define index_for_each_match(ix, hash, id)                                             \
	for (struct index_walk w_##id, *wp_##id = &w_##id; wp_##id; wp_##id = NULL)    \
		for (uint32_t id = index_first(ix, hash, wp_##id); (id) != INDEX_NONE; \
			(id) = index_next(ix, wp_##id))

#endif
