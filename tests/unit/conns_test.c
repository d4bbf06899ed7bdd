// SPDX-License-Identifier: MIT
/* What a model makes of single connections: how long, how much, and what stays when they end. */
#include "facts.h"

#include "model/sums.h"

static struct model *small(uint32_t conns, uint32_t closed)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;

	limits.hosts = 64;
	limits.conns = conns;
	limits.closed = closed;
	limits.journal_bytes = 1u << 18;
	return model_with(&limits);
}

static uint32_t listed(const struct model *m, const char *ip)
{
	uint32_t n = 0;

	host_for_each_conn (m, host_named(m, ip), c)
		n++;
	return n;
}

static void closed_ones_stay_for_a_while(void **state)
{
	struct model *m = small(100, 100);

	(void)state;
	put_conn(m, T0, "8.8.8.8", 1, TCP_ESTABLISHED);
	put_conn(m, T0, "8.8.8.8", 2, TCP_ESTABLISHED);
	put_conn(m, T0 + 3 * SEC, "8.8.8.8", 1, TCP_CLOSE);
	const struct host *h = host_named(m, "8.8.8.8");
	assert_int_equal(h->tcp.conns, 1);
	assert_int_equal(h->closed, 1);
	assert_int_equal(h->tcp.states[TCP_ESTABLISHED], 1);
	assert_int_equal(h->tcp.states[TCP_CLOSE], 0);
	assert_int_equal(model_sum(m, false).conns, 1);
	assert_int_equal(listed(m, "8.8.8.8"), 2);
	host_for_each_conn (m, h, c) {
		assert_int_equal(conn_is_closed(c), c->port == 1);
		if (conn_is_closed(c))
			assert_int_equal(conn_age(c, m->now + 5 * SEC), 3 * SEC);
	}
	put_tick(m, T0 + 12 * SEC);
	assert_int_equal(h->closed, 1);
	uint64_t version = m->version;
	put_tick(m, T0 + 13 * SEC);
	assert_int_equal(h->closed, 0);
	assert_int_equal(listed(m, "8.8.8.8"), 1);
	assert_true(m->version > version);
	model_free(m);
}

static void the_same_tuple_again_is_a_new_connection(void **state)
{
	struct model *m = small(100, 100);

	(void)state;
	struct event e = conn_event(T0, "8.8.8.8", 1, TCP_ESTABLISHED);
	e.conn.rx = 1000;
	model_apply(m, &e);
	put_conn(m, T0 + SEC, "8.8.8.8", 1, TCP_CLOSE);
	put_conn(m, T0 + SEC, "8.8.8.8", 1, TCP_CLOSE); /* twice does no harm */
	put_conn(m, T0 + 2 * SEC, "8.8.8.8", 1, TCP_ESTABLISHED);
	const struct host *h = host_named(m, "8.8.8.8");
	assert_int_equal(h->tcp.conns, 1);
	assert_int_equal(h->closed, 0);
	assert_int_equal(listed(m, "8.8.8.8"), 1);
	const struct conn *c = model_first_conn(m, h);
	assert_true(c->rx == ABSENT && !conn_is_closed(c));
	assert_int_equal(c->first_seen, T0 + 2 * SEC);
	assert_int_equal(h->tcp.rx, 1000); /* what went over the wire went over the wire */
	assert_int_equal(m->conns.live, 1);
	model_free(m);
}

/* Listings tell of queues, moves do not: then all stays as it was. */
static void queues_outlast_what_does_not_tell_of_them(void **state)
{
	struct model *m = small(100, 100);
	struct event e = conn_event(T0, "8.8.8.8", 1, TCP_ESTABLISHED);

	(void)state;
	model_apply(m, &e);
	const struct conn *c = model_first_conn(m, host_of(m, "8.8.8.8"));
	assert_true(c->txq == CONN_ABSENT && c->rxq == CONN_ABSENT && c->limited_us == ABSENT);
	e = conn_event(T0 + SEC, "8.8.8.8", 1, TCP_ESTABLISHED);
	e.conn.txq = 5000;
	e.conn.rxq = 3;
	e.conn.limited_us = 70;
	model_apply(m, &e);
	put_conn(m, T0 + 2 * SEC, "8.8.8.8", 1, TCP_FIN_WAIT1);
	assert_int_equal(c->txq, 5000);
	assert_int_equal(c->rxq, 3);
	assert_int_equal(c->limited_us, 70);
	assert_int_equal(c->txq_since, T0 + SEC);
	/* /proc/net/tcp knows the queues only. */
	e = conn_event(T0 + 3 * SEC, "8.8.8.8", 1, TCP_FIN_WAIT1);
	e.conn.txq = UINT64_MAX - 1;
	e.conn.rxq = 0;
	model_apply(m, &e);
	assert_int_equal(c->txq, CONN_ABSENT - 1);
	assert_int_equal(c->rxq, 0);
	assert_int_equal(c->limited_us, 70);
	assert_int_equal(c->txq_since, T0 + SEC);
	e.conn.txq = 0;
	model_apply(m, &e);
	assert_int_equal(c->txq, 0);
	assert_int_equal(c->txq_since, 0);
	model_free(m);
}

