// SPDX-License-Identifier: MIT
/* What the tools print of what is kept out, as they printed it: nft 1.0.6, iptables 1.8.9, ipset
 * 7.17, fail2ban 1.0.2, iproute2 6.1. */
#include "unit.h"

#include "action/lists.h"

#define FOUND_MAX 600

static struct {
	char text[FOUND_MAX][128];
	uint32_t n;
} found;

static struct listing_read got;
static struct lists_sets sets;

static void keep(void *ctx, const struct listed *l)
{
	char net[PREFIX_TEXT_MAX], packets[24] = "-";

	(void)ctx;
	assert_true(found.n < FOUND_MAX);
	assert_true(l->by.n < LISTS_BY_MAX);
	prefix_format(&l->net, net);
	if (l->packets != UINT64_MAX)
		snprintf(packets, sizeof packets, "%llu", (unsigned long long)l->packets);
	snprintf(found.text[found.n++], sizeof found.text[0], "%s %s %.*s%s %u %s", net,
		block_ways[l->way].name, STR_FMT(l->by), l->ours ? " ours" : "", l->left_s,
		packets);
}

static void expect(const char *const *want, uint32_t n)
{
	for (uint32_t i = 0; i < n && i < found.n; i++)
		assert_string_equal(found.text[i], want[i]);
	assert_int_equal(found.n, n);
	assert_int_equal(got.found, n);
	found.n = 0;
}

#define EXPECT(...)                                       \
	do {                                              \
		const char *const want[] = {__VA_ARGS__}; \
		expect(want, ARRAY_LEN(want));            \
	} while (0)

static int set_up(void **state)
{
	(void)state;
	found.n = 0;
	sets.n = 0;
	return 0;
}

#define SADDR(family, right)                                                            \
	"{\"match\": {\"op\": \"==\", \"left\": {\"payload\": {\"protocol\": \"" family \
	"\", \"field\": \"saddr\"}}, \"right\": " right "}}"
#define RULE(family, table, chain, expr)                                                        \
	"{\"rule\": {\"family\": \"" family "\", \"table\": \"" table "\", \"chain\": \"" chain \
	"\", \"handle\": 4, \"expr\": [" expr "]}}"
#define COUNTER          "{\"counter\": {\"packets\": 7, \"bytes\": 420}}"
#define NFT(first, then) "{\"nftables\": [" first then "]}"

static const char our_table[] = NFT(
	"{\"metainfo\": {\"version\": \"1.0.6\", \"json_schema_version\": 1}}, "
	"{\"table\": {\"family\": \"inet\", \"name\": \"nethergaze\", \"handle\": 1}}, "
	"{\"set\": {\"family\": \"inet\", \"name\": \"block4\", \"table\": \"nethergaze\", "
	"\"type\": \"ipv4_addr\", \"handle\": 1, \"flags\": [\"interval\", \"timeout\"], \"elem\": "
	"["
	"{\"elem\": {\"val\": {\"prefix\": {\"addr\": \"192.0.2.0\", \"len\": 24}}, "
	"\"counter\": {\"packets\": 5, \"bytes\": 300}}}, "
	"{\"elem\": {\"val\": \"203.0.113.9\", \"timeout\": 3600, \"expires\": 3599, "
	"\"counter\": {\"packets\": 0, \"bytes\": 0}}}], \"stmt\": [{\"counter\": null}]}}, "
	"{\"set\": {\"family\": \"inet\", \"name\": \"block6\", \"table\": \"nethergaze\", "
	"\"type\": \"ipv6_addr\", \"handle\": 2, \"elem\": [{\"elem\": {\"val\": {\"prefix\": "
	"{\"addr\": \"2001:db8::\", \"len\": 48}}, \"timeout\": 86461, \"expires\": 86460}}]}}, ",
	RULE("inet", "nethergaze", "prerouting",
		SADDR("ip", "\"@block4\"") ", " COUNTER ", {\"drop\": null}"));

