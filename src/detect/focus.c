// SPDX-License-Identifier: MIT
#include "detect/focus.h"

int focus_init(struct focus *f)
{
	*f = (struct focus){0};
	return spacesaving_init(&f->counts, FOCUS_MAX);
}

void focus_done(struct focus *f)
{
	spacesaving_done(&f->counts);
	f->key = 0;
}

void focus_open(struct focus *f, uint64_t key, usec_t now)
{
	spacesaving_clear(&f->counts);
	f->key = key;
	f->since = now;
	f->requests = 0;
}

void focus_add(struct focus *f, const struct addr *addr, usec_t now)
{
	uint32_t seconds = now < 0 ? 0 : (uint32_t)(now / USEC_PER_SEC);
	struct spacesaving_hit hit = spacesaving_add(&f->counts, addr_hash(addr), 1, seconds);

	f->requests++;
	if (hit.is_new)
		f->at[hit.id] = (struct focus_source){*addr, hit.over};
}

uint64_t focus_least(const struct focus *f, uint32_t id)
{
	return spacesaving_count(&f->counts, id) - f->at[id].over;
}
