// SPDX-License-Identifier: MIT
/*
 * What the judgement takes in, event by event. The model has applied the event before.
 */
#include "detect/parts.h"

#include "base/text.h"

/* The trail of an address, and of its network. */

struct trail *trail_net(const struct detect *d, const struct trail *host)
{
	if (host->net == POOL_NONE || !pool_is_live(&d->networks.pool, host->net))
		return NULL;
	struct trail *net = trails_at(&d->networks, host->net);
	return prefix_contains(&net->prefix, &host->prefix.addr) ? net : NULL;
}

/* Bytes out, so far as the model knows. */
static uint64_t sent_to(const struct detect *d, const struct addr *a)
{
	uint32_t id = model_find_host(d->model, a);
	uint64_t tx = id == POOL_NONE ? 0 : model_host(d->model, id)->tcp.tx;

	return tx == ABSENT ? 0 : tx;
}

struct trail *trail_touch(struct detect *d, const struct addr *a)
{
	usec_t now = d->model->now;
	struct prefix p = trail_host(a);
	uint32_t id = trails_touch(&d->hosts, &p, now);

	if (id == POOL_NONE)
		return NULL;
	struct trail *t = trails_at(&d->hosts, id);
	if (t->tx_seen == ABSENT)
		t->tx_seen = sent_to(d, a);
	struct trail *net = trail_net(d, t);
	if (!net) {
		p = trail_network(a);
		t->net = trails_touch(&d->networks, &p, now);
		net = trail_net(d, t);
	} else {
		net->last = now > net->last ? now : net->last;
		trail_roll(net, now);
	}
	if (net)
		trail_note_member(&net->members, &t->members, now);
	return t;
}

void trail_count(struct detect *d, struct trail *t, enum trail_count what, uint32_t n)
{
	struct trail *net = trail_net(d, t);

	trail_add(t, what, n);
	if (net)
		trail_add(net, what, n);
}

void senses_note_bytes(struct detect *d, struct trail *t, const struct host *h)
{
	uint64_t tx = h->tcp.tx;

	if (tx != ABSENT && tx < t->tx_seen)
		t->tx_seen = tx; /* the model had forgotten the host */
	if (tx == ABSENT || tx - t->tx_seen < TRAIL_UNIT)
		return;
	uint64_t units = (tx - t->tx_seen) / TRAIL_UNIT;
	uint32_t n = units < UINT16_MAX ? (uint32_t)units : UINT16_MAX;
	struct trail *net = trail_net(d, t);
	t->tx_seen += units * TRAIL_UNIT;
	t->sent = d->model->now;
	trail_roll(t, d->model->now);
	trail_add(t, TRAIL_TX, n);
	window_put(&d->whole.tx, window_bucket(d->model->now), n);
	if (!net)
		return;
	net->sent = d->model->now;
	trail_roll(net, d->model->now);
	trail_add(net, TRAIL_TX, n);
}

/* Connections. */

static bool is_open(uint8_t state)
{
	return state != TCP_SYN_SENT && state != TCP_SYN_RECV && state != TCP_CLOSE &&
	       state != TCP_STATE_NONE;
}

static bool concerns(const struct detect *d, const struct event_conn *e)
{
	const struct machine *here = model_machine(d->model);

	return e->dir != DIR_OUT && !machine_is_own(here, &e->ip) && !addr_is_loopback(&e->ip);
}

static void take_end(struct detect *d, struct trail *t, const struct event_conn *e)
{
	struct trail *net = trail_net(d, t);
	uint32_t id = model_find_host(d->model, &e->ip);

	if (id != POOL_NONE)
		senses_note_bytes(d, t, model_host(d->model, id));
	if (machine_is_relayed(model_machine(d->model), e->ns, e->lport))
		return;
	if (!ledger_speaks(&d->ledger, e->lport) || e->rx == ABSENT || e->rx <= CONN_SAID)
		return;
	trail_count(d, t, TRAIL_ENDS, 1);
	t->ends++;
	if (net)
		net->ends++;
}

/* The trail of a connection's address. What had gone out before a listing found the connection is
 * nothing of now. */
