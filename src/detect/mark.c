// SPDX-License-Identifier: MIT
#include "detect/mark.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>

#define NOW_LEAST   (10 * USEC_PER_SEC) /* a rate of less time says nothing */
#define OLD_ENOUGH  (60 * USEC_PER_SEC)
#define LEAST       5.0  /* requests by which something differs that is told */
#define CONN_WEIGHT 60.0 /* a connection weighs as much as a request in so many seconds */

const char *change_of_name(enum change_of of)
{
	static const char *const names[CHANGES_OF] = {
		[CHANGE_PATHS] = "path",
		[CHANGE_AGENTS] = "agent",
		[CHANGE_REFERERS] = "referer",
		[CHANGE_VHOSTS] = "vhost",
		[CHANGE_NETWORKS] = "network",
		[CHANGE_STATUSES] = "status",
		[CHANGE_MACHINE] = "machine",
	};

	return names[of];
}

const char *change_what_name(enum change_what what)
{
	static const char *const names[CHANGES_WHAT] = {
		[CHANGE_NONE] = "",
		[CHANGE_NEW] = "new",
		[CHANGE_RISEN] = "risen",
		[CHANGE_FALLEN] = "fallen",
		[CHANGE_GONE] = "gone",
	};

	return names[what];
}

/* The time that a rate is of: windows are asked for `look`, which holds what came in `seconds`. */
struct span {
	usec_t now, look;
	double seconds;
};

static usec_t within(usec_t t, usec_t least, usec_t most)
{
	return t < least ? least : t > most ? most : t;
}

static struct span span_of(usec_t now, usec_t look, usec_t began)
{
	return (struct span){
		now, look, (double)within(now - began, USEC_PER_SEC, look) / (double)USEC_PER_SEC};
}

/* The minute before a mark; what has come since, or in the minute before now. */
static struct span span_before(const struct mark_present *p)
{
	return span_of(p->now, within(p->now - p->began, WINDOW_STEP, WINDOW_SPAN), p->began);
}

static struct span span_since(const struct mark *m, const struct mark_present *p)
{
	return span_of(p->now, within(p->now - m->at, NOW_LEAST, WINDOW_SPAN), p->began);
}

static double window_rate(const struct window *w, const struct span *s)
{
	return window_sum(w, s->now, s->look) / s->seconds;
}

/* Trails know steps of five seconds. */
static double trail_rate(const struct trail *t, const struct span *s)
{
	unsigned look = (unsigned)(s->look / TRAIL_STEP) * 5;

	return trail_sum(t, TRAIL_REQUESTS, s->now, look) / (s->seconds < look ? s->seconds : look);
}

static uint32_t conns_of(
	const struct mark_present *p, const struct prefix *prefix, uint32_t *ret_half)
{
	uint32_t id = networks_find(p->counts, prefix);

	if (id == POOL_NONE)
		return 0;
	const struct tcp_tally *tcp = &network_at(p->counts, id)->tcp;
	*ret_half = tcp_tally_half_open(tcp);
	return tcp->conns;
}

static double weight_of(double rate, uint32_t conns)
{
	return rate + conns / CONN_WEIGHT;
}

static uint32_t tag_of(uint64_t key)
{
	return (uint32_t)(key >> 32);
}

/* Taking. */

static void take_herds(struct mark_herds *m, const struct herds *t, const struct span *s)
{
	const struct herd *top[MARK_TOP];

	m->n = (uint32_t)herds_top(t, s->now, s->look, top, MARK_TOP);
	for (uint32_t i = 0; i < m->n; i++) {
		struct herd_recent recent;
		struct str text = text_clip(herd_text(top[i]), MARK_TEXT_MAX);
		struct mark_herd *at = &m->at[i];
		herd_recent(top[i], s->now, &recent);
		at->key = top[i]->key;
		at->rate = (float)window_rate(&top[i]->rate, s);
		at->sources = (float)recent.sources;
		at->text_n = (uint8_t)text.n;
		memcpy(at->text, text.n ? text.p : "", text.n);
	}
	m->known_n = t->counts.used;
	for (uint32_t id = 0; id < m->known_n; id++)
		m->known[id] = tag_of(t->at[id].key);
}

static void add_network(struct mark *m, const struct mark_network *net)
{
	double weight = weight_of(net->rate, net->conns);
	uint32_t at = m->network_n;

	while (at > 0 && weight_of(m->networks[at - 1].rate, m->networks[at - 1].conns) < weight)
		at--;
	if (weight <= 0 || at == MARK_TOP)
		return;
	m->network_n += m->network_n < MARK_TOP;
	memmove(&m->networks[at + 1], &m->networks[at],
		(m->network_n - at - 1) * sizeof m->networks[0]);
	m->networks[at] = *net;
}

