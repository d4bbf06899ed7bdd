// SPDX-License-Identifier: MIT
/* Requests that came through proxies: whom they count for, and what the proxy's row says. */
#include "facts.h"

#include "model/sums.h"

#include "base/jsonw.h"
#include "model/alerts.h"
#include "model/filter.h"
#include "output/ndjson.h"

#define EDGE "198.18.0.7"

static void put_forwarded(struct model *m, usec_t ts, const char *client, const char *peer)
{
	struct event e = event_make(EVENT_REQUEST, ts);

	e.request.ip = ip_of(peer);
	e.request.client = ip_of(client);
	e.request.method = STR_LIT("GET");
	e.request.path = STR_LIT("/a");
	e.request.status = 200;
	e.request.bytes = 100;
	e.request.claims = STR_LIT("9.9.9.9, 8.8.8.8");
	model_apply(m, &e);
}

static const struct host_proxy *proxy(const struct model *m, const char *ip)
{
	assert_non_null(host_named(m, ip));
	return model_proxy(m, host_of(m, ip));
}

static struct cell cell_of(const struct model *m, const struct column *column, const char *ip)
{
	assert_non_null(host_named(m, ip));
	struct subject s = subject_of_host(host_of(m, ip));

	return column_cell(column, m, &s);
}

/* The host record of an address holds a text, or does not. */
static void record(const struct model *m, const char *ip, const char *part, bool there)
{
	struct jsonw w = {0};

	assert_non_null(host_named(m, ip));
	struct subject s = subject_of_host(host_of(m, ip));
	ndjson_row(&w, m, &s, false);
	struct str line = {w.p, w.n};
	bool found = memmem(line.p, line.n, part, strlen(part)) != NULL;
	if (found != there)
		fail_msg("%s in %.*s", part, STR_FMT(line));
	jsonw_done(&w);
}

static void a_request_counts_for_its_client(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	(void)state;
	put_conn(m, T0, EDGE, 4711, TCP_ESTABLISHED);
	put_forwarded(m, T0, "8.8.8.8", EDGE);
	put_forwarded(m, T0, "8.8.8.8", EDGE);
	put_forwarded(m, T0, "8.8.4.4", EDGE);
	assert_int_equal(host_of(m, "8.8.8.8")->log.requests, 2);
	assert_int_equal(host_of(m, "8.8.8.8")->log.bytes, 200);
	assert_int_equal(host_of(m, EDGE)->log.requests, 0);
	assert_int_equal(host_of(m, EDGE)->tcp.conns, 1);
	assert_int_equal(proxy(m, EDGE)->forwarded, 3);
	assert_int_equal(proxy(m, EDGE)->clients, 2);
	assert_int_equal(model_sum(m, false).requests, 3);
	assert_true(model_knows_proxies(m));
	model_free(m);
}

/* Three kinds of row: what is not known is absent, not 0. */
static void records_tell_the_three_kinds_apart(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	(void)state;
	put_request(m, T0, "1.1.1.1");
	put_conn(m, T0, EDGE, 4711, TCP_ESTABLISHED);
	put_forwarded(m, T0, "8.8.8.8", EDGE);
	record(m, "1.1.1.1", "\"conns\":0", true);
	record(m, "1.1.1.1", "\"via\"", false);
	record(m, "1.1.1.1", "\"forwarded\"", false);
	record(m, "8.8.8.8", "\"conns\"", false);
	record(m, "8.8.8.8", "\"states\"", false);
	record(m, "8.8.8.8", "\"half_open\"", false);
	record(m, "8.8.8.8", "\"via\":\"" EDGE "\"", true);
	record(m, "8.8.8.8", "\"requests\":1", true);
	record(m, EDGE, "\"conns\":1", true);
	record(m, EDGE, "\"forwarded\":1,\"clients\":1", true);
	record(m, EDGE, "\"requests\":0", true);
	put_conn(m, T0, "8.8.8.8", 4712, TCP_ESTABLISHED); /* it comes itself, too */
	record(m, "8.8.8.8", "\"conns\":1", true);
	model_free(m);
}

