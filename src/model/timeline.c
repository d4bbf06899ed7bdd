// SPDX-License-Identifier: MIT
#include "model/timeline.h"

#include "base/text.h"
#include "model/flags.h"

#include <stdlib.h>

#define NO_ENTRY UINT32_MAX

/* Never 0, which is free. */
static uint64_t key_of(const struct event_flag *said, uint32_t machine)
{
	uint64_t key = flag_hash(said, machine);

	return key ? key : 1;
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
	if (a->severity != b->severity)
		return a->severity < b->severity;
	if (!a->to != !b->to)
		return a->to;
	return a->number < b->number;
}

/* What is not as grave makes way, and what is as grave and over. Of those that hold, the first
 * stay: each that is told again would else drive another out. */
static bool makes_way(const struct timeline_entry *e, uint8_t severity)
{
	return e->severity < severity || (e->severity == severity && e->to);
}

/* A free place, or that of the entry that matters least; NO_ENTRY: all matter more. */
static uint32_t place(struct timeline *t, uint8_t severity)
{
	uint32_t least = 0;

	if (t->n < TIMELINE_MAX)
		return t->n++;
	for (uint32_t i = 1; i < TIMELINE_MAX; i++)
		if (goes_before(&t->at[i], &t->at[least]))
			least = i;
	if (!makes_way(&t->at[least], severity))
		return NO_ENTRY;
	t->dropped++;
	if (t->open[least])
		noted_add(&t->out, t->open[least]);
	return least;
}

/* NULL: there is no place. */
static struct timeline_entry *add(struct timeline *t, enum timeline_kind kind, uint8_t severity)
{
	uint32_t i = place(t, severity);

	if (i == NO_ENTRY)
		return NULL;
	t->open[i] = 0;
	t->at[i] = (struct timeline_entry){
		.kind = (uint8_t)kind, .number = ++t->last, .severity = severity};
	return &t->at[i];
}

/* One whose culprits are others now ends under the old name and begins anew with the same since. */
static struct timeline_entry *find_ended(
	struct timeline *t, const struct event_flag *said, uint32_t machine)
{
	for (uint32_t i = 0; i < t->n; i++) {
		struct timeline_entry *e = &t->at[i];
		if (e->kind == TIMELINE_FLAG && e->to && said->since && e->from == said->since &&
			e->scope == said->scope && e->machine == machine &&
			str_eq(str_of(e->name), said->flag))
			return e;
	}
	return NULL;
}

static uint8_t severity_of(const struct event_flag *said)
{
	return (uint8_t)(said->severity < UINT8_MAX ? said->severity : UINT8_MAX);
}

/* NULL: there is no place for it, and that is counted once, however often it is told of. */
static struct timeline_entry *begin(
	struct timeline *t, const struct event_flag *said, uint32_t machine, usec_t now)
{
	uint64_t key = key_of(said, machine);
	struct timeline_entry *e = find_ended(t, said, machine);

	if (!e)
		e = add(t, TIMELINE_FLAG, severity_of(said));
	if (!e) {
		t->dropped += noted_add(&t->out, key);
		return NULL;
	}
	t->dropped -= noted_remove(&t->out, key);
	t->open[e - t->at] = key;
	e->from = said->since ? said->since : now;
	e->to = 0;
	e->scope = said->scope;
	e->machine = machine;
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
		e->severity = severity_of(said);
	if (highest)
		e->value = said->value;
	if (!said->on)
		return;
	e->explained = said->cause.n > 0;
	e->prefix_count = flag_prefixes(said, e->prefixes);
}

void timeline_flag(struct timeline *t, const struct event_flag *said, uint32_t machine, usec_t now)
{
	uint64_t key = key_of(said, machine);
	uint32_t i = find_open(t, key);

	if (i == NO_ENTRY && !said->on) {
		noted_remove(&t->out, key);
		return;
	}
	struct timeline_entry *e = i == NO_ENTRY ? begin(t, said, machine, now) : &t->at[i];
	if (!e)
		return;
	tell(e, said);
	if (said->on)
		return;
	e->to = now;
	t->open[e - t->at] = 0;
}

void timeline_mark(struct timeline *t, struct str name, usec_t now)
{
	/* Somebody wanted it. */
	struct timeline_entry *e = add(t, TIMELINE_MARK, UINT8_MAX);

	if (!e)
		return;
	e->from = e->to = now;
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
