// SPDX-License-Identifier: MIT
/* The fleet in the model: what members say comes to, and what happens when they lie, go and come.
 */
#include "fleet_facts.h"

#include "model/column.h"
#include "model/sums.h"

#include <math.h>

/* One machine alone pays nothing, and has none of this. */
static void one_machine_has_no_fleet(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	(void)state;
	put_conn(m, T0, "8.8.8.8", 4000, TCP_ESTABLISHED);
	assert_null(model_fleet(m));
	assert_false(group_serves(m, GROUP_MACHINE));
	assert_int_equal(subject_next(m, GROUP_MACHINE, 0), POOL_NONE);
	assert_false(column_serves(column_find(STR_LIT("machines")), m, GROUP_NONE));
	assert_int_equal(number(m, "conns"), 1);
	model_free(m);
}

static void shares_add_up(void **state)
{
	struct model *m = fleet_model();
	const struct host *h;

	(void)state;
	say_set(m, 1, "web1", 0, 1, "conns=100 requests=1000");
	say_share(m, 1, 0, "198.51.100.1", 10, 40);
	say_set(m, 2, "web2", 1, 1, "conns=20 requests=500");
	say_share(m, 2, 1, "198.51.100.1", 4, 8);
	h = host_named(m, "198.51.100.1");
	assert_int_equal(h->tcp.conns, 14);
	assert_int_equal(host_half_open(h), 7);
	assert_int_equal(h->tcp.states[TCP_ESTABLISHED], 7);
	assert_int_equal(h->log.requests, 48);
	assert_int_equal(h->log.bytes, 4800);
	assert_int_equal(h->log.status[4], 12);
	assert_int_equal(h->log.status[0], 36);
	assert_int_equal(h->tcp.syns, 96);
	assert_int_equal(host_held(h, m->now), 48000);
	assert_true(per_minute(m, "198.51.100.1") == 0); /* totals at first sight are no rate */
	assert_int_equal(network_of(m, "198.51.100.0/24")->tcp.conns, 14);
	assert_int_equal(network_requests(&m->networks, network_of(m, "198.51.100.0/24")), 48);
	assert_int_equal(m->geo.countries[0].log.requests +
				 m->geo.countries[GEO_PRIVATE_COUNTRY].log.requests,
		48);
	assert_int_equal(number(m, "conns"), 120);
	assert_int_equal(number(m, "requests"), 1500);
	assert_int_equal(number_of(m, 2, "conns"), 20);
	assert_true(model_knows_conns(m) && model_knows_syns(m));
	/* What has come since counts, in rates as well. */
	say_set(m, 1, "web1", 10, 2, "conns=90 requests=1100");
	say_share(m, 1, 10, "198.51.100.1", 2, 100);
	assert_int_equal(h->log.requests, 108);
	assert_int_equal(h->tcp.conns, 6);
	assert_true(per_minute(m, "198.51.100.1") == 60);
	assert_int_equal(number(m, "requests_per_sec"), 10);
	assert_int_equal(number(m, "conns"), 110);
	model_free(m);
}

/* What lies a long gap ago came, but nobody knows when. */
static void after_a_gap_no_rate(void **state)
{
	struct model *m = fleet_model();

	(void)state;
	say_set(m, 1, "web1", 0, 1, "requests=10");
	say_share(m, 1, 0, "198.51.100.1", 0, 10);
	say_set(m, 1, "web1", 200, 8, "requests=1000");
	say_share(m, 1, 200, "198.51.100.1", 0, 500);
	assert_int_equal(host_named(m, "198.51.100.1")->log.requests, 500);
	assert_true(per_minute(m, "198.51.100.1") == 0);
	assert_int_equal(number(m, "requests"), 1000);
	struct figure_view view = figures_view(m, false);
	assert_true(isnan(figure_growth(figure_find("requests"), &view)));
	assert_int_equal(member(m, 1)->missed, 6);
	model_free(m);
}

