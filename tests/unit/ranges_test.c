// SPDX-License-Identifier: MIT
#include "unit.h"

#include "detect/ranges.h"
#include "detect/ranges_json.h"

#include <errno.h>

static struct ranges ranges;
static struct ranges_error error;

static int set_up(void **state)
{
	(void)state;
	return ranges_init(&ranges);
}

static int tear_down(void **state)
{
	(void)state;
	ranges_done(&ranges);
	return 0;
}

static int add(const char *name, const char *text)
{
	error = (struct ranges_error){0};
	return ranges_add(&ranges, str_of(name), str_of(text), &error);
}

static void assert_name(const char *ip, const char *want)
{
	struct addr a = ip_of(ip);
	const char *got = ranges_find(&ranges, &a);

	if (want ? !got || strcmp(got, want) != 0 : got != NULL)
		fail_msg("%s: got %s, expected %s", ip, got ? got : "none", want ? want : "none");
}

static void assert_error(const char *text, unsigned line)
{
	assert_int_equal(add("bad", text), -EINVAL);
	assert_int_equal(error.line, line);
	assert_true(error.text[0]);
}

static void lines(void **state)
{
	(void)state;
	assert_int_equal(add("list", "# a list\n"
				     "\n"
				     "203.0.113.0/24\r\n"
				     "  198.51.100.7\t# one address\n"
				     "192.0.2.0/28,DE,,Berlin\n"
				     "2001:db8:1::/48 ; SBL1\n"
				     "2001:db8:2::5"),
		0);
	assert_name("203.0.113.77", "list");
	assert_name("198.51.100.7", "list");
	assert_name("198.51.100.8", NULL);
	assert_name("192.0.2.15", "list");
	assert_name("192.0.2.16", NULL);
	assert_name("2001:db8:1:ffff::1", "list");
	assert_name("2001:db8:2::5", "list");
	assert_name("2001:db8:3::", NULL);
}

static void googles_and_bings(void **state)
{
	(void)state;
	assert_int_equal(
		add("googlebot", "{\n \"creationTime\": \"2024-05-01T00:00:00\",\n"
				 " \"prefixes\": [{\n\"ipv6Prefix\": \"2001:db8:1::/64\"\n},"
				 "{\"ipv4Prefix\": \"192.0.2.32/27\"}]}\n"),
		0);
	assert_name("192.0.2.40", "googlebot");
	assert_name("2001:db8:1::9", "googlebot");
	assert_name("192.0.2.64", NULL);
}

static void amazons_and_others(void **state)
{
	(void)state;
	assert_int_equal(
		add("aws", "{\"syncToken\":\"1\",\"prefixes\":[{\"ip_prefix\":\"198.51.100.0/25\","
			   "\"region\":\"eu-west-1\",\"service\":\"S3\"}],\"ipv6_prefixes\":[{"
			   "\"ipv6_prefix\":\"2001:db8:a::/48\",\"region\":\"x\"}]}"),
		0);
	assert_int_equal(
		add("azure", "{\"values\":[{\"name\":\"A\",\"properties\":{\"changeNumber\":1e3,"
			     "\"addressPrefixes\":[\"203.0.113.0/25\",\"2001:db8:b::/48\"]}}]}"),
		0);
	assert_int_equal(
		add("github", "{\"verifiable\":false,\"ssh_keys\":[\"ssh-ed25519 AAAA\"],"
			      "\"hooks\":[\"203.0.113.128/26\"],\"domains\":{\"x\":[\"*.a.b\"]}}"),
		0);
	assert_int_equal(
		add("cloudflare",
			"{\"result\":{\"ipv4_cidrs\":[\"192.0.2.0\\/27\"],\"etag\":\"a\\\"b\"}}"),
		0);
	assert_int_equal(add("plain", " [ \"192.0.2.128/25\", \"2001:db8:c::1\" ] "), 0);
	assert_int_equal(
		add("oracle",
			"{\"regions\":[{\"cidrs\":[{\"cidr\":\"192.0.2.64/26\",\"tags\":[]}]}]}"),
		0);
	assert_name("198.51.100.5", "aws");
	assert_name("2001:db8:a::1", "aws");
	assert_name("203.0.113.5", "azure");
	assert_name("203.0.113.129", "github");
	assert_name("192.0.2.5", "cloudflare");
	assert_name("192.0.2.130", "plain");
	assert_name("2001:db8:c::1", "plain");
	assert_name("192.0.2.70", "oracle");
}

static void the_longest_network_names(void **state)
{
	(void)state;
	assert_int_equal(add("cloud", "203.0.113.0/24\n198.51.100.0/24"), 0);
	assert_int_equal(add("crawler", "203.0.113.64/27\n198.51.100.0/24"), 0);
	assert_name("203.0.113.65", "crawler");
	assert_name("203.0.113.1", "cloud");
	assert_name("198.51.100.1", "cloud"); /* the first to say so */
}

