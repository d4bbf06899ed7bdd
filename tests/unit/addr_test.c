// SPDX-License-Identifier: MIT
#include "unit.h"

#include <errno.h>

static void formats(void **state)
{
	static const char *const canonical[][2] = {
		{"203.0.113.5", "203.0.113.5"},
		{"::ffff:203.0.113.5", "203.0.113.5"},
		{"::FFFF:203.0.113.5", "203.0.113.5"},
		{"::ffff:cb00:7105", "203.0.113.5"},
		{"0.0.0.0", "0.0.0.0"},
		{"255.255.255.255", "255.255.255.255"},
		{"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
		{"fe80::1%eth0", "fe80::1"},
		{"::1", "::1"},
		{"::", "::"},
	};
	char buf[ADDR_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(canonical); i++) {
		struct addr a = ip_of(canonical[i][0]);
		assert_int_equal(addr_format(&a, buf), strlen(canonical[i][1]));
		assert_string_equal(buf, canonical[i][1]);
	}
}

static void refuses(void **state)
{
	static const char *const bad[] = {"", "1", "127.1", "1.2.3", "1.2.3.4.5", "1.2.3.256",
		"01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "1.2.3.", ".1.2.3.4", "1..2.3", "1.2.3.4:80",
		"[::1]", "::1::", "localhost", "12345::", "%eth0", "-1.2.3.4", "1.2.3.4\n",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb"};
	struct addr a = {{7}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		if (addr_parse(str_of(bad[i]), &a) != -EINVAL)
			fail_msg("\"%s\" was taken for an address", bad[i]);
		assert_int_equal(a.b[0], 7);
	}
	/* A NUL inside ends nothing. */
	assert_int_equal(addr_parse((struct str){"::1\0::2", 7}, &a), -EINVAL);
}

static void private_ones(void **state)
{
	static const char *const yes[] = {"127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255",
		"192.168.0.1", "169.254.1.1", "192.0.2.1", "198.51.100.7", "203.0.113.5", "0.0.0.0",
		"240.0.0.1", "255.255.255.255", "::1", "::", "fc00::1", "fdff::1", "fe80::1",
		"febf::1", "2001:db8::1", "::ffff:127.0.0.1"};
	static const char *const no[] = {"8.8.8.8", "172.15.255.255", "172.32.0.1", "100.64.0.1",
		"224.0.0.1", "11.0.0.1", "192.0.3.1", "9.255.255.255", "2001:db9::1", "fec0::1",
		"ff02::1", "2600::1", "::ffff:8.8.8.8", "::2"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		struct addr a = ip_of(yes[i]);
		if (!addr_is_private(&a))
			fail_msg("%s is private", yes[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(no); i++) {
		struct addr a = ip_of(no[i]);
		if (addr_is_private(&a))
			fail_msg("%s is not private", no[i]);
	}
}

static bool in(const char *net, const char *ip)
{
	struct addr a = ip_of(ip);
	struct prefix p;

	assert_int_equal(prefix_parse(str_of(net), &p), 0);
	return prefix_contains(&p, &a);
}

static void prefixes(void **state)
{
	static const char *const bad[] = {"", "/8", "1.2.3.4/", "1.2.3.4/33", "::/129", "x/8",
		"1.2.3.4/-1", "1.2.3.4/8 ", "1.2.3.4/08x"};
	struct prefix p;

	(void)state;
	assert_true(in("203.0.113.77/24", "203.0.113.5"));
	assert_false(in("203.0.113.0/24", "203.0.114.5"));
	assert_true(in("203.0.113.128/25", "203.0.113.200"));
	assert_false(in("203.0.113.128/25", "203.0.113.100"));
	assert_true(in("0.0.0.0/0", "1.2.3.4"));
	assert_false(in("0.0.0.0/0", "2001::1"));
	assert_true(in("2001:db8::/33", "2001:db8:7fff::1"));
	assert_false(in("2001:db8::/33", "2001:db8:8000::1"));
	assert_true(in("::/0", "1.2.3.4"));
	assert_true(in("203.0.113.5", "203.0.113.5"));
	assert_false(in("203.0.113.5", "203.0.113.4"));
	char buf[PREFIX_TEXT_MAX];
	struct addr a = ip_of("203.0.113.77");
	p = prefix_of(&a, 24);
	prefix_format(&p, buf);
	assert_string_equal(buf, "203.0.113.0/24");
	assert_int_equal(prefix_parse(STR_LIT("2001:db8:1:2::/48"), &p), 0);
	prefix_format(&p, buf);
	assert_string_equal(buf, "2001:db8:1::/48");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (prefix_parse(str_of(bad[i]), &p) != -EINVAL)
			fail_msg("\"%s\" was taken for a network", bad[i]);
}

static void order(void **state)
{
	static const char *const sorted[] = {
		"1.2.3.4", "9.0.0.0", "10.0.0.0", "255.0.0.1", "::1", "2001::"};

	(void)state;
	for (size_t i = 0; i + 1 < ARRAY_LEN(sorted); i++) {
		struct addr a = ip_of(sorted[i]), b = ip_of(sorted[i + 1]);
		assert_true(addr_compare(&a, &b) < 0);
		assert_true(addr_compare(&b, &a) > 0);
		assert_int_equal(addr_compare(&a, &a), 0);
	}
}

/* One address of each row of IANA's special-purpose registries, and of multicast. */
static void global_ones(void **state)
{
	static const char *const no[] = {"0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255",
		"127.0.0.1", "169.254.0.1", "172.16.0.1", "192.0.0.1", "192.0.0.8", "192.0.0.9",
		"192.0.0.10", "192.0.0.170", "192.0.0.171", "192.0.2.1", "192.31.196.1",
		"192.52.193.1", "192.88.99.1", "192.168.0.1", "192.175.48.1", "198.18.0.1",
		"198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255",
		"240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:10.0.0.1", "64:ff9b::808:808",
		"64:ff9b:1::1", "100::1", "100:0:0:1::1", "2001::1", "2001:1::1", "2001:1::2",
		"2001:1::3", "2001:2::1", "2001:3::1", "2001:4:112::1", "2001:10::1", "2001:20::1",
		"2001:30::1", "2001:db8::1", "2002::1", "2620:4f:8000::1", "3fff::1", "3fff:fff::1",
		"5f00::1", "fc00::1", "fe80::1", "fec0::1", "ff02::1", "4000::1",
		"::ffff:127.0.0.1", "::8.8.8.8"};
	static const char *const yes[] = {"1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1",
		"192.0.1.1", "198.17.255.255", "198.20.0.1", "223.255.255.254", "2001:200::1",
		"2001:4860::8888", "2003::1", "2a00::1", "3ffe::1", "2620:4f:8001::1",
		"::ffff:8.8.8.8"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(no); i++) {
		struct addr a = ip_of(no[i]);
		if (addr_is_global(&a))
			fail_msg("%s would be asked about", no[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		struct addr a = ip_of(yes[i]);
		if (!addr_is_global(&a))
			fail_msg("%s would not be asked about", yes[i]);
	}
}

static void addresses_within_others(void **state)
{
	static const struct {
		const char *ip, *within, *name;
	} cases[] = {
		{"64:ff9b::808:808", "8.8.8.8", "NAT64"},
		{"64:ff9b::8.8.4.4", "8.8.4.4", "NAT64"},
		{"2002:808:808::1", "8.8.8.8", "6to4"},
		{"2002:cb00:7105:1:2:3:4:5", "203.0.113.5", "6to4"},
		/* RFC 4380's own example of a client. */
		{"2001:0:4136:e378:8000:63bf:3fff:fdd2", "192.0.2.45", "Teredo"},
		{"2001:db8::1", "2001:db8::1", NULL},
		{"64:ff9b:1::808:808", "64:ff9b:1::808:808", NULL}, /* RFC 8215: anybody's own */
		{"64:ff9b::1:808:808", "64:ff9b::1:808:808", NULL},
		{"8.8.8.8", "8.8.8.8", NULL},
		{"::", "::", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct addr a = ip_of(cases[i].ip), want = ip_of(cases[i].within), got;
		const char *name = addr_carrier_name(addr_within(&a, &got));
		assert_true(addr_eq(&got, &want));
		assert_true(cases[i].name ? name && strcmp(name, cases[i].name) == 0 : !name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_within_others),
		cmocka_unit_test(formats),
		cmocka_unit_test(refuses),
		cmocka_unit_test(private_ones),
		cmocka_unit_test(global_ones),
		cmocka_unit_test(prefixes),
		cmocka_unit_test(order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
