// SPDX-License-Identifier: MIT
#include "console/positions.h"

#include <stdlib.h>

#define FIRST_CAP 1024u

void positions_done(struct positions *p)
{
	free(p->ring);
	*p = (struct positions){0};
}

static bool grow(struct positions *p)
{
	uint32_t cap = p->cap ? p->cap * 2 : FIRST_CAP;
	uint64_t *ring = malloc(cap * sizeof *ring);

	if (!ring)
		return false;
	for (uint32_t i = 0; i < p->n; i++)
		ring[i] = positions_at(p, i);
	free(p->ring);
	p->ring = ring;
	p->cap = cap;
	p->first = 0;
	return true;
}

bool positions_append(struct positions *p, uint64_t position)
{
	if (p->n == p->cap && !grow(p))
		return false;
	p->ring[(p->first + p->n++) & (p->cap - 1)] = position;
	return true;
}

bool positions_prepend(struct positions *p, uint64_t position)
{
	if (p->n == p->cap && !grow(p))
		return false;
	p->first = (p->first - 1) & (p->cap - 1);
	p->ring[p->first] = position;
	p->n++;
	return true;
}

uint32_t positions_before(const struct positions *p, uint64_t position)
{
	uint32_t low = 0, high = p->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (positions_at(p, middle) < position)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void positions_drop(struct positions *p, uint64_t before)
{
	uint32_t n = p->n && positions_at(p, 0) < before ? positions_before(p, before) : 0;

	p->first = p->cap ? (p->first + n) & (p->cap - 1) : 0;
	p->n -= n;
}
