// SPDX-License-Identifier: MIT
#include "detect/fleet_herd.h"

#include "base/text.h"
#include "detect/hll.h"
#include "detect/registers.h"

#include <errno.h>
#include <stdlib.h>

#define SWEEP        16
#define SECONDS_MOST 120.0

int fleet_herds_init(struct fleet_herds *t)
{
	int err;

	*t = (struct fleet_herds){.alone = calloc(FLEET_ALONE, sizeof *t->alone)};
	err = t->alone ? pool_init(&t->pool, sizeof(struct fleet_herd), FLEET_HERDS) : -ENOMEM;
	if (!err)
		err = pool_init(&t->parts, sizeof(struct fleet_herd_part), FLEET_HERD_PARTS);
	if (err)
		fleet_herds_done(t);
	return err;
}

void fleet_herds_done(struct fleet_herds *t)
{
	pool_done(&t->pool);
	pool_done(&t->parts);
	index_done(&t->index);
	free(t->alone);
	*t = (struct fleet_herds){0};
}

static struct fleet_herd *find(const struct fleet_herds *t, const struct fleet_herd_saying *s)
{
	index_for_each_match (&t->index, s->hash, id) {
		struct fleet_herd *h = fleet_herds_at(t, id);
		if (h->hash == s->hash && h->of == s->herd->of)
			return h;
	}
	return NULL;
}

static struct fleet_herd *make(struct fleet_herds *t, const struct fleet_herd_saying *s)
{
	struct str text = text_clip(s->herd->key, HERD_TEXT_MAX);
	uint32_t id = pool_get(&t->pool);

	if (id == POOL_NONE)
		return NULL;
	if (index_add(&t->index, s->hash, id) < 0) {
		pool_put(&t->pool, id);
		return NULL;
	}
	struct fleet_herd *h = fleet_herds_at(t, id);
	h->hash = s->hash;
	h->of = s->herd->of;
	h->first = POOL_NONE;
	h->text_n = (uint8_t)text.n;
	memcpy(h->text, text.n ? text.p : "", text.n);
	return h;
}

static uint32_t few(uint64_t n)
{
	return n == ABSENT ? 0 : n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

static double rate_of(const struct fleet_herd_part *p)
{
	return p->requests / p->seconds;
}

/* Its own; a new one; or that of the one with least, if it has more. */
static struct fleet_herd_part *part_for(
	struct fleet_herds *t, struct fleet_herd *h, uint32_t member, double rate)
{
	struct fleet_herd_part *lightest = NULL, *p;

	for (uint32_t id = h->first; id != POOL_NONE; id = p->next) {
		p = fleet_herd_part_at(t, id);
		if (p->member == member)
			return p;
		if (!lightest || rate_of(p) < rate_of(lightest))
			lightest = p;
	}
	uint32_t id = h->parts < FLEET_HERD_EACH ? pool_get(&t->parts) : POOL_NONE;
	if (id == POOL_NONE)
		return lightest && rate_of(lightest) < rate ? lightest : NULL;
	p = fleet_herd_part_at(t, id);
	p->next = h->first;
	h->first = id;
	h->parts++;
	return p;
}

static double seconds_of(uint64_t span_us)
{
	double seconds = span_us == ABSENT ? 60 : (double)span_us / (double)USEC_PER_SEC;

	return seconds < 1 ? 1 : seconds < SECONDS_MOST ? seconds : SECONDS_MOST;
}

void fleet_herds_take(struct fleet_herds *t, const struct fleet_herd_saying *s, usec_t now)
{
	const struct event_herd *e = s->herd;
	struct fleet_herd *h = find(t, s);
	double seconds = seconds_of(e->span_us);

	if (!h && fleet_is_alone(t->alone, s->hash, s->member, now))
		return;
	if (!h)
		h = make(t, s);
	struct fleet_herd_part *p = h ? part_for(t, h, s->member, few(e->recent) / seconds) : NULL;
	if (!p) {
		t->lost += !h || h->parts < FLEET_HERD_EACH;
		return;
	}
	p->member = s->member;
	p->told = now;
	p->sketch = s->sketch;
	p->seconds = seconds;
	p->requests = few(e->recent);
	p->failed = few(e->failed);
	p->assets = few(e->assets);
	p->lone = few(e->lone);
	p->switched = few(e->switched);
	p->growth = e->growth == ABSENT ? 0 : (double)e->growth / 100;
	if (registers_read(e->sources, HERD_SOURCE_BITS, p->registers) < 0)
		memset(p->registers, 0, sizeof p->registers);
	/* Registers that nobody could have filled say that there were any number. */
	double sources = hll_count(p->registers, HERD_SOURCE_BITS);
	p->sources = sources < p->requests ? sources : p->requests;
}

static void forget_parts(struct fleet_herds *t, struct fleet_herd *h, usec_t now, usec_t patience)
{
	uint32_t *at = &h->first;

	while (*at != POOL_NONE) {
		uint32_t id = *at;
		struct fleet_herd_part *p = fleet_herd_part_at(t, id);
		if (now - p->told <= patience) {
			at = &p->next;
			continue;
		}
		*at = p->next;
		pool_put(&t->parts, id);
		h->parts--;
	}
}

void fleet_herds_sweep(struct fleet_herds *t, uint32_t turn, usec_t now)
{
	bool full = t->parts.live > FLEET_HERD_PARTS / 4 * 3 || t->pool.live > FLEET_HERDS / 4 * 3;
	usec_t patience = full ? 60 * USEC_PER_SEC : FLEET_FORGET;

	for (uint32_t id = turn % SWEEP; id < t->pool.made; id += SWEEP) {
		struct fleet_herd *h = fleet_herds_at(t, id);
		if (!pool_is_live(&t->pool, id))
			continue;
		forget_parts(t, h, now, patience);
		if (h->parts)
			continue;
		index_remove(&t->index, h->hash, id);
		pool_put(&t->pool, id);
	}
}