/* Names that only begin like ours. */
static void test_not_ours(void **state)
{
	static const char nft[] =
		"{\"nftables\": ["
		"{\"rule\": {\"family\": \"inet\", \"table\": \"nethergaze2\", \"chain\": \"in\", "
		"\"expr\": [" SADDR(
			"ip", "\"203.0.113.1\"") ", {\"drop\": null}]}}, "
						 "{\"set\": {\"family\": \"ip\", \"name\": "
						 "\"block4\", \"table\": \"nethergaze\", "
						 "\"type\": \"ipv4_addr\", \"elem\": "
						 "[\"203.0.113.2\"]}}, "
						 "{\"set\": {\"family\": \"inet\", \"name\": "
						 "\"mine\", \"table\": \"nethergaze\", "
						 "\"type\": \"ipv4_addr\", \"elem\": "
						 "[\"203.0.113.3\"]}}, "
						 "{\"set\": {\"family\": \"inet\", \"name\": "
						 "\"block4\", \"table\": "
						 "\"nethergaze\", \"type\": \"ipv4_addr\", "
						 "\"elem\": [\"203.0.113.4\"]}}]}";

	(void)state;
	lists_read_nft(str_of(nft), keep, NULL, &got);
	EXPECT("203.0.113.1/32 nft in 0 -", "203.0.113.2/32 nft block4 0 -",
		"203.0.113.3/32 nft mine 0 -", "203.0.113.4/32 nft  ours 0 -");
	strcpy(sets.names[0], "nethergaze-x");
	strcpy(sets.names[1], "nethergaze6");
	sets.n = 2;
	lists_read_ipset(STR_LIT("add nethergaze-x 203.0.113.5\nadd nethergaze6 2001:db8::1\n"),
		&sets, keep, NULL, &got);
	EXPECT("203.0.113.5/32 ipset nethergaze-x 0 -",
		"2001:db8::1/128 ipset nethergaze6 ours 0 -");
}

static void test_nft_ours(void **state)
{
	(void)state;
	lists_read_nft(str_of(our_table), keep, NULL, &got);
	assert_false(got.cut);
	EXPECT("192.0.2.0/24 nft  ours 0 5", "203.0.113.9/32 nft  ours 3599 0",
		"2001:db8::/48 nft  ours 86460 -");
}

/* Wherever it ends, what stands before is there, and nothing else. */
static void test_nft_cut_anywhere(void **state)
{
	struct str whole = str_of(our_table);

	(void)state;
	for (size_t n = 0; n < whole.n; n++) {
		struct str part = {whole.p, n};
		found.n = 0;
		lists_read_nft(part, keep, NULL, &got);
		assert_true(got.cut || n == 0 || n == whole.n - 1); /* "}" hides nothing */
		assert_true(found.n <= 3);
		if (n > 700)
			assert_true(found.n >= 2);
		for (uint32_t i = 0; i < found.n; i++)
			assert_non_null(strstr(found.text[i], " nft  ours "));
	}
}

#define SET(family, table, name, type, elem)                                                 \
	"{\"set\": {\"family\": \"" family "\", \"name\": \"" name "\", \"table\": \"" table \
	"\", \"type\": \"" type "\", \"elem\": [" elem "]}}, "

