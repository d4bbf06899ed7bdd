/* SPDX-License-Identifier: MIT
 * Facts for a model under test: events in one line each. */
#ifndef NG_TESTS_FACTS_H
#define NG_TESTS_FACTS_H

#include "unit.h"

#include "model/model.h"

#define T0  (INT64_C(1795335400) * USEC_PER_SEC)
#define SEC USEC_PER_SEC

static inline struct model *model_with(const struct model_limits *limits)
{
	struct model *m = model_new(limits);
	struct event e = event_make(EVENT_SOURCE, T0);

	assert_non_null(m);
	e.source.source = STR_LIT("ebpf");
	e.source.sees = CAN_SEE_CONNS | CAN_SEE_HANDSHAKES;
	model_apply(m, &e);
	return m;
}

/* A connection to 192.0.2.1:443, to be filled in further. */
static inline struct event conn_event(
	usec_t ts, const char *ip, uint16_t port, enum tcp_state state)
{
	struct event e = event_make(EVENT_CONN, ts);

	e.conn.ip = ip_of(ip);
	e.conn.lip = ip_of("192.0.2.1");
	e.conn.port = port;
	e.conn.lport = 443;
	e.conn.state = (uint8_t)state;
	return e;
}

static inline void put_conn(
	struct model *m, usec_t ts, const char *ip, uint16_t port, enum tcp_state state)
{
	struct event e = conn_event(ts, ip, port, state);

	model_apply(m, &e);
}

static inline void put_syns(struct model *m, usec_t ts, const struct addr *ip, uint64_t n)
{
	struct event e = event_make(EVENT_SYN, ts);

	e.syn.ip = *ip;
	e.syn.n = n;
	model_apply(m, &e);
}

static inline void put_request(struct model *m, usec_t ts, const char *ip)
{
	struct event e = event_make(EVENT_REQUEST, ts);

	e.request.ip = ip_of(ip);
	e.request.path = STR_LIT("/");
	model_apply(m, &e);
}

static inline void put_tick(struct model *m, usec_t ts)
{
	struct event e = event_make(EVENT_TICK, ts);

	model_apply(m, &e);
}

static inline const struct host *host_named(const struct model *m, const char *ip)
{
	struct addr a = ip_of(ip);
	uint32_t id = model_find_host(m, &a);

	return id == POOL_NONE ? NULL : model_host(m, id);
}

/* One that must be there; it is not where memory was refused. */
static inline const struct host *host_of(const struct model *m, const char *ip)
{
	const struct host *h = host_named(m, ip);

	assert_non_null(h);
	return h;
}

#endif
