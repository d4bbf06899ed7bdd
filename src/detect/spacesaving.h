/* SPDX-License-Identifier: MIT
 *
 * spacesaving: the most frequent of any number of keys, in bounded memory (Metwally et al. 2005).
 * A key that finds the table full takes the place of the rarest one and inherits its count as its
 * possible error, `over`: for what is in the table, count - over <= true <= count. Judge by
 * count - over: with keys that are all new, the whole count is error.
 *
 * A key that was idle for SPACESAVING_IDLE seconds is replaced before any other, and starts anew
 * when it comes back: then the bounds hold from there.
 *
 * Keys are 64-bit hashes; what belongs to a key is the caller's, by its id (0..cap-1). Nothing
 * depends on the values of the hashes, so the same keys in the same order give the same table.
 */
#ifndef NG_DETECT_SPACESAVING_H
#define NG_DETECT_SPACESAVING_H

#include "base/index.h"

#include <stdbool.h>
#include <stdint.h>

#define SPACESAVING_IDLE 60 /* seconds */
#define SPACESAVING_NONE INDEX_NONE

/* Apart from the keys, for the heap is walked more than anything. */
struct spacesaving_rank {
	uint64_t count;
	uint32_t id;
};

struct spacesaving_key {
	uint64_t hash;
	uint32_t place; /* in the heap */
	uint32_t last;  /* seconds: when it was counted last */
};

struct spacesaving {
	struct spacesaving_rank *heap; /* the rarest is its root */
	struct spacesaving_key *keys;  /* by id */
	struct index index;
	uint32_t cap, used;
	uint32_t oldest;   /* seconds: no key was counted last before this */
	uint64_t replaced; /* keys that had to go; shown */
};

struct spacesaving_hit {
	uint32_t id;
	bool is_new;   /* the id is this key's from now on: its former owner has gone */
	uint64_t over; /* of a new one */
};

/* Memory for `cap` keys (above 0) is taken at once. 0 or -ENOMEM. */
int spacesaving_init(struct spacesaving *s, uint32_t cap);
void spacesaving_done(struct spacesaving *s);

/* One of its own with the same counts. 0; or -ENOMEM, and `to` is empty. */
int spacesaving_copy(struct spacesaving *to, const struct spacesaving *from);

/* Forgets all keys. */
void spacesaving_clear(struct spacesaving *s);

/* Counts n for the key, at a time in whole seconds. Never fails. */
struct spacesaving_hit spacesaving_add(
	struct spacesaving *s, uint64_t hash, uint64_t n, uint32_t seconds);

/* The id of a key, or SPACESAVING_NONE. */
uint32_t spacesaving_find(const struct spacesaving *s, uint64_t hash);

static inline uint64_t spacesaving_count(const struct spacesaving *s, uint32_t id)
{
	return s->heap[s->keys[id].place].count;
}

#endif
