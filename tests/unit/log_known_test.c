// SPDX-License-Identifier: MIT
/* Lines of programs whose format nobody spells out on a host, and what sticks to a line. */
#include "log_lines.h"

#include "log/format_string.h"

#include <errno.h>

#define T    "[22/Nov/2026:08:14:15 +0000]"
#define SEEN "'logged':1795335255.000000,"
#define TAIL T " 'GET /x HTTP/1.1' 200 5 '-' 'curl/8'"
#define READ                                                                                       \
	SEEN "'method':'GET','path':'/x','status':200,'bytes':5,'proto':'HTTP/1.1','agent':'curl/" \
	     "8'"

static void reads_nginx_proxy_manager(void **state)
{
	(void)state;
	static const struct log_vector all[] = {
		{T " - 200 200 - GET https www.example.test '/a/b' [Client 192.0.2.7] [Length 61] "
		   "[Gzip -] [Sent-to 10.0.0.5] 'curl/8' 'https://www.example.test/'",
			"'ip':'192.0.2.7'," SEEN "'method':'GET','path':'/a/b','status':200,"
			"'bytes':61,'referer':'https://www.example.test/','agent':'curl/8',"
			"'vhost':'www.example.test','upstream_status':200"},
		{T " 307 - GET https www.example.test '/' [Client 192.0.2.7] [Length 168] [Gzip -] "
		   "'curl/8' '-'",
			"'ip':'192.0.2.7'," SEEN "'method':'GET','path':'/','status':307,"
			"'bytes':168,'agent':'curl/8','vhost':'www.example.test'"},
		{T " MISS 502 502 - POST http 203.0.113.1 '/?a=[Client 6.6.6.6]' [Client "
		   "2001:db8::7] [Length 0] [Gzip 3.1] [Sent-to a] '-' '-'",
			"'ip':'2001:db8::7'," SEEN "'method':'POST','path':"
			"'/?a=[Client 6.6.6.6]','status':502,'bytes':0,'vhost':'203.0.113.1',"
			"'upstream_status':502"},
		{T " - - 499 - GET https a.test '/' [Client 192.0.2.7] [Length 0] [Gzip -] "
		   "[Sent-to a] 'x' '-'",
			"'ip':'192.0.2.7'," SEEN "'method':'GET','path':'/','status':499,"
			"'bytes':0,'agent':'x','vhost':'a.test'"},
	};
	check_vectors(NULL, all, ARRAY_LEN(all));
}

static void reads_envoy(void **state)
{
	(void)state;
	static const struct log_vector all[] = {
		{"[2026-11-22T08:14:15.310Z] 'POST /api HTTP/2' 204 - 154 12 226 100 '203.0.113.9' "
		 "'curl/8' 'cc21d9b0' 'www.example.test' '10.0.2.1:80'",
			"'logged':1795335255.310000,'method':'POST','path':'/api','status':204,"
			"'bytes':12,'proto':'HTTP/2','agent':'curl/8','claims':'203.0.113.9',"
			"'vhost':'www.example.test'"},
		{"[2026-11-22T08:14:15.310Z] 'GET / HTTP/1.1' 503 UF,URX 0 91 3 - '-' 'x' '-' "
		 "'a.test' "
		 "'10.0.2.1:80'",
			"'logged':1795335255.310000,'method':'GET','path':'/','status':503,"
			"'bytes':91,'proto':'HTTP/1.1','agent':'x','vhost':'a.test'"},
		{"[2026-11-22T08:14:15.310Z] 'GET /x HTTP/1.1' 200 - via_upstream - '-' 0 5 3 2 "
		 "'-' "
		 "'curl/8' 'id' 'a.test' '10.0.2.1:80' inbound|80|| 127.0.0.6:1 10.0.2.1:80 "
		 "192.0.2.7:5555 - default",
			"'ip':'192.0.2.7','logged':1795335255.310000,'method':'GET','path':'/x',"
			"'status':200,'bytes':5,'proto':'HTTP/1.1','agent':'curl/8','vhost':"
			"'a.test','port':5555"},
		{"[2026-11-22T08:14:15.310Z] 'GET /x HTTP/1.1' 200 - via_upstream - '-' 0 5 3 2 "
		 "'-' "
		 "'curl/8' 'id' 'a.test' '[::1]:80' inbound|80|| [::1]:1 [::1]:80 "
		 "[2001:db8::7]:5555 - default",
			"'ip':'2001:db8::7','logged':1795335255.310000,'method':'GET','path':'/x',"
			"'status':200,'bytes':5,'proto':'HTTP/1.1','agent':'curl/8','vhost':"
			"'a.test','port':5555"},
	};
	check_vectors(NULL, all, ARRAY_LEN(all));
}

