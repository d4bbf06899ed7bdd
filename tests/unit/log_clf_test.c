// SPDX-License-Identifier: MIT
/* What else than addresses stands at the head of a line; the rest is in log_parse_test.c. */
#include "log_lines.h"

#define T    "[22/Nov/2026:08:14:15 +0000]"
#define REST " - - " T " 'GET / HTTP/1.1' 200 6"
#define AT                                                    \
	"'logged':1795335255.000000,'method':'GET','path':'/" \
	"','status':200,'bytes':6,'proto':'HTTP/1.1'"

static void reads_virtual_hosts_and_ports(void **state)
{
	(void)state;
	static const struct log_vector all[] = {
		{"127.0.0.1" REST, "'ip':'127.0.0.1'," AT},
		{"srv.test:80 127.0.0.1" REST, "'ip':'127.0.0.1'," AT ",'vhost':'srv.test:80'"},
		{"srv.test 127.0.0.1 - john smith " T " 'GET / HTTP/1.1' 200 6",
			"'ip':'127.0.0.1'," AT ",'vhost':'srv.test'"},
		{"127.0.1.1:80 127.0.0.1" REST, "'ip':'127.0.0.1'," AT ",'vhost':'127.0.1.1:80'"},
		{":18080 ::1" REST, "'ip':'::1'," AT},
		{"- 127.0.0.1" REST, "'ip':'127.0.0.1'," AT},
		{"localhost" REST, AT},
		{"unix:" REST, AT},
		{"srv.test:80 localhost" REST, AT ",'vhost':'srv.test:80'"},
		{"s\\x1b 127.0.0.1" REST, "'ip':'127.0.0.1'," AT ",'vhost':'s\\\\x1b'"},
		{"203.0.113.9, 198.51.100.7 127.0.0.1" REST,
			"'ip':'127.0.0.1'," AT ",'claims':'203.0.113.9, 198.51.100.7'"},
		/* lighttpd's Host in place of ident, forged or not */
		{"127.0.0.1 6.6.6.6 - " T " 'GET / HTTP/1.1' 200 6",
			"'ip':'127.0.0.1'," AT ",'vhost':'6.6.6.6'"},
		{"127.0.0.1 srv.test john " T " 'GET / HTTP/1.1' 200 6",
			"'ip':'127.0.0.1'," AT ",'vhost':'srv.test'"},
		/* and a user whose name has blanks; where that could be the peer, nobody is told */
		{"127.0.0.1 6.6.6.6 a - b " T " 'GET / HTTP/1.1' 200 6",
			"'ip':'127.0.0.1'," AT ",'vhost':'6.6.6.6'"},
		{"127.0.0.1 srv.test a b c - - " T " 'GET / HTTP/1.1' 200 6",
			"'ip':'127.0.0.1'," AT ",'vhost':'srv.test'"},
		{"127.0.0.1 6.6.6.6 7.7.7.7 - b " T " 'GET / HTTP/1.1' 200 6", AT},
		{"203.0.113.5:51734" REST, "'ip':'203.0.113.5'," AT ",'port':51734"},
		{"[2001:db8::1]:51734" REST, "'ip':'2001:db8::1'," AT ",'port':51734"},
		{"srv.test 203.0.113.5:51734" REST,
			"'ip':'203.0.113.5'," AT ",'vhost':'srv.test','port':51734"},
		{"127.0.1.1:80 localhost" REST, AT ",'vhost':'127.0.1.1:80'"},
	};
	check_vectors(NULL, all, ARRAY_LEN(all));
}

#define SENT(request) "203.0.113.5 - - " T " '" request "' 400 157"
#define OTHER(request)                                                   \
	"'ip':'203.0.113.5','logged':1795335255.000000,'path':'" request \
	"','status':400,'bytes':157"

static void tells_other_protocols(void **state)
{
	(void)state;
	static const struct log_vector all[] = {
		{SENT("\\x16\\x03\\x01\\x02"),
			OTHER("\\\\x16\\\\x03\\\\x01\\\\x02") ",'kind':'TLS'"},
		{SENT("SSH-2.0-Go"), OTHER("SSH-2.0-Go") ",'kind':'SSH'"},
		{SENT("\\x03\\x00\\x00/*\\xE0"),
			OTHER("\\\\x03\\\\x00\\\\x00/*\\\\xe0") ",'kind':'RDP'"},
		{SENT("\\x04\\x01\\x00P"), OTHER("\\\\x04\\\\x01\\\\x00P") ",'kind':'SOCKS4'"},
		{SENT("\\x05\\x01\\x00"), OTHER("\\\\x05\\\\x01\\\\x00") ",'kind':'SOCKS5'"},
		{SENT("\\x00\\x16\\x03"), OTHER("\\\\x00\\\\x16\\\\x03")},
	};
	check_vectors(NULL, all, ARRAY_LEN(all));
}

static void flags_lines_that_are_cut(void **state)
{
	(void)state;
	static const struct log_vector all[] = {
		{"127.0.0.1" REST " '-' 'curl/7.8",
			"'ip':'127.0.0.1'," AT ",'agent':'curl/7.8','cut':true"},
		{"127.0.0.1" REST " 'http://a",
			"'ip':'127.0.0.1'," AT ",'referer':'http://a','cut':true"},
		{"127.0.0.1" REST " '-' 'curl/7.88.1'",
			"'ip':'127.0.0.1'," AT ",'agent':'curl/7.88.1'"},
		{"127.0.0.1" REST " '-' 'curl/8' '10.0.0",
			"'ip':'127.0.0.1'," AT ",'agent':'curl/8','cut':true"},
	};
	check_vectors(NULL, all, ARRAY_LEN(all));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_virtual_hosts_and_ports),
		cmocka_unit_test(tells_other_protocols),
		cmocka_unit_test(flags_lines_that_are_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
