// SPDX-License-Identifier: MIT
#include "model/parts.h"

/* The newest of a host that are looked at for a port: a request is logged while its connection is
 * young, or one of few. */
#define PORT_LOOKS 64

#define RTT_SHARE 8 /* one part in eight of each new value, as TCP itself smooths (RFC 6298) */

static uint32_t find(const struct model *m, const struct event_conn *e, uint64_t hash)
{
	index_for_each_match (&m->conn_index, hash, id)
		if (tuple_eq(&model_conn(m, id)->tuple, &e->tuple))
			return id;
	return POOL_NONE;
}

/* Of a neighbour only the links are touched. */
static void prefetch_links(const struct model *m, uint32_t id)
{
	if (id != POOL_NONE)
		__builtin_prefetch(model_conn(m, id), 1);
}

/* Of a host, what connections count in. */
static void prefetch_host(const struct host *h)
{
	__builtin_prefetch(&h->touched, 1);
	__builtin_prefetch(&h->first_conn, 1);
	__builtin_prefetch(&h->conns, 1);
	__builtin_prefetch(&h->rtt_us, 1);
}

static void prefetch_known(const struct model *m, const struct conn *c)
{
	prefetch_host(model_host(m, c->host));
	if (!conn_is_closed(c))
		return;
	prefetch_links(m, c->newer);
	prefetch_links(m, c->older);
	prefetch_links(m, c->closed_newer);
	prefetch_links(m, c->closed_older);
}

static void prefetch_new(const struct model *m, const struct event_conn *e)
{
	struct index_walk w;
	uint32_t host = index_first(&m->host_index, addr_hash(&e->ip), &w);

	if (host != INDEX_NONE)
		prefetch_host(model_host(m, host));
}

/* Slots first, then what is in them, then what that leads to: the misses of each loop overlap
 * instead of waiting in line. */
void conns_prefetch(const struct model *m, const struct event *events, size_t n)
{
	uint32_t ids[MODEL_PREFETCHED];
	struct index_walk w;

	for (size_t i = 0; i < n; i++)
		if (events[i].kind == EVENT_CONN)
			index_prefetch(&m->conn_index, event_conn_hash(&events[i].conn));
	for (size_t i = 0; i < n; i++) {
		const struct event_conn *e = &events[i].conn;
		if (events[i].kind != EVENT_CONN)
			continue;
		ids[i] = index_first(&m->conn_index, event_conn_hash(e), &w);
		if (ids[i] == INDEX_NONE) {
			index_prefetch(&m->host_index, addr_hash(&e->ip));
			continue;
		}
		__builtin_prefetch(&model_conn(m, ids[i])->tuple, 1);
		__builtin_prefetch(&model_conn(m, ids[i])->first_seen, 1);
	}
	for (size_t i = 0; i < n; i++) {
		if (events[i].kind != EVENT_CONN)
			continue;
		if (ids[i] == INDEX_NONE)
			prefetch_new(m, &events[i].conn);
		else
			prefetch_known(m, model_conn(m, ids[i]));
	}
}

/* The list of a host. */

static void link_host(struct model *m, struct host *h, uint32_t id)
{
	struct conn *c = model_conn(m, id);

	c->newer = POOL_NONE;
	c->older = h->first_conn;
	if (c->older != POOL_NONE)
		model_conn(m, c->older)->newer = id;
	h->first_conn = id;
}

static void unlink_host(struct model *m, struct host *h, const struct conn *c)
{
	if (c->newer != POOL_NONE)
		model_conn(m, c->newer)->older = c->older;
	else
		h->first_conn = c->older;
	if (c->older != POOL_NONE)
		model_conn(m, c->older)->newer = c->newer;
}

/* The list of those that closed, by time. */

static void link_closed(struct model *m, uint32_t id)
{
	struct conn *c = model_conn(m, id);

	c->closed_newer = POOL_NONE;
	c->closed_older = m->closed_newest;
	if (c->closed_older != POOL_NONE)
		model_conn(m, c->closed_older)->closed_newer = id;
	else
		m->closed_oldest = id;
	m->closed_newest = id;
	m->closed_count++;
	model_host(m, c->host)->closed++;
}

static void unlink_closed(struct model *m, const struct conn *c)
{
	if (c->closed_newer != POOL_NONE)
		model_conn(m, c->closed_newer)->closed_older = c->closed_older;
	else
		m->closed_newest = c->closed_older;
	if (c->closed_older != POOL_NONE)
		model_conn(m, c->closed_older)->closed_newer = c->closed_newer;
	else
		m->closed_oldest = c->closed_newer;
	m->closed_count--;
	model_host(m, c->host)->closed--;
}