static void reads_squid(void **state)
{
	(void)state;
	static const struct log_vector all[] = {
		{"1795335255.721  11613 192.0.2.7 TCP_TUNNEL/200 252 CONNECT www.example.test:443 "
		 "- "
		 "HIER_DIRECT/198.51.100.1 -",
			"'ip':'192.0.2.7','logged':1795335255.721000,'method':'CONNECT','path':"
			"'www.example.test:443','status':200,'bytes':252,'took_us':11613000"},
		{"1795335255.721      0 2001:db8::7 TCP_DENIED/403 3900 GET http://a.test/ - "
		 "HIER_NONE/- text/html",
			"'ip':'2001:db8::7','logged':1795335255.721000,'method':'GET','path':"
			"'http://a.test/','status':403,'bytes':3900,'took_us':0"},
		{"Nov 22 08:14:15 proxy squid[3]: 1795335255.721  5 192.0.2.7 NONE/000 0 NONE "
		 "error:transaction-end-before-headers - HIER_NONE/- -",
			"'ip':'192.0.2.7','logged':1795335255.721000,'method':'NONE','path':"
			"'error:transaction-end-before-headers','bytes':0,'took_us':5000"},
		{"1795335255.721 5 192.0.2.7 none/200 0 GET / - - -", NULL},
		{"1795335255.721 5 here TCP_MISS/200 0 GET / - - -", NULL},
		{"1795335255.721 5 192.0.2.7 TCP_MISS/200 0 GET", NULL},
	};
	check_vectors(NULL, all, ARRAY_LEN(all));
}

static void reads_alb_and_uvicorn(void **state)
{
	(void)state;
	static const struct log_vector all[] = {
		{"h2 2026-11-22T08:14:15.123456Z app/lb/50dc6c495c0c9188 192.0.2.7:2817 "
		 "10.0.0.1:80 "
		 "0.000 0.001 0.000 200 200 34 366 'GET https://a.test:443/x HTTP/2.0' 'curl/8' "
		 "ECDHE-RSA TLSv1.2 arn:aws:x 'Root=1' 'a.test' '-' 0",
			"'ip':'192.0.2.7','logged':1795335255.123456,'method':'GET','path':"
			"'https://a.test:443/x','status':200,'bytes':366,'proto':'HTTP/2.0',"
			"'agent':'curl/8','port':2817,'upstream_status':200"},
		{"INFO:     192.0.2.7:52144 - 'GET /x HTTP/1.1' 200 OK",
			"'ip':'192.0.2.7','method':'GET','path':'/x','status':200,'proto':"
			"'HTTP/1.1','port':52144"},
		{"INFO:     Started server process [1]", NULL},
		/* What only looks like one: the rest is a header. */
		{"2026-11-22T08:14:15Z 192.0.2.7 2026-11-22T08:14:15Z e 203.0.113.66:1 - 0 0 0 200 "
		 "200 1 1 'GET / HTTP/1.1' '-'",
			NULL},
	};
	check_vectors(NULL, all, ARRAY_LEN(all));
}

static void odd_cousins_of_common(void **state)
{
	(void)state;
	static const struct log_vector all[] = {
		/* A word between the time and the request. */
		{"192.0.2.7 - - " T " www.example.test 'GET /x HTTP/1.1' 200 814 '-' 'curl/8'",
			"'ip':'192.0.2.7'," SEEN "'method':'GET','path':'/x','status':200,"
			"'bytes':814,'proto':'HTTP/1.1','agent':'curl/8','vhost':"
			"'www.example.test'"},
		{"192.0.2.7 - - " T " 123 'GET /x HTTP/1.1' 200 5 '-' 'curl/8'",
			"'ip':'192.0.2.7'," READ},
		{"192.0.2.7 - - " T " (0 s) 'GET /x HTTP/1.1' 200 5 '-' 'curl/8'",
			"'ip':'192.0.2.7'," READ},
		/* A user may be called like a time and a word. */
		{"192.0.2.7 - [22/Nov/2026:08:14:15 +0000] x " TAIL, "'ip':'192.0.2.7'," READ},
		/* ISO 8601 in the brackets. */
		{"192.0.2.7 - - [2026-11-22T08:14:15+00:00] 'GET /x HTTP/1.1' 200 5 '-' 'curl/8'",
			"'ip':'192.0.2.7'," READ},
		/* All of it quoted. */
		{"'www.example.test 192.0.2.7 - - " T " 'GET /x HTTP/2' 200 10540'",
			"'ip':'192.0.2.7'," SEEN "'method':'GET','path':'/x','status':200,"
			"'bytes':10540,'proto':'HTTP/2','vhost':'www.example.test'"},
		{"'192.0.2.7 - - " T " 'GET /x HTTP/1.1' 200 5 '-' 'curl/8''",
			"'ip':'192.0.2.7'," READ},
	};
	check_vectors(NULL, all, ARRAY_LEN(all));
}

