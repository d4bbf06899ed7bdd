// SPDX-License-Identifier: MIT
/*
 * A walk over all connections, in slices: which of them are half-open, which hold a place in the
 * server and say nothing, speak by drops, or take nothing of what is sent to them.
 */
#include "detect/parts.h"

#define SLICE (1u << 16) /* connections a tick */

#define SLOW_RX_MOST  4096
#define SLOW_TX_MOST  6000 /* a TLS handshake, and no answer */
#define SLOW_TX_STILL (5 * USEC_PER_SEC)
#define READ_LEAST    512 /* bytes a second that somebody takes who reads at all */
#define LISTING_LATE  (4 * USEC_PER_SEC)
#define HALF_OPEN_AGE (3 * USEC_PER_SEC)

static usec_t seconds_of(const struct detect *d, enum flag_id id, int threshold)
{
	return (usec_t)(threshold_of(d, id, threshold) * (double)USEC_PER_SEC);
}

/* The trail of a host that has connections; NULL when it has none. */
static struct trail *trail_of(struct detect *d, uint32_t host)
{
	const struct addr *ip = &model_host(d->model, host)->ip;
	uint32_t id = d->trail_of[host];

	if (pool_is_live(&d->hosts.pool, id) && addr_eq(&trails_at(&d->hosts, id)->prefix.addr, ip))
		return trails_at(&d->hosts, id);
	struct prefix p = trail_host(ip);
	id = trails_find(&d->hosts, &p);
	d->trail_of[host] = id;
	return id == POOL_NONE ? NULL : trails_at(&d->hosts, id);
}

static struct trail_conns *conns_of(struct detect *d, struct trail *t, const struct host *h)
{
	if (t->conns.walk != d->walk->number) {
		t->conns = (struct trail_conns){.walk = d->walk->number, .asked = h->log.requests};
		senses_note_bytes(d, t, h);
	}
	return &t->conns;
}

static void note_held(struct detect *d, const struct trail *t)
{
	struct walk *w = d->walk;

	if (!t->conns.silent && !t->conns.slow && !t->conns.stuck && w->held_count < TRAILS_HOSTS)
		w->held[w->held_count++] = pool_id(&d->hosts.pool, t);
}

enum look {
	LOOK_FINE,
	LOOK_SILENT,
	LOOK_SLOW,
	LOOK_STUCK
};

/* Its numbers are as of a look at all sockets that is recent, and later than `from`. Recordings of
 * 0.2.0 do not tell of looks, only of what some of them found. */
static bool is_fresh(const struct detect *d, const struct conn *c, usec_t from)
{
	const struct machine *here = model_machine(d->model);
	usec_t as_of = machine_as_of(here, c->ns);

	return as_of >= from && (!here->listings_told || d->model->now - as_of <= LISTING_LATE);
}

/* What is sent to it stays unacknowledged. */
static bool is_stuck(const struct detect *d, const struct conn *c, usec_t age)
{
	usec_t now = d->model->now, span = seconds_of(d, FLAG_SLOW_READ, 2);

	if (c->tx == ABSENT || c->tx == 0 || age < span)
		return false;
	if (c->txq == CONN_ABSENT) /* nobody looks into queues */
		return now - c->tx_moved >= span;
	if (!c->txq_since || now - c->txq_since < span || !is_fresh(d, c, c->txq_since))
		return false;
	uint64_t taken = c->tx - c->tx_then;
	return taken < (uint64_t)((now - c->txq_since) / USEC_PER_SEC) * READ_LEAST;
}

static enum look look_at(const struct detect *d, const struct conn *c, const struct host *h)
{
	usec_t now = d->model->now, from = c->established ? c->established : c->first_seen;
	usec_t age = now - from, still = now - (c->tx_moved ? c->tx_moved : from);
	uint64_t rx = c->rx == ABSENT ? 0 : c->rx, tx = c->tx == ABSENT ? 0 : c->tx;
	bool unasked = h->log.requests == 0 && model_proxy(d->model, h)->forwarded == 0;

