// SPDX-License-Identifier: MIT
/* Lines as nginx 1.22 and Apache 2.4 wrote them, and as an attacker would like them to be read. */
#include "unit.h"

#include "event/json_write.h"
#include "log/error_log.h"
#include "log/feed.h"
#include "log/formats.h"
#include "log/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

static struct log_scratch scratch;

struct vector {
	const char *line;
	const char
		*want; /* what follows "what"; single quotes stand for double ones. NULL: ignored */
};

/* What stands behind the time in the event's record; the line lies on the heap, so that the
 * sanitizers see a byte too many. */
static int record_of(const struct log_format *f, struct str line, char *out, size_t cap)
{
	static const char head[] = "{\"t\":\"web_error\",\"ts\":1.000000,";
	struct event e;
	struct jsonw w = {0};
	char *copy = malloc(line.n + 1);

	memcpy(copy, line.p, line.n);
	memset(&e, 0x5a, sizeof e); /* events are reused: a reader sets every field */
	int err = log_format_parse(f, (struct str){copy, line.n}, &scratch, &e);
	out[0] = '\0';
	if (err == 0) {
		assert_int_equal(e.kind, EVENT_WEB_ERROR);
		assert_true(e.web_error.logged > 0 && e.web_error.logged < USEC_LIMIT);
		assert_null(e.web_error.log.p);
		e.web_error.logged = 0;
		event_begin(&e, e.kind, USEC_PER_SEC);
		json_put_event(&w, &e);
		assert_true(w.n < cap && str_starts((struct str){w.p, w.n}, str_of(head)));
		snprintf(out, cap, "%.*s", (int)(w.n - strlen(head)) - 2, w.p + strlen(head));
		for (char *p = out; *p; p++)
			*p = *p == '"' ? '\'' : *p;
	}
	jsonw_done(&w);
	free(copy);
	return err;
}

static void check(const struct log_format *f, const struct vector *all, size_t count)
{
	static char got[8192];

	for (size_t i = 0; i < count; i++) {
		int err = record_of(f, str_of(all[i].line), got, sizeof got);
		assert_int_equal(err, all[i].want ? 0 : -ENOMSG);
		if (all[i].want && strcmp(got, all[i].want) != 0)
			fail_msg("%s\n got %s\nwant %s", all[i].line, got, all[i].want);
	}
}

#define N       "2026/11/28 21:52:24 [error] 4694#4694: *1 "
#define C       ", client: 192.0.2.7, server: a.test, request: \"GET /x?y HTTP/1.1\""
#define H       ", host: \"a.test:80\""
#define IP      "'ip':'192.0.2.7',"
#define X       ",'path':'/x?y','vhost':'a.test:80'"
#define UP(url) ", upstream: \"" url "\""

