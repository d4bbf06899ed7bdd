// SPDX-License-Identifier: MIT
/*
 * What one address or network does on several machines of a fleet, a little on each, so that none
 * of them flags it. The thresholds are those of one machine; what must be so besides (no people, no
 * known crawler) is asked of each machine, and most of those that it is on must say it. So one
 * member that lies neither makes a flag nor hides one.
 */
#include "detect/parts.h"

#include <inttypes.h>
#include <stdio.h>

#define TRAIL_SLICE 1024 /* trails that are judged at a tick, at least */
#define TURNS_MOST  4    /* a finding that is not found for 5 s begins anew */
#define REAL_PART   0.2  /* of an equal part: what a machine must have to be one of several */
#define SOME        3    /* requests a minute that say what somebody is like */
#define CRAWL_EACH  5    /* paths on each machine; who watches them all asks for fewer */
#define ONE_OF_NET  0.5  /* of what a network does: then it is that address */
#define BUSIEST_FOR (6 * USEC_PER_SEC)

/* What a machine that counts says. */
struct part {
	const struct fleet_part *of;
	const struct member *member;
	struct fleet_sum s;
	bool timed; /* what came in a minute is known */
};

struct view {
	const struct fleet_trail *t;
	bool net;
	uint64_t key;
	uint64_t flags; /* that some machine says hold of it */
	uint32_t n;
	struct part part[FLEET_PARTS_EACH];
};

/* What all machines come to on which it looks like what is judged. */
struct all {
	struct fleet_sum s;
	double measure;
	uint32_t machines, against; /* that have a real part; where it looks like nothing of it */
	struct fleet_names names;
};

struct rule {
	enum flag_id flag;
	bool nets; /* judged of networks, too */
	double (*measure)(const struct part *p);
	bool (*looks)(const struct detect *d, const struct view *v, const struct part *p);
	double (*level)(const struct detect *d, const struct view *v, const struct all *a);
	void (*say)(struct finding *f, const struct all *a);
};

/* Gathering. */

static void gather(const struct detect *d, const struct fleet_trail *t, struct view *v)
{
	v->t = t;
	v->net = t->prefix.bits < ADDR_BITS;
	v->n = 0;
	v->flags = 0;
	fleet_parts_for_each(&d->fleet->trails, t, p)
	{
		struct part *to = &v->part[v->n];
		const struct member *m = fleet_speaker(d, p->member, p->told);
		if (!m || v->n == FLEET_PARTS_EACH)
			continue;
		*to = (struct part){.of = p, .member = m};
		to->timed = fleet_part_minute(p, &to->s);
		v->flags |= p->flags;
		v->n++;
	}
}

static void add(struct fleet_sum *sum, const struct fleet_sum *s, double weight)
{
	for (int i = 0; i < FLEET_COUNTS; i++)
		sum->n[i] += s->n[i] * weight;
	sum->paths += s->paths * weight;
	sum->not_found += s->not_found * weight;
	sum->agents += s->agents * weight;
	sum->probes += s->probes * weight;
	sum->assets += s->assets * weight;
}

static bool says_something(const struct part *p)
{
	return p->s.n[FLEET_REQUESTS] >= SOME || p->s.paths >= SOME;
}

/* The one with most, and what it counts of it; how much an equal part of the rest is. */
static double weigh(const struct detect *d, const struct view *v, const struct rule *r,
	const struct part **ret_most, double *ret_equal)
{
	double total = 0, most = 0;
	uint32_t n = 0;

	*ret_most = NULL;
	for (uint32_t i = 0; i < v->n; i++) {
		double m = r->measure(&v->part[i]);
		if (m <= 0 || !r->looks(d, v, &v->part[i]))
			continue;
		n++;
		total += m;
		if (m > most) {
			most = m;
			*ret_most = &v->part[i];
		}
	}
	double cut = fleet_cut(total, most);
	*ret_equal = n ? (total - most + most * cut) / n : 0;
	return cut;
}

static void add_up(
	const struct detect *d, const struct view *v, const struct rule *r, struct all *a)
{
	const struct part *most;
	double equal, cut = weigh(d, v, r, &most, &equal);

	*a = (struct all){0};
	for (uint32_t i = 0; i < v->n; i++) {
		const struct part *p = &v->part[i];
		double weight = p == most ? cut : 1, m = r->measure(p) * weight;
		if (m <= 0 || !r->looks(d, v, p)) {
			a->against += says_something(p);
			continue;
		}
		add(&a->s, &p->s, weight);
		a->measure += m;
		if (m < equal * REAL_PART)
			continue;
		a->machines++;
		fleet_names_put(&a->names, p->member, m);
	}
}