/* A set leaves out what is 0. What is not known is not 0. */
static void what_is_left_out_is_zero(void **state)
{
	struct model *m = fleet_model();

	(void)state;
	say_set(m, 1, "web1", 0, 1, "half_open=0 open=5 conns=7 ips=3 evicted=2");
	assert_int_equal(member(m, 1)->tcp.states[TCP_TIME_WAIT], 2);
	say_set(m, 1, "web1", 10, 2, "half_open=0 open=0");
	assert_int_equal(number(m, "conns"), 0);
	assert_int_equal(number(m, "ips"), 0);
	assert_int_equal(number(m, "evicted"), 0);
	assert_int_equal(number(m, "syns"), ABSENT);
	say_set(m, 1, "web1", 20, 3, "requests=0");
	assert_int_equal(number(m, "conns"), ABSENT);
	model_free(m);
}

static void a_new_start_is_all_new(void **state)
{
	struct model *m = fleet_model();

	(void)state;
	say_set(m, 1, "web1", 0, 7, "requests=1000");
	say_share(m, 1, 0, "198.51.100.1", 5, 400);
	say_set(m, 1, "web1", 10, 1, "requests=30");
	say_share(m, 1, 10, "198.51.100.1", 3, 20);
	assert_int_equal(host_named(m, "198.51.100.1")->log.requests, 420);
	assert_int_equal(host_named(m, "198.51.100.1")->tcp.conns, 3);
	assert_int_equal(number(m, "requests"), 1030);
	assert_int_equal(member(m, 1)->missed, 0);
	/* Twice the same set is one. */
	say_set(m, 1, "web1", 11, 1, "requests=30");
	assert_int_equal(number(m, "requests"), 1030);
	assert_int_equal(member(m, 1)->missed, 0);
	model_free(m);
}

static void who_is_lost_holds_nothing(void **state)
{
	struct model *m = fleet_model();
	const struct host *h;

	(void)state;
	say_state(m, 2, "web2", 0, MEMBER_WAITED);
	assert_int_equal(member(m, 2)->state, MEMBER_WAITED);
	say_set(m, 1, "web1", 0, 1, "conns=100 requests=1000 accept_share=40");
	say_share(m, 1, 0, "198.51.100.1", 10, 40);
	say_set(m, 2, "web2", 0, 1, "conns=50 requests=100 accept_share=90");
	assert_int_equal(fleet_of(m)->up, 2);
	assert_int_equal(number(m, "accept_share"), 90); /* the highest, no sum */
	say_state(m, 1, "web1", 40, MEMBER_LOST);
	h = host_named(m, "198.51.100.1");
	assert_int_equal(h->tcp.conns, 0);
	assert_int_equal(h->log.requests, 40);
	assert_int_equal(network_of(m, "198.51.100.0/24")->tcp.conns, 0);
	assert_int_equal(fleet_of(m)->up, 1);
	assert_int_equal(fleet_of(m)->lost_members, 1);
	assert_int_equal(fleet_of(m)->conns, 0);
	assert_string_equal(member(m, 1)->note, "why");
	assert_int_equal(number(m, "conns"), 50);
	assert_int_equal(number(m, "requests"), 1100); /* what came, came */
	assert_int_equal(number_of(m, 1, "conns"), ABSENT);
	say_set(m, 1, "web1", 60, 5, "conns=80 requests=1500");
	say_share(m, 1, 60, "198.51.100.1", 6, 45);
	assert_int_equal(h->tcp.conns, 6);
	assert_int_equal(h->log.requests, 45);
	assert_int_equal(member(m, 1)->missed, 3);
	assert_int_equal(member(m, 1)->state, MEMBER_UP);
	assert_string_equal(member(m, 1)->note, "");
	assert_int_equal(number(m, "conns"), 130);
	say_set(m, 2, "web2", 60, 2, "accept_share=10");
	assert_int_equal(number(m, "accept_share"), 10);
	model_free(m);
}

/* What is no longer among the heaviest gives back what it held; when it comes again, nothing counts
 * twice. */