/* A list is a header, whoever stands before it. */
static void a_list_is_a_claim(void **state)
{
	(void)state;
	static const struct log_vector all[] = {
		{"198.51.100.9 203.0.113.66, 203.0.113.67 - - " TAIL,
			"'ip':'198.51.100.9'," READ ",'claims':'203.0.113.66, 203.0.113.67'"},
		{"198.51.100.9 203.0.113.66,203.0.113.67 - - " TAIL,
			"'ip':'198.51.100.9'," READ ",'claims':'203.0.113.66,203.0.113.67'"},
		{"2001:db8::9 203.0.113.66, 2001:db8::67, 203.0.113.68 - - " TAIL,
			"'ip':'2001:db8::9'," READ
			",'claims':'203.0.113.66, 2001:db8::67, 203.0.113.68'"},
		/* What has been made up to look like it: nobody can tell who asked. */
		{"203.0.113.66 x, 192.0.2.7 - - " TAIL,
			READ ",'claims':'203.0.113.66 x, 192.0.2.7 '"},
		{"203.0.113.66 , 192.0.2.7 - - " TAIL,
			READ ",'claims':'203.0.113.66 , 192.0.2.7 '"},
		{"198.51.100.9 203.0.113.1, 6.6.6.6 7.7.7.7 - - " TAIL,
			READ ",'claims':'198.51.100.9 203.0.113.1, 6.6.6.6 7.7.7.7 '"},
		{"198.51.100.9 203.0.113.1, - - " TAIL,
			READ ",'claims':'198.51.100.9 203.0.113.1, '"},
		/* The other way about: what stands nearest to the server. */
		{"203.0.113.66, 203.0.113.67 198.51.100.9 - - " TAIL,
			"'ip':'198.51.100.9'," READ ",'claims':'203.0.113.66, 203.0.113.67'"},
	};
	check_vectors(NULL, all, ARRAY_LEN(all));
}

/* What sticks to the address is taken off, or the line is not read: never without its address. */
static void what_sticks_to_an_address(void **state)
{
	(void)state;
	static const struct log_vector all[] = {
		{"\x1b[36mweb-1  | \x1b[0m192.0.2.7 - - " TAIL, "'ip':'192.0.2.7'," READ},
		{"/var/log/nginx/access.log:192.0.2.7 - - " TAIL, "'ip':'192.0.2.7'," READ},
		{"access.log.1:2001:db8::7 - - " TAIL, NULL}, /* where does it begin? */
		{"web\t192.0.2.7 - - " TAIL, "'ip':'192.0.2.7'," READ},
		{"1 2026-11-22T08:14:15.1+00:00 web1 nginx - - - 192.0.2.7 - - " TAIL,
			"'ip':'192.0.2.7'," READ},
		{"x=192.0.2.7 - - " TAIL, NULL},
		{"<192.0.2.7> - - " TAIL, NULL},
		{"{192.0.2.7} - - " TAIL, NULL},
		{"web1-192.0.2.7 - - " TAIL, NULL},
		{"nginx192.0.2.7 - - " TAIL, NULL},
		{"log.192.0.2.7 - - " TAIL, NULL},
		{"192.0.2.300 - - " TAIL, NULL},
		/* A label may be the peer's address itself. */
		{"192.0.2.7\t203.0.113.66 " TAIL, NULL},
		{"192.0.2.7 {'remote_addr':'203.0.113.66','method':'GET','status':200}", NULL},
		/* A server that logs names says no address. */
		{"host.example.test - - " TAIL, READ},
		{"unix: - - " TAIL, READ},
	};
	check_vectors(NULL, all, ARRAY_LEN(all));
}

