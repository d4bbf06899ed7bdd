// SPDX-License-Identifier: MIT
/*
 * What the kernel's facts say: half-open connections, and those that are held.
 */
#include "detect/parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define WIDEST_V4     (96 + 16) /* of what one may point at: nobody blocks more of the world */
#define WIDEST_V6     32
#define COOKIES_LEAST 8 /* half-open connections, for cookies to mean a flood */
#define SPAN10        (10 * USEC_PER_SEC)

/* Half-open. */

struct syns {
	uint64_t half_open, networks, hosts;
	double handshakes, cookies; /* in 10 s; a second */
	bool by_hosts;              /* all are in walked.half */
};

static int by_host_and_port(const void *a, const void *b)
{
	const struct half_open *x = a, *y = b;

	int order = addr_compare(&x->ip, &y->ip);

	return order ? order : x->lport - y->lport;
}

/* What others do right in a network, against which its evil is weighed. */
static uint64_t good_of(const struct detect *d, const struct prefix *p)
{
	uint32_t id = trails_find(&d->hosts, p);
	const struct trail *t = id == POOL_NONE ? NULL : trails_at(&d->hosts, id);

	return t ? (uint64_t)trail_sum(t, TRAIL_FINE, d->model->now, 60) : 0;
}

uint32_t zoom_prefixes(
	struct detect *d, struct zoom_found *ret_at, struct prefix ret[static ZOOM_PREFIXES])
{
	uint32_t n = 0;

	zoom_find(&d->zoom, ret_at);
	if (ret_at->is_all_over)
		return 0;
	for (uint32_t i = 0; i < ret_at->count; i++) {
		const struct prefix *p = &ret_at->at[i].prefix;
		if (p->bits < (addr_is_v4(&p->addr) ? WIDEST_V4 : WIDEST_V6))
			return 0;
		ret[n++] = *p;
	}
	return n;
}

/* Most of what it does is what the herd does. */
static bool is_of_herd(const struct focus *herd, const struct trail *t, uint64_t good)
{
	uint32_t id = herd ? spacesaving_find(&herd->counts, addr_hash(&t->prefix.addr))
			   : SPACESAVING_NONE;

	return id != SPACESAVING_NONE && focus_least(herd, id) * 4 >= good;
}

void zoom_add_good(struct detect *d, const struct focus *herd)
{
	for (uint32_t id = pool_next(&d->hosts.pool, 0); id != POOL_NONE;
		id = pool_next(&d->hosts.pool, id + 1)) {
		const struct trail *t = trails_at(&d->hosts, id);
		uint64_t good = (uint64_t)trail_sum(t, TRAIL_FINE, d->model->now, 60);
		if (good && !is_of_herd(herd, t, good))
			zoom_add(&d->zoom, &t->prefix, 0, good);
	}
}

static void weigh_hosts(struct detect *d)
{
	const struct walk *w = d->walked;

	for (uint32_t i = 0; i < w->half_count;) {
		uint32_t n = 0;
		struct prefix p = trail_host(&w->half[i].ip);
		for (; i < w->half_count && addr_eq(&w->half[i].ip, &p.addr); i++)
			n++;
		zoom_add(&d->zoom, &p, n, good_of(d, &p));
	}
	zoom_add_good(d, NULL);
}

static void weigh_networks(struct detect *d, uint64_t total)
{
	const struct networks *n = &d->model->networks;

	for (uint32_t id = pool_next(&n->pool, 0); id != POOL_NONE;
		id = pool_next(&n->pool, id + 1)) {
		const struct network *net = network_at(n, id);
		uint64_t half = tcp_tally_half_open(&net->tcp);
		if (half * 1000 >= total)
			zoom_add(&d->zoom, &net->prefix, half, 0);
	}
}