static const struct vector nginx_lines[] = {
	{N "limiting requests, excess: 0.983 by zone \"one\"" C H, IP "'what':'limit_req'" X},
	{"2026/11/28 21:52:24 [warn] 1#2: *1 delaying request, excess: 0.5, by zone "
	 "\"one\"" C H,
		IP "'what':'limit_req'" X},
	{N "limiting connections by zone \"addr\"" C H, IP "'what':'limit_conn'" X},
	{N "access forbidden by rule" C H, IP "'what':'forbidden'" X},
	{N "directory index of \"/srv/www/a, b/\" is forbidden" C H, IP "'what':'forbidden'" X},
	{N "connect() failed (111: Connection refused) while connecting to upstream" C UP(
		 "http://127.0.0.1:9000/x?y") H,
		IP "'what':'upstream_refused'" X ",'upstream':'127.0.0.1:9000'"},
	{"2026/11/28 21:52:24 [crit] 4694#4694: *17 connect() to unix:/run/php.sock failed "
	 "(2: No "
	 "such file or directory) while connecting to upstream" C UP(
		 "fastcgi://unix:/run/php.sock:") H,
		IP "'what':'upstream_refused'" X ",'upstream':'unix:/run/php.sock'"},
	{N "upstream timed out (110: Connection timed out) while reading response header "
	   "from "
	   "upstream" C UP("http://[2001:db8::1]:80/x") H,
		IP "'what':'upstream_timeout'" X ",'upstream':'[2001:db8::1]:80'"},
	{N "upstream prematurely closed connection while reading response header from "
	   "upstream" C UP("http://127.0.0.1:9000/x") H,
		IP "'what':'upstream_failed'" X ",'upstream':'127.0.0.1:9000'"},
	{N "recv() failed (104: Connection reset by peer) while reading response header "
	   "from "
	   "upstream" C UP("fastcgi://127.0.0.1:9000") H,
		IP "'what':'upstream_failed'" X ",'upstream':'127.0.0.1:9000'"},
	{N "upstream sent invalid header: \"foo\\x01...\" while reading response header "
	   "from "
	   "upstream" C UP("http://127.0.0.1:9000/x") H,
		IP "'what':'upstream_failed'" X ",'upstream':'127.0.0.1:9000'"},
	{N "no live upstreams while connecting to upstream" C UP("http://two/x") H,
		IP "'what':'no_upstream'" X ",'upstream':'two'"},
	/* whom it is of */
	{N "access forbidden by rule, client: 2001:db8::7, server: _, request: \"GET / "
	   "HTTP/2.0\"",
		"'ip':'2001:db8::7','what':'forbidden','path':'/'"},
	{N "access forbidden by rule, client: unix:, server: , request: \"GET / HTTP/1.0\"",
		"'what':'forbidden','path':'/'"},
	{N "access forbidden by rule, client: localhost, server: a.test, request: \"x\"",
		"'what':'forbidden','path':'x','vhost':'a.test'"},
	{N "access forbidden by rule, client: 192.0.2.7, server: 0.0.0.0:80",
		IP "'what':'forbidden','vhost':'0.0.0.0:80'"},
	{N "access forbidden by rule" C ", subrequest: \"/auth\"" H, IP "'what':'forbidden'" X},
	{"<134>Nov 28 21:52:24 web nginx: " N "access forbidden by rule" C H,
		IP "'what':'forbidden'" X},
	/* raw bytes */
	{N "access forbidden by rule, client: 192.0.2.7, server: _, request: \"GET "
	   "/\x1b[2J\xff\\x "
	   "HTTP/1.1\"" H,
		IP "'what':'forbidden','path':'/\\\\x1b[2J\\\\xff\\\\x','vhost':'a.test:80'"},
	/* nothing wanted */
	{N "open() \"/srv/www/x\" failed (2: No such file or directory)" C H, NULL},
	{N "limiting requests, dry run, excess: 0.983 by zone \"one\"" C H, NULL},
	{N "recv() failed (104: Connection reset by peer) while reading client request "
	   "line" C H,
		NULL},
	{N "FastCGI sent in stderr: \"PHP message: access forbidden by rule" C H, NULL},
	{N "access forbidden by rule", NULL},
	{N "access forbidden by ruler" C H, NULL},
	{N, NULL},
	{"2026/11/28 21:52:24 [notice] 1#1: start worker processes", NULL},
	{"2026/11/28 21:52:24 [emerg] 1#1: bind() to 0.0.0.0:80 failed", NULL},
	{"PHP message: PHP Warning:  a second line", NULL},
	{"", NULL},
};

static void nginx(void **state)
{
	(void)state;
	check(&log_error_log, nginx_lines, ARRAY_LEN(nginx_lines));
}

#define FORGED ", client: 6.6.6.6, server: b, request: \"GET /z HTTP/1.1\""

static void nginx_forged(void **state)
{
	(void)state;
	static const struct vector all[] = {
		/* in the request, the host, the referrer */
		{N "access forbidden by rule, client: 192.0.2.7, server: a, request: \"GET "
		   "/q" FORGED " HTTP/1.1\"" H,
			IP "'what':'forbidden','path':'/q, client: 6.6.6.6, server: b, request: "
			   "\\'GET /z HTTP/1.1\\'','vhost':'a.test:80'"},
		{N "access forbidden by rule" C
		   ", host: \"b\"c\", referrer: \"x\"" UP("http://6.6.6.6/") FORGED "\"",
			IP "'what':'forbidden','path':'/x?y','vhost':'b\\'c'"},
		{N "access forbidden by rule" C ", referrer: \"x\", host: \"evil\"",
			IP "'what':'forbidden','path':'/x?y','vhost':'a.test'"},
		/* two upstreams: nobody can tell */
		{N "connect() failed (111: Connection refused) while connecting to upstream" C UP(
			 "http://127.0.0.1:9000/x") H
			", referrer: \"x\"" UP("http://6.6.6.6/") "\"",
			IP "'what':'upstream_refused'" X},
		/* in what the message quotes */
		{N "directory index of \"/srv/x\" is forbidden" FORGED "/\" is forbidden" C H,
			"'what':'forbidden'"},
		{N "upstream sent invalid header: \"x: upstream" FORGED
		   "...\" while reading response header "
		   "from upstream" C H,
			"'what':'upstream_failed'"},
		/* a file that is called so */
		{N "open() \"/srv/access forbidden by rule" FORGED
		   "\" failed (2: No such file)" C H,
			NULL},
		{N "directory index of \"/srv/x, client: 6.6.6.6, server: b/\" is forbidden" C H,
			IP "'what':'forbidden'" X},
	};

	check(&log_error_log, all, ARRAY_LEN(all));
}

