// SPDX-License-Identifier: MIT
#include "unit.h"

#include "output/redact.h"

static bool keeps(const void *ctx, const struct addr *a)
{
	struct addr culprit = ip_of("203.0.113.7"), six = ip_of("2001:db8:bad::1");

	(void)ctx;
	return addr_eq(a, &culprit) || addr_eq(a, &six);
}

static const struct redact some = {keeps, NULL};

static struct str redacted(const char *text, enum redact_as as)
{
	static char buf[4096];

	return (struct str){buf, redact_text(&some, str_of(text), as, buf, sizeof buf)};
}

static void assert_stays(const char *text)
{
	assert_str(redacted(text, REDACT_TEXT), text);
}

/* Tags differ from run to run: each is four digits, and here as many signs. */
static void assert_masked(const char *text, const char *want)
{
	char got[4096];
	struct str s = redacted(text, REDACT_TEXT);

	memcpy(got, s.p, s.n);
	got[s.n] = '\0';
	for (char *p = got; (p = strstr(p, "x-"));) {
		assert_int_equal(strspn(p + 2, "0123456789abcdef") >= 4, 1);
		memcpy(p + 2, "####", 4);
		p += 6;
	}
	assert_string_equal(got, want);
}

static void addresses_keep_their_network(void **state)
{
	(void)state;
	assert_masked("198.51.100.23", "198.51.100.x-####");
	assert_masked("from 198.51.100.23, 198.51.100.24:443.",
		"from 198.51.100.x-####, 198.51.100.x-####:443.");
	assert_masked("[2001:db8:1:2::3]:443", "[2001:db8:1::x-####]:443");
	assert_masked("::ffff:198.51.100.23", "198.51.100.x-####");
	assert_masked("ip=198.51.100.23&x=1", "ip=198.51.100.x-####&x=1");
	assert_masked("ip198.51.100.23", "ip198.51.100.x-####");
	assert_masked("198.51.100.23/32", "198.51.100.x-####/32");
	assert_masked("http://198.51.100.23/", "http://198.51.100.x-####/");
}

static void escapes_of_urls_are_read(void **state)
{
	(void)state;
	assert_masked("/?q=ip%20198.51.100.9", "/?q=ip%20198.51.100.x-####");
	assert_masked("/?q=%22198.51.100.9%22", "/?q=%22198.51.100.x-####%22");
	assert_masked("%5B2001:db8:1:2::9%5D", "%5B2001:db8:1::x-####%5D");
	assert_masked("/2001%3Adb8%3a1%3A2%3A%3A9", "/2001:db8:1::x-####");
	assert_masked("/198%2E51%2e100%2E%39", "/198.51.100.x-####");
	assert_masked("/?u=%252Fq%253D%2520198.51.100.9", "/?u=%252Fq%253D%2520198.51.100.x-####");
	assert_masked("/%2520198%252E51.100.9", "/%2520198.51.100.x-####");
	assert_masked("100%198.51.100.9", "100%198.51.100.x-####");
	assert_masked("/?198.51.100.9=1", "/?198.51.100.x-####=1");
	assert_stays("/?q=%22203.0.113.7%22 /%5B2001%3Adb8:bad::1%5D");
	assert_stays("100% %2 %zz %");
}

static void words_may_stand_before(void **state)
{
	(void)state;
	assert_masked("ip:2001:db8:1:2::9", "ip:2001:db8:1::x-####");
	assert_masked("/lookup/ip:2001:db8:1::9", "/lookup/ip:2001:db8:1::x-####");
	assert_masked("for:2001:db8:1:2:3:4:5:6", "for:2001:db8:1::x-####");
	assert_masked("node%3A2001:db8:1:2::9", "node%3A2001:db8:1::x-####");
	assert_masked("source:198.51.100.9", "source:198.51.100.x-####");
	assert_stays("source:2001:db8:bad::1");
}

