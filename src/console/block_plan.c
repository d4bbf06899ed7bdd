// SPDX-License-Identifier: MIT
#include "console/block_plan.h"

#include "base/text.h"

static const struct blocker *blocker_of(const struct block *k, enum way way, bool ours)
{
	for (uint32_t i = 0; i < k->n; i++)
		if (way_find(str_of(k->by[i].way)) == way && k->by[i].ours == ours)
			return &k->by[i];
	return NULL;
}

static bool meets(const struct command_block *want, const struct prefix *net)
{
	for (uint32_t i = 0; i < want->count; i++)
		if (prefix_overlaps(&want->prefixes[i], net))
			return true;
	return false;
}

static uint32_t left_of(const struct blocker *by, usec_t now)
{
	if (!by->until)
		return 0;
	return by->until > now ? (uint32_t)((by->until - now) / USEC_PER_SEC) + 1 : 1;
}

/* A jail for the web where there is one, else the first. */
static void pick_jail(char jail[static BLOCK_JAIL_MAX], struct str jails)
{
	static const char *const webs[] = {"http", "nginx", "apache", "web", "caddy", "haproxy"};
	bool found = false;

	while (jails.n && !found) {
		const char *end = memchr(jails.p, ' ', jails.n);
		struct str word = {jails.p, end ? (size_t)(end - jails.p) : jails.n};
		for (size_t i = 0; i < ARRAY_LEN(webs); i++)
			found |= text_contains(word, str_of(webs[i]));
		if (found || !jail[0])
			text_copy(jail, BLOCK_JAIL_MAX, word);
		jails = str_skip(jails, end ? word.n + 1 : word.n);
	}
}

bool block_planned_make(struct block_planned *p, const struct model *m,
	const struct command_block *want, const char *jails)
{
	bool all = true;

	*p = (struct block_planned){.plan = {.way = want->way,
					    .prefixes = want->prefixes,
					    .count = want->count,
					    .seconds = want->seconds,
					    .held = p->held}};
	for (const struct block *k = blocks_first(&m->blocks); k; k = blocks_next(&m->blocks, k)) {
		const struct blocker *by = blocker_of(k, WAY_NFT, true);
		const struct prefix *net = &k->item.prefix;
		if (by && meets(want, net) && p->plan.held_count < BLOCK_HELD_MAX)
			p->held[p->plan.held_count++] =
				(struct block_held){*net, left_of(by, m->now)};
		else if (by && meets(want, net))
			all = false;
	}
	pick_jail(p->jail, str_of(jails));
	p->plan.jail = str_of(p->jail);
	return all;
}
