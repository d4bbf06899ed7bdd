// SPDX-License-Identifier: MIT
/*
 * What views and summaries may know of a trail.
 */
#include "detect/parts.h"

#include "detect/detect.h"

static uint32_t sum(const struct trail *t, enum trail_count what, usec_t now)
{
	return (uint32_t)(trail_sum(t, what, now, 60) + 0.5);
}

static uint32_t different(const struct trail *t, enum sketch_kind kind, usec_t now)
{
	return (uint32_t)(sketch_count(&t->sketch, kind, now) + 0.5);
}

bool detect_lately(const struct detect *d, const struct prefix *of, struct detect_lately *ret)
{
	const struct trails *trails = !d ? NULL : of->bits == ADDR_BITS ? &d->hosts : &d->networks;
	uint32_t id = trails ? trails_find(trails, of) : POOL_NONE;

	if (id == POOL_NONE)
		return false;
	const struct trail *t = trails_at(trails, id);
	usec_t now = d->model->now;
	*ret = (struct detect_lately){
		.paths = different(t, SKETCH_PATHS, now),
		.not_found = different(t, SKETCH_REFUSED, now),
		.agents = different(t, SKETCH_AGENTS, now),
		.assets = sum(t, TRAIL_ASSETS, now),
		.broken = sum(t, TRAIL_BROKEN, now),
		.guessed = sum(t, TRAIL_REFUSED, now) + sum(t, TRAIL_SSH_FAILED, now),
		.probes = (uint32_t)__builtin_popcount(trail_kinds(t, now)),
		.denied = t->denied,
		.agent = t->agent ? t->agent->name : NULL,
	};
	return true;
}
