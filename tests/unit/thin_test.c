// SPDX-License-Identifier: MIT
/* A flood is thinned, and what a replay makes of it comes to the same. */
#include "model/sums.h"
#include "record/thin.h"

#include "facts.h"

#define MOST 50

/* One model has all, the other what is recorded. */
static struct model *whole, *replayed;
static struct thin thin;
static uint64_t moves, most_moves, counts, most_counts, waited;

static void put(struct event_sink *sink, const struct event *e)
{
	(void)sink;
	moves += e->kind == EVENT_CONN;
	counts += e->kind == EVENT_CONNS;
	model_apply(replayed, e);
}

static struct event_sink out = {.put = put};

static void note_waited(void *ctx, const struct addr *ip, usec_t since, struct event_sink *sink)
{
	assert_ptr_equal(ctx, &waited);
	assert_ptr_equal(sink, &out);
	assert_false(addr_is_unset(ip));
	assert_true(since >= T0);
	waited++;
}

static void see(const struct event *e)
{
	uint64_t before = moves;

	model_apply(whole, e);
	thin_take(&thin, e, whole->conn_made);
	if (e->kind != EVENT_TICK)
		return;
	/* What waited is of the second that begins. */
	most_moves = before > most_moves ? before : most_moves;
	most_counts = counts > most_counts ? counts : most_counts;
	moves -= before;
	counts = 0;
}

static void begin_with(uint64_t most)
{
	whole = model_with(&MODEL_LIMITS_DEFAULT);
	replayed = model_with(&MODEL_LIMITS_DEFAULT);
	moves = most_moves = counts = most_counts = waited = 0;
	thin_init(&thin, &(struct thin_options){
				 .most = most, .out = &out, .waited = note_waited, .ctx = &waited});
}

static int begin(void **state)
{
	(void)state;
	begin_with(MOST);
	return 0;
}

static int end(void **state)
{
	(void)state;
	thin_done(&thin);
	model_free(whole);
	model_free(replayed);
	whole = replayed = NULL;
	return 0;
}

/* The n-th connection of this host. */
static struct event move(usec_t ts, unsigned host, unsigned n, uint8_t was, uint8_t to)
{
	struct event e = event_make(EVENT_CONN, ts);
	char ip[32];

	snprintf(ip, sizeof ip, "203.%u.%u.%u", host >> 16 & 255, host >> 8 & 255, host & 255);
	e.conn.ip = ip_of(ip);
	e.conn.lip = ip_of("192.0.2.1");
	e.conn.port = (uint16_t)(1024 + n);
	e.conn.lport = n % 2 ? 443 : 80;
	e.conn.dir = DIR_IN;
	e.conn.was = was;
	e.conn.state = to;
	return e;
}

static void see_move(usec_t ts, unsigned host, unsigned n, uint8_t was, uint8_t to)
{
	struct event e = move(ts, host, n, was, to);

	if (to == TCP_CLOSE) {
		e.conn.rx = 300 + n;
		e.conn.tx = 5000;
		e.conn.segs = 7;
		e.conn.retrans = n % 3 == 0;
	}
	see(&e);
}

static void tick(usec_t ts)
{
	struct event e = event_make(EVENT_TICK, ts);

	see(&e);
}

static void see_life(usec_t ts, unsigned host, unsigned n)
{
	see_move(ts, host, n, TCP_SYN_RECV, TCP_ESTABLISHED);
	see_move(ts + 1000, host, n, TCP_ESTABLISHED, TCP_CLOSE_WAIT);
	see_move(ts + 2000, host, n, TCP_CLOSE_WAIT, TCP_LAST_ACK);
	see_move(ts + 3000, host, n, TCP_LAST_ACK, TCP_CLOSE);
}

static void assert_same_tally(const struct tcp_tally *a, const struct tcp_tally *b)
{
	assert_int_equal(a->handshakes, b->handshakes);
	assert_int_equal(a->conns, b->conns);
	assert_memory_equal(a->states, b->states, sizeof a->states);
	assert_int_equal(a->rx, b->rx);
	assert_int_equal(a->tx, b->tx);
	assert_int_equal(a->segs, b->segs);
	assert_int_equal(a->retrans, b->retrans);
}

