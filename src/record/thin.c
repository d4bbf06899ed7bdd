// SPDX-License-Identifier: MIT
#include "record/thin.h"

#include "base/hash.h"

#include <stdlib.h>

#define V4_BITS 24 /* of a network, as in syn_net events */
#define V6_BITS 48

/* A connection with moves that have not been put. */
struct waiting {
	struct event_conn conn; /* all of them in one */
	usec_t since;           /* the first of them */
	usec_t held_from;       /* since when it takes up a place in the server; 0: it does not */
	uint64_t held_us;
	uint32_t moves;
	bool fresh; /* nothing of it is in the recording */
	bool half_open, opened;
	struct idlinks by_age;
};

struct thin_count {
	struct event_conns sum;
	usec_t since;
};

#define BY_AGE(t) &(t)->by_age, &(t)->waiting, offsetof(struct waiting, by_age)

void thin_init(struct thin *t, const struct thin_options *options)
{
	*t = (struct thin){.options = *options, .by_age = IDLIST_EMPTY};
}

void thin_done(struct thin *t)
{
	pool_done(&t->waiting);
	index_done(&t->by_tuple);
	index_done(&t->by_net);
	free(t->counts);
	t->counts = NULL;
}

static struct waiting *at(const struct thin *t, uint32_t id)
{
	return pool_at(&t->waiting, id);
}

static void put(struct thin *t, const struct event *e)
{
	event_put(t->options.out, e);
}

static void say_waited(struct thin *t, const struct addr *ip, usec_t since)
{
	if (t->options.waited)
		t->options.waited(t->options.ctx, ip, since, t->options.out);
}

/* Counts. */

static uint64_t hash_of(const struct event_conns *of)
{
	return hash_mix(addr_hash(&of->net.addr) ^ of->net.bits,
		(uint64_t)of->ns << 32 ^ (uint64_t)of->lport << 8 ^ of->dir ^ hash_secret[2]);
}

static bool is_same(const struct event_conns *a, const struct event_conns *b)
{
	return a->lport == b->lport && a->dir == b->dir && a->ns == b->ns &&
	       a->net.bits == b->net.bits && addr_eq(&a->net.addr, &b->net.addr);
}

static struct thin_count *find_count(struct thin *t, const struct event_conns *key)
{
	uint64_t hash = hash_of(key);

	if (!t->count_n)
		return NULL;
	index_for_each_match (&t->by_net, hash, id)
		if (is_same(&t->counts[id].sum, key))
			return &t->counts[id];
	return NULL;
}

/* NULL: there is no room, or no memory. One place more is for what has none. */
static struct thin_count *make_count(struct thin *t, const struct event_conns *key, usec_t since)
{
	bool is_full = key->net.bits == ADDR_BITS ? t->of_addresses == THIN_COUNTS_MAX
						  : t->count_n - t->of_addresses >= THIN_COUNTS_MAX;

	if (!t->counts)
		t->counts = malloc((2 * THIN_COUNTS_MAX + 1) * sizeof *t->counts);
	if (!t->counts || (is_full && key->net.bits) ||
		index_add(&t->by_net, hash_of(key), t->count_n) < 0)
		return NULL;
	t->of_addresses += key->net.bits == ADDR_BITS;
	t->counts[t->count_n] = (struct thin_count){.sum = *key, .since = since};
	return &t->counts[t->count_n++];
}

static struct thin_count *get_count(struct thin *t, const struct event_conns *key, usec_t since)
{
	struct thin_count *c = find_count(t, key);

	return c ? c : make_count(t, key, since);
}

/* By its address, by its network, or without either. The port is that of a service: who has opened
 * connections himself had another port for each. */
static struct thin_count *count_of(struct thin *t, const struct waiting *w)
{
	struct event_conns key = {.net = {w->conn.ip, ADDR_BITS},
		.ns = w->conn.ns,
		.lport = w->conn.dir == DIR_IN ? w->conn.lport : 0,
		.dir = w->conn.dir,
		EVENT_CONNS_ABSENT};
	struct thin_count *c = get_count(t, &key, w->since);

