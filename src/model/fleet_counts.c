// SPDX-License-Identifier: MIT
/*
 * What shares add to the tallies of their rows: the difference of what a member says now to what it
 * has said before.
 */
#include "model/fleet_parts.h"

#define CONNS_OF_ALL_MAX (UINT64_C(1) << 31)

/* The difference of two: numbers that became less are so much below 0, mod 2^64. */
struct change {
	struct share_counts by;
	usec_t from, to;     /* when it came; `from` 0: nobody knows, and it is no rate */
	uint64_t rated;      /* of the requests, those that count in rates */
	uint64_t rated_syns; /* likewise */
};

static uint64_t bounded(uint64_t n)
{
	return n == ABSENT ? 0 : n < FLEET_COUNT_MAX ? n : FLEET_COUNT_MAX;
}

static uint32_t narrow(uint64_t n)
{
	return (uint32_t)(bounded(n) < UINT32_MAX / 2 ? bounded(n) : UINT32_MAX / 2);
}

/* So many that no sum of them runs over: those of its member's bound, and of all. */
static uint32_t conns_taken(struct model *m, struct share *s, uint32_t held, uint64_t said)
{
	struct member *b = pool_at(&m->fleet->members, s->member);
	uint64_t of_all = m->fleet->conns - held, n = bounded(said);

	b->conns -= held;
	if (n > FLEET_CONNS_MAX - b->conns)
		n = FLEET_CONNS_MAX - b->conns;
	if (n > CONNS_OF_ALL_MAX - of_all)
		n = CONNS_OF_ALL_MAX - of_all;
	b->conns += (uint32_t)n;
	m->fleet->conns = of_all + n;
	return (uint32_t)n;
}

static struct share_counts counts_of(const struct event_share *e)
{
	struct share_counts c = {
		.requests = bounded(e->requests),
		.bytes = bounded(e->bytes),
		.held = bounded(e->held_us),
		.syns = bounded(e->syns),
		.handshakes = bounded(e->handshakes),
		.rx = bounded(e->rx),
		.tx = bounded(e->tx),
		.refused = narrow(e->refused),
		.broken = narrow(e->broken),
		.auth_failed = narrow(e->auth_failed),
	};

	if (c.refused > c.requests)
		c.refused = (uint32_t)c.requests;
	if (c.broken > c.requests - c.refused)
		c.broken = (uint32_t)(c.requests - c.refused);
	return c;
}

/* The member has begun anew: what it says is all new. */
static bool is_new_start(const struct share_counts *was, const struct share_counts *is)
{
	return is->requests < was->requests || is->bytes < was->bytes || is->syns < was->syns ||
	       is->handshakes < was->handshakes || is->auth_failed < was->auth_failed;
}

/* What it has said before that counts: of a new start nothing but what is now. */
static struct share_counts before(const struct share_counts *was, const struct share_counts *is)
{
	if (!is_new_start(was, is))
		return *was;
	return (struct share_counts){.conns = was->conns, .half_open = was->half_open};
}