/* nginx cuts at 2048 bytes, wherever that is. */
static void nginx_cut_off(void **state)
{
	static const char line[] =
		N "connect() failed (111: Connection refused) while connecting to "
		  "upstream" C UP("http://127.0.0.1:9000/x") H;
	static char got[8192];
	size_t events = 0;

	(void)state;
	for (size_t n = 0; n < sizeof line; n++) {
		int err = record_of(&log_error_log, (struct str){line, n}, got, sizeof got);
		assert_true(err == 0 || err == -ENOMSG);
		if (err)
			continue;
		events++;
		assert_non_null(strstr(got, "'what':'upstream_refused'"));
		const char *ip = strstr(got, "'ip':"), *up = strstr(got, "'upstream':");
		assert_true(!ip || str_starts(str_of(ip), STR_LIT(IP)));
		assert_true(!up || str_starts(str_of(up), STR_LIT("'upstream':'127.0.0.1:9000'")));
	}
	assert_true(events > 100);
}

#define A(module)  "[Sat Nov 28 21:53:05.244005 2026] [" module ":error] [pid 5008:tid 5011] "
#define AC(module) A(module) "[client 192.0.2.7:36214] "

static const struct vector apache_lines[] = {
	{AC("authz_core") "AH01630: client denied by server configuration: /srv/www/secret",
		IP "'what':'forbidden'"},
	{AC("access_compat") "AH01797: client denied by server configuration: /srv/www/old",
		IP "'what':'forbidden'"},
	{AC("autoindex") "AH01276: Cannot serve directory /srv/www/: No matching "
			 "DirectoryIndex "
			 "(index.html) found, and server-generated directory index "
			 "forbidden by "
			 "Options directive",
		IP "'what':'forbidden'"},
	{AC("proxy_http") "AH01114: HTTP: failed to make connection to backend: 127.0.0.1",
		IP "'what':'upstream_refused','upstream':'127.0.0.1'"},
	{AC("proxy_fcgi") "AH01079: failed to make connection to backend: 127.0.0.1, "
			  "referer: "
			  "http://a/to backend: 6.6.6.6",
		IP "'what':'upstream_refused','upstream':'127.0.0.1'"},
	{A("proxy_http") "(70007)The timeout specified has expired: [client 192.0.2.7:1] "
			 "AH01102: "
			 "error reading status line from remote server 127.0.0.1:9000",
		IP "'what':'upstream_timeout','upstream':'127.0.0.1:9000'"},
	{A("proxy_http") "(104)Connection reset by peer: [client 192.0.2.7:1] AH01102: "
			 "error "
			 "reading status line from remote server 127.0.0.1:9000",
		IP "'what':'upstream_failed','upstream':'127.0.0.1:9000'"},
	{A("proxy_http") "(20014)Internal error (specific information not available): "
			 "[client "
			 "192.0.2.7:1] AH01102: error reading status line from remote "
			 "server b:80",
		IP "'what':'upstream_failed','upstream':'b:80'"},
	{A("proxy_fcgi") "(70007)The timeout specified has expired: [client 192.0.2.7:1] "
			 "AH01075: "
			 "Error dispatching request to :80: (polling)",
		IP "'what':'upstream_timeout'"},
	/* an IPv6 client, no threads, LogLevel debug, no fraction */
	{A("authz_core") "[client 2001:db8::7:45698] AH01630: x",
		"'ip':'2001:db8::7','what':'forbidden'"},
	{A("authz_core") "[client ::1:45698] AH01630: x", "'ip':'::1','what':'forbidden'"},
	{"[Sat Nov 28 21:53:05 2026] [a:error] [pid 1] [client 192.0.2.7:1] AH01630: x",
		IP "'what':'forbidden'"},
	{A("authz_core") "mod_authz_core.c(884): [client 192.0.2.7:1] AH01630: x",
		IP "'what':'forbidden'"},
	{A("authz_core") "[client nobody] AH01630: x", "'what':'forbidden'"},
	/* what a client wrote is escaped, and comes last */
	{AC("authz_core") "AH01630: client denied by server configuration: "
			  "/srv/a\\n\\x1b\"\\\\ b, "
			  "referer: x\"y, [client 6.6.6.6:1] AH01114: to backend: z",
		IP "'what':'forbidden'"},
	/* nothing wanted: mod_proxy's part of what is told with the client, too */
	{A("proxy") "(111)Connection refused: AH00957: http: attempt to connect to "
		    "127.0.0.1:9000 "
		    "(127.0.0.1:9000) failed",
		NULL},
	{A("proxy") "AH00959: ap_proxy_connect_backend disabling worker for (127.0.0.1) "
		    "for 60s",
		NULL},
	{AC("proxy") "AH00898: Error reading from remote server returned by /AH01630: ", NULL},
	{A("proxy_fcgi") "(104)Connection reset by peer: [client 192.0.2.7:1] AH01075: "
			 "Error "
			 "dispatching request to :80: (reading input brigade)",
		NULL},
	{AC("php") "PHP Warning: AH01630: client denied", NULL},
	{AC("authz_core") "AH01630", NULL},
	{A("core") "", NULL},
	{"[Sat Nov 28 21:53:05.244005 2026] [mpm_event:notice] [pid 1:tid 1] AH00489: "
	 "Apache/2.4.71 "
	 "(Debian) configured -- resuming normal operations",
		NULL},
	{"[Sat Nov 31 21:53:65.244005 2026] [a:error] [pid 1] [client 192.0.2.7:1] "
	 "AH01630: x",
		NULL},
	{"[Sat Nov 28 21:53:05.244005 1969] [a:error] [pid 1] [client 192.0.2.7:1] "
	 "AH01630: x",
		NULL},
	{"[[[[[", NULL},
};