/* Networks that have connections, or SYNs that nobody answers, and so far have asked nothing: there
 * is no trail of these. Returns how many. */
static size_t silent_networks(
	const struct mark_present *p, const struct network *ret[static MARK_TOP])
{
	const struct network *top[MARK_TOP];
	size_t n = networks_top(p->counts, NETWORK_BY_CONNS, true, p->now, top, MARK_TOP), used = 0;

	for (size_t i = 0; i < n; i++)
		if (trails_find(p->networks, &top[i]->prefix) == POOL_NONE)
			ret[used++] = top[i];
	return used;
}

static void take_networks(struct mark *m, const struct mark_present *p, const struct span *s)
{
	const struct network *silent[MARK_TOP];
	size_t n = silent_networks(p, silent);

	const struct pool *pool = &p->networks->pool;

	for (uint32_t id = pool_next(pool, 0); id != POOL_NONE; id = pool_next(pool, id + 1)) {
		const struct trail *t = trails_at(p->networks, id);
		struct mark_network net = {t->prefix, (float)trail_rate(t, s), 0, 0};
		net.conns = conns_of(p, &t->prefix, &net.half);
		add_network(m, &net);
	}
	for (size_t i = 0; i < n; i++) {
		struct mark_network net = {.prefix = silent[i]->prefix};
		net.conns = conns_of(p, &net.prefix, &net.half);
		add_network(m, &net);
	}
}

void mark_take(struct mark *m, const struct mark_present *p)
{
	const struct span s = span_before(p);

	m->at = p->now;
	m->hosts_evicted = p->hosts->evicted;
	m->networks_evicted = p->networks->evicted;
	for (int i = 0; i < HERD_KINDS; i++)
		take_herds(&m->herds[i], &p->herds[i], &s);
	take_networks(m, p, &s);
	for (int i = 0; i < HERD_STATUS_CLASS; i++)
		m->of_class[i] = (float)window_rate(&p->of_class[i], &s);
	for (int i = 0; i < MARK_RATES; i++)
		m->rates[i] = (float)window_rate(p->rates[i], &s);
}

/* Comparing. */

/* What is looked for: where it goes, and how much of it there may be. */
struct changes {
	struct change *at;
	size_t n, most;
	double seconds; /* that the rates of now are of */
};

static double gain_of(const struct change *c)
{
	return weight_of(c->now, c->conns) - weight_of(c->then, c->conns_then);
}

static enum change_what what_of(double now, double then, bool is_new)
{
	if (is_new)
		return now > 0 ? CHANGE_NEW : CHANGE_NONE;
	if (now >= 2 * then && now - then >= LEAST)
		return CHANGE_RISEN;
	if (then >= 2 * now && then - now >= LEAST)
		return now > 0 ? CHANGE_FALLEN : CHANGE_GONE;
	return CHANGE_NONE;
}

/* Keeps it if it is among the greatest; of equal ones, the first that came. */
static void keep(struct changes *l, const struct change *c)
{
	size_t at = l->n;
	double size = fabs(gain_of(c));

	while (at > 0 && fabs(gain_of(&l->at[at - 1])) < size)
		at--;
	if (at == l->most)
		return;
	l->n += l->n < l->most;
	memmove(&l->at[at + 1], &l->at[at], (l->n - at - 1) * sizeof l->at[0]);
	l->at[at] = *c;
}

static void consider(struct changes *l, struct change *c, bool is_new)
{
	c->what = (uint8_t)what_of(weight_of(c->now, c->conns) * l->seconds,
		weight_of(c->then, c->conns_then) * l->seconds, is_new);
	if (c->what != CHANGE_NONE)
		keep(l, c);
}

static void set_text(struct change *c, struct str text)
{
	c->text_n = (uint8_t)text.n;
	memcpy(c->text, text.n ? text.p : "", text.n);
}

static const struct mark_herd *find_herd(const struct mark_herds *m, uint64_t key)
{
	for (uint32_t i = 0; i < m->n; i++)
		if (m->at[i].key == key)
			return &m->at[i];
	return NULL;
}

static bool was_known(const struct mark_herds *m, uint64_t key)
{
	for (uint32_t i = 0; i < m->known_n; i++)
		if (m->known[i] == tag_of(key))
			return true;
	return false;
}

bool mark_is_new_herd(
	const struct mark *m, const struct herds *t, enum herd_kind kind, const struct herd *h)
{
	return !was_known(&m->herds[kind], h->key) && herd_least(t, h) > h->over;
}

