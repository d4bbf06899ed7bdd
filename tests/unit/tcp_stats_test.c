// SPDX-License-Identifier: MIT
/* The host's stats, and the names that belong to numbers. */
#include "facts.h"

#include "model/sums.h"

static struct event tcp_stats_event(usec_t ts)
{
	return event_make(EVENT_TCP_STATS, ts);
}

static void sources_tell_parts_of_it(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct event e = tcp_stats_event(T0), syns = tcp_stats_event(T0 + SEC);

	(void)state;
	assert_true(model_machine(m)->tcp_stats.totals.cookies_sent == ABSENT);
	assert_false(model_knows_syns(m));
	e.tcp_stats.cookies_sent = 100;
	e.tcp_stats.listen_drops = 0;
	e.tcp_stats.accept_port = 443;
	e.tcp_stats.accept_queue = 124;
	e.tcp_stats.accept_limit = 128;
	model_apply(m, &e);
	syns.tcp_stats.syns = 50;
	model_apply(m, &syns);
	e.tcp_stats.cookies_sent = 20;
	e.tcp_stats.accept_queue = ABSENT;
	model_apply(m, &e);
	assert_int_equal(model_machine(m)->tcp_stats.totals.cookies_sent, 120);
	assert_int_equal(model_machine(m)->tcp_stats.latest.cookies_sent, 20);
	assert_int_equal(model_machine(m)->tcp_stats.totals.listen_drops, 0);
	assert_true(model_machine(m)->tcp_stats.totals.listen_overflows == ABSENT);
	assert_int_equal(tcp_stats_accept_share(&model_machine(m)->tcp_stats), 96);
	assert_true(model_knows_syns(m));
	assert_int_equal(model_sum(m, false).syns, 50);
	assert_true(model_sum(m, false).syns_per_sec == 5);
	assert_true(window_sum(&model_machine(m)->tcp_stats.cookies, m->now, WINDOW_SPAN) == 120);
	assert_true(machine_is_decaying(model_machine(m), m->now));
	put_tick(m, T0 + 100 * SEC);
	assert_false(machine_is_decaying(model_machine(m), m->now));
	assert_int_equal(model_sum(m, false).syns, 50);
	model_free(m);
}

static void accept_shares(void **state)
{
	static const struct {
		uint64_t queue, limit, share;
	} rows[] = {{0, 128, 0}, {128, 128, 100}, {129, 128, 100}, {1, 0, 100},
		{UINT32_MAX, UINT32_MAX, 100}, {5, ABSENT, ABSENT}, {ABSENT, 5, ABSENT}};
	struct tcp_stats w;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		tcp_stats_init(&w);
		w.latest.accept_queue = rows[i].queue;
		w.latest.accept_limit = rows[i].limit;
		assert_true(tcp_stats_accept_share(&w) == rows[i].share);
	}
}

static void put_owner(struct model *m, uint64_t inode, uint32_t pid, const char *name)
{
	struct event e = event_make(EVENT_OWNER, T0);

	e.owner.inode = inode;
	e.owner.pid = pid;
	e.owner.name = str_of(name);
	model_apply(m, &e);
}

static void put_netns(struct model *m, usec_t ts, uint32_t ns, struct str name)
{
	struct event e = event_make(EVENT_NETNS, ts);

	e.netns.ns = ns;
	e.netns.name = name;
	model_apply(m, &e);
}

static void connections_have_owners_and_namespaces(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct event e = conn_event(T0, "8.8.8.8", 1, TCP_ESTABLISHED);

	(void)state;
	e.conn.ns = 4026532000;
	model_apply(m, &e);
	assert_non_null(host_named(m, "8.8.8.8"));
	const struct conn *c = model_first_conn(m, host_of(m, "8.8.8.8"));
	assert_non_null(c);
	assert_null(model_owner(m, c));
	assert_null(model_netns(m, c));
	put_owner(m, 777, 42, "nginx"); /* known before its socket is, */
	put_netns(m, T0, 4026532000, STR_LIT("web"));
	e.conn.inode = 777;
	e.conn.state = TCP_CLOSE_WAIT;
	model_apply(m, &e);
	assert_non_null(model_owner(m, c));
	assert_int_equal(model_owner(m, c)->pid, 42);
	assert_string_equal(model_owner(m, c)->text, "nginx");
	put_owner(m, 777, 43, "nginx: worker"); /* and passed on */
	assert_int_equal(model_owner(m, c)->pid, 43);
	assert_non_null(model_netns(m, c));
	assert_string_equal(model_netns(m, c)->text, "web");
	/* The container is gone; its last connections still say whose they were. */
	put_netns(m, T0 + SEC, 4026532000, STR_ABSENT);
	assert_string_equal(model_netns(m, c)->text, "web");
	put_tick(m, T0 + 30 * SEC);
	assert_null(model_netns(m, c));
	model_free(m);
}

static void names_are_bounded(void **state)
{
	struct labels n;
	char text[200];

	(void)state;
	assert_int_equal(labels_init(&n, 16), 0);
	for (uint64_t key = 1; key <= 1000; key++) {
		snprintf(text, sizeof text, "%0*u", (int)(key % 150) + 1, (unsigned)key);
		labels_set(&n, key, (uint32_t)key, str_of(text));
		assert_non_null(labels_find(&n, key));
		assert_int_equal(labels_find(&n, key)->pid, key);
	}
	assert_int_equal(n.pool.live, 16);
	for (uint64_t key = 1; key <= 1000; key++)
		assert_int_equal(labels_find(&n, key) != NULL, key > 1000 - 16);
	labels_end(&n, 990, T0);
	labels_end(&n, 5, T0);
	labels_sweep(&n, T0 + 1);
	assert_null(labels_find(&n, 990));
	assert_int_equal(n.pool.live, 15);
	labels_set(&n, 2000, 1, STR_LIT("again"));
	assert_int_equal(n.pool.live, 16);
	labels_done(&n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources_tell_parts_of_it),
		cmocka_unit_test(accept_shares),
		cmocka_unit_test(connections_have_owners_and_namespaces),
		cmocka_unit_test(names_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