static void what_is_not_told_is_over(void **state)
{
	struct model *m = fleet_model();
	int at = 0;

	(void)state;
	say_set(m, 1, "web1", at, 1, NULL);
	say_share(m, 1, at, "198.51.100.1", 10, 40);
	for (uint64_t seq = 2; seq <= 1 + FLEET_QUIET; seq++) {
		say_set(m, 1, "web1", at += 10, seq, NULL);
		assert_int_equal(host_named(m, "198.51.100.1")->tcp.conns, 10);
	}
	say_set(m, 1, "web1", at += 10, 2 + FLEET_QUIET, NULL);
	assert_int_equal(host_named(m, "198.51.100.1")->tcp.conns, 0);
	assert_int_equal(member(m, 1)->host_count, 0);
	assert_false(fleet_holds(m, pool_id(&m->hosts, host_named(m, "198.51.100.1"))));
	say_share(m, 1, at, "198.51.100.1", 8, 42);
	assert_int_equal(host_named(m, "198.51.100.1")->tcp.conns, 8);
	assert_int_equal(host_named(m, "198.51.100.1")->log.requests, 42);
	assert_int_equal(member(m, 1)->host_count, 1);
	model_free(m);
}

/* Only what the member's own addresses do not tell counts for the network beside them. */
static void networks_do_not_count_twice(void **state)
{
	struct model *m = fleet_model();
	const struct network *net;

	(void)state;
	say_set(m, 1, "web1", 0, 1, NULL);
	say_share(m, 1, 0, "198.51.100.1", 10, 40);
	say_share(m, 1, 0, "198.51.100.0/24", 16, 100);
	net = network_of(m, "198.51.100.0/24");
	assert_int_equal(net->tcp.conns, 16);
	assert_int_equal(network_requests(&m->networks, net), 100);
	/* Another address steps forward: it was among them. */
	say_set(m, 1, "web1", 10, 2, NULL);
	say_share(m, 1, 10, "198.51.100.1", 10, 44);
	say_share(m, 1, 10, "198.51.100.2", 4, 50);
	say_share(m, 1, 10, "198.51.100.0/24", 16, 110);
	assert_int_equal(net->tcp.conns, 16);
	assert_int_equal(network_requests(&m->networks, net), 110);
	/* Of another machine all is new. */
	say_set(m, 2, "web2", 10, 1, NULL);
	say_share(m, 2, 10, "198.51.100.0/24", 3, 30);
	assert_int_equal(net->tcp.conns, 19);
	assert_int_equal(network_requests(&m->networks, net), 140);
	say_state(m, 1, "web1", 20, MEMBER_LOST);
	assert_int_equal(net->tcp.conns, 3);
	say_state(m, 2, "web2", 20, MEMBER_LOST);
	assert_int_equal(net->tcp.conns, 0);
	model_free(m);
}

/* What was said of an address goes with it, from all sums; a member's word keeps it. */
static void hosts_stay_while_they_are_told(void **state)
{
	struct model *m = fleet_model();
	int at = 0;

	(void)state;
	say_set(m, 1, "web1", 0, 1, NULL);
	say_share(m, 1, 0, "198.51.100.1", 0, 40);
	for (uint64_t seq = 2; seq < 60; seq++) { /* nothing but its sets moves */
		say_set(m, 1, "web1", at += 10, seq, NULL);
		if (seq < 50)
			say_share(m, 1, at, "198.51.100.1", 0, 40);
		put_tick(m, T0 + at * SEC);
		assert_non_null(host_named(m, "198.51.100.1"));
	}
	put_tick(m, T0 + 2000 * SEC);
	assert_null(host_named(m, "198.51.100.1"));
	put_tick(m, T0 + 4000 * SEC); /* and its network */
	assert_int_equal(fleet_of(m)->shares.live, 0);
	assert_int_equal(
		m->machine->totals[0].log.requests + m->machine->totals[1].log.requests, 0);
	model_free(m);
}

#define SMALL 64

