// SPDX-License-Identifier: MIT
/*
 * Shares of addresses and networks: who has which, and since when it has not been told.
 */
#include "model/fleet_parts.h"

#include "base/hash.h"

#define OF_MEMBER_MOST 4096 /* shares of one; its oldest goes, so that it pushes out nobody's */
#define EVICT_SAMPLE   16   /* shares looked at when one must go */
#define MARK_LEAST     (15 * USEC_PER_SEC)
#define OF_SUBJECT     offsetof(struct share, of_subject)
#define OF_MEMBER      offsetof(struct share, of_member)

/* Where the chain of a row begins. */
static uint32_t *head_of(struct fleet *f, const struct share *s)
{
	return s->host != POOL_NONE ? &f->of_host[s->host] : &f->of_network[s->network];
}

static uint64_t hash_of(uint32_t host, uint32_t network, uint32_t member)
{
	return hash_two((uint64_t)host << 32 | network, member);
}

static uint32_t find(const struct fleet *f, uint32_t host, uint32_t network, uint32_t member)
{
	index_for_each_match (&f->share_index, hash_of(host, network, member), id) {
		const struct share *s = share_at(f, id);
		if (s->host == host && s->network == network && s->member == member)
			return id;
	}
	return POOL_NONE;
}

static void link_subject(struct fleet *f, uint32_t id)
{
	struct share *s = pool_at(&f->shares, id);
	uint32_t *head = head_of(f, s);

	s->of_subject = (struct idlinks){POOL_NONE, *head - 1};
	if (*head)
		idlist_links(&f->shares, OF_SUBJECT, *head - 1)->newer = id;
	*head = id + 1;
}

static void unlink_subject(struct fleet *f, const struct share *s)
{
	const struct idlinks *links = &s->of_subject;

	if (links->newer != POOL_NONE)
		idlist_links(&f->shares, OF_SUBJECT, links->newer)->older = links->older;
	else
		*head_of(f, s) = links->older + 1; /* POOL_NONE is 0 then: it has none */
	if (links->older != POOL_NONE)
		idlist_links(&f->shares, OF_SUBJECT, links->older)->newer = links->newer;
}

/* It goes, and what it has added with it: if it is told again, all of it is new. */
static void drop(struct model *m, uint32_t id)
{
	struct fleet *f = m->fleet;
	struct share *s = pool_at(&f->shares, id);
	struct member *b = pool_at(&f->members, s->member);

	share_end(m, id);
	share_take_back(m, s);
	unlink_subject(f, s);
	idlist_pull(&b->shares, &f->shares, OF_MEMBER, id);
	b->share_count--;
	index_remove(&f->share_index, hash_of(s->host, s->network, s->member), id);
	if (s->rest != POOL_NONE)
		pool_put(&f->rests, s->rest);
	pool_put(&f->shares, id);
}

static bool is_missed_less(const struct share *a, const struct share *b)
{
	return a->over != b->over ? a->over : a->told < b->told;
}

static void evict(struct model *m)
{
	struct fleet *f = m->fleet;
	uint32_t from = (uint32_t)(hash_mix(++f->draws, hash_secret[3]) % f->shares.made);
	uint32_t victim = pool_next(&f->shares, from);

	if (victim == POOL_NONE)
		victim = pool_next(&f->shares, 0);
	for (uint32_t i = 1, id = victim; i < EVICT_SAMPLE; i++) {
		id = pool_next(&f->shares, id + 1);
		if (id == POOL_NONE)
			break;
		if (is_missed_less(share_at(f, id), share_at(f, victim)))
			victim = id;
	}
	drop(m, victim);
	f->evicted++;
}

static uint32_t place(struct model *m, struct member *b, uint64_t hash)
{
	struct fleet *f = m->fleet;

	if (b->share_count >= OF_MEMBER_MOST)
		drop(m, b->shares.oldest);
	else if (f->shares.live == f->shares.cap)
		evict(m);
	uint32_t id = pool_get(&f->shares);
	if (id != POOL_NONE && index_add(&f->share_index, hash, id) < 0) {
		pool_put(&f->shares, id);
		id = POOL_NONE;
	}
	return id;
}

/* Room for what is kept of a network. */
static bool has_rest(struct fleet *f, struct share *s)
{
	s->rest = s->host == POOL_NONE ? pool_get(&f->rests) : POOL_NONE;
	return s->host != POOL_NONE || s->rest != POOL_NONE;
}

