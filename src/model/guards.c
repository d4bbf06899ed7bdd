// SPDX-License-Identifier: MIT
#include "model/guards.h"

static uint32_t place_of(const struct guards *g, const struct event_guard *said)
{
	uint32_t i = 0;

	while (i < g->n && (g->at[i].role != said->role || !prefix_eq(&g->at[i].net, &said->net)))
		i++;
	return i;
}

void guards_apply(struct guards *g, const struct event_guard *said)
{
	uint32_t i = place_of(g, said);

	g->told = true;
	if (!said->on) {
		if (i < g->n)
			g->at[i] = g->at[--g->n];
	} else if (i == GUARDS_MAX) {
		g->lost++;
	} else if (i == g->n) {
		g->at[g->n++] = (struct guard){said->net, said->role};
	}
}

bool guards_lack_some(const struct guards *g)
{
	bool lacks = g->lost > 0;

	for (uint32_t i = 0; i < g->n; i++)
		lacks |= g->at[i].role == GUARD_UNREAD;
	return lacks;
}

const struct guard *guards_find(
	const struct guards *g, enum guard_role role, const struct prefix *p)
{
	for (uint32_t i = 0; i < g->n; i++)
		if (g->at[i].role == role && prefix_overlaps(&g->at[i].net, p))
			return &g->at[i];
	return NULL;
}
