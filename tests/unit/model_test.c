// SPDX-License-Identifier: MIT
/* The model is driven by events alone; no clock, no file, no kernel. */
#include "unit.h"

#include "model/sums.h"

#include "base/num.h"
#include "model/query.h"

#define T0 (INT64_C(1795335400) * USEC_PER_SEC)

static struct model *fresh(uint32_t hosts, uint32_t conns)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;

	limits.hosts = hosts;
	limits.conns = conns;
	limits.journal_bytes = 1u << 18;
	struct model *m = model_new(&limits);
	assert_non_null(m);
	struct event e = event_make(EVENT_SOURCE, T0);
	e.source.source = STR_LIT("ebpf");
	e.source.sees = CAN_SEE_CONNS | CAN_SEE_HANDSHAKES;
	model_apply(m, &e);
	return m;
}

static void conn(struct model *m, usec_t ts, const char *ip, uint16_t port, enum tcp_state state)
{
	struct event e = event_make(EVENT_CONN, ts);

	e.conn.ip = ip_of(ip);
	e.conn.lip = ip_of("192.0.2.1");
	e.conn.port = port;
	e.conn.lport = 443;
	e.conn.state = (uint8_t)state;
	model_apply(m, &e);
}

static void request(struct model *m, usec_t ts, const char *ip, const char *path, uint64_t status)
{
	struct event e = event_make(EVENT_REQUEST, ts);

	if (ip)
		e.request.ip = ip_of(ip);
	e.request.method = STR_LIT("GET");
	e.request.path = str_of(path);
	e.request.status = status;
	e.request.bytes = 100;
	model_apply(m, &e);
}

static void tick(struct model *m, usec_t ts)
{
	struct event e = event_make(EVENT_TICK, ts);
	model_apply(m, &e);
}

static const struct host *host(const struct model *m, const char *ip)
{
	struct addr a = ip_of(ip);
	uint32_t id = model_find_host(m, &a);

	return id == POOL_NONE ? NULL : model_host(m, id);
}

static void connections_follow_their_states(void **state)
{
	struct model *m = fresh(100, 100);

	(void)state;
	conn(m, T0, "8.8.8.8", 1000, TCP_SYN_RECV);
	conn(m, T0, "8.8.8.8", 1001, TCP_ESTABLISHED);
	conn(m, T0 + 1, "8.8.8.8", 1000, TCP_ESTABLISHED);
	const struct host *h = host(m, "8.8.8.8");
	assert_int_equal(h->tcp.conns, 2);
	assert_int_equal(h->tcp.states[TCP_ESTABLISHED], 2);
	assert_int_equal(host_half_open(h), 0);
	conn(m, T0 + 2, "8.8.8.8", 1000, TCP_TIME_WAIT);
	assert_int_equal(h->tcp.states[TCP_TIME_WAIT], 1);
	conn(m, T0 + 3, "8.8.8.8", 1000, TCP_CLOSE);
	conn(m, T0 + 3, "8.8.8.8", 1000, TCP_CLOSE); /* twice does no harm */
	conn(m, T0 + 3, "8.8.8.8", 9999, TCP_CLOSE); /* nor one never seen */
	assert_int_equal(h->tcp.conns, 1);
	struct model_sums s = model_sum(m, false);
	assert_int_equal(s.conns, 1);
	assert_int_equal(s.established, 1);
	assert_int_equal(s.ips, 1);
	model_free(m);
}

static void mapped_and_plain_are_one_host(void **state)
{
	struct model *m = fresh(100, 100);

	(void)state;
	conn(m, T0, "::ffff:8.8.8.8", 1000, TCP_ESTABLISHED);
	request(m, T0, "8.8.8.8", "/", 200);
	assert_int_equal(model_sum(m, false).ips, 1);
	assert_int_equal(host(m, "8.8.8.8")->tcp.conns, 1);
	assert_int_equal(host(m, "8.8.8.8")->log.requests, 1);
	model_free(m);
}

