// SPDX-License-Identifier: MIT
/*
 * Whose shares a row is made of.
 */
#include "base/few.h"
#include "model/model.h"

#include <stdio.h>

#define NAMED        2
#define MEMBERS_MOST 16 /* that are asked for at once */

const struct fleet *model_fleet(const struct model *m)
{
	return m->fleet;
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

const struct share_counts *share_counts(const struct fleet *f, const struct share *s)
{
	const struct share_rest *rest =
		s->rest == POOL_NONE || s->told ? NULL : pool_at(&f->rests, s->rest);

	return rest ? &rest->below : &s->counts;
}

bool fleet_holds(const struct model *m, uint32_t host)
{
	if (!m->fleet)
		return false;
	shares_for_each (m->fleet, fleet_shares_of_host(m, host), s)
		if (!s->over)
			return true;
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
	shares_for_each (m->fleet, first, s) {
		few_put(top, &n, most, sizeof(const struct share *), &s, heavier, NULL);
		all++;
	}
	for (size_t i = 0; i < n; i++)
		ret[i] = share_member(m->fleet, top[i]);
	return all;
}

size_t fleet_members_text(const struct model *m, uint32_t first, char *buf, size_t cap)
{
	const struct member *top[NAMED] = {NULL};
	size_t all = fleet_members(m, first, top, NAMED), n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < NAMED && i < all && n < cap; i++)
		n += (size_t)snprintf(buf + n, cap - n, "%s%s", i ? " " : "", top[i]->name);
	if (all > NAMED && n < cap)
		snprintf(buf + n, cap - n, " +%zu", all - NAMED);
	return all;
}
