// SPDX-License-Identifier: MIT
#include "unit.h"

#include "enrich/rdap.h"

#include <errno.h>

#define NETWORK(more)                                                       \
	"{\"objectClassName\":\"ip network\",\"handle\":\"NET-8-8-8-0-1\"," \
	"\"startAddress\":\"8.8.8.0\",\"endAddress\":\"8.8.11.255\",\"name\":\"EXAMPLE\"" more "}"

static struct network_info read_good(const char *body, const char *ip)
{
	struct network_info n = {0};
	struct addr a = ip_of(ip);
	const char *error;

	if (rdap_read(str_of(body), &a, &n, &error) != 0)
		fail_msg("%s: %s", error, body);
	return n;
}

static void refuse(const char *body, const char *ip, int want)
{
	struct network_info n = {.name = "before"};
	struct addr a = ip_of(ip);
	const char *error = NULL;

	int err = rdap_read(str_of(body), &a, &n, &error);
	if (err != want)
		fail_msg("%d for %s", err, body);
	assert_non_null(error);
	assert_string_equal(n.name, "before");
}

static void expect_net(const struct network_info *n, const char *want)
{
	char text[PREFIX_TEXT_MAX];

	prefix_format(&n->net, text);
	assert_string_equal(text, want);
}

static void reads_a_network(void **state)
{
	struct network_info n = read_good(
		NETWORK(",\"country\":\"us\",\"cidr0_cidrs\":[{\"v4prefix\":\"8.8.10.0\","
			"\"length\":23},{\"v4prefix\":\"8.8.8.0\",\"length\":23}],"
			"\"events\":[{\"eventAction\":\"last changed\",\"eventDate\":"
			"\"2019-01-01T00:00:00Z\"},{\"eventAction\":\"registration\","
			"\"eventDate\":\"2014-03-14T16:52:05-04:00\"}],"
			"\"entities\":[{\"roles\":[\"registrant\"],\"vcardArray\":[\"vcard\","
			"[[\"version\",{},\"text\",\"4.0\"],[\"fn\",{},\"text\","
			"\"Example Ltd\"]]],\"entities\":[{\"roles\":[\"technical\",\"abuse\"],"
			"\"vcardArray\":[\"vcard\",[[\"fn\",{},\"text\",\"Abuse\"],[\"email\","
			"{},\"text\",\"abuse@example.com\"]]]}]}]"),
		"8.8.8.8");

	(void)state;
	expect_net(&n, "8.8.8.0/23");
	assert_string_equal(n.name, "EXAMPLE");
	assert_string_equal(n.handle, "NET-8-8-8-0-1");
	assert_string_equal(n.country, "US");
	assert_string_equal(n.org, "Example Ltd");
	assert_string_equal(n.abuse, "abuse@example.com");
	assert_string_equal(n.registered, "2014-03-14");
}

#define ADR(more, country)                                                                \
	NETWORK(",\"entities\":[{\"roles\":[\"registrant\"],\"vcardArray\":[\"vcard\",[[" \
		"\"adr\",{" more "},\"text\",[\"\",\"\",\"\",\"\",\"\",\"\",\"" country   \
		"\"]]]]}]")