static uint32_t make(struct model *m, struct member *b, uint32_t host, uint32_t network)
{
	uint64_t hash = hash_of(host, network, b->number - 1);
	uint32_t id = place(m, b, hash);
	struct share *s;

	if (id == POOL_NONE)
		return id;
	s = pool_at(&m->fleet->shares, id);
	s->host = host;
	s->network = network;
	s->member = b->number - 1;
	s->over = true; /* until it is told */
	if (!has_rest(m->fleet, s)) {
		index_remove(&m->fleet->share_index, hash, id);
		pool_put(&m->fleet->shares, id);
		return POOL_NONE;
	}
	link_subject(m->fleet, id);
	idlist_push(&b->shares, &m->fleet->shares, OF_MEMBER, id);
	b->share_count++;
	return id;
}

/* A row that has found no room has no share either. */
static uint32_t take(struct model *m, struct member *b, const struct prefix *net, usec_t at)
{
	uint32_t host = POOL_NONE, network;

	if (net->bits == ADDR_BITS) {
		host = hosts_touch(m, &net->addr, at);
		network = host == POOL_NONE ? POOL_NONE : model_host(m, host)->network;
	} else {
		network = networks_touch(&m->networks, net, m->now);
	}
	if (network == POOL_NONE)
		return POOL_NONE;
	uint32_t id = find(m->fleet, host, network, b->number - 1);
	return id == POOL_NONE ? make(m, b, host, network) : id;
}

/* A mark that is newer than MARK_LEAST is too near to count from. What falls has begun anew. */
static void keep_pace(struct share *s, uint64_t requests, usec_t at)
{
	struct share_mark now = {at, requests}, *marks = s->marks;

	if (!marks[1].at || requests < marks[1].requests || at < marks[1].at)
		marks[0] = marks[1] = now;
	usec_t span = at - marks[0].at;
	double pace = span > 0 ? (double)(requests - marks[0].requests) * (double)WINDOW_SPAN /
					 (double)span
			       : 0;
	s->pace = pace < UINT32_MAX ? (uint32_t)(pace + 0.5) : UINT32_MAX;
	if (at - marks[1].at < MARK_LEAST)
		return;
	marks[0] = marks[1];
	marks[1] = now;
}

static void add_below(struct share_counts *sum, const struct share_counts *of)
{
	sum->requests += of->requests;
	sum->bytes += of->bytes;
	sum->held += of->held;
	sum->syns += of->syns;
	sum->handshakes += of->handshakes;
	sum->rx += of->rx;
	sum->tx += of->tx;
	sum->refused += of->refused;
	sum->broken += of->broken;
	sum->conns += of->conns;
	sum->half_open += of->half_open;
}

void shares_sum_up(struct model *m, struct member *b)
{
	struct fleet *f = m->fleet;

	if (b->summed == b->sets)
		return;
	b->summed = b->sets;
	shares_for_each_of_member (f, b, s)
		if (s->rest != POOL_NONE)
			((struct share_rest *)pool_at(&f->rests, s->rest))->below =
				(struct share_counts){0};
	shares_for_each_of_member (f, b, s) {
		uint32_t id = s->rest == POOL_NONE ? find(f, POOL_NONE, s->network, s->member)
						   : POOL_NONE;
		if (id != POOL_NONE)
			add_below(&((struct share_rest *)pool_at(&f->rests, share_at(f, id)->rest))
					   ->below,
				&s->counts);
	}
	shares_for_each_of_member (f, b, s)
		if (s->rest != POOL_NONE && !s->told && !s->over)
			keep_pace(pool_at(&f->shares, pool_id(&f->shares, s)),
				share_counts(f, s)->requests, b->last);
}

static uint64_t or_zero(uint64_t n)
{
	return n == ABSENT ? 0 : n;
}

static uint16_t at_most_16(uint64_t n)
{
	return (uint16_t)(or_zero(n) < UINT16_MAX ? or_zero(n) : UINT16_MAX);
}

static uint32_t at_most_32(uint64_t n)
{
	return (uint32_t)(or_zero(n) < UINT32_MAX ? or_zero(n) : UINT32_MAX);
}

static void keep_lately(struct share *s, const struct event_share *e)
{
	s->paths = at_most_16(e->paths);
	s->not_found = at_most_16(e->not_found);
	s->agents = at_most_16(e->agents);
	s->probes = at_most_16(e->probes);
	s->assets = at_most_32(e->assets);
	s->denied = at_most_32(e->denied);
}

