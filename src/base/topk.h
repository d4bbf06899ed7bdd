/* SPDX-License-Identifier: MIT
 *
 * topk: of any number of addresses with a count each, those with the highest counts, in
 * bounded memory: a heap whose root is the lightest one kept.
 */
#ifndef NG_BASE_TOPK_H
#define NG_BASE_TOPK_H

#include "base/addr.h"

#include <stddef.h>

struct heavy {
	struct addr addr;
	uint64_t n;
};

struct topk {
	struct heavy *items; /* the kept ones, in no order that matters */
	size_t count, cap;
	uint64_t passed_over; /* addresses that found no place since the last clear */
};

/* Keeps at most cap (above 0). 0 or -ENOMEM. */
int topk_init(struct topk *h, size_t cap);
void topk_done(struct topk *h);

/* Each address is added once. Of equal counts, those that came first are kept. */
void topk_add(struct topk *h, const struct addr *addr, uint64_t n);

void topk_clear(struct topk *h);

#endif
