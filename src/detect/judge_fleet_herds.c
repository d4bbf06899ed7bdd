// SPDX-License-Identifier: MIT
/*
 * What many addresses do together on several machines of a fleet, too little on each for that to
 * flag it. As of one address (judge_fleet.c): the thresholds are those of one machine, and of a sum
 * one counts for at most as much as all others. What else must be so is asked of each machine;
 * those that do not say it have the same path or agent in honest use, which speaks against nothing.
 *
 * Sources add up where they are counted by the same hashes (struct event_machine, `sketch`). Of
 * machines with others, they may be the same ones: then the largest of the sums counts.
 */
#include "detect/parts.h"

#include "detect/hll.h"

#include <inttypes.h>
#include <stdio.h>

#define REAL_PART    0.2
#define SOME         5 /* requests lately that say what a herd is like */
#define GROWTH_LEAST 3.0
#define SKETCHES     4 /* kinds of hashes that are summed apart */

struct part {
	const struct fleet_herd_part *of;
	const struct member *member;
};

struct view {
	const struct fleet_herd *h;
	uint32_t n;
	struct part part[FLEET_HERD_EACH];
};

/* What the machines come to on which it looks like what is judged. */
struct all {
	double rate, failed, lone; /* requests a second; and refused log-ins */
	double requests, share;    /* lately; of all that these machines answer */
	double sources;
	uint32_t machines; /* that have a real part */
	uint32_t apart;    /* machines whose sources do not add up with those of most */
	struct fleet_names names;
};

struct rule {
	enum flag_id flag;
	enum herd_of of;
	enum flag_scope scope; /* as a machine flags it */
	bool (*looks)(const struct detect *d, const struct fleet_herd_part *p);
	double (*level)(const struct detect *d, const struct all *a);
	void (*say)(struct finding *f, const struct all *a);
};

static double rate_of(const struct fleet_herd_part *p)
{
	return p->requests / p->seconds;
}

/* Sources. */

struct sources {
	uint64_t sketch[SKETCHES];
	uint8_t all[SKETCHES][FLEET_REGISTERS], others[SKETCHES][FLEET_REGISTERS];
	uint32_t machines[SKETCHES], n, further;
};

static void add_sources(struct sources *s, const struct fleet_herd_part *p, bool largest)
{
	uint32_t i = 0;

	while (i < s->n && s->sketch[i] != p->sketch)
		i++;
	if (i == SKETCHES) {
		s->further++;
		return;
	}
	if (i == s->n)
		s->sketch[s->n++] = p->sketch;
	s->machines[i]++;
	hll_merge(s->all[i], p->registers, HERD_SOURCE_BITS);
	if (!largest)
		hll_merge(s->others[i], p->registers, HERD_SOURCE_BITS);
}

/* At most twice what all see but the one that sees most. */
static void count_sources(const struct sources *s, struct all *a)
{
	uint32_t best = 0, counted = 0;
	double others = 0;

	for (uint32_t i = 0; i < s->n; i++) {
		double n = hll_count(s->all[i], HERD_SOURCE_BITS);
		double without = hll_count(s->others[i], HERD_SOURCE_BITS);
		if (without > others)
			others = without;
		if (n > a->sources) {
			a->sources = n;
			best = i;
		}
		counted += s->machines[i];
	}
	a->sources = least(least(a->sources, 2 * others), a->requests);
	a->apart = s->n ? counted - s->machines[best] + s->further : 0;
}

static void sum_sources(
	const struct detect *d, const struct view *v, const struct rule *r, struct all *a)
{
	struct sources s = {.n = 0};
	const struct fleet_herd_part *largest = NULL;

	for (uint32_t i = 0; i < v->n; i++)
		if (r->looks(d, v->part[i].of) &&
			(!largest || v->part[i].of->sources > largest->sources))
			largest = v->part[i].of;
	for (uint32_t i = 0; i < v->n; i++)
		if (r->looks(d, v->part[i].of))
			add_sources(&s, v->part[i].of, v->part[i].of == largest);
	count_sources(&s, a);
}

/* Summing up. */

static void gather(const struct detect *d, const struct fleet_herd *h, struct view *v)
{
	v->h = h;
	v->n = 0;
	fleet_herd_parts_for_each(&d->fleet->herds, h, p)
	{
		const struct member *m = fleet_speaker(d, p->member, p->told);
		if (m && p->requests && v->n < FLEET_HERD_EACH)
			v->part[v->n++] = (struct part){p, m};
	}
}

static double weigh(const struct detect *d, const struct view *v, const struct rule *r,
	const struct fleet_herd_part **ret_most, double *ret_equal)
{
	double total = 0, most = 0;
	uint32_t n = 0;

	*ret_most = NULL;
	for (uint32_t i = 0; i < v->n; i++) {
		const struct fleet_herd_part *p = v->part[i].of;
		if (!r->looks(d, p))
			continue;
		n++;
		total += rate_of(p);
		if (rate_of(p) > most) {
			most = rate_of(p);
			*ret_most = p;
		}
	}
	double cut = fleet_cut(total, most);
	*ret_equal = n ? (total - most + most * cut) / n : 0;
	return cut;
}