static void compiles(const char *text, const char *line, const char *want)
{
	char buf[1024], error[FORMAT_STRING_ERROR_MAX] = "";
	struct log_format *f = NULL;

	if (format_string_new(
		    quoted(text, buf, sizeof buf), LOG_DIALECT_GUESS, STR_LIT("x"), &f, error) < 0)
		fail_msg("%s\n%s", text, error);
	check_vector(f, &(struct log_vector){line, want});
	format_string_free(f);
}

#define NGINX                                                                            \
	"$remote_addr - $remote_user [$time_local] '$request' $status $body_bytes_sent " \
	"'$http_referer' '$http_user_agent'"
#define LINE "192.0.2.7 - - " TAIL

/* As it stands in the file. The single quotes of nginx are ^ here. */
static void a_directive_is_understood(void **state)
{
	(void)state;
	static const char *const all[] = {
		"^" NGINX "^",
		"log_format main ^" NGINX "^;",
		"  log_format main ^" NGINX "^ ;  ",
		"log_format main escape=json ^" NGINX "^;",
		"log_format main ^$remote_addr - $remote_user [$time_local] '$request' ^\n"
		"    ^$status $body_bytes_sent '$http_referer' '$http_user_agent'^;",
		"LogFormat '%h %l %u %t \\'%r\\' %>s %O \\'%{Referer}i\\' \\'%{User-Agent}i\\'' "
		"combined",
		"CustomLog logs/a '%h %l %u %t \\'%r\\' %>s %b \\'%{Referer}i\\' "
		"\\'%{User-Agent}i\\''",
		NGINX,
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		char text[1024];
		size_t n = 0;
		for (const char *p = all[i]; *p; p++)
			text[n++] = *p == '\'' ? '"' : *p == '^' ? '\'' : *p;
		text[n] = '\0';
		char error[FORMAT_STRING_ERROR_MAX] = "";
		struct log_format *f = NULL;
		if (format_string_new(
			    (struct str){text, n}, LOG_DIALECT_GUESS, STR_LIT("x"), &f, error) < 0)
			fail_msg("%s\n%s", text, error);
		check_vector(f, &(struct log_vector){LINE, "'ip':'192.0.2.7'," READ});
		format_string_free(f);
	}
}

static void haproxys_language(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	compiles("%ci:%cp [%tr] %ST %B %{+Q}r",
		"192.0.2.7:2842 [22/Nov/2026:08:14:15.065] 200 649 'GET /x HTTP/1.1'",
		"'ip':'192.0.2.7','logged':1795335255.065000,'method':'GET','path':'/x',"
		"'status':200,'bytes':649,'proto':'HTTP/1.1','port':2842");
	compiles("log-format '%ci:%cp [%trg] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc "
		 "%ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r'",
		"192.0.2.7:2842 [22/Nov/2026:08:14:15 +0000] in~ app/a1 0/0/1/5/12 503 649 - - "
		"---- "
		"1/1/0/0/0 0/0 {a|b} {} 'GET /%22#22 HTTP/1.1'",
		"'ip':'192.0.2.7','logged':1795335255.000000,'method':'GET','path':'/%22\\'',"
		"'status':503,'bytes':649,'proto':'HTTP/1.1','port':2842,'took_us':12000");
	compiles("%{+Q}o %[src] %[capture.req.hdr(0)] %HM %HU %HV %ST",
		"'192.0.2.7' 'a b' 'GET' '/x?y' 'HTTP/2.0' 404",
		"'ip':'192.0.2.7','method':'GET','path':'/x?y','status':404,'proto':'HTTP/2.0'");
	/* As HAProxy 2.6 writes it: numbers and times have no quotes. */
	compiles("%{+Q}o %ci %cp %HM %HU %HV %ST %B %tr %Ta %ft %s %tsc %ac",
		"'192.0.2.7' 38746 'GET' '/x?y' 'HTTP/1.1' 404 56 22/Nov/2026:08:14:15.065 0 'f' "
		"'<NOSRV>' LR-- 1",
		"'ip':'192.0.2.7','logged':1795335255.065000,'method':'GET','path':'/x?y',"
		"'status':404,'bytes':56,'proto':'HTTP/1.1','port':38746,'took_us':0");
	compiles("log-format %ci:%cp\\ [%tr]\\ %ST\\ %HM\\ %HP",
		"192.0.2.7:1 [22/Nov/2026:08:14:15.065] 200 GET /x",
		"'ip':'192.0.2.7','logged':1795335255.065000,'method':'GET','path':'/x',"
		"'status':200,'port':1");
}

