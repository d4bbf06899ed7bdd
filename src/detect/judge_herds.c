// SPDX-License-Identifier: MIT
/*
 * What many addresses do together: each of them quiet, and no row of a list a culprit.
 */
#include "detect/parts.h"

#include "base/text.h"

#include <stdio.h>

#define TOP           16 /* herds that are looked at, of those with most requests */
#define GROWTH_LEAST  3.0
#define GROWTH_BEFORE 15
#define KNOWN_LEAST   2    /* seconds that something was known for, to compare with */
#define EACH_LEAST    0.25 /* requests a second of each address that tries to miss a cache */
#define SPAN10        (10 * USEC_PER_SEC)
#define DENSE         3u /* addresses in each /24 or /48 of a wider prefix */
#define FOCUS_LEAST   20 /* requests, before their sources say something */

struct crowd {
	const struct herds *table;
	const struct herd *h;
	struct herd_recent recent;
	double rate, lately;  /* requests a second, in ten seconds and in five */
	double share, growth; /* of all; times what is usual */
	unsigned busy;
	bool folded; /* many paths, alike but for their identifiers */
};

/* While what is usual is being learned, what came before the last seconds has to do: the shorter it
 * is known, the fewer of them. */
static double growth_of(const struct detect *d, const struct herds *t, const struct herd *h)
{
	usec_t now = d->model->now;
	double span = (double)(now - d->began) / (double)USEC_PER_SEC;
	unsigned lately = span < 2 * GROWTH_BEFORE ? 10 : GROWTH_BEFORE;
	double known = least(span, 60) - lately;

	if (span >= 60)
		return herd_growth(t, h, now);
	if (known < KNOWN_LEAST)
		return h->first > d->began + 6 * USEC_PER_SEC ? 99 : 1;
	double before = window_sum(&h->rate, now, WINDOW_SPAN) -
			window_sum(&h->rate, now, lately * USEC_PER_SEC);
	double usual = before / known, floor = known < 10 ? 0.5 : 0.05;
	return window_sum(&h->rate, now, SPAN10) / 10 / (usual > floor ? usual : floor);
}

static unsigned note_busy(struct detect *d, enum herd_kind kind, const struct herd *h)
{
	struct herd_busy *b = &d->herd_busy[kind][h - d->herds[kind].at];
	uint64_t count = herd_most(&d->herds[kind], h);
	uint32_t steps = d->slice - b->slice;

	if (b->key != h->key)
		*b = (struct herd_busy){.key = h->key, .count = count - 1};
	b->bits = steps < 32 ? b->bits << steps : 0;
	b->bits |= count > b->count;
	b->slice = d->slice;
	b->count = count;
	return (unsigned)__builtin_popcount(b->bits & 1023);
}

static struct crowd crowd_of(struct detect *d, enum herd_kind kind, const struct herd *h)
{
	usec_t now = d->model->now;
	struct crowd c = {.table = &d->herds[kind], .h = h};
	double all = window_sum(&d->whole.requests, now, SPAN10);

	herd_recent(h, now, &c.recent);
	c.rate = window_sum(&h->rate, now, SPAN10) / 10;
	c.lately = window_sum(&h->rate, now, 5 * USEC_PER_SEC) / 5;
	c.share = all > 0 ? c.rate * 10 / all : 0;
	c.growth = growth_of(d, c.table, h);
	c.busy = note_busy(d, kind, h);
	c.folded = memmem(h->text, h->text_n, "{n}", 3) != NULL;
	return c;
}

/* Who they are, from the time on that they are flagged. */

static struct focus *focus_of(struct detect *d, uint64_t key)
{
	for (int i = 0; i < FOCUSES; i++)
		if (d->focuses[i].key == key)
			return &d->focuses[i];
	return NULL;
}

/* One address in each of many neighbouring /24s is no network that one could point at. */
static bool is_dense(const struct focus *focus, const struct prefix *p)
{
	uint32_t sources = 0, unit = addr_is_v4(&p->addr) ? 96 + 24 : 48;

	if (p->bits >= unit)
		return true;
	for (uint32_t id = 0; id < focus->counts.used; id++)
		sources += prefix_contains(p, &focus->at[id].addr);
	return sources >= DENSE << (unit - p->bits);
}