/* Takes one that closed out for good. */
static void forget(struct model *m, uint32_t id)
{
	const struct conn *c = model_conn(m, id);

	unlink_closed(m, c);
	unlink_host(m, model_host(m, c->host), c);
	index_remove(&m->conn_index, tuple_hash(&c->tuple), id);
	pool_put(&m->conns, id);
}

/* The one that closed first. What the next call will touch is sent for: in a storm of short
 * connections there is one for each that closes, and nobody has touched it for seconds. */
static void forget_oldest(struct model *m)
{
	forget(m, m->closed_oldest);
	if (m->closed_oldest == POOL_NONE)
		return;
	const struct conn *next = model_conn(m, m->closed_oldest);
	index_prefetch(&m->conn_index, tuple_hash(&next->tuple));
	__builtin_prefetch(&model_host(m, next->host)->closed, 1);
	__builtin_prefetch(&model_host(m, next->host)->first_conn, 1);
	prefetch_links(m, next->newer);
	prefetch_links(m, next->older);
	prefetch_links(m, next->closed_newer);
}

void conns_forget_closed(struct model *m, struct host *h)
{
	while (h->first_conn != POOL_NONE)
		forget(m, h->first_conn);
}

bool conns_expire(struct model *m)
{
	uint32_t before = m->closed_count;

	while (m->closed_oldest != POOL_NONE &&
		m->now - model_conn(m, m->closed_oldest)->changed >= m->limits.closed_for)
		forget_oldest(m);
	return m->closed_count != before;
}

/* Counting. */

/* Moves a connection's weight from one state to another. */
static void count_state(struct model *m, struct host *h, uint8_t from, uint8_t to)
{
	struct totals *t = totals_of(m, h);
	struct network *net = network_at(&m->networks, h->network);

	if (from) {
		h->states[from]--;
		t->states[from]--;
		net->half_open -= from == TCP_SYN_RECV;
	}
	if (to) {
		h->states[to]++;
		t->states[to]++;
		net->half_open += to == TCP_SYN_RECV;
	}
}

static void count_conns(struct model *m, struct host *h, int by)
{
	h->conns += (uint32_t)by;
	totals_of(m, h)->conns += (uint64_t)(int64_t)by;
	network_at(&m->networks, h->network)->conns += (uint32_t)by;
}

/* Before the handshake is done, and after both sides have closed, it costs the server nothing
 * that a client could hold on to. */
static bool is_held(uint8_t state)
{
	return state != TCP_SYN_SENT && state != TCP_SYN_RECV && state != TCP_TIME_WAIT &&
	       state != TCP_CLOSE;
}

static void count_held(struct model *m, struct host *h, struct conn *c, uint8_t state)
{
	if (is_held(state) && !c->held_from) {
		c->held_from = m->now;
		h->holding++;
		h->holding_since += (uint64_t)c->held_from;
	} else if (!is_held(state) && c->held_from) {
		h->holding--;
		h->holding_since -= (uint64_t)c->held_from;
		h->held += (uint64_t)(m->now - c->held_from);
		c->held_from = 0;
	}
}

static void count_handshake(
	struct model *m, struct host *h, struct conn *c, const struct event_conn *e)
{
	bool half_open = c->state == TCP_SYN_RECV || e->was == TCP_SYN_RECV;
	bool open = is_held(e->state) || e->state == TCP_TIME_WAIT;

	if (c->answered || c->dir == DIR_OUT || !half_open || !open)
		return;
	c->answered = true;
	h->handshakes++;
	totals_of(m, h)->handshakes++;
}

/* Facts about one connection may come out of order, a listing's after a transition's; all of
 * these only grow. What it grew by goes to the sum. */
static void grow(uint64_t *held, uint64_t said, uint64_t *sum)
{
	uint64_t before = *held == ABSENT ? 0 : *held;

	if (said == ABSENT || (*held != ABSENT && said < before))
		return;
	*sum = (*sum == ABSENT ? 0 : *sum) + said - before;
	*held = said;
}

/* As narrow as the kernel counts. */
static void grow32(uint32_t *held, uint64_t said, uint64_t *sum)
{
	uint64_t wide = *held == CONN_ABSENT ? ABSENT : *held;

	if (said >= CONN_ABSENT)
		return;
	grow(&wide, said, sum);
	*held = (uint32_t)wide;
}