	if (!c) {
		key.net = prefix_of(&w->conn.ip, addr_is_v4(&w->conn.ip) ? V4_BITS : V6_BITS);
		c = get_count(t, &key, w->since);
	}
	if (!c) {
		key = (struct event_conns){EVENT_CONNS_ABSENT};
		c = get_count(t, &key, w->since);
	}
	return c;
}

static void grow(uint64_t *sum, uint64_t by)
{
	if (by != ABSENT)
		*sum = (*sum == ABSENT ? 0 : *sum) + by;
}

/* What it did while it was open: the handshake, the time. */
static void count_opened(struct event_conns *sum, const struct waiting *w)
{
	sum->opened += w->opened;
	sum->handshakes += w->opened && w->conn.was == TCP_SYN_RECV && w->conn.dir != DIR_OUT;
	sum->said += w->opened && w->conn.rx != ABSENT && w->conn.rx > CONN_SAID;
	sum->held_us += w->held_us;
}

/* Its end will be told, but not that it was open in between. */
static void count_part(struct thin *t, const struct waiting *w)
{
	struct thin_count *c = w->opened && w->conn.was == TCP_SYN_RECV ? count_of(t, w) : NULL;

	if (c)
		count_opened(&c->sum, w);
}

/* It came and went, and will be told of as one of many. False when there is no room for that. */
static bool count(struct thin *t, const struct waiting *w)
{
	struct thin_count *c = count_of(t, w);

	if (!c)
		return false;
	struct event_conns *sum = &c->sum;
	sum->n++;
	sum->moves += w->moves;
	sum->half_opens += w->half_open;
	count_opened(sum, w);
	grow(&sum->rx, w->conn.rx);
	grow(&sum->tx, w->conn.tx);
	grow(&sum->segs, w->conn.segs);
	grow(&sum->retrans, w->conn.retrans);
	t->moves += w->moves;
	t->conns++;
	return true;
}

static void put_counts(struct thin *t, usec_t now)
{
	for (uint32_t i = 0; i < t->count_n; i++) {
		const struct thin_count *c = &t->counts[i];
		struct event e;
		event_begin(&e, EVENT_CONNS, now);
		e.conns = c->sum;
		put(t, &e);
		if (c->sum.net.bits == ADDR_BITS)
			say_waited(t, &c->sum.net.addr, c->since);
	}
	if (t->count_n)
		index_done(&t->by_net);
	t->count_n = t->of_addresses = 0;
}

/* Those that wait. */

static uint32_t find(const struct thin *t, const struct event_conn *c)
{
	index_for_each_match (&t->by_tuple, event_conn_hash(c), id)
		if (tuple_eq(&at(t, id)->conn.tuple, &c->tuple))
			return id;
	return POOL_NONE;
}

static uint32_t make(struct thin *t, const struct event_conn *c)
{
	if (!t->waiting.items &&
		pool_init(&t->waiting, sizeof(struct waiting), THIN_WAITING_MAX) < 0)
		return POOL_NONE;
	uint32_t id = pool_get(&t->waiting);
	if (id != POOL_NONE && index_add(&t->by_tuple, event_conn_hash(c), id) < 0) {
		pool_put(&t->waiting, id);
		id = POOL_NONE;
	}
	if (id != POOL_NONE)
		idlist_push(BY_AGE(t), id);
	return id;
}

static void drop(struct thin *t, uint32_t id)
{
	idlist_pull(BY_AGE(t), id);
	index_remove(&t->by_tuple, event_conn_hash(&at(t, id)->conn), id);
	pool_put(&t->waiting, id);
}

static void release(struct thin *t, uint32_t id, usec_t now)
{
	const struct waiting *w = at(t, id);
	struct addr ip = w->conn.ip;
	usec_t since = w->fresh ? w->since : 0;
	struct event e;

	event_begin(&e, EVENT_CONN, now);
	e.conn = w->conn;
	t->moves += w->moves - 1;
	t->used++;
	drop(t, id);
	put(t, &e);
	if (since)
		say_waited(t, &ip, since);
}

/* Before the handshake is done, and after both sides have closed, it takes up no place. */
static bool is_held(uint8_t state)
{
	return state != TCP_SYN_SENT && state != TCP_SYN_RECV && state != TCP_TIME_WAIT &&
	       state != TCP_CLOSE;
}

