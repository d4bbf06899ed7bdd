/* SPDX-License-Identifier: MIT
 *
 * prefixes: a bounded table of items by network, found by the longest network that holds an
 * address. When it is full, the item that was set or touched longest ago goes.
 *
 * An item is a struct of the caller's that begins with a struct prefix_item; it does not move
 * until it goes. A look-up costs a hash for each length of network that is in use.
 */
#ifndef NG_BASE_PREFIXES_H
#define NG_BASE_PREFIXES_H

#include "base/addr.h"
#include "base/idlist.h"
#include "base/index.h"
#include "base/pool.h"

struct prefix_item {
	struct prefix prefix;
	struct idlinks by_age; /* by the time they were set or touched */
};

struct prefixes {
	struct pool pool;
	struct index index;
	struct idlist by_age;
	uint32_t of_length[129];  /* how many items have so many bits */
	void (*drop)(void *item); /* frees what an item owns, before it goes; or NULL */
};

/* 0 or -ENOMEM. */
int prefixes_init(struct prefixes *t, size_t item_size, uint32_t cap, void (*drop)(void *item));
void prefixes_done(struct prefixes *t);

/* A table of its own with the same items, which must own nothing (drop is NULL). 0; or -ENOMEM, and
 * `to` is empty. */
int prefixes_copy(struct prefixes *to, const struct prefixes *from);

/* The item of exactly this network, made (zeroed) when new; it is the newest then. NULL when
 * memory is out. */
void *prefixes_set(struct prefixes *t, const struct prefix *p);

/* The item of exactly this network, or NULL. */
void *prefixes_find(const struct prefixes *t, const struct prefix *p);

/* The item of the longest network of at most `bits` (up to 128, IPv4 counted from 96) that holds
 * the address, or NULL. */
void *prefixes_match(const struct prefixes *t, const struct addr *a, unsigned bits);

void prefixes_touch(struct prefixes *t, void *item);
void prefixes_remove(struct prefixes *t, void *item);

/* From the oldest to the newest: for (item = prefixes_oldest(t); item; item = prefixes_newer(…)).
 * NULL at the end. */
void *prefixes_oldest(const struct prefixes *t);
void *prefixes_newer(const struct prefixes *t, const void *item);

/* The other way round. */
void *prefixes_newest(const struct prefixes *t);
void *prefixes_older(const struct prefixes *t, const void *item);

#endif
