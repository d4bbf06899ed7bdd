// SPDX-License-Identifier: MIT
/*
 * Whether logs and connections fit together: behind a proxy that no log names, who is in the logs
 * never connects, and who connects is not in the logs.
 */
#include "model/parts.h"

/* Fewer than these may be chance: a client whose connection ended before the start, an operator's
 * own SSH sessions. */
#define JOIN_CLIENTS_LEAST 8
#define JOIN_CONNS_LEAST   4
/* Percent. Behind a proxy it is all of both, but for what is asked from the host itself and for
 * connections other than the web server's. */
#define JOIN_SHARE 80

bool model_is_remote(const struct model *m, const struct host *h)
{
	return h->proxy != POOL_NONE && !h->tcp.conns && !h->closed &&
	       !addr_is_unset(&model_proxy(m, h)->via);
}

bool model_is_over_quic(const struct host *h)
{
	return h->quic && !h->tcp.conns && !h->closed;
}

static bool has_asked_lately(const struct model *m, const struct host *h)
{
	uint32_t now = (uint32_t)(m->now / WINDOW_STEP);

	return h->log.requests && now - h->log.rate.head < WINDOW_BUCKETS;
}

/* The newest connection speaks for all. */
static bool came_in(const struct model *m, const struct host *h)
{
	const struct conn *c = model_first_conn(m, h);

	return h->tcp.states[TCP_ESTABLISHED] && c && c->dir != DIR_OUT;
}

bool model_is_behind_relay(const struct model *m, const struct host *h)
{
	const struct conn *c = model_first_conn(m, h);

	return c && model_conn_is_relayed(m, c);
}

/* What ends at a relay is accounted for with its port: to have no line means nothing there. */
static void count_relayed(struct model *m, const struct host *h, bool named)
{
	const struct conn *c = model_first_conn(m, h);
	struct relays *relays = &m->machine->relays;
	int at = relays_find(relays, c->ns, c->lport);

	if (at < 0)
		return;
	relays->at[at].conns += h->tcp.states[TCP_ESTABLISHED];
	if (named)
		relays->at[at].named += h->tcp.states[TCP_ESTABLISHED];
}

void hosts_correlate(struct model *m, struct correlation *j, const struct host *h)
{
	const struct host_proxy *proxy = model_proxy(m, h);
	bool met = h->tcp.conns || h->closed || h->tcp.handshakes || h->tcp.held ||
		   nats_find(&m->machine->nats, &h->ip);

	/* Who comes over QUIC need not connect: what was not met says nothing. */
	if (has_asked_lately(m, h) && (met || !h->quic)) {
		j->clients++;
		j->alone += !met && addr_is_unset(&proxy->via);
	}
	if (!came_in(m, h))
		return;
	bool named = h->log.requests || proxy->forwarded;
	if (model_is_behind_relay(m, h)) {
		count_relayed(m, h, named);
		return;
	}
	j->conns += h->tcp.states[TCP_ESTABLISHED];
	if (!named)
		j->silent += h->tcp.states[TCP_ESTABLISHED];
}

bool model_is_uncorrelated(const struct model *m)
{
	const struct correlation *j = &model_machine(m)->correlation;

	/* With polling short connections are missed: not to have met somebody means nothing. */
	return model_knows_handshakes(m) && j->clients >= JOIN_CLIENTS_LEAST &&
	       j->conns >= JOIN_CONNS_LEAST && j->alone * 100ULL >= j->clients * JOIN_SHARE &&
	       j->silent * 100 >= j->conns * JOIN_SHARE;
}