static void a_dash_is_no_zero(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	const struct column *conns = column_find(STR_LIT("conns"));
	char text[16];

	(void)state;
	put_forwarded(m, T0, "8.8.8.8", EDGE);
	struct cell cell = cell_of(m, conns, "8.8.8.8");
	cell_text(&cell, text, sizeof text);
	assert_string_equal(text, "–");
	const struct column *proxy = column_find(STR_LIT("proxy"));
	cell = cell_of(m, proxy, EDGE);
	cell_text(&cell, text, sizeof text);
	assert_string_equal(text, "edge:1");
	cell = cell_of(m, proxy, "8.8.8.8");
	cell_text(&cell, text, sizeof text);
	assert_string_equal(text, EDGE);
	model_free(m);
}

static void clients_move_from_proxy_to_proxy(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	(void)state;
	put_forwarded(m, T0, "8.8.8.8", EDGE);
	put_forwarded(m, T0, "8.8.4.4", EDGE);
	put_forwarded(m, T0, "8.8.8.8", "198.18.0.8");
	assert_int_equal(proxy(m, EDGE)->clients, 1);
	assert_int_equal(proxy(m, "198.18.0.8")->clients, 1);
	put_request(m, T0, "8.8.4.4"); /* it comes itself now */
	assert_int_equal(proxy(m, EDGE)->clients, 0);
	assert_int_equal(proxy(m, EDGE)->forwarded, 2);
	assert_true(addr_is_unset(&proxy(m, "8.8.4.4")->via));
	model_free(m);
}

/* Neither the proxies' memory nor their counts outlive their hosts, whoever goes first. */
static void forgetting_keeps_the_counts_right(void **state)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;
	char ip[16];

	(void)state;
	limits.hosts = 64;
	struct model *m = model_with(&limits);
	put_conn(m, T0, EDGE, 4711, TCP_ESTABLISHED); /* so it stays */
	for (int i = 0; i < 1000; i++) {
		snprintf(ip, sizeof ip, "8.8.%d.%d", i / 250, i % 250);
		put_forwarded(m, T0 + i, ip, i % 3 ? EDGE : "198.18.0.8");
	}
	uint32_t clients = 0;
	for (uint32_t id = model_next_host(m, 0); id != POOL_NONE;
		id = model_next_host(m, id + 1)) {
		struct addr edge = ip_of(EDGE);
		clients += addr_eq(&model_proxy(m, model_host(m, id))->via, &edge);
	}
	assert_int_equal(proxy(m, EDGE)->clients, clients);
	assert_true(m->proxies.live <= limits.hosts);
	put_tick(m, T0 + 1000 * SEC);
	assert_int_equal(m->hosts.live, 1);
	assert_int_equal(m->proxies.live, 1);
	assert_int_equal(proxy(m, EDGE)->clients, 0);
	model_free(m);
}

static void the_journal_knows_what_was_asked_for(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct event r = event_make(EVENT_REQUEST, T0);
	struct filter f = {0};
	struct filter_error error;

	(void)state;
	r.request.ip = ip_of("8.8.8.8");
	r.request.path = STR_LIT("\\x16\\x03\\x01");
	r.request.kind = STR_LIT("TLS");
	r.request.vhost = STR_LIT("shop.example:443");
	r.request.cut = true;
	model_apply(m, &r);
	const struct journal_entry *e = journal_at(&m->journal, m->journal.newest);
	const struct host *h = host_named(m, "8.8.8.8");
	assert_non_null(e);
	assert_non_null(h);
	assert_str(journal_method(e), "TLS");
	assert_str(journal_vhost(e), "shop.example:443");
	assert_true(e->cut);
	assert_str(host_last(h), "TLS \\x16\\x03\\x01");
	assert_int_equal(filter_compile(&f, STR_LIT("SHOP.ex"), NULL, &error), 0);
	assert_true(filter_request(&f, m, e));
	assert_int_equal(filter_compile(&f, STR_LIT("shop.org"), NULL, &error), 0);
	assert_false(filter_request(&f, m, e));
	model_free(m);
}