static void list_keeps_every_connection(void **state)
{
	struct model *m = fresh(10, 100);
	int n = 0;

	(void)state;
	for (uint16_t p = 1; p <= 5; p++)
		conn(m, T0, "8.8.8.8", p, TCP_ESTABLISHED);
	conn(m, T0, "8.8.8.8", 3, TCP_CLOSE); /* middle, newest, oldest */
	conn(m, T0, "8.8.8.8", 5, TCP_CLOSE);
	conn(m, T0, "8.8.8.8", 1, TCP_CLOSE);
	host_for_each_conn (m, host(m, "8.8.8.8"), c) {
		assert_int_equal(!conn_is_closed(c), c->port == 2 || c->port == 4);
		n++;
	}
	assert_int_equal(n, 5);
	tick(m, T0 + 60 * USEC_PER_SEC);
	n = 0;
	host_for_each_conn (m, host(m, "8.8.8.8"), c)
		n += c->port == 2 || c->port == 4 ? 1 : 100;
	assert_int_equal(n, 2);
	model_free(m);
}

static void requests_are_counted(void **state)
{
	struct model *m = fresh(100, 100);

	(void)state;
	request(m, T0, "8.8.8.8", "/one", 200);
	request(m, T0 + 1, "8.8.8.8", "/two", 404);
	request(m, T0 + 2, "8.8.8.8", "/three", ABSENT);
	request(m, T0 + 3, NULL, "/nobody", 200);
	request(m, T0 + 3, "10.0.0.1", "/inside", 500);
	const struct host *h = host(m, "8.8.8.8");
	assert_int_equal(h->log.requests, 3);
	assert_int_equal(h->log.bytes, 300);
	assert_int_equal(h->log.status[2], 1);
	assert_int_equal(h->log.status[4], 1);
	assert_int_equal(h->log.status[0], 1);
	assert_str(host_last(h), "GET /three");
	assert_int_equal(model_sum(m, false).requests, 4);
	assert_int_equal(model_sum(m, true).requests, 5);
	assert_int_equal(model_machine(m)->unaddressed, 1);
	/* The chain of the host goes back over its own requests only. */
	const struct journal_entry *e = journal_at(&m->journal, h->last_request);
	assert_str(journal_path(e), "/three");
	e = journal_at(&m->journal, e->before_host);
	assert_str(journal_path(e), "/two");
	e = journal_at(&m->journal, e->before_host);
	assert_str(journal_path(e), "/one");
	assert_null(journal_at(&m->journal, e->before_host));
	model_free(m);
}

/* As many as were asked for, across what the ring is made of. */
static void journal_keeps_so_many_lines(void **state)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;

	(void)state;
	limits.journal_lines = 3;
	struct model *m = model_new(&limits);
	assert_non_null(m);
	for (int i = 1; i <= 2000; i++) {
		request(m, T0 + i, "8.8.8.8", "/", 200);
		assert_int_equal(m->journal.count, i < 3 ? i : 3);
	}
	uint64_t at = journal_oldest(&m->journal), n = 0;
	for (; at; at = journal_after(&m->journal, at))
		n++;
	assert_int_equal(n, 3);
	assert_int_equal(journal_at(&m->journal, journal_oldest(&m->journal))->ts, T0 + 1998);
	model_free(m);
}

static void journal_forgets_the_oldest(void **state)
{
	struct model *m = fresh(100, 100);
	char path[300];
	uint64_t kept = 0;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		snprintf(path, sizeof path, "/%0*d", i % 250 + 1, i);
		request(m, T0 + i, i % 2 ? "8.8.8.8" : "9.9.9.9", path, 200);
	}
	const struct journal_entry *e = journal_at(&m->journal, m->journal.newest);
	int want = 4999;
	for (; e; e = journal_at(&m->journal, e->before), want--, kept++) {
		struct str number = journal_path(e);
		uint64_t got = 0;
		number.p++;
		number.n--;
		assert_int_equal(num_u64(number, &got), 0);
		assert_int_equal(got, want);
	}
	assert_int_equal(kept, m->journal.count);
	assert_true(kept > 100 && kept < 5000);
	/* A chain ends where its entries are gone, and never strays to another host. */
	struct addr mine = ip_of("8.8.8.8");
	e = journal_at(&m->journal, host(m, "8.8.8.8")->last_request);
	for (kept = 0; e; e = journal_at(&m->journal, e->before_host), kept++)
		assert_true(addr_eq(&e->ip, &mine));
	assert_true(kept > 50);
	model_free(m);
}

