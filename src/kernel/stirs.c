// SPDX-License-Identifier: MIT
#include "kernel/stirs.h"

static struct stir *place_of(struct stirs *s, uint32_t ns)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->at[i].ns == ns)
			return &s->at[i];
	if (s->count == STIRS_MAX)
		return NULL;
	s->at[s->count] = (struct stir){.ns = ns};
	return &s->at[s->count++];
}

void stirs_note(struct stirs *s, uint32_t ns)
{
	struct stir *it = s->count && s->at[s->last].ns == ns ? &s->at[s->last] : place_of(s, ns);

	if (!it) {
		s->others++;
		return;
	}
	it->n++;
	s->last = (size_t)(it - s->at);
}

void stirs_clear(struct stirs *s)
{
	s->count = s->last = 0;
	s->others = 0;
}
