// SPDX-License-Identifier: MIT
/* Addresses that this machine puts in the place of its clients': how they are known, and whose
 * their connections are once a table of connections has named them. */
#include "facts.h"

#include "app/picture.h"
#include "model/alerts.h"
#include "model/sums.h"

#define HOST_NS 7u
#define CELL_NS 8u
#define BRIDGE  "10.77.0.1"
#define CELL    "10.77.0.2"
#define PUBLIC  "203.0.113.1"
#define CLIENT  "8.8.8.1"

static void put_own(struct model *m, const char *ip)
{
	struct event e = event_make(EVENT_GUARD, T0);

	e.guard = (struct event_guard){{ip_of(ip), ADDR_BITS}, GUARD_OWN, true};
	model_apply(m, &e);
}

static struct model *fresh(void)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	put_own(m, BRIDGE);
	put_own(m, PUBLIC);
	put_own(m, "127.0.0.1");
	return m;
}

/* What a namespace has of a connection: who opened it says dir. */
static struct event seen_in(uint32_t ns, enum direction dir, const char *ip, uint16_t port,
	const char *lip, uint16_t lport)
{
	struct event e = conn_event(T0, ip, port, TCP_ESTABLISHED);

	e.conn.lip = ip_of(lip);
	e.conn.lport = lport;
	e.conn.dir = (uint8_t)dir;
	e.conn.ns = ns;
	return e;
}

/* From an address to the server in the container. */
static struct event reaching(const char *ip, uint16_t port)
{
	return seen_in(CELL_NS, DIR_IN, ip, port, CELL, 80);
}

static void put_reaching(struct model *m, const char *ip, uint16_t port, uint64_t rx)
{
	struct event e = reaching(ip, port);

	e.conn.was = TCP_SYN_RECV;
	e.conn.rx = rx;
	model_apply(m, &e);
}

static void put_nat(struct model *m, const char *ip, uint16_t port, const char *client)
{
	struct event e = event_make(EVENT_NAT, T0), conn = reaching(ip, port);

	e.nat.tuple = conn.conn.tuple;
	e.nat.client = ip_of(client);
	e.nat.client_port = port;
	model_apply(m, &e);
}

static bool is_rewritten_to(const struct model *m, const char *ip)
{
	struct addr a = ip_of(ip);

	return nats_find(&model_machine(m)->nats, &a) != NULL;
}

static const struct nat_source *nat(const struct model *m, const char *ip)
{
	struct addr a = ip_of(ip);
	const struct nat_source *s = nats_find(&model_machine(m)->nats, &a);

	assert_non_null(s);
	return s;
}

static const struct host *known(const struct model *m, const char *ip)
{
	const struct host *h = host_named(m, ip);

	assert_non_null(h);
	return h;
}

static const char *said(const struct model *m)
{
	static char text[ALERTS_MAX * ALERT_TEXT_MAX];
	struct alerts w;

	text[0] = '\0';
	alerts_of(&w, m, false);
	for (size_t i = 0; i < w.n; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " | " : "",
			w.at[i].text);
	return text;
}

static uint32_t conns_of(const struct model *m, const char *ip)
{
	const struct host *h = host_named(m, ip);

	return h ? h->tcp.conns : 0;
}

static void nobody_here_opened_it(void **state)
{
	struct model *m = fresh();

	(void)state;
	put_reaching(m, BRIDGE, 1000, ABSENT);
	put_reaching(m, BRIDGE, 1001, ABSENT);
	put_tick(m, T0 + SEC); /* its other end may still come */
	assert_false(is_rewritten_to(m, BRIDGE));
	put_tick(m, T0 + 4 * SEC);
	assert_true(is_rewritten_to(m, BRIDGE));
	assert_int_equal(nat(m, BRIDGE)->unnamed, 2);
	assert_int_equal(nat_namespaces(nat(m, BRIDGE)), 1);
	assert_int_equal(nat(m, BRIDGE)->ns[0], CELL_NS);
	assert_string_equal(said(m),
		"this host rewrites sources to 10.77.0.1 (masquerade): clients behind it cannot be "
		"told apart, conntrack is not read");
	struct event e = event_make(EVENT_ENRICHER, T0 + 5 * SEC);
	e.enricher.what = STR_LIT(NAT_ENRICHER);
	e.enricher.state = STR_LIT("missing");
	model_apply(m, &e);
	assert_non_null(strstr(said(m), "cannot be told apart, conntrack is missing"));
	/* It stands for clients, and is shown. */
	assert_false(known(m, BRIDGE)->is_private);
	model_free(m);
}