/* Of every host, and of the machine. */
static void assert_same(void)
{
	uint32_t id = model_next_host(whole, 0), hosts = 0;

	for (; id != POOL_NONE; id = model_next_host(whole, id + 1), hosts++) {
		const struct host *a = model_host(whole, id);
		uint32_t other = model_find_host(replayed, &a->ip);
		assert_int_not_equal(other, POOL_NONE);
		assert_same_tally(&a->tcp, &model_host(replayed, other)->tcp);
	}
	assert_int_equal(replayed->hosts.live, hosts);
	assert_same_tally(
		&model_machine(whole)->totals[0].tcp, &model_machine(replayed)->totals[0].tcp);
	assert_int_equal(model_sum(whole, true).handshakes, model_sum(replayed, true).handshakes);
}

static void a_flood_of_short_ones_becomes_counts(void **state)
{
	(void)state;
	for (unsigned second = 0; second < 5; second++) {
		for (unsigned i = 0; i < 2000; i++)
			see_life(T0 + second * SEC + i * 100, i % 7, second * 2000 + i);
		tick(T0 + (second + 1) * SEC);
	}
	assert_true(most_moves <= MOST);
	assert_true(most_counts <= 14); /* by address and port */
	assert_true(thin.conns > 9500);
	assert_true(thin.moves > 38000);
	thin_flush(&thin, T0 + 6 * SEC);
	assert_same();
	assert_true(waited > 0);
}

static void what_is_held_is_told_in_its_turn(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 500; i++)
		see_move(T0 + i, 1, i, TCP_SYN_RECV, TCP_ESTABLISHED);
	assert_int_equal(host_of(replayed, "203.0.0.1")->tcp.conns, MOST);
	for (unsigned second = 1; second <= 9; second++) {
		tick(T0 + second * SEC);
		assert_int_equal(host_of(replayed, "203.0.0.1")->tcp.conns, (second + 1) * MOST);
	}
	assert_same();
	for (unsigned i = 0; i < 500; i++)
		see_move(T0 + 10 * SEC, 1, i, TCP_ESTABLISHED, TCP_CLOSE);
	for (unsigned second = 11; second < 25; second++)
		tick(T0 + second * SEC);
	assert_true(most_moves <= MOST);
	assert_same();
	assert_int_equal(thin.conns, 0);
}

/* Below the bound nothing is delayed, nor changed. */
static void a_quiet_second_passes(void **state)
{
	(void)state;
	for (unsigned i = 0; i < MOST / 4; i++) {
		see_life(T0 + i * 10000, i, i);
		assert_int_equal(moves, 4 * (i + 1));
	}
	tick(T0 + SEC);
	assert_int_equal(counts + most_counts, 0);
	assert_int_equal(thin.moves, 0);
	assert_same();
	see_life(T0 + SEC, 1, 1);
	assert_int_equal(moves, 4);
}

static void half_open_ones_that_end_are_counted(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		see_move(T0 + i, i, 1, TCP_STATE_NONE, TCP_SYN_RECV);
	for (unsigned i = 0; i < 1000; i++)
		see_move(T0 + 1000 + i, i, 1, TCP_SYN_RECV, TCP_CLOSE);
	tick(T0 + SEC);
	for (unsigned second = 2; second < 10; second++)
		tick(T0 + second * SEC);
	assert_true(most_moves <= MOST);
	assert_int_equal(model_sum(replayed, true).handshakes, 0);
	assert_int_equal(model_sum(replayed, true).half_open, 0);
	assert_same();
}

static void many_addresses_become_networks(void **state)
{
	(void)state;
	/* 3000 addresses in 12 networks, then as many networks again as there is room for. */
	for (unsigned i = 0; i < 3000; i++)
		see_life(T0 + i, i, 2);
	for (unsigned i = 0; i < 3000; i++)
		see_life(T0 + 5000 + i, 4096 + i * 256, 2);
	tick(T0 + SEC);
	assert_true(most_counts <= 2 * THIN_COUNTS_MAX + 1);
	for (unsigned second = 2; second < 5; second++)
		tick(T0 + second * SEC);
	assert_int_equal(model_sum(whole, true).handshakes, model_sum(replayed, true).handshakes);
	assert_same_tally(
		&model_machine(whole)->totals[0].tcp, &model_machine(replayed)->totals[0].tcp);
	assert_int_equal(model_machine(replayed)->lost, 0);
}