static void the_journal_knows_the_way(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct addr via, edge = ip_of(EDGE);
	struct filter f = {0};
	struct filter_error error;

	(void)state;
	put_forwarded(m, T0, "8.8.8.8", EDGE);
	const struct journal_entry *e = journal_at(&m->journal, m->journal.newest);
	struct addr client = ip_of("8.8.8.8");
	assert_true(addr_eq(&e->ip, &client));
	assert_true(journal_via(e, &via) && addr_eq(&via, &edge));
	assert_str(journal_method(e), "GET");
	assert_str(journal_path(e), "/a");
	assert_str(journal_claims(e), "9.9.9.9, 8.8.8.8");
	assert_int_equal(filter_compile(&f, STR_LIT("9.9.9."), NULL, &error), 0);
	assert_true(filter_request(&f, m, e));
	put_request(m, T0, "8.8.8.8");
	e = journal_at(&m->journal, m->journal.newest);
	assert_false(journal_via(e, &via));
	assert_int_equal(journal_claims(e).n, 0);
	model_free(m);
}

/* A log that names the peer's port says which connection a request came by. */
static void a_port_finds_the_connection(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct event e = event_make(EVENT_REQUEST, T0);

	(void)state;
	put_conn(m, T0, EDGE, 4711, TCP_ESTABLISHED);
	put_conn(m, T0, EDGE, 4712, TCP_ESTABLISHED);
	e.request.ip = ip_of(EDGE);
	e.request.client = ip_of("8.8.8.8");
	e.request.port = 4711;
	model_apply(m, &e);
	model_apply(m, &e);
	e.request.port = 4713; /* no such connection is known */
	model_apply(m, &e);
	assert_true(model_machine(m)->ports_told);
	host_for_each_conn (m, host_of(m, EDGE), c)
		assert_int_equal(c->requests, c->port == 4711 ? 2 : 0);
	model_free(m);
}

/* Visitors that the log names and nobody has met, edges that connect and ask for nothing. */
static struct model *behind_a_proxy(int clients, int edges)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	char ip[16];

	for (int i = 0; i < clients; i++) {
		snprintf(ip, sizeof ip, "8.8.8.%d", i);
		put_request(m, T0, ip);
	}
	for (int i = 0; i < edges; i++) {
		snprintf(ip, sizeof ip, "198.18.0.%d", i / 2);
		put_conn(m, T0, ip, (uint16_t)(1000 + i), TCP_ESTABLISHED);
	}
	put_tick(m, T0 + 10 * SEC);
	return m;
}

static bool says_so(struct model *m)
{
	struct alerts w;
	bool said = false;

	alerts_of(&w, m, false);
	for (size_t i = 0; i < w.n; i++)
		said |= strstr(w.at[i].text, "do not match") != NULL;
	return said;
}

static void says_when_nothing_can_be_joined(void **state)
{
	struct model *m = behind_a_proxy(20, 10);

	(void)state;
	assert_true(says_so(m));
	put_tick(m, T0 + 80 * SEC); /* nobody has asked for a minute */
	assert_false(says_so(m));
	model_free(m);
	m = behind_a_proxy(7, 10);
	assert_false(says_so(m));
	model_free(m);
	m = behind_a_proxy(20, 3);
	assert_false(says_so(m));
	model_free(m);
}

static void put_quic(struct model *m, usec_t ts, const char *ip)
{
	struct event e = event_make(EVENT_REQUEST, ts);

	e.request.ip = ip_of(ip);
	e.request.path = STR_LIT("/");
	e.request.proto = STR_LIT("HTTP/3.0");
	model_apply(m, &e);
}

/* Visitors over QUIC meet no socket, and no proxy is between. */
static void quic_proves_nothing(void **state)
{
	struct model *m = behind_a_proxy(7, 10);
	char ip[16];

	(void)state;
	for (int i = 0; i < 20; i++) {
		snprintf(ip, sizeof ip, "8.8.4.%d", i);
		put_quic(m, T0 + 10 * SEC, ip);
	}
	put_tick(m, T0 + 20 * SEC);
	assert_false(model_is_uncorrelated(m));
	put_request(m, T0 + 20 * SEC, "8.8.8.7");
	put_tick(m, T0 + 30 * SEC);
	assert_true(model_is_uncorrelated(m)); /* they are not counted among the others either */
	model_free(m);
}

