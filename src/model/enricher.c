// SPDX-License-Identifier: MIT
#include "model/enricher.h"

#include "base/text.h"

static struct enricher *named(struct enrichers *e, struct str what)
{
	char key[sizeof e->at[0].what];

	text_copy(key, sizeof key, what);
	for (uint32_t i = 0; i < e->n; i++)
		if (strcmp(e->at[i].what, key) == 0)
			return &e->at[i];
	if (e->n == ENRICHERS_MAX)
		return NULL;
	struct enricher *fresh = &e->at[e->n++];
	text_copy(fresh->what, sizeof fresh->what, what);
	return fresh;
}

bool enrichers_apply(struct enrichers *e, const struct event_enricher *said)
{
	struct enricher *one = named(e, said->what);

	if (!one)
		return false;
	text_copy(one->state, sizeof one->state, said->state);
	text_copy(one->note, sizeof one->note, said->note);
	one->asked = said->asked;
	one->answered = said->answered;
	one->failed = said->failed;
	one->waiting = said->waiting;
	one->dropped = said->dropped;
	return true;
}

const struct enricher *enrichers_find(const struct enrichers *e, const char *what)
{
	for (uint32_t i = 0; i < e->n; i++)
		if (strcmp(e->at[i].what, what) == 0)
			return &e->at[i];
	return NULL;
}

bool enricher_is_fine(const struct enricher *e)
{
	static const char *const fine[] = {"ready", "off", "starting"};

	for (size_t i = 0; i < ARRAY_LEN(fine); i++)
		if (strcmp(e->state, fine[i]) == 0)
			return true;
	return false;
}
