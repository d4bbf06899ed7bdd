// SPDX-License-Identifier: MIT
/*
 * Which autonomous system or country most of something comes from, when no prefix says it: by the
 * same price as the zoom's, with room for nobody else.
 */
#include "detect/parts.h"

#include "base/text.h"
#include "model/group.h"

#include <inttypes.h>
#include <stdio.h>

#define PRICE       0.02 /* of all, for pointing at one more */
#define SHARE_LEAST 0.5

static double weight_of(const struct detect *d, const struct subject *s, enum share_of of)
{
	return of == SHARE_HALF_OPEN ? tcp_tally_half_open(s->tcp)
				     : window_sum(&s->log->rate, d->model->now, 30 * USEC_PER_SEC);
}

/* The one with the largest part, or POOL_NONE. */
static uint32_t largest(
	const struct detect *d, enum group_by by, enum share_of of, double *ret_part)
{
	uint32_t best = POOL_NONE;
	double total = 0, most = 0;

	for (uint32_t id = subject_next(d->model, by, 0); id != POOL_NONE;
		id = subject_next(d->model, by, id + 1)) {
		struct subject s = subject_at(d->model, by, id);
		double weight = weight_of(d, &s, of);
		total += weight;
		bool named =
			by == GROUP_AS ? subject_asn(d->model, &s) > 0 : subject_country(&s).n > 0;
		if (weight <= most || !named)
			continue;
		most = weight;
		best = id;
	}
	*ret_part = total > 0 ? most / total - PRICE : 0;
	return best;
}

size_t shares_say(const struct detect *d, enum share_of of, char *buf, size_t cap)
{
	static const enum group_by kinds[] = {GROUP_AS, GROUP_COUNTRY};
	char name[SUBJECT_NAME_MAX];

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		double part;
		uint32_t id = largest(d, kinds[i], of, &part);
		if (id == POOL_NONE || part < SHARE_LEAST)
			continue;
		struct subject s = subject_at(d->model, kinds[i], id);
		subject_name(d->model, &s, name);
		struct str org = text_clip(subject_system(d->model, &s), 40);
		int n = snprintf(buf, cap, "; %.0f%% from %s%s%.*s", (part + PRICE) * 100, name,
			org.n ? " " : "", STR_FMT(org));
		return n > 0 && (size_t)n < cap ? (size_t)n : 0;
	}
	return 0;
}
