// SPDX-License-Identifier: MIT
/* Networks, and what a flood from a million forged addresses leaves of the truth. */
#include "facts.h"

#include "model/sums.h"

static struct addr v4(uint32_t n)
{
	const uint8_t b[4] = {
		(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};

	return addr_from_v4(b);
}

static void put_net(struct model *m, usec_t ts, const char *net, uint64_t n)
{
	struct event e = event_make(EVENT_SYN_NET, ts);

	assert_int_equal(prefix_parse(str_of(net), &e.syn_net.net), 0);
	e.syn_net.n = n;
	model_apply(m, &e);
}

/* "203.0.113.0/24 150, …", the heaviest first. */
static void top_is(const struct model *m, enum network_weight by, bool show_private, size_t most,
	const char *want)
{
	const struct network *top[8];
	char got[512] = "", net[PREFIX_TEXT_MAX];
	size_t n = networks_top(&m->networks, by, show_private, m->now, top, most);

	for (size_t i = 0; i < n; i++) {
		prefix_format(&top[i]->prefix, net);
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s %u", i ? ", " : "", net,
			(unsigned)network_weigh(&m->networks, top[i], by, m->now));
	}
	assert_string_equal(got, want);
}

static void hosts_are_rolled_up(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	char ip[32];

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		snprintf(ip, sizeof ip, "8.8.8.%u", i);
		put_conn(m, T0, ip, 1, TCP_SYN_RECV);
		put_conn(m, T0, ip, 2, TCP_ESTABLISHED);
	}
	put_conn(m, T0, "2a00:1:2:3::4", 1, TCP_SYN_RECV);
	put_conn(m, T0, "2a00:1:2:ffff::9", 1, TCP_SYN_RECV); /* the same /48 */
	put_conn(m, T0, "2a00:1:3::1", 1, TCP_SYN_RECV);
	put_conn(m, T0, "10.0.0.1", 1, TCP_SYN_RECV);
	put_request(m, T0, "8.8.9.1");
	top_is(m, NETWORK_BY_HALF_OPEN, true, 8,
		"8.8.8.0/24 5, 2a00:1:2::/48 2, 10.0.0.0/24 1, 2a00:1:3::/48 1");
	top_is(m, NETWORK_BY_HALF_OPEN, false, 2, "8.8.8.0/24 5, 2a00:1:2::/48 2");
	top_is(m, NETWORK_BY_CONNS, false, 1, "8.8.8.0/24 10");
	top_is(m, NETWORK_BY_REQUESTS, false, 8, "8.8.9.0/24 1");
	put_conn(m, T0 + SEC, "8.8.8.0", 1, TCP_ESTABLISHED);
	put_conn(m, T0 + SEC, "8.8.8.1", 1, TCP_CLOSE);
	top_is(m, NETWORK_BY_HALF_OPEN, false, 1, "8.8.8.0/24 3");
	top_is(m, NETWORK_BY_CONNS, false, 1, "8.8.8.0/24 9");
	model_free(m);
}

static void syns_by_network_and_by_address(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct addr ip = ip_of("8.8.8.8");

	(void)state;
	put_syns(m, T0, &ip, 40); /* nobody counts by network yet */
	top_is(m, NETWORK_BY_SYNS, false, 8, "8.8.8.0/24 40");
	/* The rate counts none twice, whoever told of it first: it is never above the sum. */
	put_net(m, T0 + 30 * SEC, "8.8.8.0/24", 100); /* 20 of these from other addresses */
	put_syns(m, T0 + 30 * SEC, &ip, 40);
	put_net(m, T0 + 30 * SEC, "9.9.9.0/24", 70); /* no address of it had an event */
	top_is(m, NETWORK_BY_SYNS, false, 8, "8.8.8.0/24 100, 9.9.9.0/24 70");
	assert_int_equal(host_of(m, "8.8.8.8")->tcp.syns, 80);
	assert_int_equal(model_sum(m, false).syns, 170);
	put_net(m, T0 + 30 * SEC, "10.0.0.0/24", 1000);
	assert_int_equal(model_sum(m, false).syns, 170);
	assert_int_equal(model_sum(m, true).syns, 1170);
	put_tick(m, T0 + 200 * SEC); /* the rate has run out, the sum has not */
	top_is(m, NETWORK_BY_SYNS, true, 8, "");
	put_tick(m, T0 + 400 * SEC); /* hosts go, and later the networks that have none any more */
	assert_int_equal(m->hosts.live, 0);
	put_tick(m, T0 + 800 * SEC);
	assert_int_equal(m->networks.pool.live, 0);
	model_free(m);
}

