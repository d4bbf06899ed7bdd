// SPDX-License-Identifier: MIT
/* Relays by the owners of sockets, what ends at them, and the gateways that stand for clients. */
#include "facts.h"

#include "model/alerts.h"
#include "model/query.h"
#include "model/sums.h"

#define HOST_NS 7u /* where the relay listens */
#define CELL_NS 8u /* the container's */
#define CLIENT  "8.8.8.1"
#define GATEWAY "172.17.0.1"

static struct model *fresh(void)
{
	return model_with(&MODEL_LIMITS_DEFAULT);
}

static void put_owner(struct model *m, usec_t ts, uint64_t inode, uint32_t pid, const char *name)
{
	struct event e = event_make(EVENT_OWNER, ts);

	e.owner.inode = inode;
	e.owner.pid = pid;
	e.owner.name = str_of(name);
	model_apply(m, &e);
}

static struct event tcp(usec_t ts, const char *ip, uint16_t port, const char *lip, uint16_t lport)
{
	struct event e = conn_event(ts, ip, port, TCP_ESTABLISHED);

	e.conn.lip = ip_of(lip);
	e.conn.lport = lport;
	e.conn.dir = DIR_IN;
	e.conn.ns = HOST_NS;
	return e;
}

/* A client comes in at a port; the inode is 0 until a listing has seen it. */
static void put_client(
	struct model *m, usec_t ts, const char *ip, uint16_t port, uint16_t lport, uint64_t inode)
{
	struct event e = tcp(ts, ip, port, "192.0.2.1", lport);

	e.conn.inode = inode;
	model_apply(m, &e);
}

/* The relay's own connection to the server behind, and the server's end of it. */
static void put_inner(struct model *m, usec_t ts, uint16_t port, uint64_t inode)
{
	struct event e = tcp(ts, "172.17.0.2", 80, GATEWAY, port);

	e.conn.dir = DIR_OUT;
	e.conn.inode = inode;
	model_apply(m, &e);
	e = tcp(ts, GATEWAY, port, "172.17.0.2", 80);
	e.conn.ns = CELL_NS;
	e.conn.inode = inode + 1000;
	model_apply(m, &e);
}

static bool is_relayed(const struct model *m, const char *ip)
{
	const struct host *h = host_named(m, ip);

	assert_non_null(h);
	return model_is_behind_relay(m, h);
}

static const char *said(const struct model *m, bool show_private)
{
	static char text[ALERTS_MAX * ALERT_TEXT_MAX];
	struct alerts w;

	text[0] = '\0';
	alerts_of(&w, m, show_private);
	for (size_t i = 0; i < w.n; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " | " : "",
			w.at[i].text);
	return text;
}

/* What a view shows, row by row, and that the sums say the same. */
static void shown(const struct model *m, bool show_private, const char *want)
{
	struct query q = {
		.show_private = show_private, .limit = 100, .sort = column_find(STR_LIT("ip"))};
	struct model_sums sums = model_sum(m, show_private);
	char got[512] = "", ip[ADDR_TEXT_MAX];
	struct rows rows = {0};
	uint64_t requests = 0, conns = 0;

	assert_int_equal(query_run(m, &q, &rows), 0);
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct host *h = model_host(m, rows.ids[i]);
		addr_format(&h->ip, ip);
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", i ? " " : "", ip);
		requests += h->log.requests;
		conns += h->tcp.conns;
	}
	assert_string_equal(got, want);
	assert_int_equal(sums.requests, requests);
	assert_int_equal(sums.conns, conns);
	assert_int_equal(sums.ips, rows.n);
	rows_done(&rows);
}

/* A relay of :443 with one client and one connection to what is behind. */
static struct model *behind_relay(const char *client)
{
	struct model *m = fresh();

	put_inner(m, T0, 40000, 21);
	put_client(m, T0, client, 1000, 443, 20);
	put_owner(m, T0, 20, 99, "docker-proxy");
	put_owner(m, T0, 21, 99, "docker-proxy");
	put_owner(m, T0, 1021, 100, "nginx");
	put_request(m, T0, GATEWAY);
	put_tick(m, T0 + SEC);
	return m;
}

