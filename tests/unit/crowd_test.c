// SPDX-License-Identifier: MIT
/* A table of connections that is full: whose make way, in the model and in the kernel's part. */
#include "event/crowd.h"
#include "kernel/socktab.h"
#include "model/sums.h"

#include "facts.h"

#define FULL   1000u
#define OWN    1u /* namespaces */
#define HIS    2u
#define SERVER "192.0.2.1"

static struct model *model;

static int begin(void **state)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;

	(void)state;
	limits.conns = FULL;
	model = model_with(&limits);
	return 0;
}

static int end(void **state)
{
	(void)state;
	model_free(model);
	return 0;
}

/* The n-th of an address: 10.x.y.z, by its number. */
static struct event_conn conn(uint32_t ns, uint32_t host, unsigned n, uint8_t to)
{
	struct event_conn c = {EVENT_CONN_ABSENT};
	char ip[40];

	snprintf(ip, sizeof ip, "10.%u.%u.%u", host >> 16 & 255, host >> 8 & 255, host & 255);
	c.ip = ip_of(ip);
	c.lip = ip_of(SERVER);
	c.ns = ns;
	c.port = (uint16_t)(1024 + n);
	c.lport = 443;
	c.state = to;
	c.dir = DIR_IN;
	return c;
}

static void put(uint32_t ns, uint32_t host, unsigned n, uint8_t to)
{
	struct event e = event_make(EVENT_CONN, T0 + 1);

	e.conn = conn(ns, host, n, to);
	model_apply(model, &e);
}

static uint32_t held_by(uint32_t host)
{
	struct event_conn c = conn(OWN, host, 0, 0);
	uint32_t id = model_find_host(model, &c.ip);

	return id == POOL_NONE ? 0 : model_host(model, id)->tcp.conns;
}

/* Sums stay exact, whoever goes. */
static void assert_sums(void)
{
	uint64_t conns = 0, states[TCP_STATES] = {0};
	const struct tcp_tally *sum = &model_machine(model)->totals[1].tcp;

	for (uint32_t id = pool_next(&model->conns, 0); id != POOL_NONE;
		id = pool_next(&model->conns, id + 1)) {
		conns++;
		states[model_conn(model, id)->state]++;
	}
	assert_true(conns <= FULL);
	assert_int_equal(sum->conns, conns);
	assert_int_equal(sum->holding,
		states[TCP_ESTABLISHED] + states[TCP_FIN_WAIT1] + states[TCP_CLOSE_WAIT]);
	for (int i = TCP_ESTABLISHED; i < TCP_STATES; i++)
		if (i != TCP_CLOSE)
			assert_int_equal(sum->states[i], states[i]);
}

static void one_address_makes_way_for_others(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FULL; i++)
		put(OWN, 7, i, TCP_ESTABLISHED);
	for (unsigned i = 0; i < 200; i++)
		put(OWN, 1000 + 256 * i, 1, TCP_ESTABLISHED);
	for (unsigned i = 0; i < 200; i++)
		assert_int_equal(held_by(1000 + 256 * i), 1);
	assert_int_equal(held_by(7), FULL - 200);
	assert_int_equal(model->conns_evicted, 200);
	assert_int_equal(model_machine(model)->lost, 0);
	assert_sums();
}

static void one_network_makes_way_for_others(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FULL; i++)
		put(OWN, 256 * 9 + i % 250, i / 250, TCP_ESTABLISHED);
	for (unsigned i = 0; i < 100; i++)
		put(OWN, 256 * (100 + i), 1, TCP_ESTABLISHED);
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(held_by(256 * (100 + i)), 1);
	assert_int_equal(model->conns_evicted, 100);
	assert_sums();
}

/* In a namespace of his own he has all addresses there are. */
static void one_namespace_makes_way_for_others(void **state)
{
	unsigned found = 0;

	(void)state;
	for (unsigned i = 0; i < FULL; i++)
		put(HIS, 256 * i, 1, TCP_ESTABLISHED);
	for (unsigned i = 0; i < 300; i++)
		put(OWN, 256 * (5000 + i % 40), i, TCP_ESTABLISHED);
	for (unsigned i = 0; i < 40; i++)
		found += held_by(256 * (5000 + i));
	assert_in_range(found, 280, 300);
	assert_sums();
}

/* Who holds most of it gets no more. */
static void the_crowd_itself_finds_no_place(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 900; i++)
		put(OWN, 7, i, TCP_ESTABLISHED);
	for (unsigned i = 0; i < 100; i++)
		put(OWN, 256 * (100 + i), 1, TCP_ESTABLISHED);
	for (unsigned i = 0; i < 5000; i++)
		put(OWN, 7, 1000 + i, TCP_ESTABLISHED);
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(held_by(256 * (100 + i)), 1);
	assert_int_equal(held_by(7), 900);
	assert_int_equal(model_machine(model)->lost, 5000);
	assert_int_equal(model->conns_evicted, 0);
	assert_sums();
}

static void what_is_over_or_never_was_goes_first(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FULL / 2; i++) {
		put(OWN, 256 * i, 1, TCP_ESTABLISHED);
		put(OWN, 256 * i, 2, i % 2 ? TCP_SYN_RECV : TCP_TIME_WAIT);
	}
	for (unsigned i = 0; i < 100; i++)
		put(OWN, 256 * (2000 + i), 1, TCP_ESTABLISHED);
	assert_in_range(model_sum(model, true).established, FULL / 2 + 80, FULL / 2 + 100);
	assert_sums();
}

