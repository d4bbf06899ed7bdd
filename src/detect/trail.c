// SPDX-License-Identifier: MIT
#include "detect/trail.h"

#include "base/hash.h"
#include "model/network.h"

#define TURN          (30 * USEC_PER_SEC)
#define VICTIM_SAMPLE 16
#define SOURCE_BITS   128.0

int trails_init(struct trails *t, uint32_t cap)
{
	*t = (struct trails){0};
	return pool_init(&t->pool, sizeof(struct trail), cap);
}

void trails_done(struct trails *t)
{
	pool_done(&t->pool);
	index_done(&t->index);
}

int trails_copy(struct trails *to, const struct trails *from)
{
	*to = *from;
	to->index = (struct index){0};
	int err = pool_copy(&to->pool, &from->pool);
	if (!err)
		err = index_copy(&to->index, &from->index);
	if (err)
		trails_done(to);
	return err;
}

struct prefix trail_host(const struct addr *a)
{
	return (struct prefix){*a, ADDR_BITS};
}

struct prefix trail_network(const struct addr *a)
{
	return network_prefix(a);
}

static uint64_t hash_of(const struct prefix *p)
{
	return addr_hash(&p->addr) + p->bits;
}

uint32_t trails_find(const struct trails *t, const struct prefix *p)
{
	index_for_each_match (&t->index, hash_of(p), id) {
		const struct prefix *at = &trails_at(t, id)->prefix;
		if (at->bits == p->bits && addr_eq(&at->addr, &p->addr))
			return id;
	}
	return POOL_NONE;
}

/* The idlest of the next few. */
static void evict(struct trails *t, usec_t now)
{
	uint32_t victim = t->hand;

	for (uint32_t i = 1; i < VICTIM_SAMPLE; i++) {
		uint32_t id = (t->hand + i) % t->pool.made;
		if (trails_at(t, id)->last < trails_at(t, victim)->last)
			victim = id;
	}
	t->hand = (t->hand + VICTIM_SAMPLE) % t->pool.made;
	t->evicted += now - trails_at(t, victim)->last < 60 * USEC_PER_SEC;
	index_remove(&t->index, hash_of(&trails_at(t, victim)->prefix), victim);
	pool_put(&t->pool, victim);
}

uint32_t trails_touch(struct trails *t, const struct prefix *p, usec_t now)
{
	uint32_t id = trails_find(t, p);

	if (id == POOL_NONE) {
		if (t->pool.live == t->pool.cap)
			evict(t, now);
		id = pool_get(&t->pool);
		if (id == POOL_NONE)
			return id;
		if (index_add(&t->index, hash_of(p), id) < 0) {
			pool_put(&t->pool, id);
			return POOL_NONE;
		}
		struct trail *fresh = trails_at(t, id);
		fresh->prefix = *p;
		fresh->net = POOL_NONE;
		fresh->first = now;
		fresh->tx_seen = ABSENT;
		fresh->is_local = addr_is_local(&p->addr);
	}
	struct trail *at = trails_at(t, id);
	if (now > at->last)
		at->last = now;
	trail_roll(at, now);
	return id;
}

void trail_roll(struct trail *t, usec_t now)
{
	uint32_t bucket = now < 0 ? 0 : (uint32_t)(now / TRAIL_STEP);
	int32_t steps = (int32_t)(bucket - t->head);

	if (steps <= 0)
		return;
	if (steps >= TRAIL_BUCKETS)
		memset(t->n, 0, sizeof t->n);
	else
		for (int32_t i = 0; i < steps; i++)
			memset(t->n[(bucket - (uint32_t)i) % TRAIL_BUCKETS], 0, sizeof t->n[0]);
	t->head = bucket;
}

double trail_sum(const struct trail *t, enum trail_count what, usec_t now, unsigned seconds)
{
	uint32_t bucket = (uint32_t)(now / TRAIL_STEP), whole = seconds / 5;
	double part = 1 - (double)(now % TRAIL_STEP) / (double)TRAIL_STEP, sum = 0;

	for (uint32_t ago = 0; ago <= whole; ago++) {
		uint32_t number = bucket - ago;
		if ((int32_t)(number - t->head) > 0 || t->head - number >= TRAIL_BUCKETS)
			continue;
		sum += t->n[number % TRAIL_BUCKETS][what] * (ago == whole ? part : 1);
	}
	return sum;
}

static uint32_t second_of(usec_t t)
{
	return (uint32_t)(t / USEC_PER_SEC);
}

void trail_note_busy(struct trail *t, usec_t now)
{
	uint32_t at = second_of(now), steps = at - t->busy_at;

	if ((int32_t)steps > 0) {
		t->busy = steps < 32 ? t->busy << steps : 0;
		t->busy_at = at;
	}
	t->busy |= 1;
}

unsigned trail_busy(const struct trail *t, usec_t now, unsigned span)
{
	uint32_t ago = second_of(now) - t->busy_at;

	if (ago >= span || ago >= 32)
		return 0;
	uint32_t left = span - ago;
	uint32_t mask = left < 32 ? (1u << left) - 1 : UINT32_MAX;
	return (unsigned)__builtin_popcount(t->busy & mask);
}

static uint32_t turn_of(usec_t t)
{
	return (uint32_t)(t / TURN);
}

void trail_note_source(struct trail *t, uint64_t hash, usec_t now)
{
	uint32_t turn = turn_of(now), half = turn & 1;

	if (t->source_turn[half] != turn) {
		t->source_turn[half] = turn;
		t->sources[half][0] = t->sources[half][1] = 0;
	}
	t->sources[half][hash >> 63] |= UINT64_C(1) << (hash >> 57 & 63);
}

double trail_sources(const struct trail *t, usec_t now)
{
	uint32_t turn = turn_of(now);
	uint64_t bits[2] = {0, 0};

	for (int half = 0; half < 2; half++)
		for (int word = 0; word < 2; word++)
			if (turn - t->source_turn[half] <= 1)
				bits[word] |= t->sources[half][word];
	int set = __builtin_popcountll(bits[0]) + __builtin_popcountll(bits[1]);
	double unset = SOURCE_BITS - set;
	return SOURCE_BITS * log(SOURCE_BITS / (unset < 1 ? 1 : unset));
}

void trail_note_member(struct trail_members *net, struct trail_members *host, usec_t now)
{
	uint32_t turn = turn_of(now);

	if (host->turn == turn)
		return;
	host->turn = turn;
	if (net->turn != turn) {
		net->n[1] = turn - net->turn == 1 ? net->n[0] : 0;
		net->n[0] = 0;
		net->turn = turn;
	}
	net->n[0]++;
}

uint32_t trail_members(const struct trail_members *net, usec_t now)
{
	uint32_t age = turn_of(now) - net->turn;

	if (age > 1)
		return 0;
	return age == 1 || net->n[0] > net->n[1] ? net->n[0] : net->n[1];
}

void trail_note_kinds(struct trail *t, uint32_t kinds, usec_t now)
{
	uint32_t turn = turn_of(now);

	if (t->kinds_turn != turn) {
		t->kinds[1] = turn - t->kinds_turn == 1 ? t->kinds[0] : 0;
		t->kinds[0] = 0;
		t->kinds_turn = turn;
	}
	t->kinds[0] |= kinds;
}

uint32_t trail_kinds(const struct trail *t, usec_t now)
{
	uint32_t age = turn_of(now) - t->kinds_turn;

	return (age == 0 ? t->kinds[0] | t->kinds[1] : age == 1 ? t->kinds[0] : 0);
}
