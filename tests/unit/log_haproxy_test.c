// SPDX-License-Identifier: MIT
#include "log_lines.h"

#include <errno.h>

#define HEAD  "10.0.1.2:33317 [22/Nov/2026:08:14:15.655] http-in static/srv1 10/0/30/69/109 "
#define TAIL  " - - ---- 1/1/1/1/0 0/0 "
#define AT    "'ip':'10.0.1.2','logged':1795335255.655000,"
#define GET   HEAD "200 2750" TAIL "'GET /index.html HTTP/1.1'"
#define SHORT "10.0.1.2:33317 [22/Nov/2026:08:14:15.655] i b/s "
#define SHORT_READ                                                                     \
	AT "'method':'GET','path':'/','status':200,'bytes':1,'proto':'HTTP/1.1','port" \
	   "':33317"
#define READ                                                                              \
	AT "'method':'GET','path':'/index.html','status':200,'bytes':2750,'proto':'HTTP/" \
	   "1.1','port':33317,'took_us':109000"

static void reads_httplog(void **state)
{
	(void)state;
	static const struct log_vector all[] = {
		{GET, READ},
		{HEAD "200 2750 - SRV=x ---- 1/1/1/1/0 0/0 {a b|c} {} 'GET /index.html HTTP/1.1'",
			READ},
		{HEAD "+200 +2750" TAIL "{1wt.eu} {} 'GET /index.html HTTP/1.1'", READ},
		{"<134>Nov 22 08:14:15 haproxy[14389]: " GET, READ},
		{"Nov 22 08:14:15 localhost haproxy[14389]: " GET, READ},
		{"<134>1 2026-11-22T08:14:15+00:00 h haproxy 14389 - - " GET, READ},
		{"lb-1  | " GET, READ},
		/* TLS, an IPv6 client */
		{"2001:db8::1:51734 [22/Nov/2026:08:14:15.655] in~ b/s 0/0/0/0/0 301 97" TAIL
		 "'GET / HTTP/2.0' 0/0000000000000000/0/0/0 a.test/TLSv1.3/TLS_AES_256_GCM_SHA384",
			"'ip':'2001:db8::1','logged':1795335255.655000,'method':'GET','path':'/',"
			"'status':301,'bytes':97,'proto':'HTTP/2.0','vhost':'a.test','port':51734,"
			"'took_us':0"},
		{HEAD "200 1" TAIL "'GET / HTTP/1.1' 0/0/0/0/0 -/TLSv1.2/X",
			AT "'method':'GET','path':'/','status':200,'bytes':1,'proto':'HTTP/1.1',"
			   "'port':33317,'took_us':109000"},
		{"::ffff:10.0.1.2:33317 [22/Nov/2026:08:14:15.655] i b/<NOSRV> -1/-1/-1/-1/0 -1 0 "
		 "- - CR-- 2/2/0/0/+3 0/0 '<BADREQ>'",
			AT "'path':'<BADREQ>','bytes':0,'port':33317,'took_us':0"},
		{"unix:1 [22/Nov/2026:08:14:15.655] i b/s 0/0/0/0/0 200 1" TAIL "'GET / HTTP/1.1'",
			"'logged':1795335255.655000,'method':'GET','path':'/','status':200,"
			"'bytes':1,'proto':'HTTP/1.1','took_us':0"},
		/* still going on, not known, too much */
		{SHORT "1/2/3/4/+109 200 1" TAIL "'GET / HTTP/1.1'", SHORT_READ},
		{SHORT "1/2/3/4/-1 200 1" TAIL "'GET / HTTP/1.1'", SHORT_READ},
		{SHORT "1/2/3/4/99999999999999999999 200 1" TAIL "'GET / HTTP/1.1'", SHORT_READ},
		{SHORT "1/2/3/4/ 200 1" TAIL "'GET / HTTP/1.1'", SHORT_READ},
		/* encoded; cut off */
		{HEAD "200 1" TAIL "'GET /a#22b#23#1b#zz HTTP/1.1'",
			AT "'method':'GET','path':'/a\\'b#\\\\x1b#zz','status':200,'bytes':1,"
			   "'proto':'HTTP/1.1','port':33317,'took_us':109000"},
		{HEAD "200 1" TAIL "'GET /cut",
			AT "'method':'GET','path':'/cut','status':200,'bytes':1,'port':33317,"
			   "'cut':true,'took_us':109000"},
		{HEAD "200 1" TAIL "'",
			AT "'status':200,'bytes':1,'port':33317,'cut':true,'took_us':109000"},
	};
	check_vectors(NULL, all, ARRAY_LEN(all));
	check_vectors(log_format_find(STR_LIT("haproxy")), all, ARRAY_LEN(all));
}

