// SPDX-License-Identifier: MIT
#include "model/parts.h"

/* Of a neighbour only the links are touched. */
static void prefetch_links(const struct model *m, uint32_t id)
{
	if (id != POOL_NONE)
		__builtin_prefetch(model_conn(m, id), 1);
}

/* The list of a host. */

void conns_link(struct model *m, struct host *h, uint32_t id)
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

void conns_link_closed(struct model *m, uint32_t id)
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
void conns_forget(struct model *m, uint32_t id)
{
	const struct conn *c = model_conn(m, id);

	unlink_closed(m, c);
	unlink_host(m, model_host(m, c->host), c);
	index_remove(&m->conn_index, tuple_hash(&c->tuple), id);
	pool_put(&m->conns, id);
}

/* The one that closed first. What the next call will touch is sent for: in a storm of short
 * connections there is one for each that closes, and nobody has touched it for seconds. */
void conns_forget_oldest(struct model *m)
{
	conns_forget(m, m->closed_oldest);
	if (m->closed_oldest == POOL_NONE)
		return;
	const struct conn *next = model_conn(m, m->closed_oldest);
	index_prefetch(&m->conn_index, tuple_hash(&next->tuple));
	__builtin_prefetch(&model_host(m, next->host)->rtt_us, 1); /* and closed */
	__builtin_prefetch(&model_host(m, next->host)->first_conn, 1);
	prefetch_links(m, next->newer);
	prefetch_links(m, next->older);
	prefetch_links(m, next->closed_newer);
}

void conns_forget_closed(struct model *m, struct host *h)
{
	while (h->first_conn != POOL_NONE)
		conns_forget(m, h->first_conn);
}

bool conns_expire(struct model *m)
{
	uint32_t before = m->closed_count;

	while (m->closed_oldest != POOL_NONE &&
		m->now - model_conn(m, m->closed_oldest)->changed >= m->limits.closed_for)
		conns_forget_oldest(m);
	return m->closed_count != before;
}
