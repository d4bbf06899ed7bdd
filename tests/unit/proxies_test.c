// SPDX-License-Identifier: MIT
/* Whom a forwarded list is believed, and how far. */
#include "unit.h"

#include "log/trusted_proxies.h"

#include <errno.h>

static struct trusted_proxies trusting(const char *one, const char *two)
{
	char *texts[] = {(char *)one, (char *)two};
	struct trusted_proxies p;

	assert_int_equal(trusted_proxies_init(&p, texts, two ? 2 : one ? 1 : 0), 0);
	return p;
}

/* The client that is named for a request from ip with these claims; "" when none is. */
static void names(
	const struct trusted_proxies *p, const char *ip, const char *claims, const char *want)
{
	struct event e = event_make(EVENT_REQUEST, 1);
	char got[ADDR_TEXT_MAX] = "";

	if (ip)
		e.request.ip = ip_of(ip);
	if (claims)
		e.request.claims = str_of(claims);
	trusted_proxies_name_client(p, &e.request);
	if (!addr_is_unset(&e.request.client))
		addr_format(&e.request.client, got);
	if (strcmp(got, want) != 0)
		fail_msg("%s of %s: client \"%s\", expected \"%s\"", claims ? claims : "nothing",
			ip ? ip : "nobody", got, want);
}

static void nobody_is_trusted_unasked(void **state)
{
	struct trusted_proxies p = trusting(NULL, NULL);

	(void)state;
	names(&p, "10.0.0.2", "203.0.113.7", "");
	names(&p, "127.0.0.1", "203.0.113.7", "");
	trusted_proxies_done(&p);
}

static void the_rightmost_that_is_not_trusted(void **state)
{
	struct trusted_proxies p = trusting("10.0.0.0/8", "2001:db8:ffff::/48");

	(void)state;
	names(&p, "10.0.0.2", "203.0.113.7", "203.0.113.7");
	names(&p, "10.0.0.2", "6.6.6.6, 203.0.113.7", "203.0.113.7");
	names(&p, "10.0.0.2", "6.6.6.6, 203.0.113.7, 10.1.1.1", "203.0.113.7");
	names(&p, "10.0.0.2", "6.6.6.6,203.0.113.7,2001:db8:ffff::1,10.1.1.1 ", "203.0.113.7");
	names(&p, "2001:db8:ffff::9", "6.6.6.6, 2001:db8::7", "2001:db8::7");
	names(&p, "203.0.113.9", "198.51.100.1", "");            /* anybody can say so */
	names(&p, "10.0.0.2", "10.0.0.3, 10.0.0.4", "10.0.0.3"); /* none is left: the first */
	names(&p, "10.0.0.2", "10.0.0.2", "");
	trusted_proxies_done(&p);
}

static void what_cannot_be_read_ends_the_list(void **state)
{
	struct trusted_proxies p = trusting("10.0.0.0/8", NULL);

	(void)state;
	names(&p, "10.0.0.2", NULL, "");
	names(&p, "10.0.0.2", "", "");
	names(&p, "10.0.0.2", " , ", "");
	names(&p, "10.0.0.2", "unknown", "");
	names(&p, "10.0.0.2", "203.0.113.7, unknown", "");
	names(&p, "10.0.0.2", "203.0.113.7, unknown, 10.0.0.9", "10.0.0.9");
	names(&p, "10.0.0.2", "203.0.113.7, '; rm -rf', 8.8.8.8", "8.8.8.8");
	names(&p, NULL, "203.0.113.7", ""); /* it came from nobody knows where */
	trusted_proxies_done(&p);
}

static void ports_and_brackets(void **state)
{
	struct trusted_proxies p = trusting("127.0.0.1", NULL);

	(void)state;
	names(&p, "127.0.0.1", "203.0.113.7:4711", "203.0.113.7");
	names(&p, "127.0.0.1", "[2001:db8::7]:4711", "2001:db8::7");
	names(&p, "127.0.0.1", "\"[2001:db8::7]\"", "2001:db8::7");
	names(&p, "127.0.0.1", "::ffff:203.0.113.7", "203.0.113.7");
	names(&p, "127.0.0.1", "[2001:db8::7", "");
	names(&p, "127.0.0.1", "[", "");
	names(&p, "127.0.0.1", ":", "");
	names(&p, "127.0.0.2", "203.0.113.7", ""); /* an address alone is itself alone */
	trusted_proxies_done(&p);
}

static void the_log_knows_better(void **state)
{
	struct trusted_proxies p = trusting("10.0.0.0/8", NULL);
	struct event e = event_make(EVENT_REQUEST, 1);

	(void)state;
	e.request.ip = ip_of("10.0.0.2");
	e.request.client = ip_of("198.51.100.1");
	e.request.claims = STR_LIT("203.0.113.7");
	trusted_proxies_name_client(&p, &e.request);
	struct addr want = ip_of("198.51.100.1");
	assert_true(addr_eq(&e.request.client, &want));
	trusted_proxies_done(&p);
}

static void refuses_what_is_no_network(void **state)
{
	static const char *const bad[] = {"", "10.0.0.0/33", "10.0.0", "proxy.test", "10.0.0.0/8 "};
	struct trusted_proxies p;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		char *texts[] = {(char *)"10.0.0.0/8", (char *)bad[i]};
		assert_int_equal(trusted_proxies_init(&p, texts, 2), -EINVAL);
		trusted_proxies_done(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_is_trusted_unasked),
		cmocka_unit_test(the_rightmost_that_is_not_trusted),
		cmocka_unit_test(what_cannot_be_read_ends_the_list),
		cmocka_unit_test(ports_and_brackets),
		cmocka_unit_test(the_log_knows_better),
		cmocka_unit_test(refuses_what_is_no_network),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