static uint64_t higher(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Sums of what connections have done can become less by themselves when some are forgotten. */
static void never_less(struct share_counts *is, const struct share_counts *was)
{
	is->held = higher(is->held, was->held);
	is->rx = higher(is->rx, was->rx);
	is->tx = higher(is->tx, was->tx);
	is->refused = (uint32_t)higher(is->refused, was->refused);
	is->broken = (uint32_t)higher(is->broken, was->broken);
}

static struct share_counts difference(const struct share_counts *was, const struct share_counts *is)
{
	return (struct share_counts){
		.requests = is->requests - was->requests,
		.bytes = is->bytes - was->bytes,
		.held = is->held - was->held,
		.syns = is->syns - was->syns,
		.handshakes = is->handshakes - was->handshakes,
		.rx = is->rx - was->rx,
		.tx = is->tx - was->tx,
		.refused = is->refused - was->refused,
		.broken = is->broken - was->broken,
		.auth_failed = is->auth_failed - was->auth_failed,
		.conns = is->conns - was->conns,
		.half_open = is->half_open - was->half_open,
	};
}

/* Adding to tallies. */

/* What was answered is not told of the rest. */
static void add_log(struct log_tally *t, const struct change *c)
{
	if (c->from)
		log_tally_grow(t, c->rated, c->from, c->to);
	t->requests += c->by.requests;
	t->bytes += c->by.bytes;
	t->status[4] += c->by.refused;
	t->status[5] += c->by.broken;
	t->status[0] += (uint32_t)c->by.requests - c->by.refused - c->by.broken;
}

static void add_known(uint64_t *sum, uint64_t by)
{
	if (by)
		tally_grow(sum, by);
}

static void add_tcp(struct tcp_tally *t, const struct change *c)
{
	if (c->from)
		window_spread(&t->syn_rate, c->rated_syns, c->from, c->to);
	t->handshakes += c->by.handshakes;
	t->held += c->by.held;
	t->conns += c->by.conns;
	t->states[TCP_SYN_RECV] += c->by.half_open;
	t->states[TCP_ESTABLISHED] += c->by.conns - c->by.half_open;
	add_known(&t->rx, c->by.rx);
	add_known(&t->tx, c->by.tx);
}

static void add_to_network(struct model *m, uint32_t network, const struct change *c)
{
	struct network *net = network_at(&m->networks, network);
	struct log_tally *log =
		c->by.requests || net->log != POOL_NONE ? networks_log(&m->networks, net) : NULL;

	if (log)
		add_log(log, c);
	add_tcp(&net->tcp, c);
	net->host_syns += c->by.syns;
	if (c->by.syns)
		net->tcp.syns = network_syns(net);
}

static void add_logins(struct model *m, struct host *h, const struct change *c)
{
	struct host_login *login = c->by.auth_failed ? hosts_login(m, h) : NULL;

	if (!login)
		return;
	login->failed += c->by.auth_failed;
	totals_of(m, h)->auth_failed += (uint64_t)(int64_t)(int32_t)c->by.auth_failed;
	if (!c->from)
		return;
	window_spread(&login->rate, c->by.auth_failed, c->from, c->to);
	login->last = m->now;
}

static void add_to_host(struct model *m, uint32_t host, const struct change *c)
{
	struct host *h = model_host(m, host);
	struct group_tally *groups[] = {
		geo_system_tally(&m->geo, h), geo_country_tally(&m->geo, h)};
	struct totals *totals = totals_of(m, h);

	add_log(&h->log, c);
	add_tcp(&h->tcp, c);
	add_known(&h->tcp.syns, c->by.syns);
	add_log(&totals->log, c);
	add_tcp(&totals->tcp, c);
	add_known(&totals->tcp.syns, c->by.syns);
	for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
		add_log(&groups[i]->log, c);
		add_tcp(&groups[i]->tcp, c);
		add_known(&groups[i]->tcp.syns, c->by.syns);
	}
	add_to_network(m, h->network, c);
	add_logins(m, h, c);
}

static void add(struct model *m, const struct share *s, const struct change *c)
{
	if (s->host != POOL_NONE)
		add_to_host(m, s->host, c);
	else
		add_to_network(m, s->network, c);
}

/* Counting. */

static struct share_rest *rest_of(const struct model *m, const struct share *s)
{
	return s->rest == POOL_NONE ? NULL : pool_at(&m->fleet->rests, s->rest);
}

/* What the share has added to its row's tallies. */
static struct share_counts *added_by(const struct model *m, struct share *s)
{
	struct share_rest *rest = rest_of(m, s);

	return rest ? &rest->given : &s->counts;
}

static void count_address(
	struct model *m, struct share *s, const struct event_share *e, usec_t from, usec_t at)
{
	struct share_counts is = counts_of(e), was = before(&s->counts, &is);