/* Rules. */

static double requests_of(const struct part *p)
{
	return p->timed ? p->s.n[FLEET_REQUESTS] : 0;
}

static double missed_of(const struct part *p)
{
	return p->s.not_found;
}

static double denied_of(const struct part *p)
{
	return p->timed ? p->s.n[FLEET_DENIED] : 0;
}

static double failed_of(const struct part *p)
{
	return p->timed ? p->s.n[FLEET_AUTH] : 0;
}

static bool looks_like_crawler(const struct detect *d, const struct view *v, const struct part *p)
{
	double requests = requests_of(p);

	(void)d;
	if (requests < SOME || p->s.paths < SOME)
		return false;
	/* Who says which crawler it is, is judged by that, where it can be asked. */
	if (!v->net && (p->of->agent || p->s.agents > 2))
		return false;
	return p->s.assets <= requests * 0.1 && p->s.n[FLEET_REFUSED] <= requests * 0.3 &&
	       p->s.paths >= requests * 0.4;
}

static double crawler_level(const struct detect *d, const struct view *v, const struct all *a)
{
	if (a->s.paths < CRAWL_EACH * (double)a->machines)
		return 0;
	return least(reach(d, FLAG_CRAWLER, 0, a->s.paths),
		reach(d, FLAG_CRAWLER, v->net ? 2 : 1, a->s.n[FLEET_REQUESTS] / 60));
}

static void say_crawler(struct finding *f, const struct all *a)
{
	size_t n = fleet_names_say(&a->names, f->evidence, sizeof f->evidence);

	snprintf(f->evidence + n, sizeof f->evidence - n,
		" requests/min; %.0f paths; none of them flags it alone", a->s.paths);
}

/* Each is asked for little: one probe is one. What is refused lately is enough, who looks for holes
 * comes once. */
static bool looks_like_scanner(const struct detect *d, const struct view *v, const struct part *p)
{
	(void)v;
	return (p->s.not_found >= 2 || p->s.probes >= 1) &&
	       p->s.not_found >= p->s.paths * threshold_of(d, FLAG_SCANNER, 1);
}

static double scanner_level(const struct detect *d, const struct view *v, const struct all *a)
{
	(void)v;
	return reach(d, FLAG_SCANNER, 0, a->s.not_found);
}

static void say_scanner(struct finding *f, const struct all *a)
{
	size_t n = fleet_names_say(&a->names, f->evidence, sizeof f->evidence);

	snprintf(f->evidence + n, sizeof f->evidence - n,
		" paths answered 4xx, of %.0f; none of them flags it alone", a->s.paths);
}

static bool looks_like_guesser(const struct detect *d, const struct view *v, const struct part *p)
{
	(void)d;
	(void)v;
	return denied_of(p) >= p->s.n[FLEET_REQUESTS] * 0.5;
}

static double guesser_level(const struct detect *d, const struct view *v, const struct all *a)
{
	(void)v;
	return reach(d, FLAG_BRUTE_FORCE, 0, a->s.n[FLEET_DENIED]);
}

static void say_guesser(struct finding *f, const struct all *a)
{
	size_t n = fleet_names_say(&a->names, f->evidence, sizeof f->evidence);

	snprintf(f->evidence + n, sizeof f->evidence - n,
		" log-ins refused/min; none of them flags it alone");
}

static bool looks_like_ssh_guesser(
	const struct detect *d, const struct view *v, const struct part *p)
{
	(void)d;
	(void)v;
	return failed_of(p) > 0;
}

static double ssh_guesser_level(const struct detect *d, const struct view *v, const struct all *a)
{
	(void)v;
	return reach(d, FLAG_SSH_BRUTE_FORCE, 0, a->s.n[FLEET_AUTH]);
}

static void say_ssh_guesser(struct finding *f, const struct all *a)
{
	size_t n = fleet_names_say(&a->names, f->evidence, sizeof f->evidence);

	snprintf(f->evidence + n, sizeof f->evidence - n,
		" failed SSH logins/min; none of them flags it alone");
}

/* A flood is one where it has much of what is asked. */
static bool looks_like_burst(const struct detect *d, const struct view *v, const struct part *p)
{
	double requests = requests_of(p), all = fleet_requests(p->member) * 60;

	if (v->net || p->of->agent || p->s.agents > 2 || p->s.assets >= requests * 0.2)
		return false;
	return requests >= SOME && all > 0 && requests >= all * threshold_of(d, FLAG_BURST, 1);
}