static void is_quiet(struct model *m, const char *why)
{
	put_tick(m, T0 + 4 * SEC);
	put_tick(m, T0 + 40 * SEC);
	if (model_machine(m)->nats.n || said(m)[0])
		fail_msg("%s", why);
	model_free(m);
}

static void put_seen(struct model *m, struct event e)
{
	model_apply(m, &e);
}

static void what_is_no_rewriting(void **state)
{
	struct model *m = fresh();

	(void)state;
	put_reaching(m, BRIDGE, 1000, ABSENT);
	is_quiet(m, "one connection alone");

	m = fresh();
	for (uint16_t port = 1000; port < 1010; port++) {
		put_reaching(m, BRIDGE, port, ABSENT);
		put_seen(m, seen_in(HOST_NS, DIR_OUT, CELL, 80, BRIDGE, port));
	}
	is_quiet(m, "a program of this machine, a relay for one");

	m = fresh();
	for (uint16_t port = 1000; port < 1010; port++) {
		put_reaching(m, PUBLIC, port, ABSENT);
		put_seen(m, seen_in(HOST_NS, DIR_OUT, "10.96.0.1", 443, PUBLIC, port));
	}
	is_quiet(m, "a program of this machine, whose destination is rewritten");

	m = fresh();
	for (uint16_t port = 1000; port < 1010; port++)
		put_reaching(m, CLIENT, port, ABSENT);
	is_quiet(m, "addresses of others");

	m = fresh();
	for (uint16_t port = 1000; port < 1010; port++)
		put_seen(m, seen_in(HOST_NS, DIR_IN, "127.0.0.1", port, "127.0.0.1", 80));
	is_quiet(m, "the loopback");

	m = fresh();
	for (uint16_t port = 1000; port < 1010; port++)
		put_seen(m, seen_in(CELL_NS, DIR_OUT, BRIDGE, 53, CELL, port));
	is_quiet(m, "what the container itself has opened");

	m = fresh();
	for (uint16_t port = 1000; port < 1010; port++) {
		struct event e = reaching(BRIDGE, port);
		e.conn.state = TCP_TIME_WAIT;
		model_apply(m, &e);
	}
	is_quiet(m, "what is over: its other end may have been forgotten");
}

/* The other end's namespace has its turn later. */
static void polled(void **state)
{
	struct model *m = fresh();
	struct event e = event_make(EVENT_SOURCE, T0);

	(void)state;
	e.source.source = STR_LIT("proc");
	e.source.sees = CAN_SEE_CONNS;
	model_apply(m, &e);
	put_reaching(m, BRIDGE, 1000, ABSENT);
	put_reaching(m, BRIDGE, 1001, ABSENT);
	put_tick(m, T0 + 14 * SEC);
	assert_false(is_rewritten_to(m, BRIDGE));
	put_tick(m, T0 + 15 * SEC);
	assert_true(is_rewritten_to(m, BRIDGE));
	model_free(m);
}