static void a_port_is_remembered(void **state)
{
	struct model *m = fresh();
	const struct machine *here = model_machine(m);

	(void)state;
	put_client(m, T0, CLIENT, 1000, 443, 20);
	assert_false(is_relayed(m, CLIENT));
	put_owner(m, T0, 20, 99, "docker-proxy");
	assert_true(is_relayed(m, CLIENT)); /* by its owner, at once */
	put_tick(m, T0 + SEC);
	assert_true(machine_is_relayed(here, HOST_NS, 443));
	assert_false(machine_is_relayed(here, HOST_NS, 80));
	assert_false(machine_is_relayed(here, CELL_NS, 443));
	/* Of another nobody knows the owner yet; of a third it is somebody else. */
	put_client(m, T0 + SEC, "8.8.8.2", 1000, 443, 0);
	put_client(m, T0 + SEC, "8.8.8.3", 1000, 80, 0);
	assert_true(is_relayed(m, "8.8.8.2"));
	assert_false(is_relayed(m, "8.8.8.3"));
	put_client(m, T0 + SEC, "8.8.8.4", 1000, 443, 30);
	put_owner(m, T0 + SEC, 30, 50, "nginx");
	assert_false(is_relayed(m, "8.8.8.4"));
	model_free(m);
}

static void only_relays_count(void **state)
{
	static const char *const names[] = {
		"nginx", "haproxy", "socat", "docker", "docker-proxy2", "", "pasta.avx", "sshd"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_null(relay_kind_of(names[i]));
	for (size_t i = 0; i < relay_kind_count; i++) {
		assert_ptr_equal(relay_kind_of(relay_kinds[i].name), &relay_kinds[i]);
		assert_in_range(strlen(relay_kinds[i].name), 1, 15); /* as long as comm is */
		assert_non_null(relay_kinds[i].advice);
	}
}

static void what_a_relay_opens_is_no_port(void **state)
{
	struct model *m = behind_relay(CLIENT);

	(void)state;
	assert_int_equal(model_machine(m)->relays.n, 1);
	assert_false(machine_is_relayed(model_machine(m), HOST_NS, 40000));
	assert_false(is_relayed(m, "172.17.0.2"));
	assert_false(is_relayed(m, GATEWAY)); /* ends at nginx */
	model_free(m);
}

static void a_port_is_forgotten(void **state)
{
	struct model *m = behind_relay(CLIENT);
	const struct machine *here = model_machine(m);

	(void)state;
	/* As long as the connection stands it is known, however long nothing happens. */
	for (int i = 1; i < 100; i++)
		put_tick(m, T0 + i * 10 * SEC);
	assert_true(machine_is_relayed(here, HOST_NS, 443));
	put_conn(m, T0 + 1000 * SEC, CLIENT, 1000, TCP_CLOSE); /* of another tuple */
	struct event e = tcp(T0 + 1000 * SEC, CLIENT, 1000, "192.0.2.1", 443);
	e.conn.state = TCP_CLOSE;
	model_apply(m, &e);
	put_tick(m, T0 + 1100 * SEC);
	assert_true(machine_is_relayed(here, HOST_NS, 443));
	put_tick(m, T0 + 1400 * SEC);
	assert_false(machine_is_relayed(here, HOST_NS, 443));
	model_free(m);
}

/* The container has gone and a server of this machine listens there now. */
static void a_port_changes_hands(void **state)
{
	struct model *m = behind_relay(CLIENT);
	struct event e = tcp(T0 + 2 * SEC, CLIENT, 1000, "192.0.2.1", 443);

	(void)state;
	e.conn.state = TCP_CLOSE;
	model_apply(m, &e);
	put_client(m, T0 + 40 * SEC, "8.8.8.2", 1001, 443, 50);
	put_owner(m, T0 + 40 * SEC, 50, 51, "nginx");
	put_tick(m, T0 + 50 * SEC);
	put_tick(m, T0 + 51 * SEC);
	assert_false(machine_is_relayed(model_machine(m), HOST_NS, 443));
	model_free(m);
}

static void the_table_is_bounded(void **state)
{
	struct model *m = fresh();

	(void)state;
	for (uint16_t i = 0; i < RELAYS_MAX + 10; i++) {
		put_client(m, T0, CLIENT, 1000, (uint16_t)(8000 + i), 100u + i);
		put_owner(m, T0, 100u + i, 99, "rootlessport");
	}
	put_tick(m, T0 + SEC);
	assert_int_equal(model_machine(m)->relays.n, RELAYS_MAX);
	assert_int_equal(model_machine(m)->relays.left_out, 10);
	assert_non_null(strstr(said(m, false), "more ports end at relays than the 64"));
	assert_non_null(strstr(said(m, false),
		"connections to :8000, :8001, :8002, :8003 and 60 more end at rootlessport"));
	model_free(m);
}

/* Of many connections a tick looks at some: the rest waits for the next. */
static void many_connections_in_slices(void **state)
{
	struct model *m = fresh();
	int ticks = 1;

	(void)state;
	for (uint32_t i = 0; i < 40000; i++)
		put_client(
			m, T0, "8.8.4.4", (uint16_t)(i % 20000 + 1), (uint16_t)(i / 20000 + 80), 0);
	put_client(m, T0, CLIENT, 1000, 443, 20);
	put_owner(m, T0, 20, 99, "docker-proxy");
	for (; ticks < 10 && !machine_is_relayed(model_machine(m), HOST_NS, 443); ticks++)
		put_tick(m, T0 + ticks * SEC / 100);
	assert_in_range(ticks, 5, 7);
	model_free(m);
}

static void a_relays_gateway_is_shown(void **state)
{
	struct model *m = fresh();
	struct addr gateway = ip_of(GATEWAY);

	(void)state;
	put_inner(m, T0, 40000, 21);
	put_client(m, T0, CLIENT, 1000, 443, 20);
	put_request(m, T0, GATEWAY);
	put_request(m, T0, "10.1.1.1");
	put_owner(m, T0, 20, 99, "docker-proxy");
	put_owner(m, T0, 21, 99, "docker-proxy");
	shown(m, false, CLIENT);
	shown(m, true, "8.8.8.1 10.1.1.1 172.17.0.1 172.17.0.2");
	assert_true(model_hides(m, &gateway));
	put_tick(m, T0 + SEC);
	shown(m, false, "8.8.8.1 172.17.0.1");
	shown(m, true, "8.8.8.1 10.1.1.1 172.17.0.1 172.17.0.2");
	/* What comes from then on is counted where it is shown. */
	for (int i = 0; i < 5; i++)
		put_request(m, T0 + 2 * SEC, GATEWAY);
	shown(m, false, "8.8.8.1 172.17.0.1");
	shown(m, true, "8.8.8.1 10.1.1.1 172.17.0.1 172.17.0.2");
	assert_true(model_sum(m, false).requests_per_min == 6);
	assert_true(model_sum(m, true).requests_per_min == 7);
	assert_int_equal(m->geo.countries[GEO_PRIVATE_COUNTRY].ips, 2);
	assert_int_equal(m->geo.countries[0].log.requests, 6);
	model_free(m);
}

/* It is forgotten, and comes again. */
static void a_gateway_stays_one(void **state)
{
	struct model *m = behind_relay(CLIENT);

	(void)state;
	struct event e = tcp(T0 + SEC, GATEWAY, 40000, "172.17.0.2", 80);
	e.conn.ns = CELL_NS;
	e.conn.state = TCP_CLOSE;
	model_apply(m, &e);
	for (int i = 1; i < 60; i++)
		put_tick(m, T0 + i * 10 * SEC);
	assert_null(host_named(m, GATEWAY));
	assert_int_equal(model_machine(m)->totals[0].ips, 1);
	put_request(m, T0 + 600 * SEC, GATEWAY);
	assert_non_null(host_named(m, GATEWAY));
	assert_false(host_of(m, GATEWAY)->is_private);
	assert_int_equal(model_machine(m)->totals[0].ips, 2);
	assert_int_equal(model_machine(m)->totals[1].ips, 1);
	model_free(m);
}

/* A proxy of this machine in front of it has the clients in its own log. */
static void a_relay_for_ourselves_is_none_of_it(void **state)
{
	struct model *m = behind_relay("127.0.0.1");

	(void)state;
	shown(m, false, "");
	assert_string_equal(said(m, false), "");
	assert_string_equal(said(m, true),
		"connections to :443 end at docker-proxy: the log behind it names the gateway "
		"172.17.0.1, not clients");
	put_client(m, T0 + SEC, CLIENT, 1001, 443, 0); /* now somebody else comes */
	put_tick(m, T0 + 11 * SEC);
	shown(m, false, "8.8.8.1 172.17.0.1");
	model_free(m);
}

static void put_logged(struct model *m, const char *ip, const char *log, unsigned n)
{
	struct event e = event_make(EVENT_REQUEST, T0);

	e.request.ip = ip_of(ip);
	e.request.log = str_of(log);
	e.request.path = STR_LIT("/");
	while (n--)
		model_apply(m, &e);
}

/* No relay is to be seen, but one log names nobody else. */
static void a_lone_local_asker_is_shown(void **state)
{
	struct model *m = fresh();

	(void)state;
	put_logged(m, "127.0.0.1", "a.log", 5); /* a check of its health */
	put_logged(m, "10.88.0.1", "a.log", 20);
	put_logged(m, "10.88.0.2", "b.log", 15);
	shown(m, false, "");
	put_logged(m, "10.88.0.1", "a.log", 1);
	shown(m, false, "10.88.0.1");
	/* Others: not alone; this machine's own; not of a local network. */
	put_logged(m, CLIENT, "b.log", 1);
	put_logged(m, "10.88.0.2", "b.log", 100);
	put_logged(m, "127.0.0.1", "c.log", 100);
	put_logged(m, "::1", "c.log", 100);
	put_logged(m, "203.0.113.9", "d.log", 100);
	shown(m, false, "8.8.8.1 10.88.0.1");
	put_logged(m, CLIENT, "a.log", 1); /* it stays */
	shown(m, false, "8.8.8.1 10.88.0.1");
	model_free(m);
}

static void askers_and_gateways_are_bounded(void **state)
{
	struct model *m = fresh();
	char log[16], ip[16];

	(void)state;
	for (unsigned i = 0; i < 40; i++) {
		snprintf(log, sizeof log, "%u.log", i);
		snprintf(ip, sizeof ip, "10.0.0.%u", i + 1);
		put_logged(m, ip, log, 30);
	}
	assert_int_equal(model_machine(m)->asker_count, MACHINE_ASKERS_MAX);
	assert_int_equal(model_machine(m)->gateway_count, MACHINE_GATEWAYS_MAX);
	shown(m, false, "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5 10.0.0.6 10.0.0.7 10.0.0.8");
	model_free(m);
}

static void alerts_name_relay_and_gateway(void **state)
{
	struct model *m = behind_relay(CLIENT);

	(void)state;
	assert_string_equal(said(m, false),
		"connections to :443 end at docker-proxy: the log behind it names the gateway "
		"172.17.0.1, not clients");
	put_client(m, T0 + SEC, CLIENT, 1001, 80, 30);
	put_owner(m, T0 + SEC, 30, 98, "pasta.avx2");
	put_tick(m, T0 + 2 * SEC);
	assert_non_null(strstr(said(m, false),
		" | connections to :80 end at pasta.avx2: the log behind it may not name who "
		"connects"));
	model_free(m);
}

/* Its clients are in the log: it passes their addresses on, and there is nothing to say. */
static void a_relay_that_keeps_addresses(void **state)
{
	struct model *m = fresh();
	char ip[16];

	(void)state;
	for (uint16_t i = 1; i <= 8; i++) {
		snprintf(ip, sizeof ip, "8.8.8.%u", i);
		put_client(m, T0, ip, 1000, 80, 30u + i);
		put_owner(m, T0, 30u + i, 98, "pasta");
		put_request(m, T0, ip);
	}
	put_tick(m, T0 + SEC);
	put_tick(m, T0 + 11 * SEC);
	assert_true(is_relayed(m, CLIENT));
	assert_string_equal(said(m, false), "");
	model_free(m);
}

/* Clients in a log who have no socket here, and silent connections that end at a relay. */
static void what_is_relayed_is_not_silent(void **state)
{
	struct model *m = fresh();
	char ip[16];

	(void)state;
	for (uint16_t i = 1; i <= 20; i++) {
		snprintf(ip, sizeof ip, "8.8.8.%u", i);
		put_client(m, T0, ip, 1000, 443, 30u + i);
		put_owner(m, T0, 30u + i, 99, "docker-proxy");
		snprintf(ip, sizeof ip, "9.9.9.%u", i);
		put_request(m, T0, ip);
	}
	put_tick(m, T0 + SEC);
	put_tick(m, T0 + 11 * SEC);
	assert_int_equal(model_machine(m)->correlation.silent, 0);
	assert_int_equal(model_machine(m)->correlation.conns, 0);
	assert_false(model_is_uncorrelated(m));
	for (uint16_t i = 1; i <= 5; i++) { /* others are silent */
		snprintf(ip, sizeof ip, "8.8.4.%u", i);
		put_client(m, T0 + 12 * SEC, ip, 1000, 80, 0);
	}
	put_tick(m, T0 + 21 * SEC);
	assert_int_equal(model_machine(m)->correlation.silent, 5);
	assert_true(model_is_uncorrelated(m));
	assert_non_null(strstr(said(m, false),
		"log addresses do not match connections; some of these end at docker-proxy"));
	assert_null(strstr(said(m, false), "behind a proxy"));
	model_free(m);
}

/* SYNs by network and logins move with it as well. */
static void all_sums_move(void **state)
{
	struct model *m = fresh();
	struct event e = event_make(EVENT_SYN_NET, T0);
	struct addr ip = ip_of("10.88.0.1");

	(void)state;
	put_syns(m, T0, &ip, 5);
	e.syn_net.net = network_prefix(&ip);
	e.syn_net.n = 7;
	model_apply(m, &e);
	e = event_make(EVENT_AUTH, T0);
	e.auth.ip = ip;
	e.auth.outcome = AUTH_ACCEPTED;
	model_apply(m, &e);
	assert_int_equal(model_sum(m, false).syns, 0);
	put_logged(m, "10.88.0.1", "a.log", 30);
	assert_int_equal(model_sum(m, false).syns, 7);
	assert_int_equal(model_sum(m, true).syns, 7);
	assert_int_equal(model_sum(m, false).auth_accepted, 1);
	assert_int_equal(model_sum(m, true).auth_accepted, 1);
	e = event_make(EVENT_SYN_NET, T0);
	e.syn_net.net = network_prefix(&ip);
	e.syn_net.n = 3;
	model_apply(m, &e);
	assert_int_equal(model_sum(m, false).syns, 10);
	/* Its network is a row. */
	struct query q = {.by = GROUP_NET, .limit = 9};
	struct rows rows = {0};
	assert_int_equal(query_run(m, &q, &rows), 0);
	assert_int_equal(rows.n, 1);
	rows_done(&rows);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_port_is_remembered),
		cmocka_unit_test(only_relays_count),
		cmocka_unit_test(what_a_relay_opens_is_no_port),
		cmocka_unit_test(a_port_is_forgotten),
		cmocka_unit_test(a_port_changes_hands),
		cmocka_unit_test(the_table_is_bounded),
		cmocka_unit_test(many_connections_in_slices),
		cmocka_unit_test(a_relays_gateway_is_shown),
		cmocka_unit_test(a_gateway_stays_one),
		cmocka_unit_test(a_relay_for_ourselves_is_none_of_it),
		cmocka_unit_test(a_lone_local_asker_is_shown),
		cmocka_unit_test(askers_and_gateways_are_bounded),
		cmocka_unit_test(alerts_name_relay_and_gateway),
		cmocka_unit_test(a_relay_that_keeps_addresses),
		cmocka_unit_test(what_is_relayed_is_not_silent),
		cmocka_unit_test(all_sums_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
