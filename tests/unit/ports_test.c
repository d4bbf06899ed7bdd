// SPDX-License-Identifier: MIT
#include "unit.h"

#include "base/hash.h"
#include "detect/ports.h"

#define START (INT64_C(1700000040) * USEC_PER_SEC) /* a minute begins here */
#define S     USEC_PER_SEC

static struct ports ports;

static int set_up(void **state)
{
	(void)state;
	memset(&ports, 0, sizeof ports);
	return 0;
}

static void note(uint16_t port, enum port_what what, uint32_t source, usec_t now)
{
	ports_note(&ports, port, what, 1, hash_two(source, 9), now);
}

static const struct port *first(usec_t now)
{
	const struct port *top[1];

	assert_int_equal(ports_top(&ports, now, top, 1), 1);
	return top[0];
}

static void five_minutes_and_no_more(void **state)
{
	struct port_five five;

	(void)state;
	for (uint32_t i = 0; i < 600; i++)
		note(443, i % 2 ? PORT_HANDSHAKES : PORT_REQUESTS, i % 20, START + i * S);
	port_five(first(START + 600 * S), START + 600 * S, &five);
	assert_int_equal(five.n[PORT_HANDSHAKES], 120); /* four minutes, and the one that begins */
	assert_int_equal(five.n[PORT_REQUESTS], 120);
	assert_int_equal(five.n[PORT_HALF_OPENS], 0);
	assert_true(five.sources > 17 && five.sources < 23);
	port_five(&ports.at[0], START + 3000 * S, &five);
	assert_int_equal(five.n[PORT_REQUESTS], 0);
	assert_true(five.sources < 0.5);
}

static void rate_is_of_the_time_that_was_watched(void **state)
{
	(void)state;
	note(443, PORT_REQUESTS, 1, START);
	assert_int_equal((int)(ports_per_minute(&ports, 60, START + 30 * S) + 0.5), 120);
	assert_int_equal((int)(ports_per_minute(&ports, 60, START + 59 * S) + 0.5), 61);
	assert_int_equal((int)(ports_per_minute(&ports, 300, START + 600 * S) + 0.5), 75);
}

static void who_is_connected_now(void **state)
{
	struct port_now list[PORTS_MAX];
	uint32_t n = 0;

	(void)state;
	for (uint16_t i = 0; i < 10; i++)
		port_now_add(list, &n, i < 7 ? 443 : 22, i % 2);
	assert_int_equal(n, 2);
	ports_set_now(&ports, list, n, START);
	assert_int_equal(first(START)->now.port, 443);
	assert_int_equal(first(START)->now.open, 4);
	assert_int_equal(first(START)->now.half_open, 3);
	ports_set_now(&ports, list, 0, START + S);
	assert_int_equal(ports_top(&ports, START + S, (const struct port *[2]){NULL}, 2), 0);
}

static void the_idlest_makes_way(void **state)
{
	struct port_now list[PORTS_MAX];
	const struct port *top[PORTS_MAX];
	uint32_t n = 0;

	(void)state;
	for (uint16_t i = 0; i < 200; i++) {
		note((uint16_t)(1000 + i), PORT_HANDSHAKES, i, START + i * S / 10);
		note(443, PORT_REQUESTS, i, START + i * S / 10);
		port_now_add(list, &n, i, false);
	}
	assert_int_equal(n, PORTS_MAX);
	assert_int_equal(ports.n, PORTS_MAX);
	assert_int_equal(ports.replaced, 201 - PORTS_MAX);
	assert_int_equal(ports_top(&ports, START + 20 * S, top, PORTS_MAX), PORTS_MAX);
	assert_int_equal(top[0]->now.port, 443);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(five_minutes_and_no_more, set_up),
		cmocka_unit_test_setup(rate_is_of_the_time_that_was_watched, set_up),
		cmocka_unit_test_setup(who_is_connected_now, set_up),
		cmocka_unit_test_setup(the_idlest_makes_way, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