/* The prefixes that hold most of them, with what others do right there counted against. */
static void name_sources(struct detect *d, const struct focus *focus, struct finding *f)
{
	struct prefix p[ZOOM_PREFIXES];
	struct zoom_found at;

	zoom_clear(&d->zoom);
	for (uint32_t id = 0; id < focus->counts.used; id++) {
		struct prefix source = trail_host(&focus->at[id].addr);
		zoom_add(&d->zoom, &source, focus_least(focus, id), 0);
	}
	zoom_add_good(d, focus);
	uint32_t n = zoom_prefixes(d, &at, p);
	for (uint32_t i = 0; i < n; i++)
		if (!is_dense(focus, &p[i]))
			n = 0;
	finding_prefixes(f, p, n);
}

/* A herd is flagged: its sources are to be known. */
static void focus_on(struct detect *d, const struct crowd *c, struct finding *f)
{
	usec_t now = d->model->now;
	struct focus *focus = focus_of(d, c->h->key);

	if (!focus && (focus = focus_of(d, 0))) {
		focus_open(focus, c->h->key, now);
		d->focused++;
	}
	f->prefix_count = 0;
	if (focus && focus->requests >= FOCUS_LEAST)
		name_sources(d, focus, f);
}

/* What is flagged no more needs no names. */
static void unfocus(struct detect *d)
{
	static const uint8_t flags[] = {
		FLAG_PATH_FLOOD, FLAG_CACHE_BUST, FLAG_STUFFING, FLAG_AGENT_FLOOD};

	for (int i = 0; i < FOCUSES; i++) {
		bool holds = !d->focuses[i].key;
		for (size_t k = 0; k < ARRAY_LEN(flags) && !holds; k++)
			holds = finding_holds(d, flags[k],
				flags[k] == FLAG_AGENT_FLOOD ? SCOPE_AGENT : SCOPE_PATH,
				d->focuses[i].key);
		if (holds)
			continue;
		focus_open(&d->focuses[i], 0, 0);
		d->focused--;
	}
}

static struct finding *find(struct detect *d, const struct crowd *c, enum flag_id flag,
	enum flag_scope scope, double level, double value)
{
	struct finding *f = found(d, flag, scope, c->h->key, level, rounded(value));
	struct str text = text_clip(herd_text(c->h), FLAG_WHO_MAX - 1);

	if (!f)
		return f;
	memcpy(f->who, text.p, text.n);
	f->who[text.n] = '\0';
	f->herd = c->h->key;
	focus_on(d, c, f);
	return f;
}

/* In how many of the last ten judgements there was something new of it. Streams that end all at
 * once are logged all at once: that is no rate. */
static bool is_spread(const struct crowd *c)
{
	return c->busy >= 3;
}

/* How many seconds `recent` is of: this half minute so far and the one before, since it is known.
 */
static double seconds_of(const struct detect *d, const struct crowd *c)
{
	usec_t now = d->model->now, span = 30 * USEC_PER_SEC + now % HERD_TURN;

	if (now - c->h->first < span)
		span = now - c->h->first;
	return span > USEC_PER_SEC ? (double)span / (double)USEC_PER_SEC : 1;
}

static bool judge_stuffing(struct detect *d, const struct crowd *c)
{
	const struct herd_recent *r = &c->recent;
	double level = least(reach(d, FLAG_STUFFING, 0, r->sources),
		least(reach(d, FLAG_STUFFING, 1, r->failed / seconds_of(d, c)),
			reach(d, FLAG_STUFFING, 2,
				r->requests ? (double)r->failed / r->requests : 0)));

	if (r->sources > 0 && r->requests / r->sources > threshold_of(d, FLAG_STUFFING, 3))
		return false;
	struct finding *f = find(d, c, FLAG_STUFFING, SCOPE_PATH, level, r->sources);
	if (f)
		SAY(f, "%u of %u log-ins refused in half a minute, from %.0f addresses, %.1f each",
			r->failed, r->requests, r->sources, r->requests / r->sources);
	return level >= FLAG_HOLDS;
}

