// SPDX-License-Identifier: MIT
/* The answers are made up, in the words and the order that each registry uses. */
#include "unit.h"

#include "base/text.h"
#include "enrich/whois.h"

static struct whois_answer read_text(const char *text, const char *ip)
{
	struct whois_answer answer;
	struct addr a = ip_of(ip);

	memset(&answer, 'x', sizeof answer);
	whois_read(str_of(text), &a, &answer);
	return answer;
}

static void expect(const struct whois_answer *a, const char *net, const char *name, const char *org,
	const char *country, const char *abuse, const char *date)
{
	char text[PREFIX_TEXT_MAX];

	assert_true(a->found);
	prefix_format(&a->info.net, text);
	assert_string_equal(text, net);
	assert_string_equal(a->info.name, name);
	assert_string_equal(a->info.org, org);
	assert_string_equal(a->info.country, country);
	assert_string_equal(a->info.abuse, abuse);
	assert_string_equal(a->info.registered, date);
}

static void iana_refers(void **state)
{
	struct whois_answer a = read_text("% IANA WHOIS server\n% for more information\n\n"
					  "refer:        whois.ripe.net\n\n"
					  "inetnum:      193.0.0.0 - 193.255.255.255\n"
					  "organisation: RIPE NCC\nstatus:       ALLOCATED\n\n"
					  "whois:        whois.ripe.net\n",
		"193.0.6.139");

	(void)state;
	assert_string_equal(a.refer, "whois.ripe.net");
	assert_false(a.found);
}

static void ripe(void **state)
{
	struct whois_answer a = read_text(
		"% This is the RIPE Database query service.\r\n"
		"% Information related to '193.0.0.0 - 193.0.7.255'\r\n\r\n"
		"% Abuse contact for '193.0.0.0 - 193.0.7.255' is 'abuse@ripe.example'\r\n\r\n"
		"inetnum:        193.0.0.0 - 193.0.7.255\r\n"
		"netname:        EXAMPLE-NCC\r\ndescr:          Example Network\r\n"
		"descr:          Amsterdam\r\norg:            ORG-X\r\n"
		"country:        NL\r\ncreated:        2003-03-17T12:15:57Z\r\n\r\n"
		"organisation:   ORG-X\r\norg-name:       Example Coordination\r\n"
		"country:        DE\r\nabuse-mailbox:  other@ripe.example\r\n\r\n"
		"route:          193.0.0.0/21\r\ndescr:          A route\r\n",
		"193.0.6.139");

	(void)state;
	expect(&a, "193.0.0.0/21", "EXAMPLE-NCC", "Example Coordination", "NL",
		"other@ripe.example", "2003-03-17");
	assert_string_equal(a.refer, "");
}

static void apnic_says_it_in_descr(void **state)
{
	struct whois_answer a = read_text(
		"% [whois.apnic.net]\n\n% Abuse contact for '1.1.1.0 - 1.1.1.255' is "
		"'helpdesk@apnic.example'\n\ninetnum:        1.1.1.0 - 1.1.1.255\n"
		"netname:        EXAMPLE-LABS\ndescr:          Example Labs\n"
		"descr:          PO Box 1\ncountry:        AU\n\n"
		"role:           RESEARCH\ncountry:        NZ\ne-mail:         r@apnic.example\n",
		"1.1.1.1");

	(void)state;
	expect(&a, "1.1.1.0/24", "EXAMPLE-LABS", "Example Labs", "AU", "helpdesk@apnic.example",
		"");
}

