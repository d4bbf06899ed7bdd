/* SPDX-License-Identifier: MIT
 *
 * parts: what the files that write the model share. Nobody else includes it.
 */
#ifndef NG_MODEL_PARTS_H
#define NG_MODEL_PARTS_H

#include "model/model.h"

static inline struct totals *totals_of(struct model *m, const struct host *h)
{
	return &m->machine->totals[h->is_private];
}

/* Every tally that what happens to a host counts in. Good until a host, a network or a system is
 * made or goes. */
#define TALLIES 5

static inline void tcp_tallies(struct model *m, struct host *h, struct tcp_tally *t[static TALLIES])
{
	t[0] = &h->tcp;
	t[1] = &network_at(&m->networks, h->network)->tcp;
	t[2] = &totals_of(m, h)->tcp;
	t[3] = &geo_system_tally(&m->geo, h)->tcp;
	t[4] = &geo_country_tally(&m->geo, h)->tcp;
}

/* entry.log of what this log says. */
static inline uint16_t log_of(struct model *m, struct str log)
{
	return machine_log_number(m->machine, log);
}

/* hosts.c: the host of an address, made when new, another one being thrown out if need be.
 * `seen` is the fact's own time. POOL_NONE when there is no room. */
uint32_t hosts_touch(struct model *m, const struct addr *ip, usec_t seen);

/* Room for what only some hosts have, made when it has none; NULL when memory is out. */
struct host_proxy *hosts_proxy(struct model *m, struct host *h);
struct host_login *hosts_login(struct model *m, struct host *h);

/* Forgets hosts that have been idle for long. */
void hosts_sweep(struct model *m);

/* proxies.c: counts a request that the peer passed on for somebody else. */
void proxies_count(struct model *m, const struct addr *peer, usec_t at);

/* The host's latest request came through this peer; NULL: it came itself, or the host goes. */
void proxies_set_via(struct model *m, struct host *h, const struct addr *peer);

/* correlation.c: adds one host up. */
void hosts_correlate(struct model *m, struct correlation *j, const struct host *h);

/* relay_watch.c: a process of this name holds a socket; time passes. */
void relays_owner(struct model *m, struct str command);
void relays_watch(struct model *m);

/* nat_watch.c: time passes; a table of connections names a client. */
void nats_watch(struct model *m);
void nats_apply(struct model *m, const struct event_nat *e);

/* conn_give.c: the connection is another host's, with all that it counts, from the start. */
void conns_give(struct model *m, uint32_t conn, uint32_t host);

/* gateway.c: from now on this private address is shown. */
void gateways_add(struct model *m, const struct addr *ip);

/* A request of this log counts for this address. */
void gateways_asked(struct model *m, const struct addr *ip, struct str log);

/* logins.c: a line of SSH. */
void logins_apply(struct model *m, const struct event *event);

/* Of a neighbour only the links are touched. */
static inline void conns_prefetch_links(const struct model *m, uint32_t id)
{
	if (id != POOL_NONE)
		__builtin_prefetch(model_conn(m, id), 1);
}

/* conn_list.c: connections in their host's list and, once they closed, in the list of those. */
void conns_link(struct model *m, struct host *h, uint32_t id);
void conns_unlink(struct model *m, struct host *h, const struct conn *c);
void conns_link_closed(struct model *m, uint32_t id);

/* Takes one that closed out for good. */
void conns_forget(struct model *m, uint32_t id);
void conns_forget_oldest(struct model *m);

/* fleet_apply.c: what a member says. False: it found no room, or is not a member's to say. */
bool fleet_apply(struct model *m, const struct event *event);

/* fleet_share.c: the host goes, and the shares of it with all that they have added. */
void fleet_forget_host(struct model *m, uint32_t host);

/* conns.c */
void conns_prefetch(const struct model *m, const struct event *events, size_t n);
void conns_apply(struct model *m, const struct event_conn *e);
void conns_apply_counts(struct model *m, const struct event_conns *e);

/* Takes one out that has not closed. */
void conns_drop(struct model *m, uint32_t id);

/* conn_evict.c: room for one more where there is none (event/crowd.h). False: it finds no place. */
bool conns_evict(struct model *m, const struct event_conn *newcomer);

/* Counts a request for the very connection that it came by, when that is known. */
void conns_count_request(struct model *m, uint32_t peer, uint16_t port);

/* Takes connections that closed long enough ago out. True when there were any. */
bool conns_expire(struct model *m);

/* Takes out those of a host that closed; it has no others left. */
void conns_forget_closed(struct model *m, struct host *h);

#endif