/* Sums are those of the rows, before and after. */
static void sums_hold(const struct model *m, uint64_t conns, uint64_t rx)
{
	struct model_sums sums = model_sum(m, true);
	uint64_t handshakes = 0, all_rx = 0, all_conns = 0, holding = 0;

	for (uint32_t id = model_next_host(m, 0); id != POOL_NONE;
		id = model_next_host(m, id + 1)) {
		const struct tcp_tally *t = &model_host(m, id)->tcp;
		handshakes += t->handshakes;
		all_conns += t->conns;
		holding += t->holding;
		all_rx += t->rx == ABSENT ? 0 : t->rx;
	}
	assert_int_equal(all_conns, conns);
	assert_int_equal(holding, conns);
	assert_int_equal(sums.conns, conns);
	assert_int_equal(sums.handshakes, handshakes);
	assert_int_equal(all_rx, rx);
}

static void a_client_is_named(void **state)
{
	struct model *m = fresh();

	(void)state;
	put_reaching(m, BRIDGE, 1000, 100);
	put_reaching(m, BRIDGE, 1001, 200);
	put_reaching(m, BRIDGE, 1002, 400);
	put_tick(m, T0 + 4 * SEC);
	sums_hold(m, 3, 700);
	put_nat(m, BRIDGE, 1000, CLIENT);
	put_nat(m, BRIDGE, 1001, "8.8.8.2");
	put_nat(m, BRIDGE, 1001, "8.8.8.2"); /* said again */
	sums_hold(m, 3, 700);
	assert_int_equal(conns_of(m, BRIDGE), 1);
	assert_int_equal(conns_of(m, CLIENT), 1);
	assert_int_equal(conns_of(m, "8.8.8.2"), 1);
	assert_int_equal(known(m, CLIENT)->tcp.rx, 100);
	assert_int_equal(known(m, CLIENT)->tcp.handshakes, 1);
	assert_int_equal(known(m, BRIDGE)->tcp.rx, 400);
	assert_int_equal(nat(m, BRIDGE)->named, 2);
	put_tick(m, T0 + 5 * SEC);
	assert_int_equal(nat(m, BRIDGE)->unnamed, 1);
	assert_string_equal(said(m),
		"this host rewrites sources to 10.77.0.1 (masquerade): conntrack names clients of "
		"connections, a log behind does not");
	/* Behind it no log has their lines: silence there is no evidence. */
	assert_true(model_is_behind_relay(m, known(m, CLIENT)));
	assert_false(model_is_behind_relay(m, known(m, BRIDGE)));
	model_free(m);
}

/* What comes later of it is the client's, its end included. */
static void it_goes_on_as_the_clients(void **state)
{
	struct model *m = fresh();
	struct event e = reaching(BRIDGE, 1000);

	(void)state;
	put_reaching(m, BRIDGE, 1000, 100);
	put_nat(m, BRIDGE, 1000, CLIENT);
	e.conn.was = TCP_ESTABLISHED;
	e.conn.rx = 150;
	model_apply(m, &e);
	assert_int_equal(known(m, CLIENT)->tcp.rx, 150);
	assert_int_equal(known(m, BRIDGE)->tcp.rx, 0);
	e.conn.state = TCP_CLOSE;
	model_apply(m, &e);
	assert_int_equal(conns_of(m, CLIENT), 0);
	assert_int_equal(known(m, CLIENT)->closed, 1);
	assert_int_equal(known(m, BRIDGE)->closed, 0);
	sums_hold(m, 0, 150);
	/* The next of the same port is another one's, until it is named. */
	put_reaching(m, BRIDGE, 1000, 0);
	assert_int_equal(conns_of(m, BRIDGE), 1);
	put_tick(m, T0 + 60 * SEC);
	sums_hold(m, 1, 150);
	model_free(m);
}

static void of_one_that_closed(void **state)
{
	struct model *m = fresh();
	struct event e = reaching(BRIDGE, 1000);

	(void)state;
	put_reaching(m, BRIDGE, 1000, 100);
	e.conn.state = TCP_CLOSE;
	model_apply(m, &e);
	put_nat(m, BRIDGE, 1000, CLIENT);
	assert_int_equal(known(m, CLIENT)->closed, 1);
	assert_int_equal(known(m, CLIENT)->tcp.handshakes, 1);
	assert_int_equal(known(m, BRIDGE)->closed, 0);
	sums_hold(m, 0, 100);
	put_tick(m, T0 + 60 * SEC);
	assert_int_equal(known(m, CLIENT)->closed, 0);
	model_free(m);
}