/* What a herd had then: by the mark, or at most the rate of the last that is in it. */
static void set_then(struct change *c, const struct mark_herds *m, uint64_t key)
{
	const struct mark_herd *then = find_herd(m, key);

	if (then) {
		c->then = (double)then->rate;
		c->sources_then = (double)then->sources;
	} else if ((c->at_most = m->n == MARK_TOP))
		c->then = (double)m->at[MARK_TOP - 1].rate;
}

static void compare_herd(struct changes *l, const struct mark *m, const struct herds *t,
	enum herd_kind kind, const struct herd *h, const struct span *s)
{
	struct change c = {.now = window_rate(&h->rate, s)};
	bool is_new = mark_is_new_herd(m, t, kind, h);
	struct herd_recent recent;

	if (!is_new)
		set_then(&c, &m->herds[kind], h->key);
	if (c.at_most && c.now < c.then)
		return; /* it may never have had more */
	if (c.now > 0) {
		herd_recent(h, s->now, &recent);
		c.sources = recent.sources;
	}
	set_text(&c, herd_text(h));
	consider(l, &c, is_new);
}

/* Those that are not even in the table any more. */
static void compare_lost(struct changes *l, const struct mark_herds *m, const struct herds *t)
{
	for (uint32_t i = 0; i < m->n; i++) {
		struct change c = {.then = (double)m->at[i].rate};
		if (herds_find(t, m->at[i].key))
			continue;
		set_text(&c, (struct str){m->at[i].text, m->at[i].text_n});
		consider(l, &c, false);
	}
}

static void compare_herds(struct changes *l, const struct mark *m, const struct mark_present *p,
	enum herd_kind kind, const struct span *s)
{
	const struct herds *t = &p->herds[kind];

	for (uint32_t id = 0; id < t->counts.used; id++)
		compare_herd(l, m, t, kind, &t->at[id], s);
	compare_lost(l, &m->herds[kind], t);
}

static const struct mark_network *find_network(const struct mark *m, const struct prefix *prefix)
{
	for (uint32_t i = 0; i < m->network_n; i++)
		if (m->networks[i].prefix.bits == prefix->bits &&
			addr_eq(&m->networks[i].prefix.addr, &prefix->addr))
			return &m->networks[i];
	return NULL;
}

/* A trail that went within its minute may have been of somebody who is there again. */
bool mark_is_new_prefix(
	const struct mark *m, const struct mark_present *p, const struct prefix *prefix)
{
	bool is_host = prefix->bits == ADDR_BITS;
	const struct trails *t = is_host ? p->hosts : p->networks;
	uint32_t id = trails_find(t, prefix);

	return id != POOL_NONE && trails_at(t, id)->first > m->at &&
	       t->evicted == (is_host ? m->hosts_evicted : m->networks_evicted);
}

static void compare_network(struct changes *l, const struct mark *m, const struct mark_present *p,
	const struct trail *t, const struct span *s)
{
	const struct mark_network *then = find_network(m, &t->prefix);
	struct change c = {.prefix = t->prefix,
		.now = trail_rate(t, s),
		.sources = trail_members(&t->members, s->now)};
	bool is_new = !then && mark_is_new_prefix(m, p, &t->prefix);

	c.conns = conns_of(p, &t->prefix, &c.half);
	if (!then && !is_new && m->network_n == MARK_TOP) {
		c.at_most = true;
		then = &m->networks[MARK_TOP - 1];
	}
	if (then) {
		c.then = (double)then->rate;
		c.conns_then = then->conns;
		c.half_then = then->half;
	}
	if (!c.at_most || gain_of(&c) > 0)
		consider(l, &c, is_new);
}

/* A flood of SYNs, say. Those that the mark has are compared by it. */
static void compare_silent(struct changes *l, const struct mark *m, const struct mark_present *p)
{
	const struct network *silent[MARK_TOP];
	size_t n = silent_networks(p, silent);

	for (size_t i = 0; i < n; i++) {
		struct change c = {
			.prefix = silent[i]->prefix, .at_most = m->network_n == MARK_TOP};
		if (find_network(m, &c.prefix))
			continue;
		c.sources = silent[i]->hosts;
		c.conns = conns_of(p, &c.prefix, &c.half);
		if (c.at_most)
			c.conns_then = m->networks[MARK_TOP - 1].conns;
		if (!c.at_most || gain_of(&c) > 0)
			consider(l, &c, !c.at_most && p->networks->evicted == m->networks_evicted);
	}
}

static void compare_networks(
	struct changes *l, const struct mark *m, const struct mark_present *p, const struct span *s)
{
	const struct pool *pool = &p->networks->pool;