static void full_tables_keep_their_sums(void **state)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;
	struct model *m;
	uint64_t requests = 0, conns = 0;

	(void)state;
	limits.hosts = SMALL;
	limits.idle_networks = SMALL / 4;
	m = model_new(&limits);
	assert_non_null(m);
	for (uint32_t i = 0; i < 4000; i++) {
		char ip[40];
		snprintf(ip, sizeof ip, "100.%u.%u.%u", 64 + i % 7, i * 37 % 251, i % 200 + 1);
		if (i % 50 == 0)
			say_set(m, 1 + i / 50 % 5, "w", (int)(i / 50), i / 250 + 1, NULL);
		say_share(m, 1 + i / 50 % 5, (int)(i / 50), ip, i % 3 ? 0 : 2, i % 100);
	}
	for (uint32_t id = model_next_host(m, 0); id != POOL_NONE;
		id = model_next_host(m, id + 1)) {
		requests += model_host(m, id)->log.requests;
		conns += model_host(m, id)->tcp.conns;
	}
	const struct totals *t = m->machine->totals;
	assert_int_equal(t[0].log.requests + t[1].log.requests, requests);
	assert_int_equal(t[0].tcp.conns + t[1].tcp.conns, conns);
	assert_int_equal(fleet_of(m)->conns, conns);
	assert_true(m->hosts.live <= SMALL);
	assert_true(fleet_of(m)->shares.live <= 5 * (m->hosts.live + m->networks.pool.live));
	model_free(m);
}

/* Many addresses of many machines: each of the machines is bounded, and nothing is lost of others.
 */
static void who_tells_too_much_loses_his_own(void **state)
{
	struct model *m = fleet_model();

	(void)state;
	say_set(m, 1, "web1", 0, 1, NULL);
	say_share(m, 1, 0, "198.51.100.1", 1, 7);
	say_set(m, 2, "liar", 0, 1, NULL);
	for (uint32_t i = 0; i < 1u << 16; i++) {
		char ip[40];
		snprintf(ip, sizeof ip, "100.%u.%u.%u", 64 + (i >> 16), i >> 8 & 255, i & 255);
		say_share(m, 2, 0, ip, 0, 3);
	}
	assert_true(member(m, 2)->share_count <= 4096);
	assert_int_equal(member(m, 1)->share_count, 2); /* and its network */
	assert_int_equal(host_named(m, "198.51.100.1")->log.requests, 7);
	assert_int_equal(fleet_of(m)->evicted, 0);
	model_free(m);
}

static void numbers_that_lie_are_bounded(void **state)
{
	struct model *m = fleet_model();
	struct event e;

	(void)state;
	say_set(m, 1, "liar", 0, UINT64_MAX - 1,
		"conns=18446744073709551614 requests=18446744073709551614 "
		"nonsense=3 syns=-4 bytes= =5 half_open");
	for (int i = 0; i < 40; i++) {
		char ip[40];
		snprintf(ip, sizeof ip, "198.51.100.%d", i + 1);
		e = share_event(1, 0, ip);
		e.share.conns = UINT64_C(1000000000000000000);
		e.share.half_open = UINT64_MAX - 1;
		e.share.requests = e.share.bytes = e.share.held_us = UINT64_MAX - 1;
		e.share.refused = e.share.broken = e.share.syns = e.share.rx = UINT64_MAX - 1;
		e.share.auth_failed = e.share.paths = e.share.assets = UINT64_MAX - 1;
		model_apply(m, &e);
		e.share.net = network_prefix(&e.share.net.addr);
		model_apply(m, &e);
	}
	const struct totals *t = m->machine->totals;
	assert_true(fleet_of(m)->conns <= FLEET_CONNS_MAX);
	assert_int_equal(t[0].tcp.conns + t[1].tcp.conns, FLEET_CONNS_MAX);
	assert_true(network_of(m, "198.51.100.0/24")->tcp.conns <= FLEET_CONNS_MAX);
	assert_int_equal(number(m, "conns"), FLEET_COUNT_MAX);
	assert_true(t[0].log.requests + t[1].log.requests <= 40 * FLEET_COUNT_MAX);
	say_set(m, 1, "liar", 1, 1, "conns=1");
	say_set(m, 1, "liar", 2, UINT64_MAX - 1, "conns=2");
	assert_true(member(m, 1)->missed <= FLEET_COUNT_MAX);
	say_state(m, 1, "liar", 3, MEMBER_REFUSED);
	assert_int_equal(fleet_of(m)->conns, 0);
	assert_int_equal(t[0].tcp.conns + t[1].tcp.conns, 0);
	model_free(m);
}