static void apache(void **state)
{
	(void)state;
	check(&log_error_log, apache_lines, ARRAY_LEN(apache_lines));
}

/* Local time, as the servers have it. */
static void times(void **state)
{
	struct event e;

	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	memset(&scratch, 0, sizeof scratch);
	assert_int_equal(log_format_parse(&log_error_log, STR_LIT(N "access forbidden by rule" C),
				 &scratch, &e),
		0);
	assert_int_equal(e.web_error.logged, INT64_C(1795902744000000));
	assert_int_equal(
		log_format_parse(&log_error_log, STR_LIT(AC("a") "AH01630: x"), &scratch, &e), 0);
	assert_int_equal(e.web_error.logged, INT64_C(1795902785244005));
	/* the same minute of another year */
	assert_int_equal(log_format_parse(&log_error_log,
				 STR_LIT("[Sat Nov 28 21:53:06 2025] [a:error] [pid 1] [client "
					 "192.0.2.7:1] AH01630: x"),
				 &scratch, &e),
		0);
	assert_int_equal(e.web_error.logged, INT64_C(1764366786000000));
}

/* Alone they are no access log; among requests, as in what a container writes, they are known. */
static void among_requests(void **state)
{
	static const char request[] =
		"192.0.2.1 - - [22/Nov/2026:08:14:15 +0000] \"GET / HTTP/1.1\" 200 1";
	const struct log_format *hint = NULL;
	struct event e;

	(void)state;
	assert_int_equal(
		log_parse(STR_LIT(N "access forbidden by rule" C), &hint, &scratch, &e), -EINVAL);
	assert_int_equal(log_parse(str_of(request), &hint, &scratch, &e), 0);
	const struct log_format *requests = hint;
	assert_int_equal(
		log_parse(STR_LIT(N "access forbidden by rule" C), &hint, &scratch, &e), 0);
	assert_int_equal(e.kind, EVENT_WEB_ERROR);
	assert_int_equal(log_parse(STR_LIT(N "open() failed"), &hint, &scratch, &e), -ENOMSG);
	assert_int_equal(log_parse(STR_LIT("PHP message"), &hint, &scratch, &e), -EINVAL);
	assert_ptr_equal(hint, requests);
	assert_int_equal(log_parse(str_of(request), &hint, &scratch, &e), 0);
	assert_int_equal(e.kind, EVENT_REQUEST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nginx),
		cmocka_unit_test(nginx_forged),
		cmocka_unit_test(nginx_cut_off),
		cmocka_unit_test(apache),
		cmocka_unit_test(times),
		cmocka_unit_test(among_requests),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
