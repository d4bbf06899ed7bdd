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

#include "base/index.h"
#include "base/pool.h"
#include "event/event.h"
#include "model/conn.h"
#include "model/enricher.h"
#include "model/geo.h"
#include "model/host.h"
#include "model/journal.h"
#include "model/labels.h"
#include "model/network.h"
#include "model/registry.h"
#include "model/tcp_stats.h"
#include "model/window.h"

#define MODEL_NAME_MAX      256
#define MODEL_WORD_MAX      64
#define MODEL_NEWCOMERS_MAX 4

struct model_limits {
	uint32_t hosts;         /* most addresses; the lightest goes first */
	uint32_t conns;         /* most connections; new ones are counted as lost */
	uint32_t closed;        /* of these, most that closed and are still shown */
	uint32_t idle_networks; /* most networks that are kept without a host */
	uint32_t owners, netns; /* most names of processes and of network namespaces */
	uint32_t places;        /* most cities, and most autonomous systems */
	size_t journal_bytes;   /* memory for the latest requests */
	usec_t idle_after;      /* a host without a connection is forgotten after this long */
	usec_t closed_for;      /* how long a connection that closed is shown */
};

#define MODEL_LIMITS_DEFAULT                      \
	((struct model_limits){                   \
		.hosts = 1u << 18,                \
		.conns = 1u << 18,                \
		.closed = 1u << 16,               \
		.idle_networks = 1u << 14,        \
		.owners = 1u << 16,               \
		.netns = 1u << 12,                \
		.places = 1u << 17,               \
		.journal_bytes = 8u << 20,        \
		.idle_after = 300 * USEC_PER_SEC, \
		.closed_for = 10 * USEC_PER_SEC,  \
	})

/* Sums over all hosts that ever were (requests, bytes, handshakes, SYNs) or are now (the rest). */
struct totals {
	uint64_t requests, bytes, handshakes;
	uint64_t auth_failed, auth_accepted;
	uint64_t host_syns, net_syns; /* SYNs, counted by address and by network */
	uint64_t conns, ips;
	uint64_t states[TCP_STATES];
	struct window rate;     /* requests */
	struct window arrivals; /* addresses seen for the first time */
	struct window host_syn_rate, net_syn_rate;
};

struct model_log {
	char name[MODEL_NAME_MAX];
	uint8_t state; /* enum log_state */
	uint64_t lines, rejected, ignored, skipped;
	uint64_t rotated, lag; /* ABSENT when a recording of before does not say */
	char sample[MODEL_NAME_MAX], note[MODEL_NAME_MAX];
	char format[MODEL_WORD_MAX], buffered[MODEL_WORD_MAX];
};

/* How well logs and connections fit together, as the last sweep found it. */
struct correlation {
	/* Addresses with a request in the last minute; of these, who never had a socket here and
	 * came through no peer that is known. */
	uint32_t clients, alone;
	/* Established connections that their peers opened; of these, whose peers have no line. */
	uint64_t conns, silent;
};

struct model {
	struct model_limits limits;
	usec_t started, now; /* times of the first and of the latest event */
	uint64_t version;    /* grows whenever something that a view can show has changed */

	/* Hosts that the latest event made; those that it made and then threw out included. */
	struct addr newcomers[MODEL_NEWCOMERS_MAX];
	uint32_t newcomer_count;

	struct pool hosts, conns; /* struct host, struct conn */
	struct pool mores;        /* struct host_more */
	struct index host_index, conn_index;
	uint32_t closed_newest, closed_oldest, closed_count; /* connections that closed */
	struct networks networks;
	struct labels owners, netns; /* by inode of the socket, of the namespace */
	struct geo geo;
	struct tcp_stats tcp_stats;
	struct registry registry; /* what look-ups brought */
	struct journal journal;

	/* [0] public addresses, [1] private ones: views add up what they show. */
	struct totals totals[2];
	uint64_t unaddressed; /* requests whose line names no address */
	uint64_t forwarded;   /* requests that came through a peer which is not their client */

	struct model_log logs[EVENT_LOGS_MAX];
	uint32_t log_count;
	struct enrichers enrichers;
	char source[16];             /* "ebpf", "proc", "none"; empty before the first word of it */
	char probes[256];            /* space-separated */
	char note[MODEL_NAME_MAX];   /* why a better source is not in use */
	char notice[MODEL_NAME_MAX]; /* the latest word to the operator; empty: none */
	char machine_name[64];       /* of the machine that was observed */
	int recorded_show_private;   /* 1, 0, or -1 when no start record said */

	struct correlation correlation;
	bool syns_told;   /* some source counts SYNs */
	bool logins_told; /* some line of SSH was read */
	bool ports_told;  /* some log names the peer's port: requests of one connection are known */
	uint64_t missed;  /* moves hidden by interrupts, likewise made good; not in `lost` */
	uint64_t lost_ring; /* of `lost`, records of the kernel that a listing made good for */
	uint64_t lost;      /* kernel records and connections that never made it into the model */
	uint64_t evicted;   /* hosts that went because the table was full */
};

/* NULL when memory is out. */
struct model *model_new(const struct model_limits *limits);
void model_free(struct model *m);

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

/* What few hosts have; all zero for the others. */
extern const struct host_more host_more_none;

static inline const struct host_more *model_more(const struct model *m, const struct host *h)
{
	return h->more == POOL_NONE ? &host_more_none : pool_at(&m->mores, h->more);
}

/* It asks through a proxy and no socket of its own is known: what it holds open cannot be known. */
bool model_is_remote(const struct model *m, const struct host *h);

/* The id of an address, or POOL_NONE. */
uint32_t model_find_host(const struct model *m, const struct addr *ip);

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

/* The same for SYNs: only a probe or a recording tells of them. */
bool model_knows_syns(const struct model *m);

/* Some probe tells which address each SYN came from. */
bool model_sees_syn_sources(const struct model *m);

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

/* Who an address is registered to, or why that is not known (its note is set); NULL while nobody
 * has answered. The name of an address; NULL likewise. */
const struct registration *model_registration(const struct model *m, const struct addr *ip);
const struct address_name *model_address_name(const struct model *m, const struct addr *ip);

/* What a view that shows private addresses or not adds up to. */
struct model_sums {
	uint64_t requests, bytes, conns, half_open, established, ips, handshakes, syns;
	uint64_t auth_failed, auth_accepted;
	double syns_per_sec, syns_per_min;
	double requests_per_sec, requests_per_min, arrivals_per_sec;
	uint64_t log_lines, log_rejected, log_ignored, log_skipped, log_lag;
};

struct model_sums model_sum(const struct model *m, bool show_private);

/* True when some sliding rate is still above zero, so that time alone changes the screen. */
bool model_is_decaying(const struct model *m);

#endif
