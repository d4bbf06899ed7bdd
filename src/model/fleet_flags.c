// SPDX-License-Identifier: MIT
/*
 * What members have judged: kept among the flags of this machine, with whose it is.
 */
#include "model/fleet_parts.h"

static void end(struct model *m, const struct flag *flag)
{
	struct event_flag said = {.flag = str_of(flag->name),
		.scope = flag->scope,
		.who = flag->who[0] ? str_of(flag->who) : STR_ABSENT,
		.value = ABSENT};
	struct flag was = *flag; /* the texts are those of a flag that goes */

	said.flag.p = was.name;
	if (said.who.p)
		said.who.p = was.who;
	flags_apply(&m->flags, &said, was.machine, m->now);
	timeline_flag(&m->timeline, &said, was.machine, m->now);
}

void member_forget_flags(struct model *m, struct member *b)
{
	if (!b->flags)
		return;
	for (uint32_t id = flags_next(&m->flags, 0); id != POOL_NONE;
		id = flags_next(&m->flags, id + 1))
		if (flags_at(&m->flags, id)->machine == b->number)
			end(m, flags_at(&m->flags, id));
	b->flags = 0;
}

bool member_flag(struct model *m, struct member *b, const struct event *event)
{
	uint32_t before = m->flags.pool.live;
	bool took = flags_apply(&m->flags, &event->flag, event->machine, m->now);

	b->flags += m->flags.pool.live - before; /* one more, or one less, or as many */
	timeline_flag(&m->timeline, &event->flag, event->machine, event->ts);
	return took;
}