static void rejects_other_lines(void **state)
{
	(void)state;
	static const struct log_vector all[] = {
		{"", NULL},
		{"10.0.1.2:33317 [22/Nov/2026:08:14:15.655] in SSL handshake failure", NULL},
		{"Connect to 10.0.1.2:33312 from 10.0.3.31:8012 (www/HTTP)", NULL},
		{"Server b is DOWN, reason: Layer4 connection problem", NULL},
		{"Server listening on 0.0.0.0 port 22.", NULL},
		{"Proxy error", NULL},
		{"Proxy", NULL},
		{HEAD "200 2750" TAIL, NULL},
		{HEAD "x 2750" TAIL "'GET / HTTP/1.1'", NULL},
		{HEAD "200 x" TAIL "'GET / HTTP/1.1'", NULL},
		{HEAD "1000 1" TAIL "'GET / HTTP/1.1'", NULL},
		{"10.0.1.2:99999 [22/Nov/2026:08:14:15.655] i b/s 0/0/0/0/0 200 1" TAIL "'GET /'",
			NULL},
		{"10.0.1.2 [22/Nov/2026:08:14:15.655] i b/s 0/0/0/0/0 200 1" TAIL "'GET /'", NULL},
	};
	check_vectors(NULL, all, ARRAY_LEN(all));
}

/* What is surely HAProxy's and no request is no line in an unknown format. */
static void passes_over_what_is_no_request(void **state)
{
	static const char *const headers[] = {
		"", "<134>Nov 22 08:14:15 haproxy[14389]: ", "lb-1  | "};
	static const char *const all[] = {
		"10.0.1.2:33317 [22/Nov/2026:08:14:15.655] in/1: SSL handshake failure",
		"10.0.1.2:33317 [22/Nov/2026:08:14:15.655] in/1: Connection closed during SSL "
		"handshake",
		/* tcplog */
		"10.0.1.2:33313 [22/Nov/2026:08:14:15.655] fnt bck/srv1 0/0/5007 212 -- "
		"0/0/0/0/3 0/0",
		"2001:db8::1:33313 [22/Nov/2026:08:14:15.655] fnt bck/<NOSRV> -1/-1/0 +0 SC "
		"1/1/0/0/0 0/0",
		"Connect from 10.0.1.2:33312 to 10.0.3.31:8012 (www/HTTP)",
		"Server b/s is DOWN, reason: Layer4 connection problem, info: \"Connection "
		"refused\", check duration: 0ms. 0 active and 0 backup servers left.",
		"Server b/s was DOWN and now enters maintenance",
		"Backup Server b/s is UP, reason: Layer7 check passed, code: 200",
		"Health check for server b/s failed, reason: Layer4 timeout",
		"backend b has no server available!",
		"Proxy http-in started.",
		"Proxy http-in stopped (cumulated conns: FE: 3, BE: 0).",
		"Stopping frontend GLOBAL in 0 ms.",
		"[NOTICE]   (14389) : haproxy version is 2.6.12-1+deb12u1",
		"[WARNING]  (14389) : Server b/s is DOWN, reason: Layer4 connection problem",
		"[ALERT]    (14389) : Current worker (14391) exited with code 143 (Terminated)",
	};
	static struct log_scratch scratch;
	struct event e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all) * ARRAY_LEN(headers); i++) {
		const struct log_format *hint = NULL;
		char line[512];
		snprintf(line, sizeof line, "%s%s", headers[i / ARRAY_LEN(all)],
			all[i % ARRAY_LEN(all)]);
		if (log_parse(str_of(line), &hint, &scratch, &e) != -ENOMSG)
			fail_msg("not passed over: %s", line);
	}
}

static void survives_every_cut(void **state)
{
	(void)state;
	static const char line[] =
		"<134>Nov 22 08:14:15 h haproxy[1]: " GET " 0/0/0/0/0 a.test/TLSv1.3/X";
	static struct log_scratch scratch;

	for (size_t n = 0; n < sizeof line; n++) {
		struct event e;
		const struct log_format *hint = NULL;
		char *copy = malloc(n + !n);
		memcpy(copy, line, n);
		for (size_t i = 0; i < n; i++)
			copy[i] = copy[i] == '\'' ? '"' : copy[i];
		log_parse((struct str){copy, n}, &hint, &scratch, &e);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_httplog),
		cmocka_unit_test(rejects_other_lines),
		cmocka_unit_test(passes_over_what_is_no_request),
		cmocka_unit_test(survives_every_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