static void keep_known(struct fleet *f, struct share *s, const struct event_share *e)
{
	s->knows = 0;
	s->knows |= e->conns != ABSENT ? CAN_SEE_CONNS : 0;
	s->knows |= e->syns != ABSENT ? CAN_SEE_SYN_SOURCES : 0;
	s->knows |= e->handshakes != ABSENT ? CAN_SEE_HANDSHAKES : 0;
	f->sees |= s->knows;
	f->logins_told |= e->auth_failed != ABSENT && e->auth_failed;
}

/* An address, or a network as the model has them. */
static bool is_row(const struct prefix *net)
{
	struct prefix whole = network_prefix(&net->addr);

	return !addr_is_unset(&net->addr) && (net->bits == ADDR_BITS || prefix_eq(net, &whole));
}

static void move_up(struct fleet *f, struct member *b, uint32_t id)
{
	struct share *s = pool_at(&f->shares, id);

	s->told_set = b->sets;
	idlist_pull(&b->shares, &f->shares, OF_MEMBER, id);
	idlist_push(&b->shares, &f->shares, OF_MEMBER, id);
}

/* Who has a share of an address has one of its network, though nothing was said of that. */
static void touch_network(struct model *m, struct member *b, uint32_t network)
{
	uint32_t id = find(m->fleet, POOL_NONE, network, b->number - 1);

	if (id == POOL_NONE)
		id = make(m, b, POOL_NONE, network);
	if (id == POOL_NONE)
		return;
	((struct share *)pool_at(&m->fleet->shares, id))->over = false;
	move_up(m->fleet, b, id);
}

bool share_apply(struct model *m, struct member *b, const struct event *event)
{
	const struct event_share *e = &event->share;
	struct fleet *f = m->fleet;
	uint32_t id = POOL_NONE;

	if (b->state == MEMBER_UP && is_row(&e->net))
		id = take(m, b, &e->net, event->ts);
	if (id == POOL_NONE) {
		b->lost++;
		return false;
	}
	struct share *s = pool_at(&f->shares, id);
	if (s->rest != POOL_NONE)
		shares_sum_up(m, b);
	b->host_count += s->over && s->rest == POOL_NONE;
	s->over = false;
	keep_known(f, s, e);
	share_count(m, s, e, event->ts);
	keep_pace(s, s->counts.requests, event->ts);
	keep_lately(s, e);
	s->told = event->ts;
	move_up(f, b, id);
	if (s->rest == POOL_NONE)
		touch_network(m, b, s->network);
	return true;
}

void share_end(struct model *m, uint32_t id)
{
	struct share *s = pool_at(&m->fleet->shares, id);
	struct member *b = pool_at(&m->fleet->members, s->member);

	if (s->over)
		return;
	share_disconnect(m, s);
	s->over = true;
	s->pace = 0;
	b->host_count -= s->rest == POOL_NONE;
}

/* Those that are over are all older than the others. */
void shares_expire(struct model *m, struct member *b)
{
	uint32_t older;

	for (uint32_t id = b->shares.newest; id != POOL_NONE; id = older) {
		const struct share *s = share_at(m->fleet, id);
		if (s->over)
			return;
		older = s->of_member.older;
		if (s->told_set + FLEET_QUIET < b->sets)
			share_end(m, id);
	}
}

void shares_end(struct model *m, struct member *b)
{
	for (uint32_t id = b->shares.newest; id != POOL_NONE;
		id = share_at(m->fleet, id)->of_member.older)
		share_end(m, id);
}

void fleet_forget_host(struct model *m, uint32_t host)
{
	while (m->fleet && m->fleet->of_host[host])
		drop(m, m->fleet->of_host[host] - 1);
}

static void network_goes(void *ctx, uint32_t network)
{
	struct model *m = ctx;

	while (m->fleet && m->fleet->of_network[network])
		drop(m, m->fleet->of_network[network] - 1);
}

void fleet_watch_networks(struct model *m)
{
	m->networks.forgets = network_goes;
	m->networks.ctx = m;
}

static const struct share *share_of(
	const struct model *m, uint32_t host, uint32_t network, uint32_t number)
{
	uint32_t id = m->fleet && number ? find(m->fleet, host, network, number - 1) : POOL_NONE;

	return id == POOL_NONE ? NULL : share_at(m->fleet, id);
}

const struct share *fleet_share_of_host(const struct model *m, uint32_t host, uint32_t number)
{
	return share_of(m, host, model_host(m, host)->network, number);
}

const struct share *fleet_share_of_network(const struct model *m, uint32_t network, uint32_t number)
{
	return share_of(m, POOL_NONE, network, number);
}