static void arin_with_several_networks(void **state)
{
	struct whois_answer a =
		read_text("#\n# ARIN WHOIS data\n#\n\n# start\n\n"
			  "NetRange:       8.0.0.0 - 8.127.255.255\n"
			  "CIDR:           8.0.0.0/9\nNetName:        LVLT\n"
			  "NetHandle:      NET-8-0-0-0-1\n"
			  "RegDate:        1992-12-01\n\n"
			  "OrgName:        Carrier, LLC\nCountry:        US\n"
			  "OrgAbuseEmail:  abuse@carrier.example\n\n# end\n\n"
			  "# start\n\nNetRange:       8.8.8.0 - 8.8.8.255\n"
			  "NetName:        EXAMPLE-DNS\nRegDate:        2014-03-14\n"
			  "NetHandle:      NET-8-8-8-0-2\n\n"
			  "OrgName:        Example LLC\nCountry:        us\n"
			  "OrgAbuseEmail:  net-abuse@example.com\n"
			  "ReferralServer: rwhois://rwhois.example:4321\n# end\n",
			"8.8.8.8");

	(void)state;
	expect(&a, "8.8.8.0/24", "EXAMPLE-DNS", "Example LLC", "US", "net-abuse@example.com",
		"2014-03-14");
	assert_string_equal(a.info.handle, "NET-8-8-8-0-2");
	assert_string_equal(a.refer, "");
}

static void arin_refers(void **state)
{
	struct whois_answer a = read_text("NetRange: 5.0.0.0 - 5.255.255.255\nNetName: RIPE-5\n"
					  "ReferralServer:  whois://whois.ripe.net:43/\n",
		"5.5.5.5");

	(void)state;
	assert_string_equal(a.refer, "whois.ripe.net:43");
	a = read_text("ReferralServer: whois://host/with/a/path\n", "5.5.5.5");
	assert_string_equal(a.refer, "");
	a = read_text("refer: two words\n", "5.5.5.5");
	assert_string_equal(a.refer, "");
}

static void lacnic(void **state)
{
	struct whois_answer a = read_text(
		"\n% Joint Whois\n\ninetnum:     200.160/20\naut-num:     AS64500\n"
		"abuse-c:     ABC12\nowner:       N\xfa"
		"cleo Exemplo\ncountry:     BR\n"
		"created:     19990101\n\nnic-hdl-br:  OTH1\ne-mail:      other@lacnic.example\n\n"
		"nic-hdl-br:  ABC12\ne-mail:      cert@lacnic.example\n",
		"200.160.2.3");

	(void)state;
	expect(&a, "200.160.0.0/20", "",
		"N\xc3\xba"
		"cleo Exemplo",
		"BR", "cert@lacnic.example", "1999-01-01");
}

static void afrinic_v6(void **state)
{
	struct whois_answer a = read_text(
		"inet6num:       2c0f:f000::/32\nnetname:        EXAMPLE-AF\ncountry:        ZA\n"
		"descr:          Example\n",
		"2c0f:f000::1");

	(void)state;
	expect(&a, "2c0f:f000::/32", "EXAMPLE-AF", "Example", "ZA", "", "");
}

static void knows_when_nothing_is_said(void **state)
{
	static const char *const nothing[] = {"", "\n", ":", "::::\n:\n",
		"%ERROR:101: no entries found\n", "No match found for 8.8.8.8\n",
		"inetnum: 0.0.0.0 - 255.255.255.255\nnetname: IANA-BLK\n",
		"inetnum: 9.0.0.0 - 9.255.255.255\nnetname: OTHER\n",
		"inetnum: rubbish\nnetname: OTHER\n", "inetnum: 8.8.8.0 -\nnetname: X\n",
		"inetnum: -\nnetname: X\n", "inetnum: /\nnetname: X\n",
		"inetnum: 2a00::/16\nnetname: X\n", "netname: WITHOUT-A-RANGE\n",
		"inetnum: 8.8.8.0/24\n"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(nothing); i++) {
		struct whois_answer a = read_text(nothing[i], "8.8.8.8");
		if (a.found)
			fail_msg("found something in \"%s\"", nothing[i]);
		assert_string_equal(a.refer, "");
	}
}