/* Nothing comes of what makes no sense. */
static void named_for_nothing(void **state)
{
	struct model *m = fresh();
	struct event e = event_make(EVENT_NAT, T0), conn = reaching(BRIDGE, 1000);

	(void)state;
	put_reaching(m, BRIDGE, 1000, 100);
	put_nat(m, BRIDGE, 1001, CLIENT); /* no such connection */
	assert_null(host_named(m, CLIENT));
	put_nat(m, BRIDGE, 1000, BRIDGE);
	e.nat.tuple = conn.conn.tuple; /* no client */
	model_apply(m, &e);
	e.nat.client = ip_of(CLIENT);
	e.nat.ns = HOST_NS; /* elsewhere */
	model_apply(m, &e);
	assert_null(host_named(m, CLIENT));
	assert_int_equal(conns_of(m, BRIDGE), 1);
	assert_int_equal(model_machine(m)->nats.n, 0);
	model_free(m);
}

static void forgotten_when_it_is_over(void **state)
{
	struct model *m = fresh();

	(void)state;
	put_reaching(m, BRIDGE, 1000, 100);
	put_nat(m, BRIDGE, 1000, CLIENT);
	put_tick(m, T0 + m->limits.idle_after);
	assert_true(is_rewritten_to(m, BRIDGE));
	put_tick(m, T0 + m->limits.idle_after + SEC);
	assert_false(is_rewritten_to(m, BRIDGE));
	assert_string_equal(said(m), "");
	model_free(m);
}

static void more_addresses_than_there_is_room_for(void **state)
{
	struct model *m = fresh();
	char ip[32];

	(void)state;
	for (uint16_t i = 1; i <= NATS_MAX + 1; i++) {
		snprintf(ip, sizeof ip, "10.78.0.%u", (unsigned)i);
		put_reaching(m, ip, i, ABSENT);
		put_nat(m, ip, i, CLIENT);
	}
	assert_int_equal(model_machine(m)->nats.n, NATS_MAX);
	assert_int_equal(model_machine(m)->nats.left_out, 1);
	assert_int_equal(conns_of(m, CLIENT), NATS_MAX + 1);
	assert_non_null(strstr(said(m), "to more addresses than the 16 that are remembered"));
	model_free(m);
}

struct replayed {
	struct event_sink sink;
	struct model *m;
};

static void replay(struct event_sink *sink, const struct event *event)
{
	model_apply(((struct replayed *)sink)->m, event);
}

/* A recording that begins now has it as well. */
static void told_in_a_picture(void **state)
{
	const struct event_start start = {.version = STR_LIT("1"), .host = STR_LIT("h")};
	struct model *m = fresh();
	struct replayed r = {{replay, NULL}, model_new(&MODEL_LIMITS_DEFAULT)};

	(void)state;
	assert_non_null(r.m);
	put_reaching(m, BRIDGE, 1000, 100);
	put_reaching(m, BRIDGE, 1001, 100);
	put_nat(m, BRIDGE, 1000, CLIENT);
	picture_put(m, &start, T0 + SEC, &r.sink);
	assert_int_equal(conns_of(r.m, CLIENT), 1);
	assert_int_equal(conns_of(r.m, BRIDGE), 1);
	assert_true(is_rewritten_to(r.m, BRIDGE));
	model_free(r.m);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_here_opened_it),
		cmocka_unit_test(what_is_no_rewriting),
		cmocka_unit_test(polled),
		cmocka_unit_test(a_client_is_named),
		cmocka_unit_test(it_goes_on_as_the_clients),
		cmocka_unit_test(of_one_that_closed),
		cmocka_unit_test(named_for_nothing),
		cmocka_unit_test(forgotten_when_it_is_over),
		cmocka_unit_test(more_addresses_than_there_is_room_for),
		cmocka_unit_test(told_in_a_picture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
