// SPDX-License-Identifier: MIT
#include "app/past_findings.h"

#include "base/text.h"

#include <stdlib.h>

static struct past_finding *find(struct past_findings *p, uint64_t key)
{
	for (size_t i = 0; i < p->n; i++)
		if (!p->at[i].until && p->at[i].key == key)
			return &p->at[i];
	return NULL;
}

static bool is_missed_less(const struct past_finding *a, const struct past_finding *b)
{
	return a->severity != b->severity ? a->severity < b->severity : a->until && !b->until;
}

/* The one that is missed least, if it is not as grave, or as grave and over; else NULL. */
static struct past_finding *least(struct past_findings *p, unsigned severity)
{
	struct past_finding *worst = &p->at[0];

	for (size_t i = 1; i < p->n; i++)
		if (is_missed_less(&p->at[i], worst))
			worst = &p->at[i];
	bool goes = worst->severity < severity || (worst->severity == severity && worst->until);
	return goes ? worst : NULL;
}

/* NULL: all others matter more. */
static struct past_finding *place(struct past_findings *p, unsigned severity)
{
	if (p->n < PAST_FINDINGS_MAX)
		return &p->at[p->n++];
	struct past_finding *at = least(p, severity);
	if (!at)
		return NULL;
	p->more++;
	if (!at->until)
		noted_add(&p->out, at->key);
	return at;
}

/* What finds no place is told of again and again, and counted once. */
static void add(struct past_findings *p, const struct event_flag *e, uint64_t key, usec_t now)
{
	struct past_finding *at = place(p, e->severity);

	p->begun += at != NULL;
	p->attacks += at && e->severity >= SEVERITY_ATTACK;
	if (!at) {
		p->more += noted_add(&p->out, key);
		return;
	}
	p->more -= noted_remove(&p->out, key);
	*at = (struct past_finding){.key = key,
		.scope = e->scope,
		.severity = (uint8_t)e->severity,
		.kept = p->recording,
		.since = e->since ? e->since : now};
	text_copy(at->name, sizeof at->name, e->flag);
	text_copy(at->who, sizeof at->who, e->who);
}

static void grow(struct past_findings *p, struct past_finding *have, unsigned severity)
{
	p->begun++;
	p->attacks += have->severity < SEVERITY_ATTACK && severity >= SEVERITY_ATTACK;
	have->severity = (uint8_t)severity;
}

static void take(struct taker *taker, const struct event *event)
{
	struct past_findings *p = (struct past_findings *)taker;
	const struct event_flag *e = &event->flag;
	uint64_t key = flag_hash(e, event->machine);
	struct past_finding *have = find(p, key);

	if (have && !e->on)
		have->until = event->ts;
	else if (have && e->severity > have->severity)
		grow(p, have, e->severity);
	else if (!have && e->on && !e->cause.n && e->severity >= SEVERITY_SUSPECT)
		add(p, e, key, event->ts);
	else if (!have && !e->on)
		noted_remove(&p->out, key);
}

static void restart(struct taker *taker, const struct model *model)
{
	(void)model;
	past_findings_init((struct past_findings *)taker);
}

void past_findings_init(struct past_findings *p)
{
	*p = (struct past_findings){.taker = {.name = "past findings",
					    .kinds = TAKER_KIND(EVENT_FLAG),
					    .take = take,
					    .restart = restart}};
}

void past_findings_record(struct past_findings *p, usec_t from)
{
	p->recording = true;
	for (size_t i = 0; i < p->n; i++)
		p->at[i].kept |= !p->at[i].until || p->at[i].until >= from;
}

void past_findings_recorded(struct past_findings *p, bool whole)
{
	p->recording = false;
	for (size_t i = 0; i < p->n; i++) {
		p->at[i].saved |= p->at[i].kept && whole;
		p->at[i].kept = false;
	}
}

size_t past_findings_unsaved(const struct past_findings *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += !p->at[i].saved && !p->at[i].kept;
	return n;
}

bool past_findings_hold(const struct past_findings *p, enum severity least_grave)
{
	for (size_t i = 0; i < p->n; i++)
		if (!p->at[i].until && p->at[i].severity >= least_grave)
			return true;
	return false;
}

static int by_gravity(const void *a, const void *b)
{
	const struct past_finding *x = *(const struct past_finding *const *)a,
				  *y = *(const struct past_finding *const *)b;

	if (!x->until != !y->until)
		return x->until ? 1 : -1;
	if (x->severity != y->severity)
		return x->severity < y->severity ? 1 : -1;
	return x->since < y->since ? -1 : x->since > y->since;
}

size_t past_findings_top(
	const struct past_findings *p, const struct past_finding **ret, size_t most)
{
	const struct past_finding *all[PAST_FINDINGS_MAX];

	for (size_t i = 0; i < p->n; i++)
		all[i] = &p->at[i];
	qsort(all, p->n, sizeof all[0], by_gravity);
	size_t n = p->n < most ? p->n : most;
	memcpy(ret, all, n * sizeof all[0]);
	return n;
}
