/* SPDX-License-Identifier: MIT
 *
 * ways_parts: what the files that make commands share. Nobody else includes it.
 */
#ifndef NG_ACTION_WAYS_PARTS_H
#define NG_ACTION_WAYS_PARTS_H

#include "action/ways.h"

/* Text that grows in a buffer of somebody else's; what does not fit leaves it `full`. */
struct lines {
	char *p;
	size_t n, cap;
	bool full;
};

__attribute__((format(printf, 2, 3))) void lines_put(struct lines *l, const char *format, ...);

/* `a` lies in `b`, or is it. */
bool prefix_within(const struct prefix *a, const struct prefix *b);

static inline bool prefix_is_v4(const struct prefix *p)
{
	return addr_is_v4(&p->addr);
}

/* A prefix without "/32" or "/128", as the tools print addresses. */
const char *prefix_short(const struct prefix *p, char buf[static PREFIX_TEXT_MAX]);

/* ways_nft.c: the elements of our sets, as a line for each family; nothing when there are none. */
void put_elements(struct lines *l, const char *before, const char *after,
	const struct prefix *prefixes, uint32_t count, uint32_t seconds);

#endif