static void bytes_are_made_harmless(void **state)
{
	static const char text[] = "inetnum: 8.8.8.0/24\nnetname: \x1b[2J\x9b"
				   "5n\xff\0x\n";
	struct whois_answer answer;
	struct addr a = ip_of("8.8.8.8");

	(void)state;
	whois_read((struct str){text, sizeof text - 1}, &a, &answer);
	assert_true(answer.found);
	assert_true(text_is_clean(str_of(answer.info.name)));
	assert_null(strchr(answer.info.name, '\x1b'));
}

static void asks_each_in_its_way(void **state)
{
	char query[WHOIS_QUERY_MAX];
	struct addr a = ip_of("2a00::1");

	(void)state;
	whois_query("whois.arin.net", &a, query);
	assert_string_equal(query, "n + 2a00::1");
	whois_query("whois.arin.net:43", &a, query);
	assert_string_equal(query, "n + 2a00::1");
	/* No persons: each counts against the asker. */
	whois_query("whois.ripe.net", &a, query);
	assert_string_equal(query, "-r 2a00::1");
	whois_query("whois.ripe.net:43", &a, query);
	assert_string_equal(query, "-r 2a00::1");
	whois_query("whois.apnic.net", &a, query);
	assert_string_equal(query, "-r 2a00::1");
	whois_query("whois.afrinic.net", &a, query);
	assert_string_equal(query, "-r 2a00::1");
	whois_query("whois.lacnic.net", &a, query);
	assert_string_equal(query, "2a00::1");
	whois_query("whois.ripe.net.evil.example", &a, query);
	assert_string_equal(query, "2a00::1");
}

static void a_refusal_is_no_answer(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"%ERROR:201: access denied for 192.0.2.1\n", "access denied"},
		{"% RIPE\n%\n%ERROR:202: access control error\n", "access denied"},
		{"%ERROR:208: limit of simultaneous connections\n", "rate-limited"},
		{"% Query rate limit exceeded. Reduced information.\n", "rate-limited"},
		{"WHOIS LIMIT EXCEEDED - SEE WWW.PIR.ORG/WHOIS FOR DETAILS\n", "rate-limited"},
		{"Error: Too many requests\n", "rate-limited"},
		{"# Quota exceeded, try later\n", "rate-limited"},
		{"%ERROR:101: no entries found\n", NULL},
		{"% no match\n", NULL},
		/* A network may be called anything. */
		{"remarks: our rate limit is 5\nnetname: ACCESS DENIED LTD\n", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct whois_answer a = read_text(cases[i].text, "45.1.0.1");
		assert_false(a.found);
		if (cases[i].want)
			assert_string_equal(a.refusal, cases[i].want);
		else
			assert_null(a.refusal);
	}
	/* LACNIC says less, and says so: what it does say counts. */
	struct whois_answer a = read_text("% Query rate limit exceeded. Reduced information.\n"
					  "inetnum: 45.1.0.0/16\nowner: Example\n",
		"45.1.0.1");
	assert_true(a.found);
}

static void a_mail_address_is_no_option(void **state)
{
	char mail[32] = "";

	(void)state;
	network_info_email(mail, sizeof mail, STR_LIT("--to=x-y@mail.example"));
	assert_string_equal(mail, "to=x-y@mail.example");
	mail[0] = '\0';
	network_info_email(mail, sizeof mail, STR_LIT("--@mail.example"));
	assert_string_equal(mail, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(iana_refers),
		cmocka_unit_test(ripe),
		cmocka_unit_test(apnic_says_it_in_descr),
		cmocka_unit_test(arin_with_several_networks),
		cmocka_unit_test(arin_refers),
		cmocka_unit_test(lacnic),
		cmocka_unit_test(afrinic_v6),
		cmocka_unit_test(knows_when_nothing_is_said),
		cmocka_unit_test(bytes_are_made_harmless),
		cmocka_unit_test(a_refusal_is_no_answer),
		cmocka_unit_test(a_mail_address_is_no_option),
		cmocka_unit_test(asks_each_in_its_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