static void idle_hosts_are_forgotten(void **state)
{
	struct model *m = fresh(100, 100);

	(void)state;
	request(m, T0, "8.8.8.8", "/", 200);
	conn(m, T0, "9.9.9.9", 1, TCP_ESTABLISHED);
	tick(m, T0 + 299 * USEC_PER_SEC);
	assert_non_null(host(m, "8.8.8.8"));
	tick(m, T0 + 320 * USEC_PER_SEC);
	assert_null(host(m, "8.8.8.8"));
	assert_non_null(host(m, "9.9.9.9")); /* it has a connection */
	conn(m, T0 + 321 * USEC_PER_SEC, "9.9.9.9", 1, TCP_CLOSE);
	tick(m, T0 + 630 * USEC_PER_SEC);
	assert_null(host(m, "9.9.9.9"));
	assert_int_equal(model_sum(m, true).ips, 0);
	assert_int_equal(model_sum(m, true).requests, 1); /* what happened, happened */
	model_free(m);
}

static void caps_hold(void **state)
{
	struct model *m = fresh(64, 32);
	char ip[32];

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(ip, sizeof ip, "8.0.%u.%u", i / 250, i % 250 + 1);
		request(m, T0 + i, ip, "/", 200);
	}
	assert_int_equal(m->hosts.live, 64);
	assert_int_equal(m->evicted, 1000 - 64);
	assert_int_equal(model_sum(m, false).requests, 1000);
	/* A busy host outlives a crowd of strangers. */
	for (int i = 0; i < 1000; i++)
		request(m, T0 + 2000, "9.9.9.9", "/", 200);
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(ip, sizeof ip, "8.1.%u.%u", i / 250, i % 250 + 1);
		request(m, T0 + 3000 + i, ip, "/", 200);
	}
	assert_non_null(host(m, "9.9.9.9"));
	for (uint16_t p = 0; p < 100; p++)
		conn(m, T0 + 5000, "7.7.7.7", p, TCP_ESTABLISHED);
	assert_int_equal(m->conns.live, 32);
	assert_int_equal(model_machine(m)->lost, 68);
	model_free(m);
}

static void rates_slide(void **state)
{
	struct window w = {0};

	(void)state;
	for (int i = 0; i < 60; i++)
		window_add(&w, T0 + i * USEC_PER_SEC, 10);
	usec_t now = T0 + 60 * USEC_PER_SEC;
	assert_true(window_sum(&w, now, WINDOW_SPAN) == 600);
	assert_true(window_sum(&w, now, 10 * USEC_PER_SEC) == 100);
	assert_true(window_sum(&w, now + 30 * USEC_PER_SEC, WINDOW_SPAN) == 300);
	assert_true(window_sum(&w, now + 60 * USEC_PER_SEC, WINDOW_SPAN) == 0);
	window_add(&w, T0 - 120 * USEC_PER_SEC, 1000); /* too old to count */
	assert_true(window_sum(&w, now, WINDOW_SPAN) == 600);
	window_add(&w, now + 3600 * USEC_PER_SEC, 1);
	assert_true(window_sum(&w, now + 3600 * USEC_PER_SEC, WINDOW_SPAN) == 1);
}

static void order_of(const struct model *m, struct query q, const char *want)
{
	char got[256] = "", ip[ADDR_TEXT_MAX];
	struct rows rows = {0};

	assert_int_equal(query_run(m, &q, &rows), 0);
	for (uint32_t i = 0; i < rows.n; i++) {
		addr_format(&model_host(m, rows.ids[i])->ip, ip);
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", i ? " " : "", ip);
		if (!q.skip)
			assert_int_equal(query_rank(m, &q, rows.ids[i]), i);
	}
	assert_string_equal(got, want);
	rows_done(&rows);
}