static uint64_t count_networks(const struct detect *d)
{
	const struct networks *n = &d->model->networks;
	uint64_t count = 0;

	for (uint32_t id = pool_next(&n->pool, 0); id != POOL_NONE;
		id = pool_next(&n->pool, id + 1))
		count += tcp_tally_half_open(&network_at(n, id)->tcp) > 0;
	return count;
}

static struct syns syns_of(struct detect *d)
{
	const struct walk *w = d->walked;
	const struct tcp_stats *stats = &model_machine(d->model)->tcp_stats;
	struct syns s = {.half_open = w->half_open,
		.handshakes = window_sum(&d->whole.handshakes, d->model->now, SPAN10),
		.cookies = window_sum(&stats->cookies, d->model->now, SPAN10) / 10,
		.by_hosts = w->half_open == w->half_count};

	for (uint32_t i = 0; i < w->half_count; i++)
		s.hosts += i == 0 || !addr_eq(&w->half[i].ip, &w->half[i - 1].ip);
	s.networks = w->half_open ? count_networks(d) : 0;
	return s;
}

static void say_flood(struct detect *d, const struct syns *s, struct finding *f)
{
	struct zoom_found at;
	struct prefix p[ZOOM_PREFIXES];

	zoom_clear(&d->zoom);
	if (s->by_hosts)
		weigh_hosts(d);
	else
		weigh_networks(d, s->half_open);
	at.count = zoom_prefixes(d, &at, p);
	finding_name_all(f, p, at.count);
	int n = snprintf(f->evidence, sizeof f->evidence,
		"%" PRIu64 " half-open, %.0f handshakes in 10 s", s->half_open, s->handshakes);
	if (at.count)
		n += snprintf(f->evidence + n, sizeof f->evidence - (size_t)n,
			", %.0f%% from %" PRIu32 " network%s", at.coverage * 100, at.count,
			at.count == 1 ? "" : "s");
	else
		n += snprintf(f->evidence + n, sizeof f->evidence - (size_t)n, ", from all over");
	if (s->cookies >= 1)
		n += snprintf(f->evidence + n, sizeof f->evidence - (size_t)n,
			"; SYN cookies %.0f/s", s->cookies);
	shares_say(d, SHARE_HALF_OPEN, f->evidence + n, sizeof f->evidence - (size_t)n);
}

static double flood_level(const struct detect *d, const struct syns *s)
{
	double all = (double)s->half_open + s->handshakes + 1;
	double by_count = least(reach(d, FLAG_SYN_FLOOD, 0, (double)s->half_open),
		reach(d, FLAG_SYN_FLOOD, 1, (double)s->half_open / all));
	double by_cookies = least(
		reach(d, FLAG_SYN_FLOOD, 2, s->cookies), (double)s->half_open / COOKIES_LEAST);

	return by_count > by_cookies ? by_count : by_cookies;
}

static void judge_flood(struct detect *d, const struct syns *s)
{
	double level = flood_level(d, s);
	double ratio = s->half_open ? (double)s->networks / (double)s->half_open : 0;
	double spoofed = least(reach(d, FLAG_SYN_SPOOFED, 0, (double)s->networks),
		reach(d, FLAG_SYN_SPOOFED, 1, ratio));
	bool as_spoofed =
		spoofed >= (finding_holds(d, FLAG_SYN_SPOOFED, SCOPE_MACHINE, 0) ? FLAG_HOLDS : 1);

	if (as_spoofed) {
		struct finding *f = found(
			d, FLAG_SYN_SPOOFED, SCOPE_MACHINE, 0, least(level, spoofed), s->half_open);
		if (f)
			snprintf(f->evidence, sizeof f->evidence,
				"%" PRIu64 " half-open from %" PRIu64
				" networks: sources look made up, blocking addresses is useless; "
				"%.0f handshakes in 10 s; SYN cookies %.0f/s",
				s->half_open, s->networks, s->handshakes, s->cookies);
		return;
	}
	struct finding *f = found(d, FLAG_SYN_FLOOD, SCOPE_MACHINE, 0, level, s->half_open);
	if (f)
		say_flood(d, s, f);
}