/* As of when its rows are, however late it is told. */
static void full_listings_say_as_of_when(void **state)
{
	struct model *m = small(100, 100);
	struct event e = event_make(EVENT_LISTING, T0 + SEC);

	(void)state;
	put_tick(m, T0 + 3 * SEC);
	uint64_t version = m->version;
	e.listing.ns = 7;
	model_apply(m, &e);
	assert_int_equal(machine_as_of(model_machine(m), 7), 0);
	e.listing.full = true;
	model_apply(m, &e);
	assert_int_equal(machine_as_of(model_machine(m), 7), T0 + SEC);
	assert_int_equal(machine_as_of(model_machine(m), 8), 0);
	assert_int_equal(m->version, version);
	model_free(m);
}

static void the_closed_never_keep_the_living_out(void **state)
{
	struct model *m = small(32, 32);

	(void)state;
	for (uint16_t p = 0; p < 32; p++) {
		put_conn(m, T0 + p, "8.8.8.8", p, TCP_ESTABLISHED);
		put_conn(m, T0 + p, "8.8.8.8", p, TCP_CLOSE);
	}
	assert_int_equal(m->conns.live, 32);
	for (uint16_t p = 100; p < 132; p++) {
		put_conn(m, T0 + SEC, "9.9.9.9", p, TCP_ESTABLISHED);
		/* The oldest went first. */
		host_for_each_conn (m, host_of(m, "8.8.8.8"), c)
			assert_true(c->port > p - 100);
	}
	assert_int_equal(model_machine(m)->lost, 0);
	assert_int_equal(host_of(m, "8.8.8.8")->closed, 0);
	assert_int_equal(host_of(m, "9.9.9.9")->tcp.conns, 32);
	put_conn(m, T0 + SEC, "9.9.9.9", 999, TCP_ESTABLISHED);
	assert_int_equal(model_machine(m)->lost, 1);
	model_free(m);
}

static void few_or_no_closed_ones(void **state)
{
	(void)state;
	for (uint32_t most = 0; most < 4; most++) {
		struct model *m = small(100, most);
		for (uint16_t p = 0; p < 10; p++) {
			put_conn(m, T0 + p, "8.8.8.8", p, TCP_ESTABLISHED);
			put_conn(m, T0 + p, "8.8.8.8", p, TCP_CLOSE);
		}
		assert_int_equal(m->conns.live, most);
		assert_int_equal(m->closed_count, most);
		assert_int_equal(listed(m, "8.8.8.8"), most);
		model_free(m);
	}
}

/* A host that goes takes its closed connections along. */
static void hosts_go_with_what_closed(void **state)
{
	struct model *m = small(100, 100);
	char ip[32];

	(void)state;
	for (unsigned i = 0; i < 200; i++) {
		snprintf(ip, sizeof ip, "8.8.%u.1", i);
		put_conn(m, T0 + i, ip, 1, TCP_ESTABLISHED);
		put_conn(m, T0 + i, ip, 1, TCP_CLOSE);
	}
	assert_int_equal(m->hosts.live, 64);
	assert_int_equal(m->conns.live, 64);
	assert_int_equal(m->closed_count, 64);
	assert_int_equal(model_machine(m)->lost, 0);
	put_tick(m, T0 + 20 * SEC);
	assert_int_equal(m->conns.live, 0);
	model_free(m);
}