static void take_rtt(struct host *h, struct conn *c, uint64_t rtt_us)
{
	int64_t fresh = rtt_us < UINT32_MAX ? (int64_t)rtt_us : UINT32_MAX;

	if (rtt_us == ABSENT || rtt_us == 0)
		return;
	c->rtt_us = (uint32_t)fresh;
	if (h->rtt_us)
		fresh = h->rtt_us + (fresh - h->rtt_us) / RTT_SHARE;
	h->rtt_us = (uint32_t)fresh;
}

static void take_numbers(struct host *h, struct conn *c, const struct event_conn *e)
{
	take_rtt(h, c, e->rtt_us);
	grow(&c->rx, e->rx, &h->rx);
	grow(&c->tx, e->tx, &h->tx);
	grow32(&c->segs, e->segs, &h->segs);
	grow32(&c->retrans, e->retrans, &h->retrans);
	if (e->inode && e->inode <= UINT32_MAX) /* sockfs counts in 32 bits (get_next_ino) */
		c->inode = (uint32_t)e->inode;
}

void conns_count_request(struct model *m, uint32_t peer, uint16_t port)
{
	uint32_t id = peer == POOL_NONE ? peer : model_host(m, peer)->first_conn, looks = 0;

	m->ports_told = true;
	for (; id != POOL_NONE && looks < PORT_LOOKS; looks++) {
		struct conn *c = model_conn(m, id);
		if (c->port == port && c->dir != DIR_OUT) {
			c->requests++;
			return;
		}
		id = c->older;
	}
}

/* Coming and going. */

/* A place for one more: what closed makes way for what lives. */
static uint32_t place(struct model *m, uint64_t hash)
{
	if (m->conns.live == m->limits.conns && m->closed_oldest != POOL_NONE)
		forget_oldest(m);
	uint32_t id = pool_get(&m->conns);
	if (id != POOL_NONE && index_add(&m->conn_index, hash, id) < 0) {
		pool_put(&m->conns, id);
		id = POOL_NONE;
	}
	return id;
}

static uint32_t make(struct model *m, const struct event_conn *e, uint64_t hash)
{
	uint32_t host = hosts_touch(m, &e->ip, m->now);
	uint32_t id = host == POOL_NONE ? POOL_NONE : place(m, hash);

	if (id == POOL_NONE) {
		m->lost++;
		return id;
	}
	struct conn *c = model_conn(m, id); /* zeroed */
	c->tuple = e->tuple;
	c->host = host;
	c->first_seen = m->now;
	c->rx = c->tx = ABSENT;
	c->segs = c->retrans = CONN_ABSENT;
	link_host(m, model_host(m, host), id);
	count_conns(m, model_host(m, host), 1);
	return id;
}

static void end(struct model *m, struct host *h, uint32_t id)
{
	struct conn *c = model_conn(m, id);

	count_conns(m, h, -1);
	c->state = TCP_CLOSE;
	link_closed(m, id);
	if (m->closed_count > m->limits.closed)
		forget_oldest(m);
}

/* The connection that an event is about, made when new; POOL_NONE when there is none. */
static uint32_t conn_of(struct model *m, const struct event_conn *e)
{
	uint64_t hash = event_conn_hash(e);
	uint32_t id = find(m, e, hash);

	if (id != POOL_NONE && conn_is_closed(model_conn(m, id))) {
		if (e->state == TCP_CLOSE)
			return POOL_NONE;
		forget(m, id);
		id = POOL_NONE;
	}
	if (id == POOL_NONE && e->state != TCP_CLOSE)
		id = make(m, e, hash);
	return id;
}

void conns_apply(struct model *m, const struct event_conn *e)
{
	if (e->state == TCP_STATE_NONE || e->state >= TCP_STATES || e->state == TCP_LISTEN)
		return;
	uint32_t id = conn_of(m, e);
	if (id == POOL_NONE)
		return;
	struct conn *c = model_conn(m, id);
	struct host *h = model_host(m, c->host);
	if (e->dir)
		c->dir = e->dir;
	take_numbers(h, c, e);
	count_handshake(m, h, c, e);
	count_held(m, h, c, e->state);
	count_state(m, h, c->state, e->state == TCP_CLOSE ? TCP_STATE_NONE : e->state);
	c->changed = h->touched = h->last_seen = m->now;
	if (e->state == TCP_CLOSE)
		end(m, h, id);
	else
		c->state = e->state;
}