/* Scans. */

static bool has_done_more(const struct detect *d, const struct addr *a)
{
	uint32_t id = model_find_host(d->model, a);
	const struct host *h = id == POOL_NONE ? NULL : model_host(d->model, id);

	return h && (h->tcp.handshakes || h->log.requests);
}

static void judge_half_open(struct detect *d, const struct syns *s)
{
	const struct walk *w = d->walked;
	const struct event_tcp_stats *stats = &model_machine(d->model)->tcp_stats.latest;
	double sent = stats->resets_sent == ABSENT ? 0 : (double)stats->resets_sent;
	bool by_peer = model_machine(d->model)->sees & CAN_SEE_RESETS;

	for (uint32_t i = 0; i < w->half_count;) {
		uint32_t old = 0, ports = 0;
		uint16_t last = 0;
		struct prefix p = trail_host(&w->half[i].ip);
		for (; i < w->half_count && addr_eq(&w->half[i].ip, &p.addr); i++) {
			old += w->half[i].old;
			if (!w->half[i].old || w->half[i].lport == last)
				continue;
			ports++;
			last = w->half[i].lport;
		}
		if (!old || has_done_more(d, &p.addr))
			continue;
		uint32_t id = trails_find(&d->hosts, &p);
		double own = id == POOL_NONE ? 0
					     : trail_sum(trails_at(&d->hosts, id), TRAIL_RESETS,
						       d->model->now, 10) /
						       10;
		/* Without resets by address, those of the machine are of the only one. */
		if (s->hosts == 1 && sent > own && !by_peer)
			own = sent;
		double by_ports = reach(d, FLAG_HALF_OPEN, 0, ports);
		double by_resets = reach(d, FLAG_HALF_OPEN, 1, own);
		struct finding *f = found(d, FLAG_HALF_OPEN, SCOPE_HOST, finding_key(d, &p),
			by_ports > by_resets ? by_ports : by_resets, old);
		if (!f)
			continue;
		finding_name(f, &p);
		snprintf(f->evidence, sizeof f->evidence,
			"%" PRIu32 " half-open on %" PRIu32
			" port%s for 3 s and more, no handshake ever; resets %.0f/s",
			old, ports, ports == 1 ? "" : "s", own);
	}
}

/* Those that are held. */

struct held {
	enum flag_id flag;
	size_t at;     /* in struct trail_conns */
	size_t net_at; /* in its hosts[] */
	const char *words;
};

static uint32_t value_at(const struct trail *t, const struct held *held)
{
	return *(const uint32_t *)(const void *)((const char *)&t->conns + held->at);
}

/* Who has asked for about as much as it holds is waiting, not holding. */
static bool may_hold(const struct detect *d, const struct trail *t, const struct held *held)
{
	uint32_t n = value_at(t, held);
	uint64_t asked = t->conns.asked;

	if (!n || t->conns.walk != d->walked->number || t->forwarded)
		return false;
	if (held->flag == FLAG_SLOW_REQUEST)
		return asked * 2 < n;
	if (held->flag == FLAG_SLOW_READ)
		return asked < n;
	/* Who has said something on some of them is slow, and the others are not looked at yet. */
	return asked == 0 && n * 10 >= t->conns.open * 9;
}

static void say_held(const struct trail *t, const struct held *held, uint32_t n, uint32_t hosts,
	struct finding *f)
{
	int used = snprintf(f->evidence, sizeof f->evidence, "%" PRIu32 " connections", n);

	finding_name(f, &t->prefix);
	if (hosts)
		used += snprintf(f->evidence + used, sizeof f->evidence - (size_t)used,
			" of %" PRIu32 " addresses", hosts);
	used += snprintf(f->evidence + used, sizeof f->evidence - (size_t)used,
		" %s, for up to %" PRIu32 " s", held->words, t->conns.oldest_s);
	if (held->flag == FLAG_SLOW_READ && t->conns.unsent)
		snprintf(f->evidence + used, sizeof f->evidence - (size_t)used,
			"; %" PRIu64 " KB wait for them", t->conns.unsent >> 10);
}

