// SPDX-License-Identifier: MIT
#include "console/counts.h"

#include "base/few.h"
#include "base/hash.h"
#include "base/text.h"

#include <stdlib.h>

void counts_init(struct counts *c, uint32_t cap)
{
	*c = (struct counts){.cap = cap};
}

void counts_done(struct counts *c)
{
	free(c->at);
	index_done(&c->index);
	counts_init(c, c->cap);
}

void counts_clear(struct counts *c)
{
	index_done(&c->index);
	c->n = 0;
	c->other = 0;
}

static uint64_t hash_of(struct str text)
{
	return hash_bytes(text.n ? text.p : "", text.n);
}

static struct counted *make(struct counts *c, struct str text, uint64_t hash)
{
	if (!c->at)
		c->at = calloc(c->cap, sizeof *c->at);
	if (!c->at || c->n == c->cap || index_add(&c->index, hash, c->n) < 0)
		return NULL;
	struct counted *fresh = &c->at[c->n++];
	fresh->n = 0;
	fresh->text_n = (uint8_t)text.n;
	memcpy(fresh->text, text.n ? text.p : "", text.n);
	return fresh;
}

static struct counted *find(const struct counts *c, struct str text, uint64_t hash)
{
	struct index_walk walk = {0};

	for (uint32_t id = index_first(&c->index, hash, &walk); id != INDEX_NONE;
		id = index_next(&c->index, &walk))
		if (str_eq(counted_text(&c->at[id]), text))
			return &c->at[id];
	return NULL;
}

void counts_add(struct counts *c, struct str text)
{
	struct str held = text_clip(text, COUNTS_TEXT_MAX);
	uint64_t hash = hash_of(held);
	struct counted *at = find(c, held, hash);

	if (!at)
		at = make(c, held, hash);
	if (at)
		at->n++;
	else
		c->other++;
}

void counts_reindex(struct counts *c)
{
	index_done(&c->index);
	for (uint32_t i = 0; i < c->n; i++)
		if (index_add(&c->index, hash_of(counted_text(&c->at[i])), i) < 0)
			return; /* without memory: what comes again is counted anew */
}

static bool more_often(const void *a, const void *b, const void *ctx)
{
	const struct counted *const *x = a, *const *y = b;

	(void)ctx;
	return (*x)->n > (*y)->n;
}

size_t counts_top(const struct counts *c, const struct counted **ret, size_t most)
{
	size_t n = 0;

	for (uint32_t i = 0; i < c->n && most; i++) {
		const struct counted *at = &c->at[i];
		few_put(ret, &n, most, sizeof *ret, &at, more_often, NULL);
	}
	return n;
}
