// SPDX-License-Identifier: MIT
#include "detect/fleet_trail.h"

#include <errno.h>
#include <stdlib.h>

#define ALONE_TURN  (10 * USEC_PER_SEC)
#define ALONE_TURNS 32 /* what one member said stays good for as long as FLEET_FORGET */
#define SWEEP       16

int fleet_trails_init(struct fleet_trails *t)
{
	int err;

	*t = (struct fleet_trails){.alone = calloc(FLEET_ALONE, sizeof *t->alone)};
	err = t->alone ? pool_init(&t->pool, sizeof(struct fleet_trail), FLEET_TRAILS) : -ENOMEM;
	if (!err)
		err = pool_init(&t->parts, sizeof(struct fleet_part), FLEET_PARTS);
	if (err)
		fleet_trails_done(t);
	return err;
}

void fleet_trails_done(struct fleet_trails *t)
{
	pool_done(&t->pool);
	pool_done(&t->parts);
	index_done(&t->index);
	free(t->alone);
	*t = (struct fleet_trails){0};
}

bool fleet_is_alone(struct fleet_alone *alone, uint64_t hash, uint32_t member, usec_t now)
{
	struct fleet_alone *a = &alone[hash % FLEET_ALONE];
	uint16_t turn = (uint16_t)(now / ALONE_TURN);
	uint32_t tag = (uint32_t)(hash >> 32) | 1; /* 0: nothing */
	bool other =
		a->tag == tag && a->member != member && (uint16_t)(turn - a->turn) < ALONE_TURNS;

	if (!other)
		*a = (struct fleet_alone){tag, (uint16_t)member, turn};
	return !other;
}

uint32_t fleet_trails_id(const struct fleet_trails *t, const struct prefix *p, uint64_t hash)
{
	index_for_each_match (&t->index, hash, id) {
		const struct prefix *of = &fleet_trails_at(t, id)->prefix;
		if (of->bits == p->bits && addr_eq(&of->addr, &p->addr))
			return id;
	}
	return POOL_NONE;
}

static uint32_t make(struct fleet_trails *t, const struct prefix *p, uint64_t hash)
{
	uint32_t id = pool_get(&t->pool);

	if (id == POOL_NONE)
		return id;
	if (index_add(&t->index, hash, id) < 0) {
		pool_put(&t->pool, id);
		return POOL_NONE;
	}
	*fleet_trails_at(t, id) =
		(struct fleet_trail){.prefix = *p, .first = POOL_NONE, .hash = hash};
	return id;
}

static struct fleet_part *part_of(
	struct fleet_trails *t, struct fleet_trail *trail, uint32_t member)
{
	for (uint32_t id = trail->first; id != POOL_NONE; id = fleet_part_at(t, id)->next)
		if (fleet_part_at(t, id)->member == member)
			return fleet_part_at(t, id);
	uint32_t id = trail->parts < FLEET_PARTS_EACH ? pool_get(&t->parts) : POOL_NONE;
	if (id == POOL_NONE)
		return NULL;
	struct fleet_part *p = fleet_part_at(t, id);
	p->member = member;
	p->next = trail->first;
	trail->first = id;
	trail->parts++;
	return p;
}

/* What is 0 is left out of summaries. */
static uint64_t number(uint64_t n)
{
	return n == ABSENT ? 0 : n;
}

