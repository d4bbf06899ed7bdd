// SPDX-License-Identifier: MIT
#include "model/parts.h"

#include "event/crowd.h"

/* A sample finds the crowd without counting it, and its start wanders so that nobody can hide. */
bool conns_evict(struct model *m, const struct event_conn *newcomer)
{
	struct crowd crowd = {.n = 0};
	uint32_t id;

	for (uint64_t i = 0; i < CROWD_SAMPLE; i++) {
		uint64_t draw = hash_mix(m->conns_drawn++, hash_secret[3]);
		id = pool_next(&m->conns, (uint32_t)(draw % m->conns.made));
		if (id == POOL_NONE)
			id = pool_next(&m->conns, 0);
		if (id != POOL_NONE)
			crowd_add(&crowd, &model_conn(m, id)->tuple, model_conn(m, id)->state, id);
	}
	if (!crowd_pick(&crowd, &newcomer->tuple, newcomer->state, &id))
		return false;
	conns_drop(m, id);
	m->conns_evicted++;
	return true;
}
