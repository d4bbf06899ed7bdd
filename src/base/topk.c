// SPDX-License-Identifier: MIT
#include "base/topk.h"

#include <errno.h>
#include <stdlib.h>

int topk_init(struct topk *h, size_t cap)
{
	*h = (struct topk){.cap = cap, .items = calloc(cap, sizeof *h->items)};
	return h->items ? 0 : -ENOMEM;
}

void topk_done(struct topk *h)
{
	free(h->items);
	*h = (struct topk){0};
}

static void sift_up(struct topk *h, size_t i, struct heavy item)
{
	while (i > 0 && h->items[(i - 1) / 2].n > item.n) {
		h->items[i] = h->items[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	h->items[i] = item;
}

static void sift_down(struct topk *h, size_t i, struct heavy item)
{
	for (;;) {
		size_t child = 2 * i + 1;
		if (child + 1 < h->count && h->items[child + 1].n < h->items[child].n)
			child++;
		if (child >= h->count || h->items[child].n >= item.n)
			break;
		h->items[i] = h->items[child];
		i = child;
	}
	h->items[i] = item;
}

void topk_add(struct topk *h, const struct addr *addr, uint64_t n)
{
	struct heavy item = {*addr, n};

	if (h->count < h->cap) {
		sift_up(h, h->count++, item);
		return;
	}
	h->passed_over++;
	if (n > h->items[0].n)
		sift_down(h, 0, item);
}

void topk_clear(struct topk *h)
{
	h->count = 0;
	h->passed_over = 0;
}
