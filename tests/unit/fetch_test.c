// SPDX-License-Identifier: MIT
/* What may be fetched, and manners; the transfers themselves are tests/headless/rdap_test.sh. */
#include "unit.h"

#include "enrich/fetch.h"
#include "enrich/upstreams.h"

#include <errno.h>

static void names_of_servers(void **state)
{
	static const char *const good[] = {"rdap.arin.net", "whois.ripe.net", "a.b", "x-y.example",
		"xn--bcher-kva.example", "8.8.8.8", "[2a00::1]", "3com.example"};
	static const char *const bad[] = {"", ".", "a", "localhost", "-a.b", "a-.b", "a..b", ".a.b",
		"a b.c", "a/b.c", "a_b.c", "a.b\n", "b\xc3\xbc.de", "127.0.0.1", "10.0.0.1",
		"[::1]", "[fe80::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "127.1",
		"2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "1.2.3", "100.64.0.1", "%6c.b"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		if (!fetch_is_host(good[i], false))
			fail_msg("%s was refused", good[i]);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (fetch_is_host(bad[i], false))
			fail_msg("%s was taken", bad[i]);
	assert_true(fetch_is_host("127.0.0.1", true));
	assert_true(fetch_is_host("localhost", true));
	assert_false(fetch_is_host("a b", true));
}

static void urls(void **state)
{
	static const char *const bad[] = {"http://rdap.example/", "https://rdap.example:8443/",
		"https://127.0.0.1/", "https://[::1]/", "https://2130706433/", "https://0x7f.1/",
		"https://user@rdap.example/", "https://user:pw@rdap.example/",
		"ftp://rdap.example/", "file:///etc/passwd", "gopher://rdap.example/",
		"rdap.example", "", "https://", "https://localhost/", "https://rdap.example\n/",
		"https://10.1.2.3/ip/8.8.8.8", "https://metadata/"};
	char host[64] = "before";
	unsigned port = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		if (fetch_origin(bad[i], false, host, sizeof host, &port) != -EPERM)
			fail_msg("%s was taken", bad[i]);
		assert_string_equal(host, "before");
	}
	assert_int_equal(
		fetch_origin("https://rdap.example/ip/1", false, host, sizeof host, &port), 0);
	assert_string_equal(host, "rdap.example");
	assert_int_equal(port, 443);
	assert_int_equal(fetch_origin("http://127.0.0.1:81/", true, host, sizeof host, &port), 0);
	assert_int_equal(port, 81);
	assert_int_equal(
		fetch_origin("gopher://127.0.0.1:81/", true, host, sizeof host, &port), -EPERM);
}

static void whois_servers(void **state)
{
	char host[64];
	unsigned port;

	(void)state;
	assert_int_equal(fetch_server("whois.ripe.net", false, host, sizeof host, &port), 0);
	assert_int_equal(port, 43);
	assert_int_equal(fetch_server("whois.ripe.net:43", false, host, sizeof host, &port), 0);
	assert_int_equal(
		fetch_server("whois.ripe.net:22", false, host, sizeof host, &port), -EPERM);
	assert_int_equal(fetch_server("127.0.0.1", false, host, sizeof host, &port), -EPERM);
	assert_int_equal(fetch_server("127.0.0.1:4343", true, host, sizeof host, &port), 0);
	assert_int_equal(port, 4343);
	assert_int_equal(fetch_server("x.y:", true, host, sizeof host, &port), -EPERM);
	assert_int_equal(fetch_server("x.y:99999", true, host, sizeof host, &port), -EPERM);
}

static void expect_proxy(enum fetch_scheme scheme, const char *host, const char *want)
{
	assert_string_equal(fetch_proxy(scheme, host), want);
}

