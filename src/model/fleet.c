// SPDX-License-Identifier: MIT
#include "model/fleet.h"

#include "base/hash.h"

#include <stdlib.h>

void fleet_free(struct fleet *f)
{
	if (!f)
		return;
	pool_done(&f->members);
	pool_done(&f->shares);
	pool_done(&f->rests);
	index_done(&f->by_name);
	index_done(&f->share_index);
	free(f->of_host);
	free(f->of_network);
	free(f);
}

struct fleet *fleet_new(uint32_t hosts, uint32_t networks)
{
	struct fleet *f = calloc(1, sizeof *f);

	if (!f)
		return NULL;
	f->hosts = hosts;
	f->networks = networks;
	memset(f->figures, 0xff, sizeof f->figures); /* ABSENT */
	memset(f->rates, 0xff, sizeof f->rates);
	f->of_host = calloc(hosts, sizeof *f->of_host);
	f->of_network = calloc(networks, sizeof *f->of_network);
	if (f->of_host && f->of_network &&
		pool_init(&f->members, sizeof(struct member), FLEET_MEMBERS_MAX) == 0 &&
		pool_init(&f->shares, sizeof(struct share), FLEET_SHARES_MAX) == 0 &&
		pool_init(&f->rests, sizeof(struct share_rest), FLEET_RESTS_MAX) == 0)
		return f;
	fleet_free(f);
	return NULL;
}

static uint32_t *copy_of(const uint32_t *ids, uint32_t n)
{
	uint32_t *copy = malloc(n * sizeof *copy);

	return copy ? memcpy(copy, ids, n * sizeof *copy) : NULL;
}

struct fleet *fleet_copy(const struct fleet *from)
{
	struct fleet *to = malloc(sizeof *to);

	if (!to)
		return NULL;
	*to = *from;
	to->members = to->shares = to->rests = (struct pool){0};
	to->by_name = to->share_index = (struct index){0};
	to->of_host = copy_of(from->of_host, from->hosts);
	to->of_network = copy_of(from->of_network, from->networks);
	if (to->of_host && to->of_network && pool_copy(&to->members, &from->members) == 0 &&
		pool_copy(&to->shares, &from->shares) == 0 &&
		pool_copy(&to->rests, &from->rests) == 0 &&
		index_copy(&to->by_name, &from->by_name) == 0 &&
		index_copy(&to->share_index, &from->share_index) == 0)
		return to;
	fleet_free(to);
	return NULL;
}

/* Reading. */

const struct member *fleet_member(const struct fleet *f, uint32_t number)
{
	const struct member *b =
		f && number && number <= f->members.made ? fleet_at(f, number - 1) : NULL;

	return b && b->state ? b : NULL;
}

uint64_t member_name_hash(struct str name)
{
	return hash_bytes(name.p ? name.p : "", name.n);
}

const struct member *fleet_find(const struct fleet *f, struct str name)
{
	index_for_each_match (&f->by_name, member_name_hash(name), id)
		if (str_eq(str_of(fleet_at(f, id)->name), name))
			return fleet_at(f, id);
	return NULL;
}

uint32_t fleet_find_hash(const struct fleet *f, uint64_t hash)
{
	index_for_each_match (&f->by_name, hash, id)
		if (member_name_hash(str_of(fleet_at(f, id)->name)) == hash)
			return id;
	return POOL_NONE;
}

uint32_t fleet_next(const struct fleet *f, uint32_t from)
{
	for (; from < f->members.made; from++)
		if (fleet_at(f, from)->state)
			return from;
	return POOL_NONE;
}
