/* SPDX-License-Identifier: MIT
 *
 * model: what the program knows. model_apply is its only writer and its only clock is the time
 * that events carry, so a recording played again gives the same model. No I/O, no threads;
 * memory is bounded by struct model_limits.
 *
 * Views may read every field through a const pointer. Host and connection ids stay valid until
 * the next model_apply; to hold on to a host for longer, keep its address.
 */
#ifndef NG_MODEL_MODEL_H
#define NG_MODEL_MODEL_H

#include "base/idlist.h"
#include "base/index.h"
#include "base/pool.h"
#include "event/event.h"
#include "model/acts.h"
#include "model/blocks.h"
#include "model/claims.h"
#include "model/conn.h"
#include "model/enricher.h"
#include "model/flags.h"
#include "model/fleet.h"
#include "model/geo.h"
#include "model/guards.h"
#include "model/host.h"
#include "model/journal.h"
#include "model/labels.h"
#include "model/machine.h"
#include "model/network.h"
#include "model/registry.h"
#include "model/seen.h"
#include "model/suspicion_limits.h"
#include "model/tcp_stats.h"
#include "model/timeline.h"
#include "model/window.h"

#define MODEL_NEWCOMERS_MAX 4

struct model_limits {
	uint32_t hosts;         /* most addresses; the lightest goes first */
	uint32_t conns;         /* most connections; of whoever has most of them one goes first */
	uint32_t closed;        /* of these, most that closed and are still shown */
	uint32_t idle_networks; /* most networks that are kept without a host */
	uint32_t owners, netns; /* most names of processes and of network namespaces */
	uint32_t places;        /* most cities, and most autonomous systems */
	size_t journal_bytes;   /* memory for the latest requests */
	uint64_t journal_lines; /* most of them; 0: as many as that holds */
	usec_t idle_after;      /* a host without a connection is forgotten after this long */
	usec_t closed_for;      /* how long a connection that closed is shown */
	struct suspicion_limits suspicious; /* from where on an address is marked */
	/* The letter that a flag of this name marks rows with, '\0' for none; NULL: none does. */
	char (*flag_letter)(struct str name);
};

#define MODEL_LIMITS_DEFAULT                       \
	((struct model_limits){                    \
		.hosts = 1u << 18,                 \
		.conns = 1u << 18,                 \
		.closed = 1u << 16,                \
		.idle_networks = 1u << 14,         \
		.owners = 1u << 16,                \
		.netns = 1u << 12,                 \
		.places = 1u << 17,                \
		.journal_bytes = 8u << 20,         \
		.journal_lines = 0,                \
		.idle_after = 300 * USEC_PER_SEC,  \
		.closed_for = 10 * USEC_PER_SEC,   \
		.suspicious = {60, 5, NULL, NULL}, \
		.flag_letter = NULL,               \
	})

struct model {
	struct model_limits limits;
	usec_t started, now; /* times of the first and of the latest event */
	usec_t swept;        /* number of the ten seconds in which what is old was last swept out */
	uint64_t version;    /* grows whenever something that a view can show has changed */

	/* Addresses first seen with the latest event, including any evicted since. */
	struct addr newcomers[MODEL_NEWCOMERS_MAX];
	uint32_t newcomer_count;
	bool conn_made; /* the latest event has made a connection known */

	struct pool hosts, conns;    /* struct host, struct conn */
	struct pool proxies, logins; /* struct host_proxy, struct host_login */
	struct index host_index, conn_index;
	struct idlist closed; /* connections that closed */
	uint32_t closed_count;
	struct networks networks;
	struct labels owners, netns; /* by inode of the socket, of the namespace */
	struct geo geo;
	struct registry registry; /* what look-ups brought */
	struct claims claims;     /* who says that it is a crawler */
	struct prefixes seen;     /* struct seen: what earlier runs knew */
	struct prefixes quics;    /* struct quic_of: who sends QUIC packets */
	struct journal journal;

	struct machine *machine; /* the one that we run on; owned */
	struct fleet *fleet;     /* the others, when the model is of many; owned; or NULL */

	struct enrichers enrichers;
	struct flags flags;        /* the judgements that hold */
	struct guards guards;      /* what must not be blocked */
	int recorded_show_private; /* 1, 0, or -1 when no start record said */
	uint64_t evicted;          /* hosts that went because the table was full */
	uint64_t conns_evicted;    /* connections, likewise; those of the sources included */
	uint64_t conns_drawn;      /* samples for that so far */
	/* Large, and therefore last: figures[] has offsets of 16 bits. */
	struct blocks blocks;     /* what this machine keeps out */
	struct timeline timeline; /* flags that hold and that are over, and the marks */
	struct acts acts;         /* what was done from here */
};

/* NULL when memory is out. */
struct model *model_new(const struct model_limits *limits);
void model_free(struct model *m);

/* One of its own that holds the same under the same ids, to be read while the other goes on; NULL
 * when memory is out. Who asks (limits.suspicious) stays the one whom the other asks. */
