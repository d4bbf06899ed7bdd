// SPDX-License-Identifier: MIT
/* Stories of connections: half-open, held, come and gone, and what goes out through them. */
#include "stories.h"

static void leave_half_open(
	struct world *w, struct addr (*from)(unsigned), unsigned sources, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		half_open(w, from(i % sources), 80);
}

/* So many half-open connections, of a few addresses. */
static void flood_syns(struct world *w, unsigned s, unsigned n)
{
	if (s == 0)
		leave_half_open(w, neighbour, 8, n);
}

/* Cookies are sent, and are good: the backlog is too small for those who come. */
static void complete_by_cookies(struct world *w, unsigned s, unsigned n)
{
	(void)n;
	if (s == 0)
		leave_half_open(w, neighbour, 8, 3);
	w->stats.cookies_sent = w->stats.cookies_ok = 5;
	for (unsigned i = 0; i < 10; i++)
		come_and_go(w, stranger(s * 10 + i), 500, 5000);
}

/* So many, each of an address and a network of its own. */
static void forge_syns(struct world *w, unsigned s, unsigned n)
{
	if (s == 0)
		leave_half_open(w, stranger, n, n);
}

static void send_again(struct world *w, unsigned s, unsigned n)
{
	if (s == 0)
		leave_half_open(w, stranger, 8, n);
}

/* So many ports. */
static void try_ports(struct world *w, unsigned s, unsigned n)
{
	static const uint16_t ports[] = {80, 443, 22};

	for (unsigned i = 0; s == 0 && i < n; i++)
		half_open(w, culprit(), ports[i]);
}

static void come_by_a_lossy_line(struct world *w, unsigned s, unsigned n)
{
	if (s == 0)
		come_and_go(w, culprit(), 500, 5000);
	try_ports(w, s, n);
}

static void hold_all(struct world *w, struct addr (*who)(unsigned), unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		hold(w, who(i), 443);
}

static struct addr one(unsigned i)
{
	(void)i;
	return culprit();
}

static struct addr some(unsigned i)
{
	return neighbour(i % 8);
}

/* So many connections: a header's worth of bytes, ever more of it. */
static void drip(struct world *w, struct addr (*who)(unsigned), unsigned s, unsigned n, unsigned by)
{
	if (s == 0)
		hold_all(w, who, n);
	for (unsigned i = 0; i < w->conn_count; i++) {
		w->conns[i].lport = 443;
		w->conns[i].rx += by;
	}
}

static void ask_slowly(struct world *w, unsigned s, unsigned n)
{
	drip(w, one, s, n, 10);
}

static void ask_slowly_together(struct world *w, unsigned s, unsigned n)
{
	drip(w, some, s, n, 10);
}

static void upload(struct world *w, unsigned s, unsigned n)
{
	drip(w, one, s, n, 2000);
}

/* Of what is sent nothing is taken, or `by` bytes a second. */
static void take(struct world *w, struct addr (*who)(unsigned), unsigned s, unsigned n, unsigned by)
{
	if (s == 0) {
		hold_all(w, who, n);
		for (unsigned i = 0; i < n; i++)
			w->conns[i].rx = 300, w->conns[i].tx = 29000, w->conns[i].txq = 50000;
	}
	for (unsigned i = 0; i < n; i++)
		w->conns[i].tx += by;
}

static void take_nothing(struct world *w, unsigned s, unsigned n)
{
	take(w, one, s, n, 0);
}

static void take_nothing_together(struct world *w, unsigned s, unsigned n)
{
	take(w, some, s, n, 0);
}

static void take_little(struct world *w, unsigned s, unsigned n)
{
	take(w, one, s, n, 2000);
}

/* A stream: all that was sent was taken. */
static void take_all_there_is(struct world *w, unsigned s, unsigned n)
{
	take(w, one, s, n, 0);
	for (unsigned i = 0; i < n; i++)
		w->conns[i].txq = 0;
}

static void say_nothing(struct world *w, unsigned s, unsigned n)
{
	if (s == 0)
		hold_all(w, one, n);
}

static void say_nothing_together(struct world *w, unsigned s, unsigned n)
{
	if (s == 0)
		hold_all(w, some, n);
}

/* A browser's connections in reserve. */
static void connect_ahead(struct world *w, unsigned s, unsigned n)
{
	if (s == 0)
		ask(w, culprit(), "/", 200);
	say_nothing(w, s, n);
}

/* So many connections, with a request each. */
static void hog(struct world *w, unsigned s, unsigned n)
{
	for (unsigned i = 0; s < 10 && i < n / 10; i++) {
		struct story_conn *c = hold(w, culprit(), 443);
		c->rx = 500;
		c->tx = 60000;
		ask(w, culprit(), "/api", 200);
	}
}

/* Many people behind one address. */
static void share_an_address(struct world *w, unsigned s, unsigned n)
{
	for (unsigned i = 0; s < 10 && i < n / 10; i++) {
		struct story_conn *c = hold(w, culprit(), 443);
		c->rx = 500;
		c->tx = 60000;
		for (unsigned k = 0; k < 3; k++) {
			struct event e = asked(culprit(), k ? "/logo.png" : "/page/1", 200);
			e.request.agent = agent_no(i);
			put_asked(w, &e);
		}
	}
}

