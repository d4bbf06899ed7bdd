// SPDX-License-Identifier: MIT
#include "model/timeline.h"

#include "base/hash.h"
#include "base/text.h"

#include <stdlib.h>

#define NO_ENTRY UINT32_MAX

/* Never 0, which is free. */
static uint64_t key_of(const struct event_flag *said)
{
	uint64_t name = hash_bytes(said->flag.p, said->flag.n);
	uint64_t who = hash_bytes(said->who.p, said->who.n);

	return hash_two(name ^ said->scope, who) | 1;
}

static uint32_t find_open(const struct timeline *t, uint64_t key)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (t->open[i] == key)
			return i;
	return NO_ENTRY;
}

static bool goes_before(const struct timeline_entry *a, const struct timeline_entry *b)
{
	return a->severity != b->severity ? a->severity < b->severity : a->number < b->number;
}

/* A free place, or that of the entry that matters least. */
static uint32_t place(struct timeline *t)
{
	uint32_t least = 0;

	if (t->n < TIMELINE_MAX)
		return t->n++;
	for (uint32_t i = 1; i < TIMELINE_MAX; i++)
		if (goes_before(&t->at[i], &t->at[least]))
			least = i;
	t->dropped++;
	return least;
}

static struct timeline_entry *add(struct timeline *t, enum timeline_kind kind)
{
	uint32_t i = place(t);

	t->open[i] = 0;
	t->at[i] = (struct timeline_entry){.kind = (uint8_t)kind, .number = ++t->last};
	return &t->at[i];
}

/* One whose culprits are others now ends under the old name and begins anew with the same since. */
static struct timeline_entry *find_ended(struct timeline *t, const struct event_flag *said)
{
	for (uint32_t i = 0; i < t->n; i++) {
		struct timeline_entry *e = &t->at[i];
		if (e->kind == TIMELINE_FLAG && e->to && said->since && e->from == said->since &&
			e->scope == said->scope && str_eq(str_of(e->name), said->flag))
			return e;
	}
	return NULL;
}

static struct timeline_entry *begin(
	struct timeline *t, const struct event_flag *said, uint64_t key, usec_t now)
{
	struct timeline_entry *e = find_ended(t, said);

	if (!e)
		e = add(t, TIMELINE_FLAG);
	t->open[e - t->at] = key;
	e->from = said->since ? said->since : now;
	e->to = 0;
	e->scope = said->scope;
	text_copy(e->name, sizeof e->name, said->flag);
	text_copy(e->who, sizeof e->who, said->who);
	return e;
}

static void tell(struct timeline_entry *e, const struct event_flag *said)
{
	bool highest = said->value != ABSENT && said->value > e->value;

	if (said->evidence.n && (highest || !e->evidence[0]))
		text_copy(e->evidence, sizeof e->evidence, said->evidence);
	if (said->severity)
		e->severity = (uint8_t)(said->severity < UINT8_MAX ? said->severity : UINT8_MAX);
	if (highest)
		e->value = said->value;
	if (!said->on)
		return;
	e->explained = said->cause.n > 0;
	e->prefix_count = flag_prefixes(said, e->prefixes);
}

void timeline_flag(struct timeline *t, const struct event_flag *said, usec_t now)
{
	uint64_t key = key_of(said);
	uint32_t i = find_open(t, key);

	if (i == NO_ENTRY && !said->on)
		return;
	struct timeline_entry *e = i == NO_ENTRY ? begin(t, said, key, now) : &t->at[i];
	tell(e, said);
	if (said->on)
		return;
	e->to = now;
	t->open[e - t->at] = 0;
}

void timeline_mark(struct timeline *t, struct str name, usec_t now)
{
	struct timeline_entry *e = add(t, TIMELINE_MARK);

	e->from = e->to = now;
	e->severity = UINT8_MAX; /* somebody wanted it */
	text_copy(e->name, sizeof e->name, name);
}

static int by_time(const void *a, const void *b)
{
	const struct timeline_entry *x = *(const struct timeline_entry *const *)a;
	const struct timeline_entry *y = *(const struct timeline_entry *const *)b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->number < y->number ? -1 : 1;
}

size_t timeline_list(const struct timeline *t, const struct timeline_entry **ret, size_t most)
{
	const struct timeline_entry *all[TIMELINE_MAX];
	size_t skip = t->n > most ? t->n - most : 0;

	for (uint32_t i = 0; i < t->n; i++)
		all[i] = &t->at[i];
	qsort(all, t->n, sizeof(const struct timeline_entry *), by_time);
	for (size_t i = skip; i < t->n; i++)
		ret[i - skip] = all[i];
	return t->n - skip;
}
