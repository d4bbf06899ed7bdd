// SPDX-License-Identifier: MIT
#include "app/past_findings.h"

#include "base/text.h"

#include <stdlib.h>

static struct past_finding *find(struct past_findings *p, const struct event_flag *e)
{
	for (size_t i = 0; i < p->n; i++) {
		struct past_finding *have = &p->at[i];
		if (!have->until && have->scope == e->scope &&
			str_eq(str_of(have->name), e->flag) && str_eq(str_of(have->who), e->who))
			return have;
	}
	return NULL;
}

/* The one that is missed least, if it is over and not as grave; else NULL. */
static struct past_finding *least(struct past_findings *p, unsigned severity)
{
	struct past_finding *worst = NULL;

	for (size_t i = 0; i < p->n; i++) {
		struct past_finding *have = &p->at[i];
		if (have->until && have->severity <= severity &&
			(!worst || have->severity < worst->severity))
			worst = have;
	}
	return worst;
}

static void add(struct past_findings *p, const struct event_flag *e, usec_t now)
{
	struct past_finding *at = p->n < PAST_FINDINGS_MAX ? &p->at[p->n++] : NULL;

	if (!at) {
		p->more++;
		at = least(p, e->severity);
	}
	if (!at)
		return;
	*at = (struct past_finding){.scope = e->scope,
		.severity = (uint8_t)e->severity,
		.saved = p->recording,
		.since = e->since ? e->since : now};
	text_copy(at->name, sizeof at->name, e->flag);
	text_copy(at->who, sizeof at->who, e->who);
}

static void take(struct taker *taker, const struct event *event)
{
	struct past_findings *p = (struct past_findings *)taker;
	const struct event_flag *e = &event->flag;
	struct past_finding *have = find(p, e);

	if (have && !e->on)
		have->until = event->ts;
	else if (have && e->severity > have->severity)
		have->severity = (uint8_t)e->severity;
	else if (!have && e->on && !e->cause.n && e->severity >= SEVERITY_SUSPECT)
		add(p, e, event->ts);
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

void past_findings_save(struct past_findings *p, usec_t from)
{
	for (size_t i = 0; i < p->n; i++)
		p->at[i].saved |= !p->at[i].until || p->at[i].until >= from;
}

size_t past_findings_unsaved(const struct past_findings *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += !p->at[i].saved;
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
