// SPDX-License-Identifier: MIT
/*
 * A request that came through a proxy has two addresses: TCP knows the proxy, the log knows the
 * client. It counts for the client; the proxy's account says how much it passed on, and each
 * client whom its requests came through.
 */
#include "model/parts.h"

/* Fewer than these may be chance: a client whose connection ended before the start, an operator's
 * own SSH sessions. */
#define JOIN_CLIENTS_LEAST 8
#define JOIN_CONNS_LEAST   4
/* Percent. Behind a proxy it is all of both, but for what is asked from the host itself and for
 * connections other than the web server's. */
#define JOIN_SHARE 80

void proxies_count(struct model *m, const struct addr *peer, usec_t at)
{
	uint32_t id = hosts_touch(m, peer, at);
	struct host_more *more = id == POOL_NONE ? NULL : hosts_more(m, model_host(m, id));

	m->forwarded++;
	if (more)
		more->forwarded++;
	else
		m->lost++;
}

static struct host_more *more_of(struct model *m, const struct addr *ip)
{
	uint32_t id = addr_is_unset(ip) ? POOL_NONE : model_find_host(m, ip);

	return id == POOL_NONE ? NULL : hosts_more(m, model_host(m, id));
}

void proxies_set_via(struct model *m, struct host *h, const struct addr *peer)
{
	static const struct addr nobody;
	struct host_more *more = hosts_more(m, h);

	if (!peer)
		peer = &nobody;
	if (!more || addr_eq(&more->via, peer))
		return;
	struct host_more *before = more_of(m, &more->via), *now = more_of(m, peer);
	/* It may be known for less long than its clients, having gone in between. */
	if (before && before->clients)
		before->clients--;
	if (now)
		now->clients++;
	more->via = *peer;
}

bool model_is_remote(const struct model *m, const struct host *h)
{
	return h->more != POOL_NONE && !h->conns && !h->closed &&
	       !addr_is_unset(&model_more(m, h)->via);
}

static bool has_asked_lately(const struct model *m, const struct host *h)
{
	uint32_t now = (uint32_t)(m->now / WINDOW_STEP);

	return h->requests && now - h->rate.head < WINDOW_BUCKETS;
}

/* The newest connection speaks for all. */
static bool came_in(const struct model *m, const struct host *h)
{
	const struct conn *c = model_first_conn(m, h);

	return h->states[TCP_ESTABLISHED] && c && c->dir != DIR_OUT;
}

void proxies_correlate(struct model *m, struct correlation *j, const struct host *h)
{
	const struct host_more *more = model_more(m, h);
	bool met = h->conns || h->closed || h->handshakes || h->held;

	if (has_asked_lately(m, h)) {
		j->clients++;
		j->alone += !met && addr_is_unset(&more->via);
	}
	if (came_in(m, h)) {
		j->conns += h->states[TCP_ESTABLISHED];
		if (!h->requests && !more->forwarded)
			j->silent += h->states[TCP_ESTABLISHED];
	}
}

bool model_is_uncorrelated(const struct model *m)
{
	const struct correlation *j = &m->correlation;

	/* With polling short connections are missed: not to have met somebody means nothing. */
	return model_knows_handshakes(m) && j->clients >= JOIN_CLIENTS_LEAST &&
	       j->conns >= JOIN_CONNS_LEAST && j->alone * 100ULL >= j->clients * JOIN_SHARE &&
	       j->silent * 100 >= j->conns * JOIN_SHARE;
}
