// SPDX-License-Identifier: MIT
#include "model/fleet_parts.h"

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
