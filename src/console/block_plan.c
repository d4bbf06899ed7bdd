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

bool block_planned_make(
	struct block_planned *p, const struct model *m, const struct command_block *want)
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
		/* Any jail that has banned somebody does for the text. */
		by = p->jail[0] ? NULL : blocker_of(k, WAY_FAIL2BAN, false);
		if (by)
			text_copy(p->jail, sizeof p->jail, str_of(by->by));
	}
	p->plan.jail = str_of(p->jail);
	return all;
}