struct model *model_copy(const struct model *from);

/* Takes one fact in. Never fails: what does not fit is counted in lost or evicted. */
void model_apply(struct model *m, const struct event *event);

/* Starts fetching into the cache what model_apply will need for the first MODEL_PREFETCHED of these
 * events. Optional: with tens of thousands of hosts or connections, waiting for memory is
 * otherwise most of the cost. */
#define MODEL_PREFETCHED 16
void model_prefetch(const struct model *m, const struct event *events, size_t n);

static inline struct host *model_host(const struct model *m, uint32_t id)
{
	return pool_at(&m->hosts, id);
}

static inline struct conn *model_conn(const struct model *m, uint32_t id)
{
	return pool_at(&m->conns, id);
}

/* The machine that we run on. */
static inline const struct machine *model_machine(const struct model *m)
{
	return m->machine;
}

/* What few hosts have; all zero for the others. */
extern const struct host_proxy host_proxy_none;
extern const struct host_login host_login_none;

static inline const struct host_proxy *model_proxy(const struct model *m, const struct host *h)
{
	return h->proxy == POOL_NONE ? &host_proxy_none : pool_at(&m->proxies, h->proxy);
}

static inline const struct host_login *model_login(const struct model *m, const struct host *h)
{
	return h->login == POOL_NONE ? &host_login_none : pool_at(&m->logins, h->login);
}

/* It has asked over QUIC (HTTP/3) and has no TCP connection: none is missing. */
bool model_is_over_quic(const struct host *h);

/* It asks through a proxy and no socket of its own is known: what it holds open cannot be known. */
bool model_is_remote(const struct model *m, const struct host *h);

/* The id of an address, or POOL_NONE. */
uint32_t model_find_host(const struct model *m, const struct addr *ip);

/* The id of a connection, of one that closed too, or POOL_NONE. */
uint32_t model_find_conn(const struct model *m, const struct tuple *tuple);

/* for (id = model_next_host(m, 0); id != POOL_NONE; id = model_next_host(m, id + 1)) */
static inline uint32_t model_next_host(const struct model *m, uint32_t from)
{
	return pool_next(&m->hosts, from);
}

#define host_for_each_conn(m, h, c) \
	for (const struct conn *c = model_first_conn(m, h); c; c = model_older_conn(m, c))

static inline const struct conn *model_first_conn(const struct model *m, const struct host *h)
{
	return h->first_conn == POOL_NONE ? NULL : model_conn(m, h->first_conn);
}

static inline const struct conn *model_older_conn(const struct model *m, const struct conn *c)
{
	return c->older == POOL_NONE ? NULL : model_conn(m, c->older);
}

/* False while no source of connections has spoken: then counts of them are unknown, not 0. */
bool model_knows_conns(const struct model *m);

/* The same for SYNs: only a probe or a recording tells of them. False again a minute after what
 * counts on demand has stopped. */
bool model_knows_syns(const struct model *m);

/* Some probe tells which address each SYN came from, or will while it matters: when SYN cookies are
 * sent or SYNs dropped. */
bool model_sees_syn_sources(const struct model *m);

/* It does so now. */
bool model_counts_syns(const struct model *m);

/* QUIC packets are counted: by a probe, or in a recording. */
bool model_knows_quic(const struct model *m);

/* Handshakes are seen as they happen only where the kernel reports changes of state. */
bool model_knows_handshakes(const struct model *m);

/* Who is in the logs never connects, and who connects is not in the logs: as when the logs name
 * clients behind a proxy. Never true where short connections are missed. */
bool model_is_uncorrelated(const struct model *m);

/* Some request came through a proxy; some line of SSH was read. */
bool model_knows_proxies(const struct model *m);
bool model_knows_logins(const struct model *m);

/* The process behind a connection, the name of its namespace; NULL when not known. */
const struct label *model_owner(const struct model *m, const struct conn *c);
const struct label *model_netns(const struct model *m, const struct conn *c);

/* The server sees another address than that of the client, whose connection it is (nat.h). */
bool model_conn_is_rewritten(const struct model *m, const struct conn *c);

/* The connection ends at a relay (relays.h), by its owner or, while that is not known, by its port,
 * or its source is rewritten; the host's newest does. No log has a line of it under this address.
 */
bool model_conn_is_relayed(const struct model *m, const struct conn *c);
bool model_is_behind_relay(const struct model *m, const struct host *h);

/* The history is asked about newcomers: who is not in `seen` is new. */
bool model_knows_history(const struct model *m);

/* Views leave the address out unless private ones were asked for. Of a host, is_private says so. */
bool model_hides(const struct model *m, const struct addr *ip);

/* Who an address is registered to, or why that is not known (its note is set); NULL while nobody
 * has answered. The name of an address; NULL likewise. */
const struct registration *model_registration(const struct model *m, const struct addr *ip);
const struct address_name *model_address_name(const struct model *m, const struct addr *ip);

#endif