/* What it has is no number of TCP connections, until it has one. */
static void connections_over_quic_are_not_none(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	(void)state;
	put_quic(m, T0, "8.8.8.8");
	put_request(m, T0, "8.8.4.4");
	put_conn(m, T0, "9.9.9.9", 1000, TCP_ESTABLISHED);
	record(m, "8.8.4.4", "\"conns\":0", true);
	record(m, "8.8.4.4", "\"quic\"", false);
	record(m, "8.8.8.8", "\"conns\"", false);
	record(m, "8.8.8.8", "\"quic\":\"HTTP/3\"", true);
	put_conn(m, T0 + SEC, "8.8.8.8", 1000, TCP_ESTABLISHED);
	record(m, "8.8.8.8", "\"conns\":1", true);
	record(m, "8.8.8.8", "\"quic\":\"HTTP/3\"", true);
	model_free(m);
}

/* The protocol in a log behind a proxy is the proxy's. */
static void a_proxy_over_quic_is_not_its_clients(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct event e = event_make(EVENT_REQUEST, T0);

	(void)state;
	e.request.ip = ip_of(EDGE);
	e.request.client = ip_of("8.8.8.8");
	e.request.proto = STR_LIT("HTTP/3.0");
	model_apply(m, &e);
	record(m, "8.8.8.8", "\"quic\"", false);
	model_free(m);
}

/* Polling misses short connections: visitors who were not met prove no proxy, and silent
 * connections are what they look like. */
static void polling_proves_nothing(void **state)
{
	struct model *m = behind_a_proxy(20, 10);
	struct event e = event_make(EVENT_SOURCE, T0 + 10 * SEC);

	(void)state;
	assert_true(model_is_uncorrelated(m));
	e.source.source = STR_LIT("proc");
	e.source.sees = CAN_SEE_CONNS;
	model_apply(m, &e);
	assert_false(says_so(m));
	assert_false(model_is_uncorrelated(m));
	model_free(m);
}

static void says_nothing_when_all_is_joined(void **state)
{
	struct model *m = behind_a_proxy(20, 10);
	char ip[16];

	(void)state;
	for (int i = 0; i < 20; i++) { /* they have sockets after all */
		snprintf(ip, sizeof ip, "8.8.8.%d", i);
		put_conn(m, T0 + 11 * SEC, ip, 1000, TCP_ESTABLISHED);
	}
	put_tick(m, T0 + 20 * SEC);
	assert_false(says_so(m));
	model_free(m);
	m = behind_a_proxy(20, 10);
	for (int i = 0; i < 20; i++) { /* the log names the peers now */
		snprintf(ip, sizeof ip, "8.8.8.%d", i);
		put_forwarded(m, T0 + 11 * SEC, ip, i % 2 ? "198.18.0.1" : "198.18.0.0");
	}
	put_tick(m, T0 + 20 * SEC);
	assert_false(says_so(m));
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_counts_for_its_client),
		cmocka_unit_test(the_journal_knows_what_was_asked_for),
		cmocka_unit_test(records_tell_the_three_kinds_apart),
		cmocka_unit_test(a_dash_is_no_zero),
		cmocka_unit_test(clients_move_from_proxy_to_proxy),
		cmocka_unit_test(forgetting_keeps_the_counts_right),
		cmocka_unit_test(the_journal_knows_the_way),
		cmocka_unit_test(a_port_finds_the_connection),
		cmocka_unit_test(says_when_nothing_can_be_joined),
		cmocka_unit_test(polling_proves_nothing),
		cmocka_unit_test(quic_proves_nothing),
		cmocka_unit_test(connections_over_quic_are_not_none),
		cmocka_unit_test(a_proxy_over_quic_is_not_its_clients),
		cmocka_unit_test(says_nothing_when_all_is_joined),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
