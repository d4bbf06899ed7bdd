/* SPDX-License-Identifier: MIT
 *
 * lists: what every parser of lists of blocks must keep to, whatever the text. For their fuzzers.
 */
#ifndef NG_TESTS_FUZZ_LISTS_H
#define NG_TESTS_FUZZ_LISTS_H

#include "action/lists.h"
#include "base/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void require(int holds)
{
	if (!holds)
		abort();
}

/* Prefixes are canonical and never of everything, names clean and bounded. */
static inline void check_listed(void *ctx, const struct listed *l)
{
	unsigned mapped = addr_is_v4(&l->net.addr) ? 96 : 0;

	require(l->net.bits > mapped && l->net.bits <= ADDR_BITS);
	struct prefix canonical = prefix_of(&l->net.addr, l->net.bits - mapped);
	require(addr_eq(&canonical.addr, &l->net.addr));
	require(l->way < WAYS);
	require(l->by.n < LISTS_BY_MAX && text_is_clean(l->by));
	++*(uint32_t *)ctx;
}

#endif
