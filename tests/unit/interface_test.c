// SPDX-License-Identifier: MIT
/* Answers of rtnetlink as the kernel lays them out, and what the model makes of two readings. */
#include "facts.h"

#include "kernel/interface_parse.h"
#include "model/figures.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

/* A message that grows. */
struct answer {
	_Alignas(NLMSG_ALIGNTO) char bytes[1024];
	size_t n, at; /* all of it; where the message begins that is written */
};

static void begin(struct answer *a, uint16_t type, const void *head, size_t n)
{
	struct nlmsghdr h = {.nlmsg_len = (uint32_t)NLMSG_LENGTH(n), .nlmsg_type = type};

	a->at = a->n;
	memcpy(a->bytes + a->at, &h, sizeof h);
	memcpy(a->bytes + a->at + NLMSG_HDRLEN, head, n);
	a->n = a->at + NLMSG_ALIGN(h.nlmsg_len);
}

static void add(struct answer *a, uint16_t type, const void *value, size_t n)
{
	struct rtattr attribute = {(unsigned short)RTA_LENGTH(n), type};
	struct nlmsghdr h;

	memcpy(a->bytes + a->n, &attribute, sizeof attribute);
	memcpy(a->bytes + a->n + RTA_LENGTH(0), value, n);
	a->n += RTA_ALIGN(attribute.rta_len);
	memcpy(&h, a->bytes + a->at, sizeof h);
	h.nlmsg_len = (uint32_t)(a->n - a->at);
	memcpy(a->bytes + a->at, &h, sizeof h);
}

static struct answer link_answer(uint64_t rx, uint64_t tx, size_t stats_size)
{
	struct answer a = {.n = 0};
	struct ifinfomsg info = {.ifi_index = 7};
	struct rtnl_link_stats64 s = {.rx_bytes = rx,
		.tx_bytes = tx,
		.rx_packets = 10,
		.tx_packets = 20,
		.rx_errors = 1,
		.tx_errors = 2,
		.rx_dropped = 3,
		.tx_dropped = 4};

	begin(&a, RTM_NEWLINK, &info, sizeof info);
	add(&a, IFLA_IFNAME, "ens3", 5);
	add(&a, IFLA_STATS64, &s, stats_size);
	return a;
}

static void a_link(void **state)
{
	struct answer a = link_answer(1000, UINT64_C(1) << 40, sizeof(struct rtnl_link_stats64));
	struct interface_counters c = {0};

	(void)state;
	assert_int_equal(interface_parse_link(a.bytes, a.n, &c), 0);
	assert_int_equal(c.index, 7);
	assert_string_equal(c.name, "ens3");
	assert_int_equal(c.rx, 1000);
	assert_int_equal(c.tx, UINT64_C(1) << 40);
	assert_int_equal(c.errors, 3);
	assert_int_equal(c.drops, 7);
	/* What is cut short is no answer, at whichever byte. */
	for (size_t n = 0; n < a.n; n++) {
		struct answer part = a;
		memset(part.bytes + n, 0xff, sizeof part.bytes - n);
		assert_true(interface_parse_link(part.bytes, n, &c) < 0);
	}
}

static void a_link_without_counters(void **state)
{
	struct answer a = link_answer(1, 1, 16), error = {.n = 0};
	struct nlmsgerr e = {.error = -ENODEV};
	struct interface_counters c = {.index = 5};

	(void)state;
	assert_int_equal(interface_parse_link(a.bytes, a.n, &c), -ENODATA);
	begin(&error, NLMSG_ERROR, &e, sizeof e);
	assert_int_equal(interface_parse_link(error.bytes, error.n, &c), -ENODEV);
	assert_int_equal(c.index, 5); /* untouched */
}

static void put_route(struct answer *a, uint8_t bits, uint8_t table, uint32_t out, uint32_t metric)
{
	struct rtmsg route = {.rtm_family = AF_INET,
		.rtm_dst_len = bits,
		.rtm_table = table,
		.rtm_type = RTN_UNICAST};

	begin(a, RTM_NEWROUTE, &route, sizeof route);
	add(a, RTA_OIF, &out, sizeof out);
	add(a, RTA_PRIORITY, &metric, sizeof metric);
}

static void the_default_route(void **state)
{
	struct answer a = {.n = 0};
	struct rtmsg several = {.rtm_table = RT_TABLE_MAIN, .rtm_type = RTN_UNICAST};
	struct rtnexthop hop = {.rtnh_len = sizeof hop, .rtnh_ifindex = 9};
	uint32_t index = 0, metric = UINT32_MAX;

	(void)state;
	put_route(&a, 24, RT_TABLE_MAIN, 1, 0);
	put_route(&a, 0, RT_TABLE_MAIN, 4, 200);
	put_route(&a, 0, RT_TABLE_MAIN, 2, 100);
	put_route(&a, 0, 200, 3, 0); /* of another table: policy routing */
	assert_int_equal(interface_parse_routes(a.bytes, a.n, &index, &metric), 0);
	assert_int_equal(index, 2);
	a.n = 0;
	begin(&a, RTM_NEWROUTE, &several, sizeof several);
	add(&a, RTA_MULTIPATH, &hop, sizeof hop);
	begin(&a, NLMSG_DONE, &index, sizeof index);
	assert_int_equal(interface_parse_routes(a.bytes, a.n, &index, &metric), 1);
	assert_int_equal(index, 9); /* no metric is the lowest */
}