/* A format decides over what its keys are called. */
static void names_do_not_decide(void **state)
{
	(void)state;
#define LOCAL   "{'t':'$time_iso8601','r':'$request','status':'$status',"
#define WRITTEN "{'t':'2026-11-22T08:14:15+00:00','r':'GET /x HTTP/1.1','status':'200',"
#define SAID    SEEN "'method':'GET','path':'/x','status':200,'proto':'HTTP/1.1'"
	compiles(LOCAL "'client_ip':'$http_x_forwarded_for','remote_addr':'$remote_addr'}",
		WRITTEN "'client_ip':'203.0.113.66','remote_addr':'192.0.2.7'}",
		"'ip':'192.0.2.7'," SAID ",'claims':'203.0.113.66'");
	compiles(LOCAL "'remote_addr':'$http_x_forwarded_for','peer':'$remote_addr'}",
		WRITTEN "'remote_addr':'203.0.113.66','peer':'192.0.2.7'}",
		"'ip':'192.0.2.7'," SAID ",'claims':'203.0.113.66'");
	compiles(LOCAL "'ip':'$http_x_real_ip','from':'$remote_addr'}",
		WRITTEN "'ip':'203.0.113.66','from':'192.0.2.7'}",
		"'ip':'192.0.2.7'," SAID ",'claims':'203.0.113.66'");
	compiles(LOCAL "'ip' : '$http_x_forwarded_for','from':'$remote_addr'}",
		WRITTEN "'ip' : '203.0.113.66','from':'192.0.2.7'}",
		"'ip':'192.0.2.7'," SAID ",'claims':'203.0.113.66'");
	/* What escapes nothing may hold a client's keys. */
	compiles("log-format '{\\'remote_addr\\':\\'%ci\\',\\'st\\':\\'%ST\\',\\'r\\':\\'%HM "
		 "%HU\\',\\'ua\\':\\'%[req.hdr(user-agent)]\\'}'",
		"{'remote_addr':'192.0.2.7','st':'200','r':'GET "
		"/x','ua':'x','remote_addr':'203.0.113.66'}",
		"'ip':'192.0.2.7','method':'GET','path':'/x','status':200");
	compiles(LOCAL "'client':'$arg_user','remote_addr':'$remote_addr'}",
		WRITTEN "'client':'203.0.113.66','remote_addr':'192.0.2.7'}",
		"'ip':'192.0.2.7'," SAID);
#undef LOCAL
#undef WRITTEN
#undef SAID
}

static void other_languages_are_named(void **state)
{
	static const struct {
		const char *text, *say;
	} all[] = {
		{"%h %^[%d:%t %^] '%r' %s %b '%R' '%u'", "GoAccess"},
		{"%dT%t %h %m %U", "GoAccess"},
		{"[%START_TIME%] '%REQ(:METHOD)% %PROTOCOL%'", "Envoy"},
		{"%ts.%03tu %6tr %>a %Ss/%03>Hs", "Squid"},
		{"log_format main", "without a format in quotes"},
		{"LogFormat combined", "without a format in quotes"},
		{"log_format main '$remote_addr", "without a format in quotes"},
	};
	char buf[256], error[FORMAT_STRING_ERROR_MAX];
	struct log_format *f;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		assert_int_equal(format_string_new(quoted(all[i].text, buf, sizeof buf),
					 LOG_DIALECT_GUESS, STR_LIT("x"), &f, error),
			-EINVAL);
		if (!strstr(error, all[i].say))
			fail_msg("%s: %s", all[i].text, error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_nginx_proxy_manager),
		cmocka_unit_test(reads_envoy),
		cmocka_unit_test(reads_squid),
		cmocka_unit_test(reads_alb_and_uvicorn),
		cmocka_unit_test(odd_cousins_of_common),
		cmocka_unit_test(a_list_is_a_claim),
		cmocka_unit_test(what_sticks_to_an_address),
		cmocka_unit_test(a_directive_is_understood),
		cmocka_unit_test(haproxys_language),
		cmocka_unit_test(names_do_not_decide),
		cmocka_unit_test(other_languages_are_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