static void add_up(
	const struct detect *d, const struct view *v, const struct rule *r, struct all *a)
{
	const struct fleet_herd_part *most;
	double equal, cut = weigh(d, v, r, &most, &equal), answered = 0;

	*a = (struct all){.rate = 0};
	for (uint32_t i = 0; i < v->n; i++) {
		const struct fleet_herd_part *p = v->part[i].of;
		double weight = p == most ? cut : 1, rate = rate_of(p) * weight;
		if (!r->looks(d, p))
			continue;
		a->rate += rate;
		a->failed += p->failed / p->seconds * weight;
		a->lone += least(p->lone, p->sources) * weight;
		a->requests += p->requests * weight;
		answered += fleet_requests(v->part[i].member) * weight;
		if (rate < equal * REAL_PART)
			continue;
		a->machines++;
		fleet_names_put(&a->names, v->part[i].member, rate * 60);
	}
	a->share = answered > 0 ? least(a->rate / answered, 1) : 0;
}

/* Rules. */

static bool looks_stuffed(const struct detect *d, const struct fleet_herd_part *p)
{
	return p->failed && p->failed >= p->requests * threshold_of(d, FLAG_STUFFING, 2) &&
	       p->sources > 0 && p->requests / p->sources <= threshold_of(d, FLAG_STUFFING, 3);
}

static double stuffing_level(const struct detect *d, const struct all *a)
{
	return least(reach(d, FLAG_STUFFING, 0, a->sources), reach(d, FLAG_STUFFING, 1, a->failed));
}

static void say_sources(struct finding *f, const struct all *a, const char *what)
{
	size_t cap = sizeof f->evidence, n = fleet_names_say(&a->names, f->evidence, cap);

	n += (size_t)snprintf(f->evidence + n, cap - n,
		" %s/min, from %.0f addresses; none of them flags it alone", what, a->sources);
	if (a->apart && n < cap)
		snprintf(f->evidence + n, cap - n,
			"; addresses of %" PRIu32 " not added (another publish.key)", a->apart);
}

static void say_stuffing(struct finding *f, const struct all *a)
{
	say_sources(f, a, "log-ins, nearly all refused");
}

/* WebSockets that come back after a restart are switched over (101), not answered. */
static bool looks_flooded(const struct detect *d, const struct fleet_herd_part *p)
{
	(void)d;
	return p->requests >= SOME && p->growth >= GROWTH_LEAST && p->assets * 2.0 <= p->requests &&
	       p->switched * 2.0 <= p->requests;
}

static double path_flood_level(const struct detect *d, const struct all *a)
{
	double loners = a->sources > 0 ? least(a->lone / a->sources, 1) : 0;

	return least(least(reach(d, FLAG_PATH_FLOOD, 0, a->rate),
			     reach(d, FLAG_PATH_FLOOD, 1, a->sources)),
		least(reach(d, FLAG_PATH_FLOOD, 2, a->share),
			reach(d, FLAG_PATH_FLOOD, 3, loners)));
}

static void say_flood(struct finding *f, const struct all *a)
{
	say_sources(f, a, "requests");
}

static bool looks_like_one_agent(const struct detect *d, const struct fleet_herd_part *p)
{
	return p->requests >= SOME && p->growth >= threshold_of(d, FLAG_AGENT_FLOOD, 3) &&
	       p->assets <= p->requests * 0.05;
}

static double agent_flood_level(const struct detect *d, const struct all *a)
{
	return least(reach(d, FLAG_AGENT_FLOOD, 0, a->rate),
		least(reach(d, FLAG_AGENT_FLOOD, 1, a->sources),
			reach(d, FLAG_AGENT_FLOOD, 2, a->share)));
}

static const struct rule rules[] = {
	{FLAG_STUFFING, HERD_OF_PATH, SCOPE_PATH, looks_stuffed, stuffing_level, say_stuffing},
	{FLAG_PATH_FLOOD, HERD_OF_PATH, SCOPE_PATH, looks_flooded, path_flood_level, say_flood},
	{FLAG_AGENT_FLOOD, HERD_OF_AGENT, SCOPE_AGENT, looks_like_one_agent, agent_flood_level,
		say_flood},
};

/* Judging. */

static void judge_rule(struct detect *d, const struct view *v, const struct rule *r)
{
	struct str text = {v->h->text, v->h->text_n};
	struct all a;

	add_up(d, v, r, &a);
	if (a.machines < fleet_machines(d, r->flag))
		return;
	sum_sources(d, v, r, &a);
	double level = r->level(d, &a);
	if (level < FLAG_HOLDS || fleet_flags_herd(d, r->flag, r->scope, v->h))
		return;
	struct finding *f = found(d, r->flag, SCOPE_FLEET, v->h->hash, level,
		rounded(r->flag == FLAG_STUFFING ? a.sources : a.rate));
	if (!f)
		return;
	memcpy(f->who, text.p, text.n);
	f->who[text.n] = '\0';
	f->prefix_count = 0;
	f->machines = a.machines;
	r->say(f, &a);
}

void judge_fleet_herds(struct detect *d)
{
	struct fleet_herds *herds = &d->fleet->herds;
	struct view v;

	fleet_herds_sweep(herds, d->slice, d->model->now);
	for (uint32_t id = pool_next(&herds->pool, 0); id != POOL_NONE;
		id = pool_next(&herds->pool, id + 1)) {
		const struct fleet_herd *h = fleet_herds_at(herds, id);
		if (h->parts < FLEET_MACHINES_LEAST)
			continue;
		gather(d, h, &v);
		for (size_t i = 0; i < ARRAY_LEN(rules); i++)
			if (rules[i].of == h->of && v.n >= fleet_machines(d, rules[i].flag))
				judge_rule(d, &v, &rules[i]);
	}
}