/* Each has a port of its own here, and takes no place from those that come to a service. */
static void those_that_we_open_are_one_count(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4000; i++) {
		struct event e = move(T0 + i, 1, i, TCP_SYN_SENT, TCP_ESTABLISHED);
		e.conn.dir = DIR_OUT;
		e.conn.lport = (uint16_t)(10000 + i);
		e.conn.port = 443;
		see(&e);
		e.conn.was = TCP_ESTABLISHED;
		e.conn.state = TCP_CLOSE;
		see(&e);
	}
	for (unsigned i = 0; i < 1000; i++)
		see_life(T0 + 5000 + i, i, 2);
	tick(T0 + SEC);
	assert_in_range(most_counts, 1, 1001);
	tick(T0 + 2 * SEC);
	assert_same();
}

static void a_tuple_is_used_again(void **state)
{
	(void)state;
	for (unsigned i = 0; i < MOST; i++)
		see_move(T0, 9, i, TCP_SYN_RECV, TCP_ESTABLISHED);
	for (int round = 0; round < 20; round++)
		for (unsigned i = 0; i < MOST; i++) {
			see_move(T0 + 1, 9, i, TCP_ESTABLISHED, TCP_CLOSE);
			see_move(T0 + 1, 9, i, TCP_SYN_RECV, TCP_ESTABLISHED);
		}
	for (unsigned second = 1; second < 5; second++)
		tick(T0 + second * SEC);
	assert_same();
	assert_int_equal(host_of(replayed, "203.0.0.9")->tcp.handshakes, 21 * MOST);
}

static void a_picture_tells_of_all(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2 * MOST; i++)
		see_move(T0, 9, i, TCP_SYN_RECV, TCP_ESTABLISHED);
	assert_int_equal(thin.waiting.live, MOST);
	thin_forget(&thin);
	assert_int_equal(thin.waiting.live, 0);
	/* What ends now is in the picture: its end is told. */
	tick(T0 + SEC);
	see_move(T0 + SEC, 9, MOST + 1, TCP_ESTABLISHED, TCP_CLOSE);
	assert_int_equal(moves, 1);
}

static void no_bound_is_no_bound(void **state)
{
	(void)state;
	begin_with(0);
	for (unsigned i = 0; i < 1000; i++)
		see_life(T0, 1, i);
	assert_int_equal(moves, 4000);
	assert_same();
}

static uint64_t chance = 1;

static unsigned draw(unsigned below)
{
	chance = chance * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (unsigned)(chance >> 33) % below;
}

/* Random lives of 300 tuples of five hosts: some are listed late, some never end. */
static void whatever_happens_comes_to_the_same(void **state)
{
	static const uint8_t path[] = {TCP_CLOSE, TCP_SYN_RECV, TCP_ESTABLISHED, TCP_FIN_WAIT1,
		TCP_FIN_WAIT2, TCP_TIME_WAIT, TCP_CLOSE};
	uint8_t at[300] = {0};
	usec_t ts = T0;

	(void)state;
	for (unsigned i = 0; i < 60000; i++) {
		unsigned n = draw(ARRAY_LEN(at)), step = 1 + draw(2);
		uint8_t was = path[at[n]];
		ts += draw(2000);
		at[n] = (uint8_t)(at[n] + step);
		if (at[n] >= ARRAY_LEN(path))
			at[n] = ARRAY_LEN(path) - 1;
		see_move(ts, n % 5, n, was == TCP_CLOSE ? TCP_STATE_NONE : was, path[at[n]]);
		if (path[at[n]] == TCP_CLOSE)
			at[n] = 0;
		if (i % 700 == 0)
			tick(ts);
	}
	thin_flush(&thin, ts);
	assert_true(thin.conns > 1000);
	assert_same();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_flood_of_short_ones_becomes_counts, begin, end),
		cmocka_unit_test_setup_teardown(what_is_held_is_told_in_its_turn, begin, end),
		cmocka_unit_test_setup_teardown(a_quiet_second_passes, begin, end),
		cmocka_unit_test_setup_teardown(half_open_ones_that_end_are_counted, begin, end),
		cmocka_unit_test_setup_teardown(many_addresses_become_networks, begin, end),
		cmocka_unit_test_setup_teardown(those_that_we_open_are_one_count, begin, end),
		cmocka_unit_test_setup_teardown(a_tuple_is_used_again, begin, end),
		cmocka_unit_test_setup_teardown(a_picture_tells_of_all, begin, end),
		cmocka_unit_test_teardown(no_bound_is_no_bound, end),
		cmocka_unit_test_setup_teardown(whatever_happens_comes_to_the_same, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
