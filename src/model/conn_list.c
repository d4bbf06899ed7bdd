// SPDX-License-Identifier: MIT
#include "model/parts.h"

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

void conns_unlink(struct model *m, struct host *h, const struct conn *c)
{
	if (c->newer != POOL_NONE)
		model_conn(m, c->newer)->older = c->older;
	else
		h->first_conn = c->older;
	if (c->older != POOL_NONE)
		model_conn(m, c->older)->newer = c->newer;
}

/* The list of those that closed, by time. */

#define CLOSED offsetof(struct conn, closed)

void conns_link_closed(struct model *m, uint32_t id)
{
	idlist_push(&m->closed, &m->conns, CLOSED, id);
	m->closed_count++;
	model_host(m, model_conn(m, id)->host)->closed++;
}

static void unlink_closed(struct model *m, uint32_t id)
{
	idlist_pull(&m->closed, &m->conns, CLOSED, id);
	m->closed_count--;
	model_host(m, model_conn(m, id)->host)->closed--;
}

void conns_forget(struct model *m, uint32_t id)
{
	const struct conn *c = model_conn(m, id);

	unlink_closed(m, id);
	conns_unlink(m, model_host(m, c->host), c);
	index_remove(&m->conn_index, tuple_hash(&c->tuple), id);
	pool_put(&m->conns, id);
}

/* The one that closed first. What the next call will touch is sent for: in a storm of short
 * connections there is one for each that closes, and nobody has touched it for seconds. */
void conns_forget_oldest(struct model *m)
{
	conns_forget(m, m->closed.oldest);
	if (m->closed.oldest == POOL_NONE)
		return;
	const struct conn *next = model_conn(m, m->closed.oldest);
	index_prefetch(&m->conn_index, tuple_hash(&next->tuple));
	__builtin_prefetch(&model_host(m, next->host)->rtt_us, 1); /* and closed */
	__builtin_prefetch(&model_host(m, next->host)->first_conn, 1);
	conns_prefetch_links(m, next->newer);
	conns_prefetch_links(m, next->older);
	conns_prefetch_links(m, next->closed.newer);
}

void conns_forget_closed(struct model *m, struct host *h)
{
	while (h->first_conn != POOL_NONE)
		conns_forget(m, h->first_conn);
}

bool conns_expire(struct model *m)
{
	uint32_t before = m->closed_count;

	while (m->closed.oldest != POOL_NONE &&
		m->now - model_conn(m, m->closed.oldest)->changed >= m->limits.closed_for)
		conns_forget_oldest(m);
	return m->closed_count != before;
}