static struct trail *touch_conn(struct detect *d, const struct event_conn *e)
{
	struct prefix p = trail_host(&e->ip);
	bool found = e->was == TCP_STATE_NONE && e->tx != ABSENT;
	bool known = found && trails_find(&d->hosts, &p) != POOL_NONE;
	struct trail *t = trail_touch(d, &e->ip);

	if (t && known)
		t->tx_seen += e->tx;
	return t;
}

static bool begins_now(const struct detect *d, const struct event_conn *e)
{
	return e->was == TCP_SYN_RECV ||
	       (e->was == TCP_STATE_NONE && d->model->now - d->began > 2 * USEC_PER_SEC);
}

static void note_port(struct detect *d, const struct event_conn *e)
{
	bool half = e->state == TCP_SYN_RECV && e->was != TCP_SYN_RECV;

	if (e->dir != DIR_OUT && (half || (is_open(e->state) && begins_now(d, e))))
		ports_note(&d->ports, e->lport, half ? PORT_HALF_OPENS : PORT_HANDSHAKES, 1,
			hash_keyed(&d->key, &e->ip, sizeof e->ip), d->model->now);
}

static void take_conn(struct detect *d, const struct event_conn *e)
{
	bool begins = is_open(e->state) && (e->was == TCP_SYN_RECV || e->was == TCP_STATE_NONE);
	bool ends = e->was == TCP_ESTABLISHED && e->state != TCP_ESTABLISHED;

	if ((!begins && !ends) || !concerns(d, e))
		return;
	struct trail *t = touch_conn(d, e);
	if (!t)
		return;
	struct trail *net = trail_net(d, t);
	if (begins && begins_now(d, e)) {
		trail_count(d, t, TRAIL_HANDSHAKES, 1);
		t->handshakes++;
		if (net)
			net->handshakes++;
		window_put(&d->whole.handshakes, window_bucket(d->model->now), 1);
	}
	if (ends)
		take_end(d, t, e);
}

/* Connections of which a recording has only counts. */

static uint32_t few(uint64_t n)
{
	return n == ABSENT ? 0 : n < UINT16_MAX ? (uint32_t)n : UINT16_MAX;
}

static void note_ports(struct detect *d, const struct event_conns *e)
{
	uint64_t source = hash_keyed(&d->key, &e->net.addr, sizeof e->net.addr);
	uint16_t port = (uint16_t)e->lport;

	if (e->dir == DIR_OUT || !e->lport)
		return;
	if (few(e->half_opens))
		ports_note(&d->ports, port, PORT_HALF_OPENS, few(e->half_opens), source,
			d->model->now);
	if (few(e->opened))
		ports_note(&d->ports, port, PORT_HANDSHAKES, few(e->opened), source, d->model->now);
}

static void count_conns(struct detect *d, struct trail *t, const struct event_conns *e)
{
	uint32_t ends = few(e->said), id = model_find_host(d->model, &e->net.addr);
	struct trail *net = trail_net(d, t);

	if (!ledger_speaks(&d->ledger, (uint16_t)e->lport) ||
		machine_is_relayed(model_machine(d->model), e->ns, (uint16_t)e->lport))
		ends = 0;
	trail_count(d, t, TRAIL_HANDSHAKES, few(e->opened));
	trail_count(d, t, TRAIL_ENDS, ends);
	t->handshakes += few(e->opened);
	t->ends += ends;
	if (net) {
		net->handshakes += few(e->opened);
		net->ends += ends;
	}
	if (id != POOL_NONE)
		senses_note_bytes(d, t, model_host(d->model, id));
}

static void take_conns(struct detect *d, const struct event_conns *e)
{
	const struct machine *here = model_machine(d->model);
	const struct addr *ip = &e->net.addr;
	struct trail *t;

	note_ports(d, e);
	if (e->dir == DIR_OUT || (e->net.bits && addr_is_loopback(ip)) ||
		(e->net.bits == ADDR_BITS && machine_is_own(here, ip)))
		return;
	window_put(&d->whole.handshakes, window_bucket(d->model->now), few(e->opened));
	if (e->net.bits == ADDR_BITS && (t = trail_touch(d, ip)))
		count_conns(d, t, e);
}