static uint64_t files_of(const char *ip)
{
	struct addr a = ip_of(ip);

	return ranges_files(&ranges, &a);
}

static void every_file_that_has_it(void **state)
{
	struct addr v4 = ip_of("192.0.2.1"), v6 = ip_of("2001:db8::1");

	(void)state;
	assert_int_equal(files_of("203.0.113.1"), 0);
	assert_int_equal(add("wide", "203.0.0.0/16"), 0);
	assert_int_equal(add("same", "{\"prefixes\":[{\"ip_prefix\":\"203.0.0.0/16\"}]}"), 0);
	assert_int_equal(add("long", "203.0.113.64/27\n203.0.113.64/27\n2001:db8::/32"), 0);
	assert_int_equal(files_of("203.0.1.1"), 1 | 2);
	assert_int_equal(files_of("203.0.113.65"), 1 | 2 | 4);
	assert_int_equal(files_of("2001:db8:1::1"), 4);
	assert_int_equal(files_of("203.1.1.1"), 0);
	assert_int_equal(ranges.networks[0], 1);
	assert_int_equal(ranges.networks[1], 1);
	assert_int_equal(ranges.networks[2], 2);
	/* JSON says all there is, lines of one family nothing of the other. */
	assert_int_equal(ranges_speak_of(&ranges, &v4), 1 | 2 | 4);
	assert_int_equal(ranges_speak_of(&ranges, &v6), 2 | 4);
}

static void errors_have_lines(void **state)
{
	(void)state;
	assert_error("203.0.113.0/24\n# x\nnonsense\n", 3);
	assert_error("203.0.113.0/33", 1);
	assert_error("203.0.113.300", 1);
	assert_error("\n\n<html>", 3);
	assert_error("0.0.0.0/0", 1);
	assert_error("2000::/3", 1);
	assert_error("", 1);
	assert_error("# nothing\n", 1);
	assert_error("{\n\"prefixes\":\n[{\"ipv4Prefix\":\n\"nonsense\"}]}", 4);
	assert_error("[\n\"192.0.2.1\",\n\"x\"]", 3);
	assert_error("{\"a\":[\"x\",\"y\"]}", 1);
	assert_error("{}", 1);
}

static void what_is_not_json(void **state)
{
	static const char *const bad[] = {"{", "[", "[\"192.0.2.1\"", "[\"192.0.2.1", "{\"a\"}",
		"{\"a\":}", "{\"a\":1,}", "[1,]", "[,1]", "[1 2]", "[1]]", "[1]x", "{1:2}",
		"[\"\\\"]", "[}", "{]", "[\"a\nb\"]"};
	char deep[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		if (add("bad", bad[i]) != -EINVAL)
			fail_msg("%s: taken", bad[i]);
		ranges.files = 0;
	}
	memset(deep, '[', sizeof deep);
	assert_int_equal(
		ranges_add(&ranges, str_of("deep"), (struct str){deep, sizeof deep}, &error),
		-EINVAL);
	assert_int_equal(ranges_add(&ranges, str_of("deep"),
				 (struct str){deep, RANGES_JSON_DEPTH + 1}, &error),
		-EINVAL);
}

static void files_are_bounded(void **state)
{
	static char text[RANGES_TEXT_MAX + 1];

	(void)state;
	assert_int_equal(
		ranges_add(&ranges, str_of("x"), (struct str){text, sizeof text}, &error), -E2BIG);
	for (int i = 0; i < RANGES_FILES; i++)
		assert_int_equal(
			add("a name that is longer than there is room for", "192.0.2.1"), 0);
	assert_int_equal(add("one more", "192.0.2.2"), -E2BIG);
	assert_name("192.0.2.1", "a name that is longer than ther");
}

/* More networks than there is room for: the first ones stay, the others are counted. */
static void networks_are_bounded(void **state)
{
	const size_t lines = RANGES_MAX + 1000;
	char *text = malloc(lines * 20);
	size_t n = 0;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < lines; i++)
		n += (size_t)sprintf(text + n, "60.%zu.%zu.%zu\n", i >> 16, i >> 8 & 255, i & 255);
	assert_int_equal(ranges_add(&ranges, str_of("many"), (struct str){text, n}, &error), 0);
	assert_int_equal(ranges.left_out, 1000);
	assert_name("60.0.0.0", "many");
	assert_name("60.4.0.0", NULL);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(googles_and_bings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(amazons_and_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_longest_network_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_file_that_has_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(errors_have_lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_not_json, set_up, tear_down),
		cmocka_unit_test_setup_teardown(files_are_bounded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(networks_are_bounded, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