static void bytes_are_summed(void **state)
{
	struct model *m = small(100, 100);
	struct event e = conn_event(T0, "8.8.8.8", 1, TCP_ESTABLISHED);

	(void)state;
	model_apply(m, &e);
	const struct host *h = host_named(m, "8.8.8.8");
	assert_non_null(h);
	assert_true(h->tcp.rx == ABSENT && h->tcp.tx == ABSENT && h->tcp.segs == ABSENT);
	e.conn.rx = 0; /* known now, and nothing yet */
	model_apply(m, &e);
	assert_int_equal(h->tcp.rx, 0);
	assert_true(h->tcp.tx == ABSENT);
	e.conn.rx = 700;
	e.conn.tx = 50;
	model_apply(m, &e);
	e.conn.rx = 300; /* an older word comes late */
	e.conn.tx = ABSENT;
	model_apply(m, &e);
	assert_int_equal(h->tcp.rx, 700);
	assert_int_equal(h->tcp.tx, 50);
	assert_int_equal(model_first_conn(m, h)->rx, 700);
	e = conn_event(T0 + SEC, "8.8.8.8", 2, TCP_ESTABLISHED);
	e.conn.rx = 1000;
	model_apply(m, &e);
	e = conn_event(T0 + SEC, "8.8.8.8", 1, TCP_CLOSE); /* the last word */
	e.conn.rx = 750;
	e.conn.tx = 60;
	model_apply(m, &e);
	assert_int_equal(h->tcp.rx, 1750);
	assert_int_equal(h->tcp.tx, 60);
	model_free(m);
}

static void segments_and_round_trips(void **state)
{
	struct model *m = small(100, 100);
	struct event e = conn_event(T0, "8.8.8.8", 1, TCP_ESTABLISHED);

	(void)state;
	e.conn.rtt_us = 8000;
	e.conn.segs = 100;
	e.conn.retrans = 5;
	model_apply(m, &e);
	const struct host *h = host_named(m, "8.8.8.8");
	assert_non_null(h);
	assert_int_equal(h->rtt_us, 8000);
	e.conn.port = 2;
	e.conn.rtt_us = 16000;
	model_apply(m, &e);
	assert_int_equal(h->rtt_us, 9000);
	assert_int_equal(h->tcp.segs, 200);
	assert_int_equal(h->tcp.retrans, 10);
	e.conn.rtt_us = 0; /* not measured is no round trip of none */
	model_apply(m, &e);
	e.conn.rtt_us = ABSENT;
	model_apply(m, &e);
	assert_int_equal(h->rtt_us, 9000);
	assert_int_equal(model_first_conn(m, h)->rtt_us, 16000);
	for (int i = 0; i < 1000; i++) {
		e.conn.rtt_us = UINT64_C(1) << 40; /* absurd, and it must not wrap */
		model_apply(m, &e);
	}
	assert_true(h->rtt_us > 4000000000u);
	model_free(m);
}

static void handshakes_are_counted_once(void **state)
{
	struct model *m = small(100, 100);
	const char *ip = "8.8.8.8";

	(void)state;
	put_conn(m, T0, ip, 1, TCP_SYN_RECV);
	put_conn(m, T0 + 1, ip, 1, TCP_ESTABLISHED);
	put_conn(m, T0 + 1, ip, 1, TCP_ESTABLISHED);
	put_conn(m, T0 + 2, ip, 1, TCP_CLOSE_WAIT);
	const struct host *h = host_named(m, ip);
	assert_int_equal(h->tcp.handshakes, 1);
	assert_true(model_first_conn(m, h)->answered);
	struct event e = conn_event(T0, ip, 2, TCP_ESTABLISHED); /* the half-open one was missed */
	e.conn.was = TCP_SYN_RECV;
	model_apply(m, &e);
	assert_int_equal(h->tcp.handshakes, 2);
	put_conn(m, T0, ip, 3, TCP_SYN_RECV); /* never answered */
	put_conn(m, T0, ip, 3, TCP_CLOSE);
	put_conn(m, T0, ip, 4, TCP_ESTABLISHED); /* was there before */
	e = conn_event(T0, ip, 5, TCP_SYN_RECV); /* this host's own: simultaneous open */
	e.conn.dir = DIR_OUT;
	model_apply(m, &e);
	put_conn(m, T0, ip, 5, TCP_ESTABLISHED);
	put_conn(m, T0, ip, 6, TCP_SYN_RECV);
	put_conn(m, T0, ip, 6, TCP_TIME_WAIT); /* short, but it was one */
	assert_int_equal(h->tcp.handshakes, 3);
	assert_int_equal(model_sum(m, false).handshakes, 3);
	model_free(m);
}