static void names_of_hosts_hide_their_numbers(void **state)
{
	static const char *const all[][2] = {
		{"https://ip-198-51-100-9.ec2.internal/", "https://ip-***.ec2.internal/"},
		{"http://198-51-100-9.dyn.example/", "http://***.dyn.example/"},
		{"static.9.100.51.198.clients.example", "static.***.clients.example"},
		{"9.100.51.198.in-addr.arpa", "***.in-addr.arpa"},
		{"198.51.100.9.dyn.example", "***.dyn.example"},
		{"host198-051-100-009.example", "host***.example"},
		{"p198-51.100-9.example", "p***.example"},
		{"2024.198.51.100.9", "2024.***"},
		{"ip-10-198-51-100-9.example", "ip-***.example"},
		{"http://198%2D51%2D100%2D9%2Edyn.example/", "http://***%2Edyn.example/"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		assert_str(redacted(all[i][0], REDACT_TEXT), all[i][1]);
	assert_masked("198.51.100.9-198.51.100.12", "198.51.100.x-####-198.51.100.x-####");
	assert_stays("203-0-113-7.dyn.example ip-203-0-113-7.example");
	assert_stays("2026-11-22 08:18:15 v1-2-3 300-1-2-3");
}

static void mail_names_nobody(void **state)
{
	static const char *const all[][2] = {
		{"/unsubscribe/alice@example.org", "/unsubscribe/***@example.org"},
		{"/unsubscribe/alice%40example.org/now", "/unsubscribe/***%40example.org/now"},
		{"<alice.b+x@mail.example>", "<***@mail.example>"},
		{"/al%2Bx%2540example.org", "/***%2540example.org"},
		{"m\xc3\xbcller@example.org", "***@example.org"},
		{"+http://bot.example; me@163.com", "+http://bot.example; ***@163.com"},
		{"bob@198.51.100.0/24", "***@198.51.100.0/24"},
		{"cut: alice@", "cut: ***@"},
		{"https://me:p@ss@host.example/", "https://***@host.example/"},
		{"https://me:p%2Fs%40s@host.example/a@b", "https://***@host.example/***@b"},
		{"?u=https%3A%2F%2Fme:p%40s%252F@h.example%2Fx", "?u=***"},
		{"/https%3a%2f%2fme:p%40ss%40h.example%2Fx", "/https%3a%2f%2f***%40h.example%2Fx"},
		{"%3A%2F%2Ftoken=abc%40def", "%3A%2F%2F******"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		assert_str(redacted(all[i][0], REDACT_TEXT), all[i][1]);
	assert_stays("/npm/jquery@3.6.0/dist/jquery.min.js @everyone https://h/?a#b");
}

static void what_was_cut_is_masked(void **state)
{
	(void)state;
	assert_masked("/2001:db8:1:2:3:4:5", "/***");
	assert_masked("/2001:db8:1:2:3:4:5:", "/***");
	assert_masked("\"GET /ip:2001%3Adb8%3A1:2:3 HTTP/1.1\"", "\"GET /ip:*** HTTP/1.1\"");
	assert_masked("2001:db8:1:2", "***");
	assert_stays("2001:db8:1");
	assert_stays("ends at 07:16:30");
}

static void culprits_and_networks_stay(void **state)
{
	(void)state;
	assert_stays("203.0.113.7");
	assert_stays("2001:db8:bad::1 and [2001:db8:bad::1]:80");
	assert_stays("198.51.100.0/24 of 198.51.0.0/16");
	assert_stays("2001:db8:1::/48");
	assert_stays("at 07:16:30 and 10:20");
	assert_stays("nginx 1.26.3");
	assert_stays("/cafe/dead.beef/add:e");
	assert_masked("198.51.100.9/24", "198.51.100.x-####/24");
}

static void an_address_is_the_same_everywhere(void **state)
{
	char first[64];
	struct str s = redacted("198.51.100.23", REDACT_TEXT);

	(void)state;
	memcpy(first, s.p, s.n);
	first[s.n] = '\0';
	assert_str(redacted("198.51.100.23", REDACT_TEXT), first);
	s = redacted("198.51.100.24", REDACT_TEXT);
	assert_false(s.n == strlen(first) && memcmp(s.p, first, s.n) == 0);
}

static void secrets_go_and_names_stay(void **state)
{
	static const struct {
		const char *text, *want;
	} all[] = {
		{"/a?token=abc&page=2", "/a?token=***&page=2"},
		{"/a?page=2&API_KEY=x", "/a?page=2&API_KEY=***"},
		{"/a?x-amz-signature=0", "/a?x-amz-signature=***"},
		{"/a?to%6ben=abc#top", "/a?to%6ben=***#top"},
		{"/a?password=", "/a?password="},
		{"/a?sid=1;lang=de", "/a?sid=***;lang=de"},
		{"/a?v=q7Gk2LmP9sX4tB1z", "/a?v=***"},
		{"/a?v=0123456789abcdef0123456789abcdef", "/a?v=***"},
		{"/a?to=somebody%40example.org", "/a?to=***"},
		{"/reset/8f3aQ91bZ7c2dD4e5f6A7b8c9d0e", "/reset/***"},
		{"https://me:secret@example.org/", "https://***@example.org/"},
		{"Authorization: auth=Zm9v \"next\"", "Authorization: auth=*** \"next\""},
		{"/a?token[]=1&token[]=2", "/a?token[]=***&token[]=***"},
		{"/?a=1&token=a\xc3\xa4\xc3\xb6", "/?a=1&token=***"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		assert_str(redacted(all[i].text, REDACT_TEXT), all[i].want);
}

static void what_is_no_secret_stays(void **state)
{
	(void)state;
	assert_stays("/search?q=nginx+slow&page=20");
	assert_stays("/how-to-configure-nginx-for-2024-in-10-steps");
	assert_stays("/wp-content/plugins/contact-form-7/includes/css/styles.css?ver=5.9.3");
	assert_stays("254 half-open, 100% from 2 networks, 0 handshakes");
	assert_stays("=&?;://@");
	assert_stays("");
	assert_stays("\xf0\x9f\x98\x80 \xe2\x82\xac");
}

static void versions_of_products_are_no_addresses(void **state)
{
	const char *agent = "Mozilla/5.0 (X11) Chrome/120.0.0.0 Safari/537.36";

	(void)state;
	assert_true(str_eq(redacted(agent, REDACT_AGENT), str_of(agent)));
	assert_true(str_eq(redacted("OPR/98.0.4759.15 Chrome/99.1.2.3", REDACT_AGENT),
		str_of("OPR/98.0.4759.15 Chrome/99.1.2.3")));
	assert_true(str_eq(redacted("Own/198.51.100.0", REDACT_AGENT), str_of("Own/198.51.100.0")));
	assert_false(
		str_eq(redacted("Proxy/198.51.100.9", REDACT_AGENT), str_of("Proxy/198.51.100.9")));
	assert_false(str_eq(
		redacted("x Chrom/198.51.100.9", REDACT_AGENT), str_of("x Chrom/198.51.100.9")));
	assert_masked("/ip/198.51.100.23", "/ip/198.51.100.x-####");
}

static void room_is_kept_to(void **state)
{
	char buf[8] = "#######";

	(void)state;
	assert_int_equal(redact_text(&some, STR_LIT("198.51.100.23"), REDACT_TEXT, buf, 5), 5);
	assert_memory_equal(buf, "198.5##", 7);
	assert_int_equal(redact_text(&some, STR_LIT("abc\xe2\x82\xac"), REDACT_TEXT, buf, 5), 3);
	assert_int_equal(redact_text(&some, STR_LIT("abc"), REDACT_TEXT, buf, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_keep_their_network),
		cmocka_unit_test(escapes_of_urls_are_read),
		cmocka_unit_test(words_may_stand_before),
		cmocka_unit_test(names_of_hosts_hide_their_numbers),
		cmocka_unit_test(mail_names_nobody),
		cmocka_unit_test(what_was_cut_is_masked),
		cmocka_unit_test(culprits_and_networks_stay),
		cmocka_unit_test(an_address_is_the_same_everywhere),
		cmocka_unit_test(secrets_go_and_names_stay),
		cmocka_unit_test(what_is_no_secret_stays),
		cmocka_unit_test(versions_of_products_are_no_addresses),
		cmocka_unit_test(room_is_kept_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
