// SPDX-License-Identifier: MIT
/*
 * How addresses come to be known as put in the place of others. Addresses of this machine are among
 * the guards; a connection from one that reaches a server was opened by a socket of this machine,
 * or its source was rewritten. Where its destination was rewritten as well, the socket names
 * another peer, so what is looked for is a socket with its address and port, whomever it talks to.
 * That takes a walk through the connections, in slices that a tick can bear, and only while there
 * is a doubt.
 */
#include "model/parts.h"

#define LOOKS 8192 /* connections at a tick */
/* Connections of one address that nobody here has opened, before it is said. */
#define UNOPENED_LEAST 2
/* Until the socket at the other end must be known, too: at once where the kernel reports changes of
 * state, else when its namespace had its turn to be listed. */
#define SETTLED        (3 * USEC_PER_SEC)
#define SETTLED_POLLED (15 * USEC_PER_SEC)

bool model_conn_is_rewritten(const struct model *m, const struct conn *c)
{
	return !addr_eq(&c->ip, &model_host(m, c->host)->ip);
}

static int place_of(const struct nats *n, const struct addr *ip)
{
	for (uint32_t i = 0; i < n->n; i++)
		if (addr_eq(&n->at[i].ip, ip))
			return (int)i;
	return -1;
}

const struct nat_source *nats_find(const struct nats *n, const struct addr *ip)
{
	int at = place_of(n, ip);

	return at < 0 ? NULL : &n->at[at];
}

/* What is known of the address, which was just seen; NULL: there is no room. */
static struct nat_source *touch(struct model *m, const struct addr *ip)
{
	struct nats *n = &m->machine->nats;
	int at = place_of(n, ip);

	if (at < 0 && n->n == NATS_MAX) {
		n->left_out++;
		return NULL;
	}
	if (at < 0) {
		at = (int)n->n++;
		n->at[at] = (struct nat_source){.ip = *ip};
		m->version++;
	}
	n->at[at].seen = m->now;
	gateways_add(m, ip);
	return &n->at[at];
}

static void note_namespace(struct nat_source *s, uint32_t ns)
{
	for (uint32_t i = 0; i < nat_namespaces(s); i++)
		if (s->ns[i] == ns)
			return;
	s->ns[s->ns_count++ % NAT_NS_MAX] = ns;
}

/* What is over and waits counts for nothing: its other end may be forgotten. */
static bool is_doubtful(const struct model *m, const struct conn *c)
{
	bool at_once = model_knows_handshakes(m);
	usec_t settled = at_once ? SETTLED : SETTLED_POLLED;

	if (c->dir != DIR_IN || m->now - c->first_seen < settled)
		return false;
	if (conn_is_closed(c))
		return at_once && c->answered;
	return c->state == TCP_ESTABLISHED;
}

static void doubt_host(struct model *m, const struct host *h)
{
	struct nats *n = &m->machine->nats;
	uint32_t looks = 0;

	host_for_each_conn (m, h, c) {
		if (n->doubt_count == NAT_DOUBTS_MAX || looks++ == NAT_DOUBTS_MAX)
			return;
		if (is_doubtful(m, c))
			n->doubts[n->doubt_count++] = (struct nat_doubt){.tuple = c->tuple};
	}
}

static void gather_doubts(struct model *m)
{
	const struct guards *g = &m->guards;

	m->machine->nats.from = 0;
	for (uint32_t i = 0; i < g->n; i++) {
		const struct guard *own = &g->at[i];
		if (own->role != GUARD_OWN || own->net.bits != ADDR_BITS ||
			addr_is_loopback(&own->net.addr))
			continue;
		uint32_t id = model_find_host(m, &own->net.addr);
		if (id != POOL_NONE)
			doubt_host(m, model_host(m, id));
	}
}

/* A connection that this machine opened. */
static void clear_doubts(struct nats *n, const struct conn *c)
{
	for (uint32_t i = 0; i < n->doubt_count; i++) {
		struct nat_doubt *d = &n->doubts[i];
		if (d->tuple.port == c->lport && addr_eq(&d->tuple.ip, &c->lip))
			d->opened_here = true;
	}
}

/* Of one that was forgotten during the walk the other end may be gone, too. */
static bool is_unopened(const struct model *m, const struct nat_doubt *d)
{
	return !d->opened_here && model_find_conn(m, &d->tuple) != POOL_NONE;
}

static uint32_t count_unopened(const struct model *m, const struct addr *ip)
{
	const struct nats *n = &m->machine->nats;
	uint32_t count = 0;

	for (uint32_t i = 0; i < n->doubt_count; i++)
		count += addr_eq(&n->doubts[i].tuple.ip, ip) && is_unopened(m, &n->doubts[i]);
	return count;
}

static void conclude(struct model *m)
{
	struct nats *n = &m->machine->nats;

	for (uint32_t i = 0; i < n->n; i++)
		n->at[i].unnamed = count_unopened(m, &n->at[i].ip);
	for (uint32_t i = 0; i < n->doubt_count; i++) {
		const struct nat_doubt *d = &n->doubts[i];
		uint32_t unopened = is_unopened(m, d) ? count_unopened(m, &d->tuple.ip) : 0;
		struct nat_source *s = NULL;
		if (unopened >= UNOPENED_LEAST || (unopened && nats_find(n, &d->tuple.ip)))
			s = touch(m, &d->tuple.ip);
		if (!s)
			continue;
		s->unnamed = unopened;
		note_namespace(s, d->tuple.ns);
	}
	n->doubt_count = 0;
}

static void expire(struct model *m)
{
	struct nats *n = &m->machine->nats;

	for (uint32_t i = n->n; i > 0; i--) {
		if (m->now - n->at[i - 1].seen <= m->limits.idle_after)
			continue;
		n->at[i - 1] = n->at[--n->n];
		m->version++;
	}
}

void nats_watch(struct model *m)
{
	struct nats *n = &m->machine->nats;

	if (!n->doubt_count) {
		expire(m);
		gather_doubts(m);
	}
	if (!n->doubt_count) {
		conclude(m);
		return;
	}
	for (uint32_t looks = 0; looks < LOOKS; looks++) {
		uint32_t id = pool_next(&m->conns, n->from);
		if (id == POOL_NONE) {
			conclude(m);
			return;
		}
		if (model_conn(m, id)->dir == DIR_OUT)
			clear_doubts(n, model_conn(m, id));
		n->from = id + 1;
	}
}

/* A host that is made can take the place of another, with connections that closed. */
void nats_apply(struct model *m, const struct event_nat *e)
{
	if (addr_is_unset(&e->client) || addr_eq(&e->client, &e->ip) ||
		model_find_conn(m, &e->tuple) == POOL_NONE)
		return;
	uint32_t host = hosts_touch(m, &e->client, m->now);
	uint32_t conn = model_find_conn(m, &e->tuple);
	if (host == POOL_NONE || conn == POOL_NONE) {
		m->machine->lost++;
		return;
	}
	if (model_conn(m, conn)->host == host)
		return;
	conns_give(m, conn, host);
	struct nat_source *s = touch(m, &e->ip);
	if (!s)
		return;
	s->named++;
	note_namespace(s, e->ns);
}
