// SPDX-License-Identifier: MIT
#include "model/parts.h"

/* The newest of a host that are looked at for a port: a request is logged while its connection is
 * young, or one of few. */
#define PORT_LOOKS 64

#define RTT_SHARE 8 /* one part in eight of each new value, as TCP itself smooths (RFC 6298) */

static uint32_t find(const struct model *m, const struct tuple *tuple, uint64_t hash)
{
	index_for_each_match (&m->conn_index, hash, id)
		if (tuple_eq(&model_conn(m, id)->tuple, tuple))
			return id;
	return POOL_NONE;
}

uint32_t model_find_conn(const struct model *m, const struct tuple *tuple)
{
	return find(m, tuple, tuple_hash(tuple));
}

/* Of a host, what connections count in. */
static void prefetch_host(const struct host *h)
{
	__builtin_prefetch(&h->touched, 1);
	__builtin_prefetch(&h->first_conn, 1);
	__builtin_prefetch(&h->rtt_us, 1);
}

static void prefetch_known(const struct model *m, const struct conn *c)
{
	prefetch_host(model_host(m, c->host));
	if (!conn_is_closed(c))
		return;
	conns_prefetch_links(m, c->newer);
	conns_prefetch_links(m, c->older);
	conns_prefetch_links(m, c->closed.newer);
	conns_prefetch_links(m, c->closed.older);
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

/* Counting: in every tally that the host's matters count in. */

static void count_state(struct tcp_tally *const t[static TALLIES], uint8_t from, uint8_t to)
{
	for (size_t i = 0; i < TALLIES; i++)
		tcp_tally_move(t[i], from, to);
}

static void count_conns(struct tcp_tally *const t[static TALLIES], uint32_t by)
{
	for (size_t i = 0; i < TALLIES; i++)
		t[i]->conns += by;
}

/* Before the handshake is done, and after both sides have closed, it costs the server nothing
 * that a client could hold on to. */
static bool is_held(uint8_t state)
{
	return state != TCP_SYN_SENT && state != TCP_SYN_RECV && state != TCP_TIME_WAIT &&
	       state != TCP_CLOSE;
}

static void count_held(
	struct model *m, struct tcp_tally *const t[static TALLIES], struct conn *c, uint8_t state)
{
	if (is_held(state) == (c->held_from != 0))
		return;
	for (size_t i = 0; i < TALLIES; i++) {
		if (is_held(state))
			tcp_tally_hold(t[i], m->now);
		else
			tcp_tally_release(t[i], c->held_from, m->now);
	}
	c->held_from = is_held(state) ? m->now : 0;
}

static void count_handshake(
	struct tcp_tally *const t[static TALLIES], struct conn *c, const struct event_conn *e)
{
	bool half_open = c->state == TCP_SYN_RECV || e->was == TCP_SYN_RECV;
	bool open = is_held(e->state) || e->state == TCP_TIME_WAIT;

	if (c->answered || c->dir == DIR_OUT || !half_open || !open)
		return;
	c->answered = true;
	for (size_t i = 0; i < TALLIES; i++)
		t[i]->handshakes++;
}

static uint64_t told(uint64_t n)
{
	return n == ABSENT ? 0 : n;
}

/* Facts about one connection may come out of order, a listing's after a transition's; all of
 * these only grow. What it grew by goes to the sums; field is that of struct tcp_tally. True when
 * it was by anything. */
static bool grow(
	uint64_t *held, uint64_t said, struct tcp_tally *const t[static TALLIES], size_t field)
{
	uint64_t before = *held == ABSENT ? 0 : *held;

	if (said == ABSENT || (*held != ABSENT && said <= before))
		return false;
	for (size_t i = 0; i < TALLIES; i++)
		tally_grow((uint64_t *)(void *)((char *)t[i] + field), said - before);
	*held = said;
	return said > before;
}

/* As narrow as the kernel counts. */
static void grow32(
	uint32_t *held, uint64_t said, struct tcp_tally *const t[static TALLIES], size_t field)
{
	uint64_t wide = *held == CONN_ABSENT ? ABSENT : *held;

	if (said >= CONN_ABSENT)
		return;
	grow(&wide, said, t, field);
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

static uint32_t narrow(uint64_t n)
{
	return n < CONN_ABSENT ? (uint32_t)n : CONN_ABSENT - 1;
}

/* What is not told is as it was: moves tell of no queue, /proc/net/tcp not of the window. */
static void take_queues(struct conn *c, const struct event_conn *e, usec_t now)
{
	if (e->limited_us != ABSENT)
		c->limited_us = e->limited_us;
	if (e->rxq != ABSENT)
		c->rxq = narrow(e->rxq);
	if (e->txq == ABSENT)
		return;
	c->txq = narrow(e->txq);
	if (e->txq == 0)
		c->txq_since = 0;
	else if (!c->txq_since) {
		c->txq_since = now;
		c->tx_then = c->tx == ABSENT ? 0 : c->tx;
	}
}

static void take_numbers(struct host *h, struct tcp_tally *const t[static TALLIES], struct conn *c,
	const struct event_conn *e, usec_t now)
{
	take_rtt(h, c, e->rtt_us);
	bool rx_moved = grow(&c->rx, e->rx, t, offsetof(struct tcp_tally, rx));
	bool tx_moved = grow(&c->tx, e->tx, t, offsetof(struct tcp_tally, tx));
	grow32(&c->segs, e->segs, t, offsetof(struct tcp_tally, segs));
	grow32(&c->retrans, e->retrans, t, offsetof(struct tcp_tally, retrans));
	if (e->inode && e->inode <= UINT32_MAX) /* sockfs counts in 32 bits (get_next_ino) */
		c->inode = (uint32_t)e->inode;
	if (e->state == TCP_CLOSE)
		return; /* nobody asks any more: its third line stays out of the cache */
	if (rx_moved)
		c->rx_moved = now;
	if (tx_moved)
		c->tx_moved = now;
	if (e->txq != ABSENT || e->rxq != ABSENT || e->limited_us != ABSENT)
		take_queues(c, e, now);
}

void conns_count_request(struct model *m, uint32_t peer, uint16_t port)
{
	uint32_t id = peer == POOL_NONE ? peer : model_host(m, peer)->first_conn, looks = 0;

	m->machine->ports_told = true;
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

/* A place for one more: what closed makes way for what lives, then whoever holds most. */
static uint32_t place(struct model *m, const struct event_conn *e, uint64_t hash)
{
	bool is_full = m->conns.live == m->limits.conns;

	if (is_full && m->closed.oldest != POOL_NONE)
		conns_forget_oldest(m);
	else if (is_full && !conns_evict(m, e))
		return POOL_NONE;
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
	uint32_t id = host == POOL_NONE ? POOL_NONE : place(m, e, hash);

	if (id == POOL_NONE) {
		m->machine->lost++;
		return id;
	}
	struct tcp_tally *t[TALLIES];
	struct conn *c = model_conn(m, id); /* zeroed */
	c->tuple = e->tuple;
	c->host = host;
	c->first_seen = m->now;
	c->rx = c->tx = ABSENT;
	c->segs = c->retrans = c->txq = c->rxq = CONN_ABSENT;
	c->limited_us = ABSENT;
	conns_link(m, model_host(m, host), id);
	tcp_tallies(m, model_host(m, host), t);
	count_conns(t, 1);
	m->conn_made = true;
	return id;
}

static void end(struct model *m, struct tcp_tally *const t[static TALLIES], uint32_t id)
{
	struct conn *c = model_conn(m, id);

	count_conns(t, UINT32_MAX);
	c->state = TCP_CLOSE;
	conns_link_closed(m, id);
	if (m->closed_count > m->limits.closed)
		conns_forget_oldest(m);
}

void conns_drop(struct model *m, uint32_t id)
{
	struct conn *c = model_conn(m, id);
	struct tcp_tally *t[TALLIES];

	tcp_tallies(m, model_host(m, c->host), t);
	count_held(m, t, c, TCP_CLOSE);
	count_state(t, c->state, TCP_STATE_NONE);
	count_conns(t, UINT32_MAX);
	c->state = TCP_CLOSE;
	conns_link_closed(m, id);
	conns_forget(m, id);
}

/* The connection that an event is about, made when new; POOL_NONE when there is none. */
static uint32_t conn_of(struct model *m, const struct event_conn *e)
{
	uint64_t hash = event_conn_hash(e);
	uint32_t id = find(m, &e->tuple, hash);

	if (id != POOL_NONE && conn_is_closed(model_conn(m, id))) {
		if (e->state == TCP_CLOSE)
			return POOL_NONE;
		conns_forget(m, id);
		id = POOL_NONE;
	}
	/* Numbers alone are told of one that has made way, and is none that comes. */
	bool is_new = e->was != e->state || m->conns.live < m->limits.conns;
	if (id == POOL_NONE && e->state != TCP_CLOSE && is_new)
		id = make(m, e, hash);
	return id;
}

/* Connections of which only counts are there. */

static void add_counts(struct tcp_tally *t, const struct event_conns *e)
{
	t->handshakes += told(e->handshakes);
	t->held += told(e->held_us);
	if (e->rx != ABSENT)
		tally_grow(&t->rx, e->rx);
	if (e->tx != ABSENT)
		tally_grow(&t->tx, e->tx);
	if (e->segs != ABSENT)
		tally_grow(&t->segs, e->segs);
	if (e->retrans != ABSENT)
		tally_grow(&t->retrans, e->retrans);
}

static void add_to_host(struct model *m, uint32_t id, const struct event_conns *e)
{
	struct host *h = model_host(m, id);
	struct tcp_tally *t[TALLIES];

	tcp_tallies(m, h, t);
	for (size_t i = 0; i < TALLIES; i++)
		add_counts(t[i], e);
}

void conns_apply_counts(struct model *m, const struct event_conns *e)
{
	uint32_t host = POOL_NONE, net = POOL_NONE;

	if (e->net.bits == ADDR_BITS)
		host = hosts_touch(m, &e->net.addr, m->now);
	else if (e->net.bits)
		net = networks_touch(&m->networks, &e->net, m->now);
	if (host != POOL_NONE) {
		add_to_host(m, host, e);
		return;
	}
	bool is_private = e->net.bits && addr_is_private(&e->net.addr);
	add_counts(&m->machine->totals[is_private].tcp, e);
	if (net != POOL_NONE)
		add_counts(&network_at(&m->networks, net)->tcp, e);
	m->machine->lost += e->net.bits && net == POOL_NONE ? told(e->n) : 0;
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
	struct tcp_tally *t[TALLIES];
	tcp_tallies(m, h, t);
	if (e->dir)
		c->dir = e->dir;
	take_numbers(h, t, c, e, m->now);
	count_handshake(t, c, e);
	count_held(m, t, c, e->state);
	count_state(t, c->state, e->state == TCP_CLOSE ? TCP_STATE_NONE : e->state);
	c->changed = h->touched = h->last_seen = m->now;
	if (e->state == TCP_ESTABLISHED && c->state != TCP_ESTABLISHED) {
		c->established = m->now;
		if (c->dir == DIR_IN)
			machine_owns(m->machine, &c->lip);
	}
	if (!m->machine->listings_told && e->was == e->state && e->state == TCP_ESTABLISHED)
		machine_listed(m->machine, c->ns, m->now);
	if (e->state == TCP_CLOSE)
		end(m, t, id);
	else
		c->state = e->state;
}
