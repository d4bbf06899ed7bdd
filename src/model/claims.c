// SPDX-License-Identifier: MIT
#include "model/claims.h"

#include "base/text.h"

int claims_init(struct claims *c)
{
	*c = (struct claims){0};
	return pool_init(&c->pool, sizeof(struct claim), CLAIMS_MAX);
}

void claims_done(struct claims *c)
{
	pool_done(&c->pool);
	index_done(&c->index);
}

int claims_copy(struct claims *to, const struct claims *from)
{
	*to = (struct claims){.told = from->told};
	int err = pool_copy(&to->pool, &from->pool);
	if (!err)
		err = index_copy(&to->index, &from->index);
	if (err)
		claims_done(to);
	return err;
}

static bool is_named(const struct claim *claim, struct str name)
{
	return str_eq(str_of(claim->name), text_clip(name, CLAIM_NAME_MAX - 1));
}

const struct claim *claims_find(const struct claims *c, const struct addr *ip, struct str name)
{
	index_for_each_match (&c->index, addr_hash(ip), id) {
		const struct claim *claim = claims_at(c, id);
		if (addr_eq(&claim->ip, ip) && is_named(claim, name))
			return claim;
	}
	return NULL;
}

/* Below 0 when a comes first. */
static int order(const struct claim *a, const struct claim *b)
{
	static const int ranks[CLAIM_OUTCOMES] = {
		[CLAIM_REFUTED] = 1, [CLAIM_CONFIRMED] = 2, [CLAIM_UNVERIFIED] = 3};

	if (a->outcome != b->outcome)
		return ranks[a->outcome] - ranks[b->outcome];
	return a->told > b->told ? -1 : 1;
}

size_t claims_of(const struct claims *c, const struct addr *ip,
	const struct claim *ret[static CLAIMS_OF_ADDRESS])
{
	size_t n = 0;

	index_for_each_match (&c->index, addr_hash(ip), id) {
		const struct claim *claim = claims_at(c, id);
		size_t i = n;
		if (!addr_eq(&claim->ip, ip) || n == CLAIMS_OF_ADDRESS)
			continue;
		for (n++; i > 0 && order(claim, ret[i - 1]) < 0; i--)
			ret[i] = ret[i - 1];
		ret[i] = claim;
	}
	return n;
}

const struct claim *claims_first(const struct claims *c, const struct addr *ip)
{
	const struct claim *first[CLAIMS_OF_ADDRESS];

	return c->pool.live && claims_of(c, ip, first) ? first[0] : NULL;
}

bool claims_has_room(const struct claims *c, const struct addr *ip)
{
	const struct claim *all[CLAIMS_OF_ADDRESS];

	return c->pool.live < c->pool.cap && claims_of(c, ip, all) < CLAIMS_OF_ADDRESS;
}

static struct claim *make(struct claims *c, const struct event_crawler *said)
{
	uint32_t id = claims_has_room(c, &said->ip) ? pool_get(&c->pool) : POOL_NONE;

	if (id == POOL_NONE)
		return NULL;
	if (index_add(&c->index, addr_hash(&said->ip), id) < 0) {
		pool_put(&c->pool, id);
		return NULL;
	}
	struct claim *claim = pool_at(&c->pool, id);
	claim->ip = said->ip;
	text_copy(claim->name, sizeof claim->name, said->name);
	return claim;
}

bool claims_apply(struct claims *c, const struct event_crawler *said)
{
	struct claim *claim = (struct claim *)claims_find(c, &said->ip, said->name);

	if (!claim)
		claim = make(c, said);
	if (!claim)
		return false;
	claim->told = ++c->told;
	claim->outcome = said->outcome;
	text_copy(claim->by, sizeof claim->by, said->by);
	return true;
}

void claims_forget(struct claims *c, const struct addr *ip)
{
	const struct claim *all[CLAIMS_OF_ADDRESS];
	size_t n = c->pool.live ? claims_of(c, ip, all) : 0;

	for (size_t i = 0; i < n; i++) {
		size_t at = (size_t)((const unsigned char *)all[i] - c->pool.items);
		uint32_t id = (uint32_t)(at / c->pool.item_size);
		index_remove(&c->index, addr_hash(ip), id);
		pool_put(&c->pool, id);
	}
}
