// SPDX-License-Identifier: MIT
/* A connection that is another host's than was known at first. */
#include "model/parts.h"

static void part(uint64_t *sum, uint64_t n)
{
	if (n != ABSENT && *sum != ABSENT)
		*sum -= n < *sum ? n : *sum;
}

static void join(uint64_t *sum, uint64_t n)
{
	if (n != ABSENT)
		tally_grow(sum, n);
}

static uint64_t wide(uint32_t n)
{
	return n == CONN_ABSENT ? ABSENT : n;
}

/* What it has taken up stays with the tally, since it is counted when a connection ends; what it
 * takes up now does not. */
static void part_conn(struct tcp_tally *t, const struct conn *c)
{
	t->handshakes -= c->answered && t->handshakes;
	part(&t->rx, c->rx);
	part(&t->tx, c->tx);
	part(&t->segs, wide(c->segs));
	part(&t->retrans, wide(c->retrans));
	if (conn_is_closed(c))
		return;
	t->conns--;
	tcp_tally_move(t, c->state, TCP_STATE_NONE);
	if (c->held_from)
		tcp_tally_release(t, c->held_from, c->held_from);
}

static void join_conn(struct tcp_tally *t, const struct conn *c)
{
	t->handshakes += c->answered;
	join(&t->rx, c->rx);
	join(&t->tx, c->tx);
	join(&t->segs, wide(c->segs));
	join(&t->retrans, wide(c->retrans));
	if (conn_is_closed(c))
		return;
	t->conns++;
	tcp_tally_move(t, TCP_STATE_NONE, c->state);
	if (c->held_from)
		tcp_tally_hold(t, c->held_from);
}

void conns_give(struct model *m, uint32_t conn, uint32_t host)
{
	struct conn *c = model_conn(m, conn);
	struct host *from = model_host(m, c->host), *to = model_host(m, host);
	struct tcp_tally *parts[TALLIES], *joins[TALLIES];

	tcp_tallies(m, from, parts);
	tcp_tallies(m, to, joins);
	for (size_t i = 0; i < TALLIES; i++) {
		part_conn(parts[i], c);
		join_conn(joins[i], c);
	}
	conns_unlink(m, from, c);
	conns_link(m, to, conn);
	from->closed -= conn_is_closed(c);
	to->closed += conn_is_closed(c);
	if (c->rtt_us && !to->rtt_us)
		to->rtt_us = c->rtt_us;
	c->host = host;
	m->version++;
}