/* A million addresses send a SYN each, in between a few send many. Memory stays within its
 * limits, and those few are still there, with every SYN of theirs. */
static void a_million_forged_sources(void **state)
{
	enum {
		SOURCES = 1000000,
		HEAVY = 12,
		EVERY = 1000
	};
	struct model_limits limits = MODEL_LIMITS_DEFAULT;

	(void)state;
	limits.hosts = 1u << 14;
	limits.idle_networks = 1u << 12;
	struct model *m = model_with(&limits);
	put_conn(m, T0, "5.5.5.5", 1, TCP_ESTABLISHED);
	put_request(m, T0, "6.6.6.6");
	for (uint32_t i = 0; i < SOURCES; i++) {
		usec_t at = T0 + i * 20; /* 50 000 a second */
		/* A bijection, so that no address comes twice; kept out of the heavy ones' way. */
		struct addr ip = v4((i * 2654435761u & 0x3fffffff) | 0x40000000);
		put_syns(m, at, &ip, 1);
		if (i % EVERY)
			continue;
		for (uint32_t k = 0; k < HEAVY; k++) {
			struct addr heavy = v4(0x2d000001 + (k / 4 << 8) + k);
			put_syns(m, at, &heavy, 20 + k);
		}
	}
	assert_int_equal(m->hosts.live, limits.hosts);
	assert_true(m->networks.idle_count <= limits.idle_networks + 1);
	assert_true(m->networks.pool.live <= limits.hosts + limits.idle_networks + 1);
	assert_int_equal(model_machine(m)->lost, 0);
	assert_true(m->evicted >= SOURCES - limits.hosts);
	for (uint32_t k = 0; k < HEAVY; k++) {
		struct addr heavy = v4(0x2d000001 + (k / 4 << 8) + k);
		uint32_t id = model_find_host(m, &heavy);
		assert_true(id != POOL_NONE);
		assert_int_equal(model_host(m, id)->tcp.syns, (20 + k) * (SOURCES / EVERY));
	}
	assert_non_null(host_named(m, "5.5.5.5"));
	assert_non_null(host_named(m, "6.6.6.6")); /* a request outweighs a SYN */
	top_is(m, NETWORK_BY_SYNS, false, 3,
		"45.0.2.0/24 118000, 45.0.1.0/24 102000, 45.0.0.0/24 86000");
	model_free(m);
}

/* The sources of one network come and go; the network remembers them all. */
static void a_network_outlives_its_hosts(void **state)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;
	uint64_t sent = 0;

	(void)state;
	limits.hosts = 64;
	limits.idle_networks = 32;
	struct model *m = model_with(&limits);
	for (uint32_t i = 0; i < 20000; i++) {
		struct addr ip = v4(0x08080800 + i % 251), other = v4(0x40000000 + i * 4099);
		put_syns(m, T0 + i, &ip, 1);
		put_syns(m, T0 + i, &other, 1);
		sent++;
	}
	const struct network *top[1];
	assert_int_equal(networks_top(&m->networks, NETWORK_BY_SYNS, false, m->now, top, 1), 1);
	assert_int_equal(network_syns(top[0]), sent);
	assert_int_equal(tcp_tally_half_open(&top[0]->tcp), 0);
	assert_true(top[0]->hosts <= 64);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_are_rolled_up),
		cmocka_unit_test(syns_by_network_and_by_address),
		cmocka_unit_test(a_million_forged_sources),
		cmocka_unit_test(a_network_outlives_its_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
