// SPDX-License-Identifier: MIT
#include "model/fleet_parts.h"

#include "base/few.h"
#include "base/hash.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define NAMED        2
#define MEMBERS_MOST 16 /* that are asked for at once */

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

const struct fleet *model_fleet(const struct model *m)
{
	return m->fleet;
}

const struct member *fleet_member(const struct fleet *f, uint32_t number)
{
	const struct member *b =
		number && number <= f->members.made ? fleet_at(f, number - 1) : NULL;

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

uint32_t fleet_shares_of_host(const struct model *m, uint32_t host)
{
	return m->fleet && host < m->fleet->hosts ? m->fleet->of_host[host] - 1 : POOL_NONE;
}

uint32_t fleet_shares_of_network(const struct model *m, uint32_t network)
{
	return m->fleet && network < m->fleet->networks ? m->fleet->of_network[network] - 1
							: POOL_NONE;
}

bool fleet_holds(const struct model *m, uint32_t host)
{
	if (!m->fleet)
		return false;
	shares_for_each(m->fleet, fleet_shares_of_host(m, host), s) if (!s->over) return true;
	return false;
}

static bool heavier(const void *a, const void *b, const void *ctx)
{
	const struct share *const *x = a, *const *y = b;

	(void)ctx;
	if ((*x)->over != (*y)->over)
		return (*y)->over;
	if ((*x)->counts.requests != (*y)->counts.requests)
		return (*x)->counts.requests > (*y)->counts.requests;
	if ((*x)->counts.conns != (*y)->counts.conns)
		return (*x)->counts.conns > (*y)->counts.conns;
	return (*x)->member < (*y)->member;
}

size_t fleet_members(const struct model *m, uint32_t first, const struct member **ret, size_t most)
{
	const struct share *top[MEMBERS_MOST];
	size_t n = 0, all = 0;

	if (most > MEMBERS_MOST)
		most = MEMBERS_MOST;
	if (!m->fleet || !most)
		return 0;
	shares_for_each(m->fleet, first, s)
	{
		few_put(top, &n, most, sizeof(const struct share *), &s, heavier, NULL);
		all++;
	}
	for (size_t i = 0; i < n; i++)
		ret[i] = share_member(m->fleet, top[i]);
	return all;
}

size_t fleet_members_text(const struct model *m, uint32_t first, char *buf, size_t cap)
{
	const struct member *top[NAMED];
	size_t all = fleet_members(m, first, top, NAMED), n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < NAMED && i < all && n < cap; i++)
		n += (size_t)snprintf(buf + n, cap - n, "%s%s", i ? " " : "", top[i]->name);
	if (all > NAMED && n < cap)
		snprintf(buf + n, cap - n, " +%zu", all - NAMED);
	return all;
}

/* Writing. */

/* Those between the highest number so far and this one are there, and nobody has heard of them. */
static struct member *make_up_to(struct fleet *f, uint32_t number)
{
	while (f->members.made < number)
		if (pool_get(&f->members) == POOL_NONE)
			return NULL;
	return pool_at(&f->members, number - 1);
}

struct member *fleet_take(struct model *m, uint32_t number)
{
	if (!m->fleet)
		m->fleet = fleet_new(m->hosts.cap, m->networks.pool.cap);
	if (!m->fleet || number > FLEET_MEMBERS_MAX)
		return NULL;
	return make_up_to(m->fleet, number);
}

static struct member *known_member(struct model *m, uint32_t number)
{
	struct member *b = m->fleet && number <= m->fleet->members.made
				   ? pool_at(&m->fleet->members, number - 1)
				   : NULL;

	return b && b->state ? b : NULL;
}

bool fleet_apply(struct model *m, const struct event *event)
{
	struct member *b;

	if (event->kind == EVENT_MACHINE)
		return member_apply(m, event);
	b = known_member(m, event->machine);
	if (!b)
		return false;
	switch (event->kind) {
	case EVENT_SHARE:
		return share_apply(m, b, event);
	case EVENT_VERDICT:
		member_verdict(b, event->verdict.text, event->verdict.severity);
		return true;
	case EVENT_FLAG:
		return member_flag(m, b, event);
	case EVENT_HERD:
	case EVENT_ANSWER: /* these are for others to take */
		m->version--;
		return true;
	default:
		return false;
	}
}