	never_less(&is, &was);
	is.conns = conns_taken(m, s, s->counts.conns, e->conns);
	is.half_open = narrow(e->half_open) < is.conns ? narrow(e->half_open) : is.conns;
	struct change c = {.by = difference(&was, &is), .from = from, .to = at};
	c.rated = c.by.requests;
	c.rated_syns = c.by.syns;
	s->counts = is;
	((struct member *)pool_at(&m->fleet->members, s->member))->tcp.held += c.by.held;
	add(m, s, &c);
}

static uint64_t beyond(uint64_t all, uint64_t below)
{
	return all > below ? all - below : 0;
}

static struct share_counts rest_counts(
	const struct share_counts *all, const struct share_counts *below)
{
	return (struct share_counts){
		.requests = beyond(all->requests, below->requests),
		.bytes = beyond(all->bytes, below->bytes),
		.held = beyond(all->held, below->held),
		.syns = beyond(all->syns, below->syns),
		.handshakes = beyond(all->handshakes, below->handshakes),
		.rx = beyond(all->rx, below->rx),
		.tx = beyond(all->tx, below->tx),
		.refused = (uint32_t)beyond(all->refused, below->refused),
		.broken = (uint32_t)beyond(all->broken, below->broken),
		.conns = (uint32_t)beyond(all->conns, below->conns),
		.half_open = (uint32_t)beyond(all->half_open, below->half_open),
	};
}

static uint64_t grown(uint64_t from, uint64_t to, uint64_t most)
{
	return to <= from ? 0 : to - from < most ? to - from : most;
}

/* What the addresses do not tell. It also grows when one of these is forgotten: what counts in
 * rates is no more than what has come to the whole. */
static void count_network(
	struct model *m, struct share *s, const struct event_share *e, usec_t from, usec_t at)
{
	struct share_rest *rest = rest_of(m, s);
	struct share_counts all = counts_of(e), was = before(&s->counts, &all);
	struct share_counts given = rest->given, is;

	never_less(&all, &was);
	all.conns = (uint32_t)(bounded(e->conns) < FLEET_CONNS_MAX ? bounded(e->conns)
								   : FLEET_CONNS_MAX);
	all.half_open = narrow(e->half_open) < all.conns ? narrow(e->half_open) : all.conns;
	if (is_new_start(&s->counts, &all))
		given = (struct share_counts){.conns = given.conns, .half_open = given.half_open};
	is = rest_counts(&all, &rest->below);
	is.conns = conns_taken(m, s, rest->given.conns, is.conns);
	if (is.half_open > is.conns)
		is.half_open = is.conns;
	struct change c = {.by = difference(&given, &is), .from = from, .to = at};
	c.rated = grown(given.requests, is.requests, all.requests - was.requests);
	c.rated_syns = grown(given.syns, is.syns, all.syns - was.syns);
	s->counts = all;
	rest->given = is;
	add(m, s, &c);
}

void share_count(struct model *m, struct share *s, const struct event_share *e, usec_t at)
{
	const struct member *b = pool_at(&m->fleet->members, s->member);
	usec_t from = member_follows(b, s->told, at) ? s->told : 0;

	if (s->rest == POOL_NONE)
		count_address(m, s, e, from, at);
	else
		count_network(m, s, e, from, at);
}

void share_disconnect(struct model *m, struct share *s)
{
	struct share_counts *was = added_by(m, s), is = *was;

	is.half_open = 0;
	is.conns = conns_taken(m, s, was->conns, 0);
	struct change c = {.by = difference(was, &is)};
	add(m, s, &c);
	*was = is;
	s->counts.conns = s->counts.half_open = 0;
}

void share_take_back(struct model *m, struct share *s)
{
	struct share_counts *was = added_by(m, s);
	const struct share_counts none = {0};
	struct change c = {.by = difference(was, &none)};

	add(m, s, &c);
	*was = none;
}