static void time_held_adds_up(void **state)
{
	struct model *m = small(100, 100);
	const char *ip = "8.8.8.8";

	(void)state;
	put_conn(m, T0, ip, 1, TCP_SYN_RECV);
	const struct host *h = host_named(m, ip);
	put_tick(m, T0 + 10 * SEC);
	assert_int_equal(host_held(h, m->now), 0); /* half-open holds nothing */
	put_conn(m, T0 + 10 * SEC, ip, 1, TCP_ESTABLISHED);
	put_conn(m, T0 + 12 * SEC, ip, 2, TCP_ESTABLISHED);
	put_tick(m, T0 + 20 * SEC);
	assert_int_equal(host_held(h, m->now), 18 * SEC);
	put_conn(m, T0 + 20 * SEC, ip, 1, TCP_CLOSE_WAIT);
	put_conn(m, T0 + 30 * SEC, ip, 1, TCP_CLOSE);
	put_conn(m, T0 + 30 * SEC, ip, 2, TCP_TIME_WAIT);
	put_tick(m, T0 + 90 * SEC);
	assert_int_equal(host_held(h, m->now), 38 * SEC);
	put_conn(m, T0 + 90 * SEC, ip, 2, TCP_CLOSE);
	assert_int_equal(host_held(h, m->now), 38 * SEC);
	assert_int_equal(h->tcp.holding, 0);
	model_free(m);
}

/* Whatever order the facts come in, the accounts close. */
static void any_order(void **state)
{
	struct model *m = small(48, 16);
	uint64_t x = 88172645463325252u;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		char ip[32];
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		snprintf(ip, sizeof ip, "8.8.%u.%u", (unsigned)(x % 9), (unsigned)(x >> 8 & 7));
		struct event e = conn_event(T0 + i * SEC / 50, ip, (uint16_t)(x >> 16 & 3),
			(enum tcp_state)((x >> 24) % (TCP_STATES + 1)));
		e.conn.rx = x >> 32 & 0xff;
		model_apply(m, &e);
		if (x >> 40 & 1)
			put_tick(m, e.ts);
	}
	uint32_t conns = 0, closed = 0, half_open = 0;
	for (uint32_t id = model_next_host(m, 0); id != POOL_NONE;
		id = model_next_host(m, id + 1)) {
		const struct host *h = model_host(m, id);
		uint32_t live = 0, dead = 0, held = 0;
		host_for_each_conn (m, h, c) {
			live += !conn_is_closed(c);
			dead += conn_is_closed(c);
			held += c->held_from != 0;
		}
		assert_int_equal(h->tcp.conns, live);
		assert_int_equal(h->closed, dead);
		assert_int_equal(h->tcp.holding, held);
		conns += live;
		closed += dead;
		half_open += host_half_open(h);
	}
	assert_int_equal(model_sum(m, true).conns, conns);
	assert_int_equal(model_sum(m, true).half_open, half_open);
	assert_int_equal(m->closed_count, closed);
	assert_int_equal(m->conns.live, conns + closed);
	uint32_t net_conns = 0, net_half_open = 0, net_hosts = 0;
	for (uint32_t id = pool_next(&m->networks.pool, 0); id != POOL_NONE;
		id = pool_next(&m->networks.pool, id + 1)) {
		net_conns += network_at(&m->networks, id)->tcp.conns;
		net_half_open += tcp_tally_half_open(&network_at(&m->networks, id)->tcp);
		net_hosts += network_at(&m->networks, id)->hosts;
	}
	assert_int_equal(net_conns, conns);
	assert_int_equal(net_half_open, half_open);
	assert_int_equal(net_hosts, m->hosts.live);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closed_ones_stay_for_a_while),
		cmocka_unit_test(the_same_tuple_again_is_a_new_connection),
		cmocka_unit_test(queues_outlast_what_does_not_tell_of_them),
		cmocka_unit_test(full_listings_say_as_of_when),
		cmocka_unit_test(the_closed_never_keep_the_living_out),
		cmocka_unit_test(few_or_no_closed_ones),
		cmocka_unit_test(hosts_go_with_what_closed),
		cmocka_unit_test(bytes_are_summed),
		cmocka_unit_test(segments_and_round_trips),
		cmocka_unit_test(handshakes_are_counted_once),
		cmocka_unit_test(time_held_adds_up),
		cmocka_unit_test(any_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