static void proxies(void **state)
{
	static const char *const names[] = {"http_proxy", "https_proxy", "all_proxy", "no_proxy",
		"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		unsetenv(names[i]);
	expect_proxy(FETCH_HTTPS, "rdap.example", "");
	setenv("HTTPS_PROXY", "http://10.0.0.1:3128", 1);
	setenv("HTTP_PROXY", "http://cgi.example", 1);
	expect_proxy(FETCH_HTTPS, "rdap.example", "http://10.0.0.1:3128");
	expect_proxy(FETCH_WHOIS, "whois.example", "http://10.0.0.1:3128");
	expect_proxy(FETCH_HTTP, "rdap.example", "");
	setenv("all_proxy", "socks5h://10.0.0.1:1080", 1);
	expect_proxy(FETCH_HTTPS, "rdap.example", "http://10.0.0.1:3128");
	expect_proxy(FETCH_WHOIS, "whois.example", "socks5h://10.0.0.1:1080");
	expect_proxy(FETCH_HTTP, "rdap.example", "socks5h://10.0.0.1:1080");
	setenv("no_proxy", "one.example, .two.example,10.0.0.0/8 127.0.0.1 ,::1", 1);
	expect_proxy(FETCH_HTTPS, "one.example", "");
	expect_proxy(FETCH_HTTPS, "a.One.Example.", "");
	expect_proxy(FETCH_HTTPS, "two.example", "");
	expect_proxy(FETCH_HTTPS, "a.two.example", "");
	expect_proxy(FETCH_HTTPS, "someone.example", "http://10.0.0.1:3128");
	expect_proxy(FETCH_HTTPS, "example", "http://10.0.0.1:3128");
	expect_proxy(FETCH_WHOIS, "127.0.0.1", "");
	expect_proxy(FETCH_WHOIS, "127.0.0.2", "socks5h://10.0.0.1:1080");
	expect_proxy(FETCH_HTTPS, "[::1]", "");
	expect_proxy(FETCH_HTTPS, "10.9.8.7", "");
	setenv("no_proxy", "*", 1);
	expect_proxy(FETCH_WHOIS, "whois.example", "");
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		unsetenv(names[i]);
}

static void manners(void **state)
{
	struct upstreams s = {0};
	struct upstream *a = upstreams_get(&s, "rdap.example", 443, 0);

	(void)state;
	assert_int_equal(upstream_wait(a, 1), 0);
	upstream_begin(a, 1);
	assert_true(upstream_wait(a, 1) > 0);
	upstream_answered(a, 1);
	assert_true(upstream_wait(a, 1) > 0);
	assert_int_equal(upstream_wait(a, USEC_PER_SEC), 0);
	upstream_rest(a, 3 * USEC_PER_SEC, "rate-limited", 0);
	assert_int_equal(upstream_wait(a, 1 * USEC_PER_SEC), 2 * USEC_PER_SEC);
	/* Nobody can put it to sleep for ever. */
	upstream_rest(a, 1000000 * USEC_PER_SEC, "rate-limited", 0);
	assert_int_equal(upstream_wait(a, 0), 86400 * USEC_PER_SEC);
	upstream_rest(a, 7200 * USEC_PER_SEC, "rate-limited", 0);
	assert_int_equal(upstream_wait(a, 0), 7200 * USEC_PER_SEC);
	struct upstream *b = upstreams_get(&s, "rdap.example", 80, 0);
	assert_ptr_not_equal(a, b);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(upstream_wait(b, i * USEC_PER_SEC), 0);
		upstream_begin(b, i * USEC_PER_SEC);
		upstream_failed(b, i * USEC_PER_SEC);
	}
	assert_true(upstream_wait(b, 3 * USEC_PER_SEC) > 50 * USEC_PER_SEC);
	assert_ptr_equal(upstreams_get(&s, "rdap.example", 443, 5), a);
}

static void the_table_of_servers_is_bounded(void **state)
{
	struct upstreams s = {0};
	char name[32];

	(void)state;
	for (unsigned i = 0; i < UPSTREAMS_MAX; i++) {
		snprintf(name, sizeof name, "s%u.example", i);
		upstream_begin(upstreams_get(&s, name, 443, i), i);
	}
	assert_null(upstreams_get(&s, "more.example", 443, 99));
	upstream_answered(&s.at[5], 99);
	assert_ptr_equal(upstreams_get(&s, "more.example", 443, 99), &s.at[5]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_servers),
		cmocka_unit_test(urls),
		cmocka_unit_test(whois_servers),
		cmocka_unit_test(proxies),
		cmocka_unit_test(manners),
		cmocka_unit_test(the_table_of_servers_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
