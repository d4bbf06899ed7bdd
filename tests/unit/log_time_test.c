// SPDX-License-Identifier: MIT
#include "log/addr.h"
#include "log/time.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static struct log_scratch scratch;

static void reads_times_of_every_kind(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		usec_t want; /* 0: none */
	} all[] = {
		{"1795335409.786408", 1795335409786408},
		{"1795335409", 1795335409000000},
		{"1795335409786", 1795335409786000},
		{"1795335409786408", 1795335409786408},
		{"1795335409786408123", 1795335409786408},
		{"1.795335409786408e9", 1795335409786408},
		{"2026-11-22T08:14:15+00:00", 1795335255000000},
		{"2026-11-22T08:14:15.123456789Z", 1795335255123456},
		{"2026-11-22T09:44:15.5+0130", 1795335255500000},
		{"2026-11-22t07:14:15,25 -01", 1795335255250000},
		{"2026-11-22 10:14:15", 1795335255000000},
		{"2026/11/22 10:14:59.001", 1795335299001000},
		{"2024-02-29T00:00:00Z", 1709164800000000},
		{"22/Nov/2026:08:14:15 +0000", 1795335255000000},
		{"[22/Nov/2026:08:14:15 +0000]", 1795335255000000},
		{"22/Nov/2026:10:14:15.123", 1795335255123000},
		{"", 0},
		{"0", 0},
		{"-1", 0},
		{"abc", 0},
		{"1e300", 0},
		{"1795335409.7x", 0},
		{"2026-13-22T08:14:15Z", 0},
		{"2026-11/22T08:14:15Z", 0},
		{"2026-11-22T24:14:15Z", 0},
		{"1969-12-31T23:59:59Z", 0},
		{"9999-12-31T23:59:59Z", 0},
	};

	setenv("TZ", "UTC-2", 1); /* no zone is local */
	tzset();
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		usec_t got = 7;
		int err = log_time_any(str_of(all[i].text), &scratch, &got);
		if (err != (all[i].want ? 0 : -EINVAL) || got != (all[i].want ? all[i].want : 7))
			fail_msg("%s is %ld (%d)", all[i].text, (long)got, err);
	}
}

/* By our own arithmetic, against the C library's, over leap years and turns of centuries. */
static void agrees_with_the_calendar(void **state)
{
	(void)state;
	for (time_t t = 1; t < 9000000000; t += 86399 * 7 + 13) {
		struct tm tm;
		char text[32];
		usec_t got;
		gmtime_r(&t, &tm);
		size_t n = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
		if (log_time_iso((struct str){text, n}, &scratch, &got) != n ||
			got != t * USEC_PER_SEC)
			fail_msg("%s", text);
	}
}

static void reads_addresses_with_ports(void **state)
{
	(void)state;
	static const struct {
		const char *text, *want; /* NULL: none */
		uint32_t port;
	} all[] = {
		{"203.0.113.5", "203.0.113.5", 0},
		{"203.0.113.5:51734", "203.0.113.5", 51734},
		{"::ffff:203.0.113.5", "203.0.113.5", 0},
		{"2001:db8::1", "2001:db8::1", 0},
		{"2001:db8::1:80", "2001:db8::1:80", 0},
		{"[2001:db8::1]:51734", "2001:db8::1", 51734},
		{"[2001:db8::1]", "2001:db8::1", 0},
		{"[::ffff:203.0.113.5]:1", "203.0.113.5", 1},
		{"[fe80::1%eth0]:443", "fe80::1", 443},
		{"", NULL, 0},
		{"-", NULL, 0},
		{"unix:", NULL, 0},
		{"unix:1", NULL, 0},
		{"localhost:80", NULL, 0},
		{"203.0.113.5:", NULL, 0},
		{"203.0.113.5:65536", NULL, 0},
		{"203.0.113.5:000001", NULL, 0},
		{"2001:db8:1:2:3:4:5:6:80", NULL, 0},
		{":80", NULL, 0},
		{"[]:80", NULL, 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct addr a;
		char text[ADDR_TEXT_MAX] = "";
		uint32_t port = 7;
		int err = log_addr_parse(str_of(all[i].text), &a, &port);
		if (!err)
			addr_format(&a, text);
		if (err != (all[i].want ? 0 : -EINVAL) ||
			(all[i].want && (strcmp(text, all[i].want) != 0 || port != all[i].port)))
			fail_msg("%s is %s port %u", all[i].text, text, port);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_times_of_every_kind),
		cmocka_unit_test(agrees_with_the_calendar),
		cmocka_unit_test(reads_addresses_with_ports),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