static void the_holders_country_stands_in(void **state)
{
	static const struct {
		const char *body, *want;
	} cases[] = {
		{ADR("\"label\":\"1 Road\\nTown\\nCA\\n94043\\nUnited States\"", ""), "US"},
		{ADR("\"cc\":\"de\"", "Canada"), "DE"},
		{ADR("", "Canada"), "CA"},
		{ADR("", "FR"), "FR"},
		{ADR("\"label\":\"Nowhere\"", ""), ""},
		{ADR("\"cc\":7", ""), ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct network_info n = read_good(cases[i].body, "8.8.8.8");
		assert_string_equal(n.country, cases[i].want);
	}
}

#define HOLDER(fn, org)                                                                   \
	NETWORK(",\"entities\":[{\"roles\":[\"registrant\"],\"vcardArray\":[\"vcard\",[[" \
		"\"version\",{},\"text\",\"4.0\"],[\"fn\",{},\"text\"," fn                \
		"],[\"org\",{},\"text\"," org "]]]}]")

static void an_organization_may_stand_beside_an_empty_name(void **state)
{
	static const struct {
		const char *body, *want;
	} cases[] = {
		{HOLDER("\"\"", "\"Example Networks Ltd\""), "Example Networks Ltd"},
		{HOLDER("\"\"", "[\"ABC Inc\",\"North American Division\"]"), "ABC Inc"},
		{HOLDER("\"A Person\"", "\"Example Networks Ltd\""), "A Person"},
		{HOLDER("\"\"", "[]"), ""},
		{HOLDER("\"\"", "7"), ""},
		{HOLDER("null", "\"Example\""), "Example"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct network_info n = read_good(cases[i].body, "8.8.8.8");
		assert_string_equal(n.org, cases[i].want);
	}
}

#define REMARK(type, text) "{\"title\":\"t\",\"type\":\"" type "\",\"description\":[\"" text "\"]}"

static void a_notice_of_truncation_is_no_name(void **state)
{
	static const struct {
		const char *body, *want;
	} cases[] = {
		{NETWORK(",\"remarks\":[" REMARK(
			 "object truncated due to authorization", "Some data is hidden") "]"),
			""},
		{NETWORK(",\"remarks\":[" REMARK("object truncated due to excessive load",
			 "x") "," REMARK("remark", "Holder") "]"),
			"Holder"},
		{NETWORK(",\"remarks\":[" REMARK("object redacted due to authorization", "x") "]"),
			""},
		{NETWORK(",\"remarks\":[" REMARK(
			 "result set truncated due to unexplainable reasons", "x") "]"),
			""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct network_info n = read_good(cases[i].body, "8.8.8.8");
		assert_string_equal(n.org, cases[i].want);
	}
}

static void reads_the_range_without_cidrs(void **state)
{
	struct network_info n =
		read_good(NETWORK(",\"remarks\":[{\"description\":[\"Holder\"]}]"), "8.8.11.255");

	(void)state;
	expect_net(&n, "8.8.8.0/22");
	assert_string_equal(n.org, "Holder");
	n = read_good("{\"startAddress\":\"2a00:1450::\",\"endAddress\":"
		      "\"2a00:1450:ffff:ffff:ffff:ffff:ffff:ffff\",\"name\":\"X\"}",
		"2a00:1450::5");
	expect_net(&n, "2a00:1450::/32");
	/* Odd ranges: the largest network that holds the address. */
	n = read_good("{\"startAddress\":\"8.8.8.1\",\"endAddress\":\"8.8.8.10\",\"name\":\"X\"}",
		"8.8.8.5");
	expect_net(&n, "8.8.8.4/30");
}

static void odd_text_is_made_harmless(void **state)
{
	struct network_info n =
		read_good("{\"startAddress\":\"8.8.8.0\",\"endAddress\":\"8.8.8.255\","
			  "\"name\":\"\\u001b[31mRED\",\"handle\":\"a\\nb\","
			  "\"country\":\"USA\",\"entities\":[{\"roles\":[\"abuse\"],"
			  "\"vcardArray\":[\"vcard\",[[\"email\",{},\"text\","
			  "\"mailto:a@b.example;$(reboot)\"]]]}]}",
			"8.8.8.5");

	(void)state;
	assert_string_equal(n.name, "\\x1b[31mRED");
	assert_string_equal(n.handle, "a");
	assert_string_equal(n.country, "");
	assert_string_equal(n.abuse, "a@b.example");
}

static void refuses_what_is_no_answer(void **state)
{
	(void)state;
	refuse("", "8.8.8.8", -EINVAL);
	refuse("{", "8.8.8.8", -EINVAL);
	refuse("[]", "8.8.8.8", -EINVAL);
	refuse("null", "8.8.8.8", -EINVAL);
	refuse("<html>", "8.8.8.8", -EINVAL);
	refuse("{\"errorCode\":404}", "8.8.8.8", -ENOENT);
	refuse("{\"errorCode\":500}", "8.8.8.8", -EINVAL);
	refuse("{\"objectClassName\":\"domain\"}", "8.8.8.8", -EINVAL);
	refuse("{\"name\":\"X\"}", "8.8.8.8", -ENOENT);
	refuse(NETWORK(""), "9.9.9.9", -ENOENT);
	refuse(NETWORK(""), "2a00::1", -ENOENT);
	refuse("{\"startAddress\":\"8.8.8.0\",\"endAddress\":\"8.8.8.255\"}", "8.8.8.8", -ENOENT);
}

/* One answer must not serve the whole Internet. */
static void refuses_to_know_everything(void **state)
{
	(void)state;
	refuse("{\"startAddress\":\"0.0.0.0\",\"endAddress\":\"255.255.255.255\",\"name\":\"X\"}",
		"8.8.8.8", -ENOENT);
	refuse("{\"startAddress\":\"8.0.0.0\",\"endAddress\":\"9.255.255.255\",\"name\":\"X\"}",
		"8.8.8.8", -ENOENT);
	refuse("{\"cidr0_cidrs\":[{\"v4prefix\":\"0.0.0.0\",\"length\":0}],\"name\":\"X\"}",
		"8.8.8.8", -ENOENT);
	refuse("{\"cidr0_cidrs\":[{\"v6prefix\":\"::\",\"length\":0}],\"name\":\"X\"}", "8.8.8.8",
		-ENOENT);
	refuse("{\"startAddress\":\"::\",\"endAddress\":\"ffff::\",\"name\":\"X\"}", "2a00::1",
		-ENOENT);
}

static void deep_nesting_is_no_trouble(void **state)
{
	char body[60000];
	size_t n = 0;

	(void)state;
	n += (size_t)snprintf(body, sizeof body,
		"{\"startAddress\":\"8.8.8.0\",\"endAddress\":"
		"\"8.8.8.255\",\"name\":\"X\",\"entities\":");
	memset(body + n, '[', 20000);
	body[n + 20000] = '\0';
	refuse(body, "8.8.8.8", -EINVAL);
}

static void asks_by_address(void **state)
{
	char url[RDAP_URL_MAX];
	struct addr a = ip_of("8.8.8.8"), b = ip_of("2a00::1");

	(void)state;
	assert_int_equal(rdap_url("https://rdap.example/registry/", &a, url), 0);
	assert_string_equal(url, "https://rdap.example/registry/ip/8.8.8.8");
	assert_int_equal(rdap_url("https://rdap.example", &b, url), 0);
	assert_string_equal(url, "https://rdap.example/ip/2a00::1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_network),
		cmocka_unit_test(the_holders_country_stands_in),
		cmocka_unit_test(an_organization_may_stand_beside_an_empty_name),
		cmocka_unit_test(a_notice_of_truncation_is_no_name),
		cmocka_unit_test(reads_the_range_without_cidrs),
		cmocka_unit_test(odd_text_is_made_harmless),
		cmocka_unit_test(refuses_what_is_no_answer),
		cmocka_unit_test(refuses_to_know_everything),
		cmocka_unit_test(deep_nesting_is_no_trouble),
		cmocka_unit_test(asks_by_address),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