static void test_nft_of_others(void **state)
{
	static const char text[] = NFT(
		SET("inet", "f2b-table", "addr-set-web", "ipv4_addr", "\"203.0.113.9\"") SET("inet",
			"f2b-table", "addr6-set-web", "ipv6_addr",
			"\"2001:db8::9\"") SET("ip", "crowdsec", "crowdsec-blacklists", "ipv4_addr",
			"{\"elem\": {\"val\": \"198.51.100.7\", \"expires\": 60}}")
			SET("inet", "fw", "allowed", "ipv4_addr", "\"192.0.2.1\"") SET("inet", "fw",
				"bad", "ipv4_addr", "{\"range\": [\"192.0.2.4\", \"192.0.2.9\"]}")
				SET("inet", "fw", "pairs", "[\"ipv4_addr\"]", "\"192.0.2.77\""),
		RULE("inet", "fw", "in", SADDR("ip", "\"@bad\"") ", {\"drop\": null}") ", " RULE(
			"inet", "fw", "in",
			SADDR("ip", "\"@allowed\"") ", {\"accept\": null}") ", " RULE("inet", "fw",
			"in",
			SADDR("ip", "\"192.0.2.200\"") ", " COUNTER ", {\"reject\": {\"type\": "
						       "\"icmp\"}}") ", " RULE("ip", "filter",
			"INPUT",
			SADDR("ip", "{\"prefix\": {\"addr\": \"192.0.3.0\", \"len\": "
				    "24}}") ", "
					    "{\"drop\": null}") ", " RULE("inet", "firewalld",
			"filter_IN_public_deny",
			SADDR("ip", "{\"set\": [\"192.0.4.1\", {\"prefix\": {\"addr\": "
				    "\"192.0.5.0\", \"len\": 24}}]}") ", {\"drop\": null}"));

	(void)state;
	lists_read_nft(str_of(text), keep, NULL, &got);
	assert_false(got.cut);
	EXPECT("192.0.2.200/32 nft in 0 7", "192.0.3.0/24 iptables INPUT 0 -",
		"192.0.4.1/32 firewalld  0 -", "192.0.5.0/24 firewalld  0 -",
		"203.0.113.9/32 fail2ban web 0 -", "2001:db8::9/128 fail2ban web 0 -",
		"198.51.100.7/32 crowdsec  60 -", "192.0.2.4/30 nft bad 0 -",
		"192.0.2.8/31 nft bad 0 -");
}

/* What lets some packets in, or is about what is sent, keeps nobody out. */
static void test_nft_that_is_no_block(void **state)
{
	static const char text[] =
		NFT("{\"chain\": {\"family\": \"inet\", \"table\": \"fw\", \"name\": "
		    "\"out\", "
		    "\"hook\": \"output\"}}, ",
			RULE("inet", "fw", "in",
				SADDR("ip", "\"192.0.2.1\"") ", {\"limit\": {\"rate\": "
							     "10}}, {\"drop\": "
							     "null}") ", " RULE("inet", "fw", "in",
				"{\"match\": {\"op\": \"!=\", \"left\": {\"payload\": "
				"{\"protocol\": "
				"\"ip\", \"field\": \"saddr\"}}, \"right\": "
				"\"192.0.2.2\"}}, {\"drop\": "
				"null}") ", " RULE("inet", "fw", "in",
				"{\"match\": {\"op\": \"==\", \"left\": {\"payload\": "
				"{\"protocol\": "
				"\"ip\", \"field\": \"daddr\"}}, \"right\": "
				"\"192.0.2.3\"}}, {\"drop\": "
				"null}") ", " RULE("inet", "fw", "out",
				SADDR("ip", "\"192.0.2.4\"") ", {\"drop\": null}") ", " RULE("i"
											     "n"
											     "e"
											     "t",
				"fw", "in",
				SADDR("ip", "{\"prefix\": {\"addr\": \"0.0.0.0\", \"len\": "
					    "0}}") ", "
						   "{\"drop\": null}") ", " RULE("inet", "fw", "in",
				SADDR("ip", "\"192.0.2.5\"") ", {\"jump\": {\"target\": "
							     "\"x\"}}"));

	(void)state;
	lists_read_nft(str_of(text), keep, NULL, &got);
	assert_int_equal(found.n, 0);
	assert_int_equal(got.left_out, 1); /* all of IPv4 */
}

