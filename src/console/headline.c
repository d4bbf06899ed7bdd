// SPDX-License-Identifier: MIT
#include "console/headline.h"

#define LOOK_EVERY (200 * USEC_PER_MSEC)

static bool is_same(const struct trouble_facts *a, const struct trouble_facts *b)
{
	return a->m == b->m && a->show_private == b->show_private && a->member == b->member &&
	       a->brief == b->brief && a->notice == b->notice;
}

usec_t headline_look(struct headline *o, const struct trouble_facts *facts, usec_t now)
{
	struct trouble_facts of = *facts;
	bool same = is_same(&o->of, facts);

	if (same && o->version == facts->m->version)
		return 0;
	if (same && now - o->looked < LOOK_EVERY)
		return o->looked + LOOK_EVERY;
	served_look(&o->served, facts->m);
	of.target = o->served.target;
	troubles_of(&o->troubles, &of);
	o->of = *facts;
	o->version = facts->m->version;
	o->looked = now;
	return 0;
}

void headline_forget(struct headline *o)
{
	o->of.m = NULL;
}