static uint64_t later(uint64_t now, uint64_t before)
{
	return now == ABSENT ? before : now;
}

static void take_state(struct waiting *w, const struct event_conn *c, usec_t now)
{
	bool open = is_held(c->state) || c->state == TCP_TIME_WAIT;

	w->half_open |= c->state == TCP_SYN_RECV || c->was == TCP_SYN_RECV;
	w->opened |= open;
	if (is_held(c->state) && !w->held_from)
		w->held_from = now;
	if (!is_held(c->state) && w->held_from) {
		w->held_us += (uint64_t)(now - w->held_from);
		w->held_from = 0;
	}
}

/* All that was said of it in one: where it has come to, and that its handshake was seen. */
static void join(struct waiting *w, const struct event_conn *c, usec_t now)
{
	struct event_conn before = w->conn;

	take_state(w, c, now);
	w->moves++;
	w->conn = *c;
	w->conn.hash = before.hash;
	w->conn.was = before.was;
	if (before.state == TCP_SYN_RECV || c->was == TCP_SYN_RECV)
		w->conn.was = TCP_SYN_RECV;
	if (!c->dir)
		w->conn.dir = before.dir;
	w->conn.rtt_us = later(c->rtt_us, before.rtt_us);
	w->conn.rx = later(c->rx, before.rx);
	w->conn.tx = later(c->tx, before.tx);
	w->conn.retrans = later(c->retrans, before.retrans);
	w->conn.segs = later(c->segs, before.segs);
	w->conn.inode = later(c->inode, before.inode);
	w->conn.txq = later(c->txq, before.txq);
	w->conn.rxq = later(c->rxq, before.rxq);
	w->conn.limited_us = later(c->limited_us, before.limited_us);
}

/* False when there is no room. */
static bool wait_with(struct thin *t, const struct event *event, bool made)
{
	const struct event_conn *c = &event->conn;
	uint32_t id = make(t, c);

	if (id == POOL_NONE)
		return false;
	struct waiting *w = at(t, id);
	w->conn = *c;
	w->conn.hash = event_conn_hash(c);
	w->since = event->ts;
	w->fresh = made;
	w->moves = 1;
	take_state(w, c, event->ts);
	return true;
}

static void pass(struct thin *t, const struct event *event)
{
	t->used++;
	put(t, event);
}

static void take_move(struct thin *t, const struct event *event, bool made)
{
	uint32_t id = t->waiting.live ? find(t, &event->conn) : POOL_NONE;

	/* Another connection on the same tuple: of the first, its end waits. */
	if (id != POOL_NONE && made) {
		release(t, id, event->ts);
		id = POOL_NONE;
	}
	if (id == POOL_NONE) {
		if (t->used < t->options.most || !wait_with(t, event, made))
			pass(t, event);
		return;
	}
	struct waiting *w = at(t, id);
	join(w, &event->conn, event->ts);
	if (event->conn.state != TCP_CLOSE)
		return;
	if (!w->fresh)
		count_part(t, w);
	else if (count(t, w))
		drop(t, id);
}

/* The second is over, its counts are of it; in the next, what waits takes its turn first, the
 * oldest before all. */
static void take_tick(struct thin *t, const struct event *tick)
{
	put_counts(t, tick->ts);
	put(t, tick);
	t->used = 0;
	while (t->waiting.live && t->used < t->options.most)
		release(t, t->by_age.oldest, tick->ts);
}

void thin_take(struct thin *t, const struct event *event, bool made)
{
	if (!t->options.most) {
		put(t, event);
	} else if (event->kind == EVENT_CONN) {
		take_move(t, event, made);
	} else if (event->kind == EVENT_TICK) {
		take_tick(t, event);
	} else {
		put(t, event);
	}
}

void thin_flush(struct thin *t, usec_t now)
{
	put_counts(t, now);
	while (t->waiting.live)
		release(t, t->by_age.oldest, now);
}

void thin_forget(struct thin *t)
{
	while (t->waiting.live)
		drop(t, t->by_age.oldest);
}
