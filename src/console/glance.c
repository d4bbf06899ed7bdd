// SPDX-License-Identifier: MIT
#include "console/glance.h"

#define LOOK_EVERY (200 * USEC_PER_MSEC)

static bool is_same(const struct trouble_facts *a, const struct trouble_facts *b)
{
	return a->m == b->m && a->show_private == b->show_private && a->brief == b->brief &&
	       a->notice == b->notice;
}

usec_t glance_look(struct glance *g, const struct trouble_facts *facts, usec_t now)
{
	struct trouble_facts of = *facts;
	bool same = is_same(&g->of, facts);

	if (same && g->version == facts->m->version)
		return 0;
	if (same && now - g->looked < LOOK_EVERY)
		return g->looked + LOOK_EVERY;
	served_look(&g->served, facts->m);
	of.target = g->served.target;
	troubles_of(&g->troubles, &of);
	g->of = *facts;
	g->version = facts->m->version;
	g->looked = now;
	return 0;
}