	for (uint32_t id = pool_next(pool, 0); id != POOL_NONE; id = pool_next(pool, id + 1))
		compare_network(l, m, p, trails_at(p->networks, id), s);
	for (uint32_t i = 0; i < m->network_n; i++) {
		const struct mark_network *net = &m->networks[i];
		struct change c = {.prefix = net->prefix,
			.then = (double)net->rate,
			.conns_then = net->conns,
			.half_then = net->half};
		c.conns = conns_of(p, &net->prefix, &c.half);
		if (trails_find(p->networks, &net->prefix) == POOL_NONE)
			consider(l, &c, false);
	}
	compare_silent(l, m, p);
}

static void compare_statuses(
	struct changes *l, const struct mark *m, const struct mark_present *p, const struct span *s)
{
	for (int i = 1; i < HERD_STATUS_CLASS; i++) {
		struct change c = {
			.now = window_rate(&p->of_class[i], s), .then = (double)m->of_class[i]};
		const char text[] = {(char)('0' + i), 'x', 'x'};
		set_text(&c, (struct str){text, sizeof text});
		consider(l, &c, c.then <= 0);
	}
}

static void compare_machine(
	struct changes *l, const struct mark *m, const struct mark_present *p, const struct span *s)
{
	static const char *const names[MARK_RATES] = {
		[MARK_REQUESTS] = "requests",
		[MARK_HANDSHAKES] = "handshakes",
		[MARK_TX] = CHANGE_TEXT_TX,
	};

	for (int i = 0; i < MARK_RATES; i++) {
		struct change c = {.now = window_rate(p->rates[i], s), .then = (double)m->rates[i]};
		set_text(&c, str_of(names[i]));
		consider(l, &c, false);
	}
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(change_text(&l->at[i]), str_of(names[MARK_TX]))) {
			l->at[i].now *= TRAIL_UNIT;
			l->at[i].then *= TRAIL_UNIT;
		}
}

/* What has gained most comes first; those that stand in the order of what they differ by do not
 * change places when they are equal. */
static void sort_by_gain(struct changes *l)
{
	for (size_t i = 1; i < l->n; i++) {
		struct change c = l->at[i];
		size_t at = i;
		for (; at > 0 && gain_of(&l->at[at - 1]) < gain_of(&c); at--)
			l->at[at] = l->at[at - 1];
		l->at[at] = c;
	}
}

size_t mark_since(const struct mark *m, const struct mark_present *p, enum change_of of,
	struct change *ret, size_t most)
{
	const struct span s = span_since(m, p);
	struct changes l = {.at = ret, .most = most, .seconds = s.seconds};

	if (of == CHANGE_NETWORKS)
		compare_networks(&l, m, p, &s);
	else if (of == CHANGE_STATUSES)
		compare_statuses(&l, m, p, &s);
	else if (of == CHANGE_MACHINE)
		compare_machine(&l, m, p, &s);
	else
		compare_herds(&l, m, p, (enum herd_kind)of, &s);
	sort_by_gain(&l);
	return l.n;
}

void mark_classes(
	const struct mark *m, const struct mark_present *p, double ret[static HERD_STATUS_CLASS])
{
	const struct span s = span_since(m, p);

	for (int i = 0; i < HERD_STATUS_CLASS; i++)
		ret[i] = window_rate(&p->of_class[i], &s);
}

/* Keeping: the oldest first. */

static uint32_t count_of(const struct marks *marks, bool by_itself)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < marks->n; i++)
		n += marks->at[i].by_itself == by_itself;
	return n;
}

struct mark *marks_place(struct marks *marks, bool by_itself)
{
	uint32_t most = by_itself ? MARKS_BY_ITSELF : MARKS_BY_HAND, oldest = 0;

	if (count_of(marks, by_itself) == most) {
		while (marks->at[oldest].by_itself != by_itself)
			oldest++;
		memmove(&marks->at[oldest], &marks->at[oldest + 1],
			(--marks->n - oldest) * sizeof marks->at[0]);
	}
	struct mark *fresh = &marks->at[marks->n++];
	memset(fresh, 0, sizeof *fresh);
	fresh->by_itself = by_itself;
	return fresh;
}

const struct mark *marks_latest(const struct marks *marks, usec_t now)
{
	const struct mark *best = NULL;

	for (uint32_t i = 0; i < marks->n; i++) {
		const struct mark *m = &marks->at[i];
		bool usable = !m->by_itself || now - m->at >= OLD_ENOUGH;
		if (!best || (best->by_itself && (usable || !m->by_itself)) ||
			(!best->by_itself && !m->by_itself))
			best = m;
	}
	return best;
}
