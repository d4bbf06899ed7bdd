// SPDX-License-Identifier: MIT
/*
 * Who the sources of a flagged herd are, for those who want to do something about them.
 */
#include "detect/parts.h"

#include "detect/detect.h"

#define TELLS 4 /* of its requests: so many were the herd's */

bool detect_is_of_herd(const struct detect *d, const struct addr *ip)
{
	const struct prefix p = trail_host(ip);
	uint64_t hash = addr_hash(ip);
	uint32_t trail = trails_find(&d->hosts, &p);
	double fine = trail == POOL_NONE ? 0
					 : trail_sum(trails_at(&d->hosts, trail), TRAIL_FINE,
						   d->model->now, 60);

	for (uint32_t i = 0; i < FOCUSES; i++) {
		const struct focus *f = &d->focuses[i];
		uint32_t id = f->key ? spacesaving_find(&f->counts, hash) : SPACESAVING_NONE;
		if (id != SPACESAVING_NONE && (double)focus_least(f, id) * TELLS >= fine)
			return true;
	}
	return false;
}

/* The focus of a finding that holds; NULL: it is no herd's, or there is none. */
static const struct focus *focus_of(const struct detect *d, const struct flag *flag)
{
	const struct pool *pool = &d->findings.pool;
	enum flag_id wanted = flag_find(str_of(flag->name));
	uint64_t herd = 0;

	for (uint32_t id = pool_next(pool, 0); id != POOL_NONE; id = pool_next(pool, id + 1)) {
		const struct finding *f = pool_at(pool, id);
		if (f->on && f->herd && f->flag == wanted && f->scope == flag->scope &&
			strcmp(f->said_who, flag->who) == 0)
			herd = f->herd;
	}
	for (uint32_t i = 0; herd && i < FOCUSES; i++)
		if (d->focuses[i].key == herd)
			return &d->focuses[i];
	return NULL;
}

size_t detect_sources(
	const struct detect *d, const struct flag *flag, struct addr *ret, size_t most)
{
	const struct focus *f = focus_of(d, flag);
	uint64_t counts[FOCUS_MAX];
	size_t n = 0;

	if (most > FOCUS_MAX)
		most = FOCUS_MAX;
	for (uint32_t id = 0; f && id < f->counts.used; id++) {
		uint64_t count = focus_least(f, id);
		size_t at = n;
		while (at && counts[at - 1] < count)
			at--;
		if (at >= most || !count)
			continue;
		n += n < most;
		memmove(&counts[at + 1], &counts[at], (n - at - 1) * sizeof counts[0]);
		memmove(&ret[at + 1], &ret[at], (n - at - 1) * sizeof ret[0]);
		counts[at] = count;
		ret[at] = f->at[id].addr;
	}
	return n;
}