static void test_iptables_and_ipset(void **state)
{
	static const char rules[] =
		"# Generated by iptables-save v1.8.9 (nf_tables)\n*raw\n:PREROUTING ACCEPT [0:0]\n"
		"[3:180] -A PREROUTING -m set --match-set nethergaze4 src -j DROP\n"
		"[12:720] -A PREROUTING -s 203.0.113.9/32 -m comment --comment nethergaze -j DROP\n"
		"[1:60] -A PREROUTING -s 203.0.113.10/32 -m comment --comment \"a -s 1.2.3.4 b\" "
		"-j DROP\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\n:f2b-sshd - [0:0]\n"
		"[0:0] -A INPUT -m set ! --match-set allowed src -j DROP\n"
		"[0:0] -A INPUT -m set --match-set allowed src -j ACCEPT\n"
		"[0:0] -A INPUT -m set --match-set ports dst -j DROP\n"
		"[0:0] -A INPUT -s 192.0.2.1/32 -m hashlimit --hashlimit-above 5/sec -j DROP\n"
		"[0:0] -A INPUT ! -s 192.0.2.2/32 -j DROP\n"
		"[0:0] -A OUTPUT -s 192.0.2.3/32 -j DROP\n"
		"[2:120] -A f2b-sshd -s 203.0.113.11/32 -j REJECT --reject-with "
		"icmp-port-unreachable\n"
		"-A ufw-user-input -s 203.0.113.12/32 -j DROP\nCOMMIT\n";
	static const char list[] =
		"create nethergaze4 hash:net family inet hashsize 1024 maxelem 65536 timeout 0\n"
		"add nethergaze4 203.0.113.0/24 timeout 3599\nadd nethergaze4 192.0.2.5 timeout 0\n"
		"add nethergaze4 192.0.2.64/26 nomatch\n"
		"create allowed hash:ip family inet\nadd allowed 192.0.2.9\n"
		"create ports bitmap:port range 0-9\nadd ports 80\n"
		"add nethergaze4 192.0.2.6,tcp:80\nadd nethergaze4 198.51.100.0/2";

	(void)state;
	lists_read_iptables(str_of(rules), &sets, keep, NULL, &got);
	assert_false(got.cut);
	EXPECT("203.0.113.9/32 iptables PREROUTING ours 0 12",
		"203.0.113.10/32 iptables PREROUTING 0 1", "203.0.113.11/32 fail2ban sshd 0 2",
		"203.0.113.12/32 ufw  0 -");
	assert_int_equal(sets.n, 1);
	lists_read_ipset(str_of(list), &sets, keep, NULL, &got);
	assert_true(got.cut); /* the last line has no end: it would be 198.51.100.0/2 */
	assert_int_equal(got.left_out, 1);
	EXPECT("203.0.113.0/24 ipset nethergaze4 ours 3599 -",
		"192.0.2.5/32 ipset nethergaze4 ours "
		"0 -");
}

static void test_sets_are_bounded(void **state)
{
	char line[160];

	(void)state;
	for (int i = 0; i < LISTS_SETS_MAX + 10; i++) {
		snprintf(line, sizeof line, "-A INPUT -m set --match-set s%d src -j DROP\n", i);
		lists_read_iptables(str_of(line), &sets, keep, NULL, &got);
	}
	assert_int_equal(sets.n, LISTS_SETS_MAX);
	assert_int_equal(got.left_out, 1);
}

static void count_jail(void *ctx, struct str jail)
{
	char *all = ctx;

	snprintf(all + strlen(all), 64, "%.*s;", STR_FMT(jail));
}

static void test_fail2ban(void **state)
{
	static const char text[] = "[{'sshd': ['203.0.113.10']}, {'web': ['203.0.113.9', "
				   "'2001:db8::9', '198.51.100.0/24']}, {'none': []}]\n";
	char jails[256] = "";

	(void)state;
	lists_read_fail2ban(str_of(text), keep, NULL, &got);
	assert_false(got.cut);
	assert_int_equal(got.left_out, 1); /* the prefix, which blocks nothing */
	EXPECT("203.0.113.10/32 fail2ban sshd 0 -", "203.0.113.9/32 fail2ban web 0 -",
		"2001:db8::9/128 fail2ban web 0 -");
	lists_read_jails(str_of(text), count_jail, jails);
	assert_string_equal(jails, "sshd;web;none;");
	lists_read_fail2ban(STR_LIT("2026-11-29 ERROR Failed to access socket path: "
				    "/var/run/fail2ban/fail2ban.sock. Is fail2ban running?\n"),
		keep, NULL, &got);
	assert_true(got.cut);
	assert_int_equal(found.n, 0);
}