static double burst_level(const struct detect *d, const struct view *v, const struct all *a)
{
	(void)v;
	return reach(d, FLAG_BURST, 0, a->s.n[FLEET_REQUESTS] / 60);
}

static void say_burst(struct finding *f, const struct all *a)
{
	size_t n = fleet_names_say(&a->names, f->evidence, sizeof f->evidence);

	snprintf(f->evidence + n, sizeof f->evidence - n,
		" requests/min, much of all there; %.1f/s; none of them flags it alone",
		a->s.n[FLEET_REQUESTS] / 60);
}

static const struct rule rules[] = {
	{FLAG_CRAWLER, true, requests_of, looks_like_crawler, crawler_level, say_crawler},
	{FLAG_SCANNER, true, missed_of, looks_like_scanner, scanner_level, say_scanner},
	{FLAG_BRUTE_FORCE, false, denied_of, looks_like_guesser, guesser_level, say_guesser},
	{FLAG_SSH_BRUTE_FORCE, false, failed_of, looks_like_ssh_guesser, ssh_guesser_level,
		say_ssh_guesser},
	{FLAG_BURST, false, requests_of, looks_like_burst, burst_level, say_burst},
};

/* Judging. */

static bool is_flagged_by_member(const struct detect *d, const struct view *v, enum flag_id flag)
{
	uint64_t wanted = UINT64_C(1) << flag | flag_defs[flag].within;

	return (v->flags & wanted) || fleet_flags_trail(d, flag, v->t);
}

static void judge_rule(struct detect *d, const struct view *v, const struct rule *r)
{
	struct all a;

	if (v->n < fleet_machines(d, r->flag) || (v->net && !r->nets))
		return;
	add_up(d, v, r, &a);
	if (a.machines < fleet_machines(d, r->flag) || a.machines <= a.against)
		return;
	double level = r->level(d, v, &a);
	if (level < FLAG_HOLDS || is_flagged_by_member(d, v, r->flag))
		return;
	struct finding *f = found(d, r->flag, SCOPE_FLEET, v->key, level, rounded(a.measure));
	if (!f)
		return;
	finding_name(f, &v->t->prefix);
	f->machines = a.machines;
	r->say(f, &a);
}

/* What one address of a network does is no network's doing. */
static void tell_network(struct detect *d, const struct view *v)
{
	struct prefix p = trail_network(&v->t->prefix.addr);
	struct fleet_trails *trails = &d->fleet->trails;
	uint32_t id = fleet_trails_id(trails, &p, finding_key(d, &p));
	double paths = 0;

	if (id == POOL_NONE)
		return;
	struct fleet_trail *net = fleet_trails_at(trails, id);
	for (uint32_t i = 0; i < v->n; i++)
		paths += v->part[i].s.paths;
	if (paths < net->busiest && d->model->now - net->busiest_at <= BUSIEST_FOR)
		return;
	net->busiest = paths;
	net->busiest_at = d->model->now;
}

static bool is_one_address(const struct detect *d, const struct view *v)
{
	double paths = 0;

	for (uint32_t i = 0; i < v->n; i++)
		paths += v->part[i].s.paths;
	return d->model->now - v->t->busiest_at <= BUSIEST_FOR &&
	       v->t->busiest >= paths * ONE_OF_NET;
}

static void judge_trail_of(struct detect *d, const struct fleet_trail *t)
{
	struct view v;

	gather(d, t, &v);
	if (v.n < FLEET_MACHINES_LEAST)
		return;
	if (!v.net)
		tell_network(d, &v);
	else if (is_one_address(d, &v))
		return;
	v.key = t->hash;
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		judge_rule(d, &v, &rules[i]);
}

/* Addresses first: networks are judged by what their addresses do. Of very many, each is judged at
 * every second tick, or third, … */
static void judge_those(struct detect *d, bool nets)
{
	struct fleet_trails *trails = &d->fleet->trails;
	uint32_t turns = trails->pool.live / TRAIL_SLICE + 1;

	turns = turns < TURNS_MOST ? turns : TURNS_MOST;
	for (uint32_t id = pool_next(&trails->pool, 0); id != POOL_NONE;
		id = pool_next(&trails->pool, id + 1)) {
		const struct fleet_trail *t = fleet_trails_at(trails, id);
		bool is_net = t->prefix.bits < ADDR_BITS;
		if (is_net == nets && t->parts >= FLEET_MACHINES_LEAST &&
			id % turns == d->slice % turns)
			judge_trail_of(d, t);
	}
}

void judge_fleet(struct detect *d)
{
	fleet_trails_sweep(&d->fleet->trails, d->slice, d->model->now);
	judge_those(d, false);
	judge_those(d, true);
}