/* The rest. */

/* What fails afterwards makes no login suspect: only what had failed before does. */
static void take_login(struct detect *d, struct trail *t, uint32_t times)
{
	usec_t now = d->model->now;
	uint32_t failed = (uint32_t)(trail_sum(t, TRAIL_SSH_FAILED, now, 60) + 0.5);

	t->ssh_accepted += times;
	if (!failed || (failed < t->ssh_guessed && now - t->ssh_in < 60 * USEC_PER_SEC))
		return;
	t->ssh_guessed = failed;
	t->ssh_in = now;
}

static void take_auth(struct detect *d, const struct event_auth *e)
{
	uint32_t times = e->times ? e->times : 1;

	if (addr_is_unset(&e->ip))
		return;
	struct trail *t = trail_touch(d, &e->ip);
	if (!t)
		return;
	struct trail *net = trail_net(d, t);
	t->logs_in = true;
	if (net)
		net->logs_in = true;
	if (e->outcome == AUTH_ACCEPTED)
		take_login(d, t, times);
	/* "Invalid user" stands beside the failure itself; alone, it has no method. */
	if (e->outcome != AUTH_FAILED && (e->outcome != AUTH_INVALID || !e->method.n))
		return;
	trail_count(d, t, TRAIL_SSH_FAILED, times);
	if (net)
		trail_note_member(&net->guessers, &t->guessers, d->model->now);
}

/* nginx refuses with 503 unless it is told another status: the access log alone would say that the
 * server fails. */
static void take_limit(struct detect *d, const struct event_web_error *e)
{
	struct trail *t = addr_is_unset(&e->ip) ? NULL : trail_touch(d, &e->ip);

	window_put(&d->whole.limit_errors, window_bucket(d->model->now), 1);
	if (t)
		trail_count(d, t, TRAIL_LIMITED, 1);
}

static void take_web_error(struct detect *d, const struct event_web_error *e)
{
	struct window_bucket now = window_bucket(d->model->now);

	if (e->what == WEB_ERROR_LIMIT_REQ || e->what == WEB_ERROR_LIMIT_CONN)
		take_limit(d, e);
	else if (e->what >= WEB_ERROR_UPSTREAM_REFUSED)
		window_put(&d->whole.upstream_errors, now, 1);
	if (e->upstream.n)
		text_copy(d->whole.upstream, sizeof d->whole.upstream, e->upstream);
}

static void take_crawler(struct detect *d, const struct event_crawler *e)
{
	struct trail *t = trail_touch(d, &e->ip);

	if (t)
		t->claim = e->outcome;
}

static void take_resets(struct detect *d, const struct event_resets *e)
{
	struct trail *t = trail_touch(d, &e->ip);

	if (!t)
		return;
	t->reset = true;
	trail_add(t, TRAIL_RESETS, e->n < UINT16_MAX ? (uint32_t)e->n : UINT16_MAX);
}

static void take_start(struct detect *d, const struct event_start *e)
{
	if (e->seed != ABSENT && !d->keyed)
		d->key = hash_key_of(e->seed);
}

static void take_log(struct detect *d)
{
	uint64_t rotations = model_machine(d->model)->log_rotated;

	if (rotations != d->whole.rotations)
		d->whole.rotated = d->model->now;
	d->whole.rotations = rotations;
}

void senses_take(struct detect *d, const struct event *event)
{
	switch (event->kind) {
	case EVENT_START:
		take_start(d, &event->start);
		break;
	case EVENT_REQUEST:
		requests_take(d, &event->request);
		break;
	case EVENT_CONN:
		note_port(d, &event->conn);
		take_conn(d, &event->conn);
		break;
	case EVENT_CONNS:
		take_conns(d, &event->conns);
		break;
	case EVENT_AUTH:
		take_auth(d, &event->auth);
		break;
	case EVENT_WEB_ERROR:
		take_web_error(d, &event->web_error);
		break;
	case EVENT_CRAWLER:
		take_crawler(d, &event->crawler);
		break;
	case EVENT_RESETS:
		take_resets(d, &event->resets);
		break;
	case EVENT_LOG:
		take_log(d);
		break;
	default:
		break;
	}
}