static void queries_give_the_top(void **state)
{
	struct model *m = fresh(100, 100);
	struct filter f;
	struct filter_error error;

	(void)state;
	request(m, T0, "8.8.8.1", "/a", 200);
	request(m, T0, "8.8.8.2", "/b", 404);
	request(m, T0, "8.8.8.2", "/b", 404);
	request(m, T0, "10.0.0.1", "/c", 200);
	conn(m, T0, "8.8.8.3", 1, TCP_SYN_RECV);
	conn(m, T0, "8.8.8.1", 1, TCP_ESTABLISHED);
	conn(m, T0, "8.8.8.1", 2, TCP_ESTABLISHED);
	struct query q = {.limit = 10};
	order_of(m, q, "8.8.8.1 8.8.8.3 8.8.8.2"); /* by connections */
	q.show_private = true;
	order_of(m, q, "8.8.8.1 8.8.8.3 8.8.8.2 10.0.0.1");
	q.sort = column_find(STR_LIT("requests"));
	q.show_private = false;
	order_of(m, q, "8.8.8.2 8.8.8.1 8.8.8.3");
	q.limit = 1;
	order_of(m, q, "8.8.8.2");
	q.skip = 1;
	order_of(m, q, "8.8.8.1");
	q.skip = 9;
	order_of(m, q, "");
	q = (struct query){.sort = column_find(STR_LIT("ip")), .limit = 10};
	order_of(m, q, "8.8.8.1 8.8.8.2 8.8.8.3");
	q.reversed = true;
	order_of(m, q, "8.8.8.3 8.8.8.2 8.8.8.1");
	q = (struct query){.filter = &f, .limit = 10, .show_private = true};
	static const char *const rows[][2] = {
		{"status:4xx", "8.8.8.2"},
		{"status:200", "8.8.8.1 10.0.0.1"},
		{"!status:200", "8.8.8.3 8.8.8.2"},
		{"state:syn_recv", "8.8.8.3"},
		{"8.8.8.0/31", "8.8.8.1"},
		{"!8.8.8.0/24", "10.0.0.1"},
		{"/B", "8.8.8.2"},
		{"8.8.8 status:404", "8.8.8.2"},
		{"", "8.8.8.1 8.8.8.3 8.8.8.2 10.0.0.1"},
		{"nothing-like-it", ""},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(filter_compile(&f, str_of(rows[i][0]), NULL, &error), 0);
		order_of(m, q, rows[i][1]);
	}
	model_free(m);
}

static void bad_filters_are_named(void **state)
{
	static const char *const bad[] = {"status:", "status:abc", "status:500-400", "status:9999",
		"state:", "state:HALF", "a b c d e f g h i j k l m n o p q"};
	struct filter f = {.count = 3};
	struct filter_error error;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		error = (struct filter_error){0};
		assert_true(filter_compile(&f, str_of(bad[i]), NULL, &error) < 0);
		assert_true(error.text[0]);
		assert_int_equal(f.count, 3);
	}
}

/* The heap agrees with a full sort, for every column and any number of rows. */
static void top_n_agrees_with_a_sort(void **state)
{
	struct model *m = fresh(1000, 1000);
	struct rows all = {0}, top = {0};
	char ip[32];

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		unsigned n = i * 2654435761u >> 20;
		snprintf(ip, sizeof ip, "8.8.%u.%u", n % 5, n % 97 + 1);
		request(m, T0 + i * 1000, ip, "/", 200);
	}
	for (const struct column *c = column_sort_next(m, GROUP_NONE, NULL), *first = c; c;) {
		struct query q = {.sort = c, .limit = UINT32_MAX};
		assert_int_equal(query_run(m, &q, &all), 0);
		for (q.limit = 1; q.limit < 40; q.limit += 7)
			for (q.skip = 0; q.skip < 40; q.skip += 13) {
				assert_int_equal(query_run(m, &q, &top), 0);
				assert_memory_equal(
					top.ids, all.ids + q.skip, top.n * sizeof *top.ids);
				assert_int_equal(top.matched, all.n);
			}
		c = column_sort_next(m, GROUP_NONE, c);
		if (c == first)
			break;
	}
	rows_done(&all);
	rows_done(&top);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connections_follow_their_states),
		cmocka_unit_test(mapped_and_plain_are_one_host),
		cmocka_unit_test(list_keeps_every_connection),
		cmocka_unit_test(requests_are_counted),
		cmocka_unit_test(journal_keeps_so_many_lines),
		cmocka_unit_test(journal_forgets_the_oldest),
		cmocka_unit_test(idle_hosts_are_forgotten),
		cmocka_unit_test(caps_hold),
		cmocka_unit_test(rates_slide),
		cmocka_unit_test(queries_give_the_top),
		cmocka_unit_test(bad_filters_are_named),
		cmocka_unit_test(top_n_agrees_with_a_sort),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
