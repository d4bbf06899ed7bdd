/* SPDX-License-Identifier: MIT
 *
 * idlist: items of a pool in the order in which they were added, linked by their ids. The links lie
 * in the items (struct idlinks), so that a list allocates nothing, and an item can be in several
 * lists by links of its own for each. Adding and removing take constant time.
 */
#ifndef NG_BASE_IDLIST_H
#define NG_BASE_IDLIST_H

#include "base/pool.h"

struct idlinks {
	uint32_t newer, older; /* ids, or POOL_NONE at the ends */
};

struct idlist {
	uint32_t newest, oldest; /* ids, or POOL_NONE when it is empty */
};

#define IDLIST_EMPTY ((struct idlist){POOL_NONE, POOL_NONE})

/* The links of an item; `at` is where they are in it: offsetof(struct item, links). */
static inline struct idlinks *idlist_links(const struct pool *items, size_t at, uint32_t id)
{
	return (struct idlinks *)(void *)((unsigned char *)pool_at(items, id) + at);
}

/* Adds an item that is not in the list, as the newest. */
static inline void idlist_push(struct idlist *l, const struct pool *items, size_t at, uint32_t id)
{
	struct idlinks *links = idlist_links(items, at, id);

	links->newer = POOL_NONE;
	links->older = l->newest;
	if (links->older != POOL_NONE)
		idlist_links(items, at, links->older)->newer = id;
	else
		l->oldest = id;
	l->newest = id;
}

/* Removes an item that is in the list. Its links stay as they were. */
static inline void idlist_pull(struct idlist *l, const struct pool *items, size_t at, uint32_t id)
{
	const struct idlinks *links = idlist_links(items, at, id);

	if (links->newer != POOL_NONE)
		idlist_links(items, at, links->newer)->older = links->older;
	else
		l->newest = links->older;
	if (links->older != POOL_NONE)
		idlist_links(items, at, links->older)->newer = links->newer;
	else
		l->oldest = links->newer;
}

#endif