static uint32_t few(uint64_t n)
{
	return n == ABSENT ? 0 : n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

static void drop_oldest(struct fleet_part *p)
{
	p->words_n--;
	memmove(&p->words[0], &p->words[1], p->words_n * sizeof p->words[0]);
}

/* The latest words stand last; those before are at least FLEET_WORDS_APART from each other. One is
 * kept that is older than a minute where words come seldom. */
static void note_words(struct fleet_part *p, usec_t now)
{
	uint32_t n = p->words_n;
	struct fleet_words *last = n > 1 ? &p->words[n - 1] : NULL;

	if (last && last->at - p->words[n - 2].at < FLEET_WORDS_APART)
		p->words_n--;
	if (p->words_n == FLEET_WORDS)
		drop_oldest(p);
	last = &p->words[p->words_n++];
	last->at = now;
	for (int i = 0; i < FLEET_COUNTS; i++)
		last->n[i] = (uint32_t)p->n[i];
	while (p->words_n > 2 && now - p->words[0].at > FLEET_MINUTE)
		drop_oldest(p);
}

static void take(struct fleet_part *p, const struct fleet_saying *s, usec_t now)
{
	const struct event_share *e = s->share;
	const uint64_t n[FLEET_COUNTS] = {[FLEET_REQUESTS] = number(e->requests),
		[FLEET_REFUSED] = number(e->refused),
		[FLEET_DENIED] = number(e->denied),
		[FLEET_AUTH] = number(e->auth_failed)};

	/* The member has begun anew, or had forgotten it. */
	if (n[FLEET_REQUESTS] < p->n[FLEET_REQUESTS] || n[FLEET_AUTH] < p->n[FLEET_AUTH] ||
		n[FLEET_REFUSED] < p->n[FLEET_REFUSED] || n[FLEET_DENIED] < p->n[FLEET_DENIED] ||
		now - p->told > FLEET_FORGET)
		p->words_n = 0;
	memcpy(p->n, n, sizeof p->n);
	p->told = now;
	p->flags = s->flags;
	p->agent = s->agent;
	p->paths = few(e->paths);
	p->not_found = few(e->not_found);
	p->agents = few(e->agents);
	p->probes = few(e->probes);
	p->assets = few(e->assets);
	note_words(p, now);
}

void fleet_trails_take(struct fleet_trails *t, const struct fleet_saying *s, usec_t now)
{
	uint32_t id = fleet_trails_id(t, &s->share->net, s->hash);

	if (id == POOL_NONE) {
		if (fleet_is_alone(t->alone, s->hash, s->member, now))
			return;
		id = make(t, &s->share->net, s->hash);
	}
	struct fleet_trail *trail = id == POOL_NONE ? NULL : fleet_trails_at(t, id);
	struct fleet_part *p = trail ? part_of(t, trail, s->member) : NULL;
	if (p)
		take(p, s, now);
	else
		t->lost++;
}

static void forget_parts(
	struct fleet_trails *t, struct fleet_trail *trail, usec_t now, usec_t patience)
{
	uint32_t *at = &trail->first;

	while (*at != POOL_NONE) {
		uint32_t id = *at;
		struct fleet_part *p = fleet_part_at(t, id);
		if (now - p->told <= patience) {
			at = &p->next;
			continue;
		}
		*at = p->next;
		pool_put(&t->parts, id);
		trail->parts--;
	}
}

void fleet_trails_sweep(struct fleet_trails *t, uint32_t turn, usec_t now)
{
	bool full = t->parts.live > FLEET_PARTS / 4 * 3 || t->pool.live > FLEET_TRAILS / 4 * 3;
	usec_t patience = full ? 60 * USEC_PER_SEC : FLEET_FORGET;

	for (uint32_t id = turn % SWEEP; id < t->pool.made; id += SWEEP) {
		struct fleet_trail *trail = fleet_trails_at(t, id);
		if (!pool_is_live(&t->pool, id))
			continue;
		forget_parts(t, trail, now, patience);
		if (trail->parts)
			continue;
		index_remove(&t->index, trail->hash, id);
		pool_put(&t->pool, id);
	}
}

bool fleet_part_minute(const struct fleet_part *p, struct fleet_sum *ret)
{
	const struct fleet_words *from = &p->words[0], *to;

	*ret = (struct fleet_sum){.paths = p->paths,
		.not_found = p->not_found,
		.agents = p->agents,
		.probes = p->probes,
		.assets = p->assets};
	if (p->words_n < 2)
		return false;
	to = &p->words[p->words_n - 1];
	double minutes = (double)(to->at - from->at) / (double)(60 * USEC_PER_SEC);
	for (int i = 0; i < FLEET_COUNTS && minutes > 0; i++)
		ret->n[i] = (double)(uint32_t)(to->n[i] - from->n[i]) / minutes;
	return minutes > 0;
}