/* What is not a member's to say, or of nobody that is known, is counted. */
static void what_is_not_theirs_is_lost(void **state)
{
	struct model *m = fleet_model();
	struct event e = event_make(EVENT_NOTE, T0);

	(void)state;
	e.machine = 1;
	e.note.text = STR_LIT("hello");
	model_apply(m, &e);
	assert_int_equal(model_machine(m)->lost, 1);
	assert_string_equal(model_machine(m)->notice, "");
	say_share(m, 1, 0, "198.51.100.1", 1, 1);
	assert_int_equal(model_machine(m)->lost, 2);
	say_set(m, 1, "", 0, 1, NULL); /* without a name */
	say_set(m, EVENT_MACHINES_MAX + 1, "web", 0, 1, NULL);
	assert_int_equal(model_machine(m)->lost, 4);
	say_set(m, 1, "web1", 0, 1, NULL);
	model_apply(m, &e);
	assert_int_equal(model_machine(m)->lost, 5);
	say_share(m, 1, 0, "198.51.100.0/25", 1, 1); /* no row is such */
	say_share(m, 1, 0, "::", 1, 1);
	assert_int_equal(model_machine(m)->lost, 7);
	assert_int_equal(member(m, 1)->lost, 2);
	assert_int_equal(m->hosts.live, 0);
	assert_int_equal(number(m, "lost"), 7);
	model_free(m);
}

/* The past of the whole has what came a second, whenever sets come. */
static void the_past_is_of_all(void **state)
{
	struct model *m = fleet_model();
	const struct figure *requests = figure_find("requests"), *open = figure_find("open");

	(void)state;
	say_set(m, 1, "web1", 0, 1, "requests=1000 open=5");
	put_tick(m, T0 + 1 * SEC);
	assert_true(isnan(figure_past(requests, m, false, false, 0)));
	say_set(m, 1, "web1", 10, 2, "requests=1200 open=6");
	say_set(m, 2, "web2", 10, 1, "requests=500000 open=2");
	put_tick(m, T0 + 11 * SEC);
	assert_true(figure_past(requests, m, false, false, 0) == 20);
	assert_true(figure_past(open, m, false, false, 0) == 8);
	say_set(m, 2, "web2", 20, 2, "requests=500100 open=2");
	put_tick(m, T0 + 21 * SEC);
	assert_true(figure_past(requests, m, false, false, 0) == 30);
	say_state(m, 2, "web2", 25, MEMBER_LOST);
	put_tick(m, T0 + 26 * SEC);
	assert_true(figure_past(requests, m, false, false, 0) == 20);
	assert_int_equal(number(m, "requests"), 501300);
	assert_int_equal(model_sum(m, false).requests, 501300);
	assert_true(member(m, 1)->past_requests[1] == 20);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_machine_has_no_fleet),
		cmocka_unit_test(shares_add_up),
		cmocka_unit_test(after_a_gap_no_rate),
		cmocka_unit_test(what_is_left_out_is_zero),
		cmocka_unit_test(a_new_start_is_all_new),
		cmocka_unit_test(who_is_lost_holds_nothing),
		cmocka_unit_test(what_is_not_told_is_over),
		cmocka_unit_test(networks_do_not_count_twice),
		cmocka_unit_test(hosts_stay_while_they_are_told),
		cmocka_unit_test(full_tables_keep_their_sums),
		cmocka_unit_test(who_tells_too_much_loses_his_own),
		cmocka_unit_test(numbers_that_lie_are_bounded),
		cmocka_unit_test(what_is_not_theirs_is_lost),
		cmocka_unit_test(the_past_is_of_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
