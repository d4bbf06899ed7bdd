// SPDX-License-Identifier: MIT
#include "unit.h"

#include "enrich/bootstrap.h"

#include <errno.h>

#define DOCUMENT                                                                   \
	"{\"version\":\"1.0\",\"services\":["                                      \
	"[[\"8.0.0.0/8\",\"9.0.0.0/8\"],[\"http://rdap.arin.example/\",\"https://" \
	"rdap.arin.example/\"]],"                                                  \
	"[[\"8.8.0.0/16\"],[\"https://rdap.narrow.example/\"]],"                   \
	"[[\"2a00::/12\"],[\"https://rdap.six.example/\"]],"                       \
	"[[\"10.0.0.0/8\"],[\"http://rdap.plain.example/\"]]]}"

static void expect(const struct bootstrap *b, const char *ip, const char *want)
{
	struct addr a = ip_of(ip);
	const char *got = bootstrap_find(b, &a);

	assert_string_equal(got ? got : "none", want);
}

static void reads_ianas_table(void **state)
{
	struct bootstrap b = {0};

	(void)state;
	assert_int_equal(bootstrap_read(&b, str_of(DOCUMENT), false), 0);
	expect(&b, "8.1.1.1", "https://rdap.arin.example/");
	expect(&b, "9.1.1.1", "https://rdap.arin.example/");
	expect(&b, "8.8.8.8", "https://rdap.narrow.example/");
	expect(&b, "2a01::1", "https://rdap.six.example/");
	expect(&b, "10.1.1.1", "none");
	expect(&b, "11.1.1.1", "none");
	assert_int_equal(bootstrap_read(&b, str_of(DOCUMENT), true), 0);
	expect(&b, "10.1.1.1", "http://rdap.plain.example/");
	expect(&b, "8.1.1.1", "https://rdap.arin.example/");
	bootstrap_done(&b);
}

static void a_bad_one_changes_nothing(void **state)
{
	static const char *const bad[] = {"", "{", "[]", "{}", "{\"services\":[]}",
		"{\"services\":{}}", "{\"services\":[1]}", "{\"services\":[[]]}",
		"{\"services\":[[[],[]]]}", "{\"services\":[[[\"8.0.0.0/8\"],\"x\"]]}",
		"{\"services\":[[[\"8.0.0.0/99\"],[\"https://x/\"]]]}",
		"{\"services\":[[[8],[\"https://x/\"]]]}",
		"{\"services\":[[[\"8.0.0.0/8\"],[\"ftp://x/\"]]]}",
		"{\"services\":[[[\"8.0.0.0/8\"],[\"https://a b/\"]]]}",
		"{\"services\":[[[\"8.0.0.0/8\"],[null]]]}"};
	struct bootstrap b = {0};

	(void)state;
	assert_int_equal(bootstrap_read(&b, str_of(DOCUMENT), false), 0);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		if (bootstrap_read(&b, str_of(bad[i]), false) != -EINVAL)
			fail_msg("took %s", bad[i]);
		expect(&b, "8.8.8.8", "https://rdap.narrow.example/");
	}
	bootstrap_done(&b);
}

static void bundled(const char *ip, const char *want)
{
	struct addr a = ip_of(ip);
	const char *got = bootstrap_bundled(&a);

	if (!strstr(got ? got : "none", want))
		fail_msg("%s is %s's, not %s's", ip, want, got ? got : "nobody");
}

static void the_bundled_table_knows_the_registries(void **state)
{
	(void)state;
	bundled("1.1.1.1", "apnic");
	bundled("8.8.8.8", "arin");
	bundled("193.0.6.139", "ripe");
	bundled("200.160.2.3", "lacnic");
	bundled("41.1.1.1", "afrinic");
	bundled("223.255.255.1", "apnic");
	bundled("216.1.1.1", "arin");
	bundled("10.0.0.1", "none");
	bundled("127.0.0.1", "none");
	bundled("224.0.0.1", "none");
	bundled("255.255.255.255", "none");
	bundled("2001:200::1", "apnic");
	bundled("2001:4860::8888", "arin");
	bundled("2001:67c::1", "ripe");
	bundled("2001:1200::1", "lacnic");
	bundled("2001:4200::1", "afrinic");
	bundled("2606:4700::1111", "arin");
	bundled("2a02::1", "ripe");
	bundled("2404:6800::1", "apnic");
	bundled("2804::1", "lacnic");
	bundled("2c0f::1", "afrinic");
	bundled("fe80::1", "none");
}

/* Every address that may be asked about has a registry in the bundled table. */
static void the_bundled_table_has_no_gap(void **state)
{
	(void)state;
	for (unsigned i = 1; i < 224; i++) {
		struct addr a = addr_from_v4((uint8_t[]){(uint8_t)i, 1, 1, 1});
		if (addr_is_global(&a) && !bootstrap_bundled(&a))
			fail_msg("nobody has %u/8", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_ianas_table),
		cmocka_unit_test(a_bad_one_changes_nothing),
		cmocka_unit_test(the_bundled_table_knows_the_registries),
		cmocka_unit_test(the_bundled_table_has_no_gap),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