/* As cscli prints it, by its source (cmd/crowdsec-cli): it is not run here. */
static void test_crowdsec(void **state)
{
	static const char text[] =
		"[{\"id\":5,\"decisions\":[{\"duration\":\"3h59m43.5s\",\"id\":1,\"origin\":"
		"\"cscli\",\"scenario\":\"manual\",\"scope\":\"Ip\",\"type\":\"ban\",\"value\":"
		"\"203.0.113.9\"},{\"duration\":\"90s\",\"scope\":\"Range\",\"type\":\"ban\","
		"\"value\":\"198.51.100.0/24\"},{\"duration\":\"90s\",\"scope\":\"Country\","
		"\"type\":\"ban\",\"value\":\"XX\"},{\"duration\":\"90s\",\"scope\":\"Ip\","
		"\"type\":\"captcha\",\"value\":\"192.0.2.1\"},{\"duration\":\"-5s\",\"scope\":"
		"\"Ip\",\"type\":\"ban\",\"value\":\"192.0.2.2\"}]}]\n";

	(void)state;
	lists_read_crowdsec(str_of(text), keep, NULL, &got);
	assert_false(got.cut);
	assert_int_equal(got.left_out, 1); /* a country */
	EXPECT("203.0.113.9/32 crowdsec  14383 -", "198.51.100.0/24 crowdsec  90 -");
	lists_read_crowdsec(STR_LIT("null\n"), keep, NULL, &got);
	assert_false(got.cut);
}

static void test_routes(void **state)
{
	static const char text[] =
		"[{\"type\":\"blackhole\",\"dst\":\"203.0.113.0/24\",\"flags\":[]},"
		"{\"type\":\"blackhole\",\"dst\":\"192.0.2.9\",\"flags\":[]},"
		"{\"type\":\"blackhole\",\"dst\":\"default\",\"flags\":[]}]";

	(void)state;
	lists_read_routes(str_of(text), keep, NULL, &got);
	assert_false(got.cut);
	assert_int_equal(got.left_out, 1);
	EXPECT("203.0.113.0/24 route  0 -", "192.0.2.9/32 route  0 -");
}

/* A range becomes the prefixes that it is, however crooked. */
static void test_ranges(void **state)
{
	static const char text[] =
		"create x hash:net\nadd x 192.0.2.1-192.0.2.254\nadd x 192.0.2.0-192.0.2.255\n"
		"add x ::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe\nadd x 192.0.2.9-192.0.2.1\n"
		"add x 0.0.0.0-255.255.255.255\n";

	(void)state;
	strcpy(sets.names[0], "x");
	sets.n = 1;
	lists_read_ipset(str_of(text), &sets, keep, NULL, &got);
	assert_string_equal(found.text[0], "192.0.2.1/32 ipset x 0 -");
	assert_string_equal(found.text[13], "192.0.2.254/32 ipset x 0 -");
	assert_string_equal(found.text[14], "192.0.2.0/24 ipset x 0 -");
	assert_int_equal(got.left_out, 2); /* backwards; all of IPv4 */
	assert_true(found.n > 200 && found.n < FOUND_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_not_ours, set_up),
		cmocka_unit_test_setup(test_nft_ours, set_up),
		cmocka_unit_test_setup(test_nft_cut_anywhere, set_up),
		cmocka_unit_test_setup(test_nft_of_others, set_up),
		cmocka_unit_test_setup(test_nft_that_is_no_block, set_up),
		cmocka_unit_test_setup(test_iptables_and_ipset, set_up),
		cmocka_unit_test_setup(test_sets_are_bounded, set_up),
		cmocka_unit_test_setup(test_fail2ban, set_up),
		cmocka_unit_test_setup(test_crowdsec, set_up),
		cmocka_unit_test_setup(test_routes, set_up),
		cmocka_unit_test_setup(test_ranges, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