/* A listing tells anew of the numbers of one that had made way: that is no newcomer. */
static void numbers_drive_nobody_out(void **state)
{
	struct event e = event_make(EVENT_CONN, T0 + 2);

	(void)state;
	for (unsigned i = 0; i < FULL; i++)
		put(OWN, 256 * i, 1, TCP_ESTABLISHED);
	for (unsigned i = 0; i < 50; i++) {
		e.conn = conn(OWN, 256 * (3000 + i), 1, TCP_ESTABLISHED);
		e.conn.was = TCP_ESTABLISHED;
		e.conn.rx = 1000;
		model_apply(model, &e);
	}
	assert_int_equal(model->conns_evicted, 0);
	assert_int_equal(model_machine(model)->lost, 0);
	assert_sums();
}

/* Also while they come as moves and go in between. */
static void sums_outlive_a_storm(void **state)
{
	uint64_t chance = 1;

	(void)state;
	for (unsigned i = 0; i < 50000; i++) {
		chance = chance * UINT64_C(6364136223846793005) + 1442695040888963407u;
		unsigned r = (unsigned)(chance >> 33);
		static const uint8_t to[] = {TCP_SYN_RECV, TCP_ESTABLISHED, TCP_FIN_WAIT1,
			TCP_TIME_WAIT, TCP_CLOSE, TCP_ESTABLISHED};
		put(1 + r % 3, r % 4 ? r % 17 : r % 4000, r % 700, to[r / 7 % ARRAY_LEN(to)]);
	}
	assert_sums();
	assert_true(model->conns_evicted > 0);
}

/* The kernel's part. */

static struct {
	struct event_sink sink;
	uint64_t closed, evicted, lost;
} told;

static void note(struct event_sink *sink, const struct event *e)
{
	(void)sink;
	told.closed += e->kind == EVENT_CONN && e->conn.state == TCP_CLOSE;
	if (e->kind != EVENT_LOST)
		return;
	if (lost_what(e->lost.what) == LOST_EVICTED)
		told.evicted += e->lost.n;
	else
		told.lost += e->lost.n;
}

static void sockets_make_way_too(void **state)
{
	struct socktab t;

	(void)state;
	memset(&told, 0, sizeof told);
	told.sink.put = note;
	assert_int_equal(socktab_init(&t, FULL), 0);
	for (unsigned i = 0; i < FULL; i++) {
		struct event_conn c = conn(HIS, 7, i, TCP_ESTABLISHED);
		c.was = TCP_SYN_RECV;
		socktab_transition(&t, &c, 0, 1, &told.sink);
	}
	for (unsigned i = 0; i < 100; i++) {
		struct event_conn c = conn(OWN, 256 * i, 1, TCP_ESTABLISHED);
		c.was = TCP_SYN_RECV;
		socktab_transition(&t, &c, 0, 2, &told.sink);
	}
	for (unsigned i = 0; i < 50; i++) {
		struct event_conn c = conn(HIS, 7, FULL + i, TCP_ESTABLISHED);
		c.was = TCP_SYN_RECV;
		socktab_transition(&t, &c, 0, 3, &told.sink);
	}
	socktab_expire(&t, 4, &told.sink);
	assert_int_equal(told.closed, 100);
	assert_int_equal(told.evicted, 100);
	assert_int_equal(told.lost, 50);
	assert_int_equal(t.pool.live, FULL);
	socktab_done(&t);
}

static void what_the_sources_drop_is_counted(void **state)
{
	struct event e = event_make(EVENT_LOST, T0);

	(void)state;
	e.lost.what = STR_LIT("evicted");
	e.lost.n = 7;
	model_apply(model, &e);
	assert_int_equal(model->conns_evicted, 7);
	assert_int_equal(model_machine(model)->lost, 0);
}

static void nobody_makes_way_in_an_empty_sample(void **state)
{
	struct event_conn c = conn(OWN, 1, 1, TCP_ESTABLISHED);
	struct crowd none = {.n = 0};
	uint32_t id = 5;

	(void)state;
	assert_false(crowd_pick(&none, &c.tuple, c.state, &id));
	assert_int_equal(id, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_address_makes_way_for_others, begin, end),
		cmocka_unit_test_setup_teardown(one_network_makes_way_for_others, begin, end),
		cmocka_unit_test_setup_teardown(one_namespace_makes_way_for_others, begin, end),
		cmocka_unit_test_setup_teardown(the_crowd_itself_finds_no_place, begin, end),
		cmocka_unit_test_setup_teardown(what_is_over_or_never_was_goes_first, begin, end),
		cmocka_unit_test_setup_teardown(numbers_drive_nobody_out, begin, end),
		cmocka_unit_test_setup_teardown(sums_outlive_a_storm, begin, end),
		cmocka_unit_test(sockets_make_way_too),
		cmocka_unit_test_setup_teardown(what_the_sources_drop_is_counted, begin, end),
		cmocka_unit_test(nobody_makes_way_in_an_empty_sample),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