static bool judge_cache_bust(struct detect *d, const struct crowd *c)
{
	const struct herd_recent *r = &c->recent;
	double distinct = r->queries ? r->query_strings / r->queries : 0;
	double level = least(least(reach(d, FLAG_CACHE_BUST, 0, c->rate),
				     reach(d, FLAG_CACHE_BUST, 1, r->sources)),
		least(reach(d, FLAG_CACHE_BUST, 2, distinct),
			reach(d, FLAG_CACHE_BUST, 3, c->growth)));

	/* Clients of a long poll ask again and again, each with a number that moves on; they have
	 * ask seldom, each for itself. */
	if (r->requests < 30 || r->queries * 2 < r->requests || c->folded ||
		c->lately < EACH_LEAST * r->sources || r->referred * 2 > r->requests)
		return false;
	struct finding *f = find(d, c, FLAG_CACHE_BUST, SCOPE_PATH, level, c->rate);
	if (f)
		SAY(f, "%.1f/s from %.0f addresses, %.0f%% of %u query strings different, x%.0f",
			c->rate, r->sources, least(distinct, 1) * 100, r->queries, c->growth);
	return level >= FLAG_HOLDS;
}

static void say_path_flood(struct detect *d, const struct crowd *c, struct finding *f)
{
	const struct herd_recent *r = &c->recent;
	size_t cap = sizeof f->evidence;
	size_t n = (size_t)SAY(f,
		"%.1f/s from %.0f addresses, %.0f%% of all, %.0f%% asked for nothing else, x%.0f",
		c->rate, r->sources, c->share * 100, r->loners * 100, c->growth);

	if (f->prefix_count)
		return;
	if (c->share >= 0.5)
		n += shares_say(d, SHARE_REQUESTS, f->evidence + n, cap - n);
	snprintf(f->evidence + n, cap - n, "; from all over: block by path or rate");
}

static void judge_path_flood(struct detect *d, const struct crowd *c)
{
	const struct herd_recent *r = &c->recent;
	double level = least(least(reach(d, FLAG_PATH_FLOOD, 0, c->rate),
				     reach(d, FLAG_PATH_FLOOD, 1, r->sources)),
		least(reach(d, FLAG_PATH_FLOOD, 2, c->share),
			reach(d, FLAG_PATH_FLOOD, 3, r->loners)));

	if (c->growth < GROWTH_LEAST || r->assets * 2 > r->requests || !is_spread(c))
		return;
	/* WebSockets that come back after a restart are switched over (101), not answered. */
	if (r->of_class[1] * 2 > r->requests)
		return;
	if (c->folded && r->query_strings > r->queries * 0.3)
		return; /* one page after another: a crawl */
	struct finding *f = find(d, c, FLAG_PATH_FLOOD, SCOPE_PATH, level, c->rate);
	if (f)
		say_path_flood(d, c, f);
}

static void judge_agent_flood(struct detect *d, const struct crowd *c)
{
	const struct herd_recent *r = &c->recent;
	double level = least(least(reach(d, FLAG_AGENT_FLOOD, 0, c->rate),
				     reach(d, FLAG_AGENT_FLOOD, 1, r->sources)),
		least(reach(d, FLAG_AGENT_FLOOD, 2, c->share),
			reach(d, FLAG_AGENT_FLOOD, 3, c->growth)));

	/* What proxies pass on lacks the parts of pages that they have themselves. */
	if (window_sum(&d->whole.forwarded, d->model->now, SPAN10) * 2 >
		window_sum(&d->whole.requests, d->model->now, SPAN10))
		return;
	if (r->assets > r->requests * 0.05 || !is_spread(c))
		return;
	struct finding *f = find(d, c, FLAG_AGENT_FLOOD, SCOPE_AGENT, level, c->rate);
	if (f)
		SAY(f,
			"%.1f/s from %.0f addresses with one agent, %.0f%% of all, %.0f%% parts of "
			"pages, x%.0f",
			c->rate, r->sources, c->share * 100,
			r->requests ? r->assets * 100.0 / r->requests : 0, c->growth);
}

void judge_herds(struct detect *d)
{
	const struct herd *top[TOP];
	usec_t now = d->model->now;
	size_t n = herds_top(&d->herds[HERD_PATHS], now, 30 * USEC_PER_SEC, top, TOP);

	for (size_t i = 0; i < n; i++) {
		struct crowd c = crowd_of(d, HERD_PATHS, top[i]);
		if (!judge_stuffing(d, &c) && !judge_cache_bust(d, &c))
			judge_path_flood(d, &c);
	}
	n = herds_top(&d->herds[HERD_AGENTS], now, 30 * USEC_PER_SEC, top, TOP);
	for (size_t i = 0; i < n; i++) {
		struct crowd c = crowd_of(d, HERD_AGENTS, top[i]);
		judge_agent_flood(d, &c);
	}
	if (d->focused)
		unfocus(d);
}