/* What lies behind an answer is none of it, although the last message is padded up to there. */
static void an_answer_ends_where_it_ends(void **state)
{
	struct answer a = {.n = 0};
	const char odd[2] = {0};
	uint32_t index = 0, metric = UINT32_MAX;

	(void)state;
	begin(&a, NLMSG_NOOP, odd, sizeof odd);
	size_t n = NLMSG_LENGTH(sizeof odd);
	put_route(&a, 0, RT_TABLE_MAIN, 7, 1);
	assert_int_equal(interface_parse_routes(a.bytes, n, &index, &metric), 0);
	assert_int_equal(index, 0);
	assert_int_equal(interface_parse_routes(a.bytes, a.n, &index, &metric), 0);
	assert_int_equal(index, 7);
}

static struct interface_counters counters(uint64_t rx, uint64_t tx, uint64_t packets)
{
	return (struct interface_counters){.index = 1,
		.rx = rx,
		.tx = tx,
		.rx_packets = packets,
		.tx_packets = packets,
		.drops = packets};
}

static void what_came_between(void **state)
{
	struct interface_counters before = counters(UINT32_MAX - 9, 50, 5);
	struct interface_counters after = counters(UINT32_MAX + UINT64_C(90), 51, 6);
	struct event_interface e = {0};

	(void)state;
	assert_true(interface_delta(&before, &after, &e));
	assert_int_equal(e.rx, 99);
	assert_int_equal(e.tx, 1);
	assert_int_equal(e.drops, 1);
	after.rx = 89; /* 32 bits wide: it came round */
	assert_true(interface_delta(&before, &after, &e));
	assert_int_equal(e.rx, 99);
}

static void counters_start_anew(void **state)
{
	struct interface_counters before = counters(UINT64_C(1) << 40, 1000, 50);
	struct interface_counters fewer = counters(100, 100, 1), other = before;
	struct interface_counters back = counters(1, 1000, 50); /* too far to have come round */
	struct event_interface e = {.rx = 42};

	(void)state;
	other.index = 2;
	assert_false(interface_delta(&before, &fewer, &e));
	assert_false(interface_delta(&before, &other, &e));
	assert_false(interface_delta(&before, &back, &e));
	assert_int_equal(e.rx, 42); /* untouched */
}

static void put(struct model *m, usec_t ts, uint64_t rx, uint64_t tx, uint64_t us)
{
	struct event e = event_make(EVENT_INTERFACE, ts);

	e.interface.name = STR_LIT("ens3");
	e.interface.rx = rx;
	e.interface.tx = tx;
	e.interface.us = us;
	model_apply(m, &e);
}

static uint64_t figure(const struct model *m, const char *id)
{
	struct figure_view view = figures_view(m, false);

	return figure_number(figure_find(id), &view);
}

static void figures_of_it(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct event gone = event_make(EVENT_INTERFACE, T0 + 2 * SEC);

	(void)state;
	assert_true(figure(m, "in_per_sec") == ABSENT);
	assert_true(figure(m, "interface_tx") == ABSENT);
	put(m, T0, 1000, 3000, 2 * SEC);
	put(m, T0 + SEC, 500, 100, SEC / 2);
	assert_int_equal(figure(m, "in_per_sec"), 1000);
	assert_int_equal(figure(m, "out_per_sec"), 200);
	assert_int_equal(figure(m, "interface_rx"), 1500);
	assert_int_equal(figure(m, "interface_tx"), 3100);
	put_tick(m, T0 + SEC);
	put_tick(m, T0 + 2 * SEC);
	assert_int_equal((int)figure_past(figure_find("in_per_sec"), m, false, false, 0), 1000);
	gone.interface.name = STR_LIT("ens3");
	gone.interface.note = STR_LIT("there is no such interface");
	model_apply(m, &gone);
	assert_true(figure(m, "in_per_sec") == ABSENT); /* and never 0 */
	assert_int_equal(figure(m, "interface_rx"), 1500);
	assert_string_equal(model_machine(m)->traffic.note, "there is no such interface");
	model_free(m);
}

/* vnstat speaks of the month alone. */
static void the_month(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct event e = event_make(EVENT_INTERFACE, T0);
	const struct traffic *t = &model_machine(m)->traffic;

	(void)state;
	put(m, T0, 1000, 3000, SEC);
	e.interface.name = STR_LIT("ens3");
	e.interface.month = STR_LIT("2026-11");
	e.interface.month_rx = 7;
	e.interface.month_tx = 8;
	model_apply(m, &e);
	put(m, T0, 1000, 3000, SEC);
	assert_int_equal(t->in, 1000);
	assert_int_equal(t->month_rx, 7);
	assert_int_equal(t->month_tx, 8);
	assert_string_equal(t->month, "2026-11");
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_link),
		cmocka_unit_test(a_link_without_counters),
		cmocka_unit_test(the_default_route),
		cmocka_unit_test(an_answer_ends_where_it_ends),
		cmocka_unit_test(what_came_between),
		cmocka_unit_test(counters_start_anew),
		cmocka_unit_test(figures_of_it),
		cmocka_unit_test(the_month),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