static void add_to_network(struct detect *d, const struct trail *t, const struct held *held)
{
	struct trail *net = trail_net(d, t);
	uint32_t n = value_at(t, held);

	if (!net)
		return;
	if (net->conns.walk != d->walked->number)
		net->conns = (struct trail_conns){.walk = d->walked->number};
	*(uint32_t *)(void *)((char *)&net->conns + held->at) += n;
	net->conns.hosts[held->net_at]++;
	net->conns.unsent += held->flag == FLAG_SLOW_READ ? t->conns.unsent : 0;
	if (t->conns.oldest_s > net->conns.oldest_s)
		net->conns.oldest_s = t->conns.oldest_s;
}

#define NET_HOSTS_LEAST 3

static double net_level(const struct detect *d, const struct trail *net, const struct held *held)
{
	if (!net || net->conns.walk != d->walked->number ||
		net->conns.hosts[held->net_at] < NET_HOSTS_LEAST)
		return 0;
	return reach(d, held->flag, 1, value_at(net, held));
}

static void judge_held_host(struct detect *d, const struct held *held, const struct trail *t)
{
	const struct trail *net = trail_net(d, t);
	uint64_t net_key = net ? finding_key(d, &net->prefix) : 0;
	uint32_t n = value_at(t, held);

	if (net_level(d, net, held) >= 1 ||
		(net && finding_holds(d, held->flag, SCOPE_NETWORK, net_key)))
		return; /* its network speaks for it */
	struct finding *f = found(d, held->flag, SCOPE_HOST, finding_key(d, &t->prefix),
		reach(d, held->flag, 0, n), n);
	if (f)
		say_held(t, held, n, 0, f);
}

static void judge_held_network(struct detect *d, const struct held *held, const struct trail *net)
{
	double level = net_level(d, net, held);

	if (level < FLAG_HOLDS)
		return;
	struct finding *f = found(d, held->flag, SCOPE_NETWORK, finding_key(d, &net->prefix), level,
		value_at(net, held));
	if (f)
		say_held(net, held, value_at(net, held), net->conns.hosts[held->net_at], f);
}

static void judge_held(struct detect *d, const struct held *held)
{
	const struct walk *w = d->walked;

	for (uint32_t i = 0; i < w->held_count; i++) {
		const struct trail *t = trails_at(&d->hosts, w->held[i]);
		if (may_hold(d, t, held))
			add_to_network(d, t, held);
	}
	for (uint32_t i = 0; i < w->held_count; i++) {
		const struct trail *t = trails_at(&d->hosts, w->held[i]);
		if (may_hold(d, t, held))
			judge_held_host(d, held, t);
	}
	for (uint32_t id = pool_next(&d->networks.pool, 0); w->held_count && id != POOL_NONE;
		id = pool_next(&d->networks.pool, id + 1))
		judge_held_network(d, held, trails_at(&d->networks, id));
}

void judge_conns(struct detect *d)
{
	static const struct held helds[] = {
		{FLAG_SILENT, offsetof(struct trail_conns, silent), 0,
			"are open without a byte in, and never asked"},
		{FLAG_SLOW_REQUEST, offsetof(struct trail_conns, slow), 1,
			"have sent some bytes, and no answer is due"},
		{FLAG_SLOW_READ, offsetof(struct trail_conns, stuck), 2,
			"are being answered and take nothing"},
	};

	qsort(d->walked->half, d->walked->half_count, sizeof d->walked->half[0], by_host_and_port);
	struct syns s = syns_of(d);
	judge_flood(d, &s);
	judge_half_open(d, &s);
	for (size_t i = 0; i < ARRAY_LEN(helds); i++)
		judge_held(d, &helds[i]);
}