/* So many in ten seconds. */
static void churn_by(
	struct world *w, struct addr (*who)(unsigned), unsigned s, unsigned n, uint64_t rx)
{
	for (unsigned i = s * n / 10; i < (s + 1) * n / 10; i++)
		come_and_go(w, who(i), rx, 3000);
}

static void churn(struct world *w, unsigned s, unsigned n)
{
	churn_by(w, one, s, n, 641);
}

static void churn_together(struct world *w, unsigned s, unsigned n)
{
	churn_by(w, some, s, n, 641);
}

static void probe_the_port(struct world *w, unsigned s, unsigned n)
{
	churn_by(w, one, s, n, 0);
}

/* MB a second. */
static void send_out(
	struct world *w, struct addr (*who)(unsigned), unsigned of, unsigned s, unsigned n)
{
	if (s == 0)
		hold_all(w, who, of);
	for (unsigned i = 0; i < of; i++) {
		w->conns[i].rx = 300;
		w->conns[i].tx += n * UINT64_C(1000000) / of;
	}
}

static void download(struct world *w, unsigned s, unsigned n)
{
	send_out(w, one, 2, s, n);
}

static void watch_films(struct world *w, unsigned s, unsigned n)
{
	send_out(w, some, 8, s, n);
}

/* It has gone on for a long time when it is first seen. */
static void go_on_downloading(struct world *w, unsigned s, unsigned n)
{
	(void)n;
	if (s == 0) {
		struct story_conn *c = add_conn(w, culprit(), 443, TCP_ESTABLISHED);
		c->rx = 300;
		c->tx = UINT64_C(50000000000);
		put_conn(w, c, TCP_STATE_NONE);
	}
	w->conns[0].tx += 200000;
}

static const struct story stories[] = {
	{FLAG_SYN_FLOOD, SCOPE_MACHINE, "203.0.113.", flood_syns, 24, 48, .within = 5,
		.alike = complete_by_cookies},
	{FLAG_SYN_SPOOFED, SCOPE_MACHINE, NULL, forge_syns, 40, 60, .within = 5,
		.alike = send_again},
	{FLAG_HALF_OPEN, SCOPE_HOST, "203.0.113.9", try_ports, 1, 2, .within = 8,
		.alike = come_by_a_lossy_line},
	{FLAG_SLOW_REQUEST, SCOPE_HOST, "203.0.113.9", ask_slowly, 7, 8, .within = 11,
		.alike = upload},
	{FLAG_SLOW_REQUEST, SCOPE_NETWORK, "203.0.113.0/24", ask_slowly_together, 15, 16,
		.within = 11, .alike = upload},
	{FLAG_SLOW_READ, SCOPE_HOST, "203.0.113.9", take_nothing, 3, 4, .within = 10,
		.alike = take_little},
	{FLAG_SLOW_READ, SCOPE_NETWORK, "203.0.113.0/24", take_nothing_together, 15, 16,
		.within = 10, .alike = take_all_there_is},
	{FLAG_SILENT, SCOPE_HOST, "203.0.113.9", say_nothing, 2, 3, .within = 8,
		.alike = connect_ahead},
	{FLAG_SILENT, SCOPE_NETWORK, "203.0.113.0/24", say_nothing_together, 15, 16, .within = 8,
		.alike = connect_ahead},
	{FLAG_CONN_HOG, SCOPE_HOST, "203.0.113.9", hog, 60, 100, .within = 15,
		.alike = share_an_address},
	{FLAG_TLS_CHURN, SCOPE_HOST, "203.0.113.9", churn, 8, 13, .within = 15,
		.alike = probe_the_port},
	{FLAG_TLS_CHURN, SCOPE_NETWORK, "203.0.113.0/24", churn_together, 20, 60, .within = 15,
		.alike = probe_the_port},
	{FLAG_BANDWIDTH, SCOPE_HOST, "203.0.113.9", download, 3, 5, .within = 15,
		.alike = go_on_downloading},
	{FLAG_BANDWIDTH, SCOPE_NETWORK, "203.0.113.0/24", watch_films, 3, 9, .within = 15},
	{FLAG_BANDWIDTH, SCOPE_NETWORK, "203.0.113.0/24", watch_films, 7, 9, .within = 15},
};

static void all_have_their_stories(void **state)
{
	(void)state;
	check_stories(stories, ARRAY_LEN(stories), STORIES_CONNS);
}

/* Ever new ones at the same two ports are no further ports. */
static void ports_are_counted_once(void **state)
{
	struct world *w = world_new();

	(void)state;
	for (unsigned s = 0; s < 12; s++) {
		half_open(w, culprit(), s % 2 ? 443 : 80);
		play(w, NULL, 0, 0);
	}
	const struct flag *f = flag_on(w, FLAG_HALF_OPEN, SCOPE_HOST);
	assert_non_null(f);
	assert_non_null(strstr(f->evidence, "on 2 ports"));
	world_free(w);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_LEN(stories) + 2] = {
		cmocka_unit_test(all_have_their_stories), cmocka_unit_test(ports_are_counted_once)};

	for (size_t i = 0; i < ARRAY_LEN(stories); i++)
		tests[i + 2] = story_test(&stories[i]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
