/* SPDX-License-Identifier: MIT
 *
 * heaviest: of any number of addresses with a count each, those with the highest counts, in
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

struct heaviest {
	struct heavy *items; /* the kept ones, in no order that matters */
	size_t count, cap;
	uint64_t passed_over; /* addresses that found no place since the last clear */
};

/* Keeps at most cap (above 0). 0 or -ENOMEM. */
int heaviest_init(struct heaviest *h, size_t cap);
void heaviest_done(struct heaviest *h);

/* Each address is added once. Of equal counts, those that came first are kept. */
void heaviest_add(struct heaviest *h, const struct addr *addr, uint64_t n);

void heaviest_clear(struct heaviest *h);

#endif