	if (rx == 0 && tx == 0)
		return age >= seconds_of(d, FLAG_SILENT, 2) &&
				       is_fresh(d, c, from + seconds_of(d, FLAG_SILENT, 2) / 2)
			       ? LOOK_SILENT
			       : LOOK_FINE;
	bool due = tx == 0 || (ledger_is_tls(c->lport) && still >= SLOW_TX_STILL);
	if (rx < SLOW_RX_MOST && tx < SLOW_TX_MOST && due &&
		age >= seconds_of(d, FLAG_SLOW_REQUEST, 2) &&
		is_fresh(d, c, from + seconds_of(d, FLAG_SLOW_REQUEST, 2) / 2))
		return LOOK_SLOW;
	if ((unasked || c->txq != CONN_ABSENT) && is_stuck(d, c, age))
		return LOOK_STUCK;
	return LOOK_FINE;
}

static void take_open(struct detect *d, const struct conn *c, const struct host *h)
{
	struct trail *t = trail_of(d, c->host);

	d->walk->open++;
	if (!t)
		return;
	struct trail_conns *sum = conns_of(d, t, h);
	sum->open++;
	/* What ends at a relay is in no log under this address. */
	if (!ledger_speaks(&d->ledger, c->lport) || model_conn_is_relayed(d->model, c))
		return;
	enum look look = look_at(d, c, h);
	if (look == LOOK_FINE)
		return;
	usec_t from = c->established ? c->established : c->first_seen;
	uint32_t age = (uint32_t)((d->model->now - from) / USEC_PER_SEC);
	note_held(d, t);
	sum->silent += look == LOOK_SILENT;
	sum->slow += look == LOOK_SLOW;
	sum->stuck += look == LOOK_STUCK;
	if (look == LOOK_STUCK && c->txq != CONN_ABSENT)
		sum->unsent += c->txq;
	if (age > sum->oldest_s)
		sum->oldest_s = age;
}

static void take_half_open(struct detect *d, const struct conn *c)
{
	struct walk *w = d->walk;

	w->half_open++;
	if (w->half_count == HALF_OPENS_MAX)
		return;
	w->half[w->half_count++] =
		(struct half_open){c->ip, c->lport, d->model->now - c->first_seen >= HALF_OPEN_AGE};
}

static bool is_held_open(const struct conn *c)
{
	return c->state == TCP_ESTABLISHED || c->state == TCP_CLOSE_WAIT;
}

static void take(struct detect *d, const struct conn *c)
{
	const struct host *h = model_host(d->model, c->host);

	if (c->state == TCP_CLOSE || c->dir == DIR_OUT)
		return;
	if (c->state == TCP_SYN_RECV || is_held_open(c))
		port_now_add(
			d->walk->ports, &d->walk->port_count, c->lport, c->state == TCP_SYN_RECV);
	if (machine_is_own(model_machine(d->model), &h->ip) || addr_is_loopback(&h->ip))
		return;
	if (c->state == TCP_SYN_RECV)
		take_half_open(d, c);
	else if (is_held_open(c))
		take_open(d, c, h);
}

bool walk_on(struct detect *d)
{
	const struct pool *conns = &d->model->conns;
	uint32_t id = pool_next(conns, d->walk->next), looked = 0;

	for (; id != POOL_NONE && looked < SLICE; id = pool_next(conns, id + 1), looked++) {
		const struct conn *c = pool_at(conns, id);
		take(d, c);
	}
	d->walk->next = id;
	if (id != POOL_NONE)
		return false;
	uint32_t number = d->walk->number + 1;
	struct walk *whole = d->walk;
	d->walk = d->walked;
	d->walked = whole;
	d->walk->number = number;
	d->walk->next = d->walk->half_count = d->walk->held_count = 0;
	d->walk->half_open = d->walk->open = d->walk->port_count = 0;
	ports_set_now(&d->ports, whole->ports, whole->port_count, d->model->now);
	return true;
}
