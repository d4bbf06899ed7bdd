// SPDX-License-Identifier: MIT
#include "log/custom.h"

#include "base/text.h"
#include "log/format_string.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define T      "[22/Nov/2026:08:14:15 +0000]"
#define T_USEC (INT64_C(1795335255) * USEC_PER_SEC)
#define AGENT  "Mozilla/5.0 (X11; Linux x86_64)"

#define NGINX_COMBINED                                                    \
	"$remote_addr - $remote_user [$time_local] \"$request\" $status " \
	"$body_bytes_sent \"$http_referer\" \"$http_user_agent\""
#define APACHE_COMBINED "%h %l %u %t \\\"%r\\\" %>s %b \\\"%{Referer}i\\\" \\\"%{User-Agent}i\\\""

/* What a line must read as; NULL text is absent, status and bytes of -1 too. */
struct reading {
	const char *format, *line;
	const char *ip, *client;
	const char *method, *path, *proto;
	int status;
	int64_t bytes;
	const char *referer, *agent;
	const char *claims, *vhost;
	uint32_t port;
	usec_t logged; /* 0: T_USEC; -1: unknown */
	const char *kind;
	bool cut;
};

static struct log_format *compile(const char *text)
{
	struct log_format *f = NULL;
	char error[FORMAT_STRING_ERROR_MAX] = "";

	if (format_string_new(str_of(text), LOG_DIALECT_GUESS, STR_LIT("test"), &f, error) < 0)
		fail_msg("%s\nis refused: %s", text, error);
	return f;
}

static void check_text(const char *line, const char *what, struct str got, const char *want)
{
	if (!want && !got.p)
		return;
	if (want && got.p && str_eq(got, str_of(want)))
		return;
	fail_msg("%s\n%s is '%.*s', not '%s'", line, what, STR_FMT(got), want ? want : "(absent)");
}

static void check_addr(const char *line, const char *what, struct addr got, const char *want)
{
	char text[ADDR_TEXT_MAX] = "";

	if (!addr_is_unset(&got))
		addr_format(&got, text);
	if (strcmp(text, want ? want : "") != 0)
		fail_msg("%s\n%s is '%s', not '%s'", line, what, text, want ? want : "");
}

static void check_number(const char *line, const char *what, uint64_t got, int64_t want)
{
	if (got != (want < 0 ? ABSENT : (uint64_t)want))
		fail_msg("%s\n%s is %lld, not %lld", line, what, (long long)got, (long long)want);
}

static void check(const struct reading *want)
{
	static struct log_scratch scratch;
	struct log_format *f = compile(want->format);
	struct event e;
	const struct event_request *r = &e.request;

	memset(&e, 0x5a, sizeof e); /* events are reused: a reader sets every field */
	if (log_format_parse(f, str_of(want->line), &scratch, &e) < 0)
		fail_msg("rejected: %s", want->line);
	assert_int_equal(e.kind, EVENT_REQUEST);
	check_addr(want->line, "ip", r->ip, want->ip);
	check_addr(want->line, "client", r->client, want->client);
	check_text(want->line, "method", r->method, want->method);
	check_text(want->line, "path", r->path, want->path);
	check_text(want->line, "proto", r->proto, want->proto);
	check_text(want->line, "referer", r->referer, want->referer);
	check_text(want->line, "agent", r->agent, want->agent);
	check_text(want->line, "claims", r->claims, want->claims);
	check_text(want->line, "vhost", r->vhost, want->vhost);
	check_text(want->line, "kind", r->kind, want->kind);
	check_number(want->line, "cut", r->cut, want->cut);
	check_number(want->line, "status", r->status, want->status);
	check_number(want->line, "bytes", r->bytes, want->bytes);
	check_number(want->line, "port", r->port, want->port);
	check_number(want->line, "time", (uint64_t)r->logged,
		want->logged < 0 ? 0
		: want->logged   ? want->logged
				 : T_USEC);
	format_string_free(f);
}

#define CHECK(...) check(&(struct reading){__VA_ARGS__})

static void nginx_formats(void **state)
{
	(void)state;
	CHECK(NGINX_COMBINED,
		"203.0.113.5 - - " T " \"GET /a?b=1 HTTP/1.1\" 200 612 \"-\" \"" AGENT "\"",
		.ip = "203.0.113.5", .method = "GET", .path = "/a?b=1", .proto = "HTTP/1.1",
		.status = 200, .bytes = 612, .agent = AGENT);
	CHECK("$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent "
	      "\"$http_referer\" \"$http_user_agent\" \"$http_x_forwarded_for\" rt=$request_time "
	      "uct=\"$upstream_connect_time\" urt=\"$upstream_response_time\"",
		"2001:db8::1 - joe smith " T
		" \"POST /x HTTP/2.0\" 502 9 \"https://a/\" \"curl/8\" "
		"\"198.51.100.7, 10.0.0.2\" rt=0.125 uct=\"0.001, 0.002\" urt=\"0.1, -\"",
		.ip = "2001:db8::1", .method = "POST", .path = "/x", .proto = "HTTP/2.0",
		.status = 502, .bytes = 9, .referer = "https://a/", .agent = "curl/8",
		.claims = "198.51.100.7, 10.0.0.2");
	/* Vhost first, pipes between, ISO time, parts of the request by themselves. */
	CHECK("$host|$remote_addr|$remote_port|$time_iso8601|$request_method|$request_uri|"
	      "$server_protocol|$status|$bytes_sent|$http_user_agent",
		"shop.example|203.0.113.5|51234|2026-11-22T08:14:15+00:00|GET|/a|HTTP/"
		"1.1|404|999|a|b",
		.ip = "203.0.113.5", .method = "GET", .path = "/a", .proto = "HTTP/1.1",
		.status = 404, .bytes = 999, .agent = "a|b", .vhost = "shop.example",
		.port = 51234);
	CHECK("[$time_local] $remote_addr \"$scheme://$host$request_uri\" $status",
		T " 203.0.113.5 \"https://shop.example/a b\" 200", .ip = "203.0.113.5",
		.path = "/a b", .status = 200, .bytes = -1, .vhost = "shop.example");
	CHECK("$msec $remote_addr $request_method $uri$is_args$args $status $body_bytes_sent",
		"1795335255.000 203.0.113.5 GET /a?x=1 200 5", .ip = "203.0.113.5", .method = "GET",
		.path = "/a?x=1", .status = 200, .bytes = 5);
	CHECK("${remote_addr} ${status} $uri?$args", "203.0.113.5 301 /a?-", .ip = "203.0.113.5",
		.path = "/a", .status = 301, .bytes = -1, .logged = -1);
	CHECK("$remote_addr:$remote_port $status", "2001:db8::1:5555 200", .ip = "2001:db8::1",
		.status = 200, .bytes = -1, .port = 5555, .logged = -1);
	/* Both byte counts: the body's. */
	CHECK("$remote_addr $bytes_sent $body_bytes_sent $status", "192.0.2.1 900 612 200",
		.ip = "192.0.2.1", .status = 200, .bytes = 612, .logged = -1);
	/* No request at all, and no status. */
	CHECK("$remote_addr [$time_local]", "192.0.2.1 " T, .ip = "192.0.2.1", .status = -1,
		.bytes = -1);
}

static void apache_formats(void **state)
{
	(void)state;
	CHECK(APACHE_COMBINED,
		"203.0.113.5 - - " T " \"GET /a HTTP/1.1\" 200 - \"-\" \"x \\\"y\\\" z\"",
		.ip = "203.0.113.5", .method = "GET", .path = "/a", .proto = "HTTP/1.1",
		.status = 200, .bytes = 0, .agent = "x \"y\" z");
	CHECK("%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\" %D",
		"shop.example:443 203.0.113.5 - frank " T
		" \"GET /a HTTP/1.1\" 200 5316 \"-\" \"x\" 86",
		.ip = "203.0.113.5", .method = "GET", .path = "/a", .proto = "HTTP/1.1",
		.status = 200, .bytes = 5316, .agent = "x", .vhost = "shop.example");
	CHECK("%a %{c}a %{remote}p %V [%{%Y-%m-%d %H:%M:%S %z}t] \"%m %U%q %H\" %s %>s "
	      "%400,501{User-agent}i",
		"198.51.100.7 192.0.2.10 40000 shop.example [2026-11-22 10:14:15 +0200] "
		"\"GET /a?b HTTP/1.1\" 200 304 -",
		.ip = "192.0.2.10", .client = "198.51.100.7", .method = "GET", .path = "/a?b",
		.proto = "HTTP/1.1", .status = 304, .bytes = -1, .vhost = "shop.example");
	CHECK("%a %{c}a %{remote}p %>s", "192.0.2.10 192.0.2.10 40000 200", .ip = "192.0.2.10",
		.status = 200, .bytes = -1, .port = 40000, .logged = -1);
	CHECK("%h %{sec}t %{usec_frac}t \"%r\" %>s %I %O %{X-Forwarded-For}i",
		"203.0.113.5 1795335255 000123 \"GET / HTTP/1.0\" 200 80 300 198.51.100.1, "
		"198.51.100.2",
		.ip = "203.0.113.5", .method = "GET", .path = "/", .proto = "HTTP/1.0",
		.status = 200, .bytes = 300, .claims = "198.51.100.1, 198.51.100.2");
	/* The date in pieces, as the manual shows it for milliseconds. */
	CHECK("%h [%{%d/%b/%Y:%T}t.%{msec_frac}t %{%z}t] %>s",
		"203.0.113.5 [22/Nov/2026:08:14:15.123 +0000] 200", .ip = "203.0.113.5",
		.status = 200, .bytes = -1);
	CHECK("%h %{begin:usec}t %>s %%", "client.example 1795335255000001 200 %", .status = 200,
		.bytes = -1, .logged = T_USEC + 1);
	CHECK("%h\\t%t\\t%>s", "203.0.113.5\t" T "\t200", .ip = "203.0.113.5", .status = 200,
		.bytes = -1);
}

static void peer_and_client(void **state)
{
	(void)state;
	CHECK("$remote_addr $realip_remote_addr $realip_remote_port $remote_port $status",
		"198.51.100.7 192.0.2.10 40000 0 200", .ip = "192.0.2.10", .client = "198.51.100.7",
		.status = 200, .bytes = -1, .port = 40000, .logged = -1);
	CHECK("$realip_remote_addr $remote_addr $remote_port $status",
		"192.0.2.10 192.0.2.10 1 200", .ip = "192.0.2.10", .status = 200, .bytes = -1,
		.port = 1, .logged = -1);
	CHECK("$remote_addr $proxy_protocol_addr $status", "192.0.2.10 198.51.100.7 200",
		.ip = "192.0.2.10", .client = "198.51.100.7", .status = 200, .bytes = -1,
		.logged = -1);
	CHECK("$remote_addr $proxy_protocol_addr $status", "unix: - 200", .status = 200,
		.bytes = -1, .logged = -1);
	/* Who claims to be an address, unquoted and first, does not become the peer. */
	CHECK("$http_x_forwarded_for $remote_addr - [$time_local] \"$request\" $status",
		"6.6.6.6 7.7.7.7, 8.8.8.8 203.0.113.5 - " T " \"GET / HTTP/1.1\" 200",
		.ip = "203.0.113.5", .method = "GET", .path = "/", .proto = "HTTP/1.1",
		.status = 200, .bytes = -1, .claims = "6.6.6.6 7.7.7.7, 8.8.8.8");
}

#define PIPES                                                                                \
	"$remote_addr|$request_method|$scheme://$host$request_uri|$status|$body_bytes_sent|" \
	"$http_user_agent"

/* What nginx writes of requests that it could not read: TLS bytes, a space in the URL, 414. */
static void bad_requests(void **state)
{
	(void)state;
	CHECK(PIPES, "203.0.113.5|-|http://srv.test-|400|157|-", .ip = "203.0.113.5", .status = 400,
		.bytes = 157, .vhost = "srv.test", .logged = -1);
	CHECK(PIPES, "203.0.113.5|-|http://-|414|177|-", .ip = "203.0.113.5", .status = 414,
		.bytes = 177, .logged = -1);
	CHECK(PIPES, "203.0.113.5|GET|http://a-b-/p-|q|200|2|x", .ip = "203.0.113.5",
		.method = "GET", .path = "/p-|q", .status = 200, .bytes = 2, .agent = "x",
		.vhost = "a-b-", .logged = -1);
	CHECK(PIPES, "203.0.113.5|GET|http://a?b=c|200|2|x", .ip = "203.0.113.5", .method = "GET",
		.path = "?b=c", .status = 200, .bytes = 2, .agent = "x", .vhost = "a",
		.logged = -1);
	CHECK("\"$request_method $scheme://$host$request_uri $server_protocol\" $status "
	      "$remote_addr",
		"\"- http://srv.test- -\" 400 203.0.113.5", .ip = "203.0.113.5", .status = 400,
		.bytes = -1, .vhost = "srv.test", .logged = -1);
	CHECK("$remote_addr $host$request_uri", "203.0.113.5 srv.test-", .ip = "203.0.113.5",
		.status = -1, .bytes = -1, .vhost = "srv.test", .logged = -1);
	/* A field that is passed over ends no later than the next one. */
	CHECK("$remote_addr|$foo$bar|$status", "203.0.113.5|xy|200", .ip = "203.0.113.5",
		.status = 200, .bytes = -1, .logged = -1);
}

static void path_and_query_apart(void **state)
{
	static const char kv[] = "ip=$remote_addr uri=$uri args=$args status=$status";

	(void)state;
	CHECK(kv, "ip=203.0.113.5 uri=/a args=b=1&c status=200", .ip = "203.0.113.5",
		.path = "/a?b=1&c", .status = 200, .bytes = -1, .logged = -1);
	CHECK(kv, "ip=203.0.113.5 uri=/a args=- status=200", .ip = "203.0.113.5", .path = "/a",
		.status = 200, .bytes = -1, .logged = -1);
	CHECK(kv, "ip=203.0.113.5 uri=/a\\x22 args=b\\x22 status=200", .ip = "203.0.113.5",
		.path = "/a\"?b\"", .status = 200, .bytes = -1, .logged = -1);
	CHECK("%h \"%U\" \"%q\" %>s", "203.0.113.5 \"/a\" \"?b\" 200", .ip = "203.0.113.5",
		.path = "/a?b", .status = 200, .bytes = -1, .logged = -1);
	CHECK("%h \"%U\" \"%q\" %>s", "203.0.113.5 \"/a\" \"\" 200", .ip = "203.0.113.5",
		.path = "/a", .status = 200, .bytes = -1, .logged = -1);
	CHECK("$remote_addr $is_args$args $uri $status", "203.0.113.5 ?b /a 200",
		.ip = "203.0.113.5", .path = "/a?b", .status = 200, .bytes = -1, .logged = -1);
	/* The query is there already, or the request has it. */
	CHECK("$remote_addr $args $request_uri $status", "203.0.113.5 b /a?b 200",
		.ip = "203.0.113.5", .path = "/a?b", .status = 200, .bytes = -1, .logged = -1);
	CHECK("$remote_addr $args \"$request\" $status", "203.0.113.5 b \"GET /a?b HTTP/1.1\" 200",
		.ip = "203.0.113.5", .method = "GET", .path = "/a?b", .proto = "HTTP/1.1",
		.status = 200, .bytes = -1, .logged = -1);
}

/* What a client writes into one field must not become another. */
static void hostile_lines(void **state)
{
	(void)state;
	CHECK(NGINX_COMBINED,
		"203.0.113.5 - x [01/Jan/2000 " T " \"GET / HTTP/1.1\" 200 5 \"-\" \"-\"",
		.ip = "203.0.113.5", .method = "GET", .path = "/", .proto = "HTTP/1.1",
		.status = 200, .bytes = 5);
	CHECK(NGINX_COMBINED,
		"203.0.113.5 - - " T
		" \"GET /a\\x22 500 9 HTTP/1.1\" 200 5 \"-\" \"q \\x22 \\x5C\"",
		.ip = "203.0.113.5", .method = "GET", .path = "/a\" 500 9", .proto = "HTTP/1.1",
		.status = 200, .bytes = 5, .agent = "q \" \\");
	/* Nothing is escaped (escape=none). */
	CHECK(NGINX_COMBINED, "203.0.113.5 - - " T " \"GET /a\" b HTTP/1.1\" 200 5 \"r\" \"a\" b\"",
		.ip = "203.0.113.5", .method = "GET", .path = "/a\" b", .proto = "HTTP/1.1",
		.status = 200, .bytes = 5, .referer = "r", .agent = "a\" b");
	CHECK(NGINX_COMBINED, "203.0.113.5 - - " T " \"\\x16\\x03\\x01\" 400 157 \"-\" \"-\"",
		.ip = "203.0.113.5", .path = "\\x16\\x03\\x01", .status = 400, .bytes = 157,
		.kind = "TLS");
	CHECK(NGINX_COMBINED, "203.0.113.5 - - " T " \"\" 400 0 \"-\" \"-\"", .ip = "203.0.113.5",
		.status = 400, .bytes = 0);
	CHECK(NGINX_COMBINED, "203.0.113.5 - - " T " \"-\" 000 0 \"-\" \"-\"", .ip = "203.0.113.5",
		.status = -1, .bytes = 0);
	/* Unquoted: the status tells where the request ends. */
	CHECK("$remote_addr $request $status $http_user_agent",
		"203.0.113.5 GET /a 200 b HTTP/1.1 404 x 200 y", .ip = "203.0.113.5",
		.method = "GET", .path = "/a 200 b", .proto = "HTTP/1.1", .status = 404,
		.bytes = -1, .agent = "x 200 y", .logged = -1);
	CHECK("$http_user_agent $remote_addr $status", "a 1 b c 203.0.113.5 200",
		.ip = "203.0.113.5", .status = 200, .bytes = -1, .agent = "a 1 b c", .logged = -1);
	/* A method that is none, and a protocol that is none. */
	CHECK("$remote_addr \"$request_method\" \"$server_protocol\" $status",
		"203.0.113.5 \"G3T\" \"RTSP/1.0\" 400", .ip = "203.0.113.5", .method = "G3T",
		.proto = "RTSP/1.0", .status = 400, .bytes = -1, .logged = -1);
	/* Raw ESC and bad UTF-8 are spelled out. */
	CHECK("$remote_addr \"$request\" $status", "203.0.113.5 \"GET /\x1b[2J\xff HTTP/1.1\" 200",
		.ip = "203.0.113.5", .method = "GET", .path = "/\\x1b[2J\\xff", .proto = "HTTP/1.1",
		.status = 200, .bytes = -1, .logged = -1);
	/* A syslog header is taken off. */
	CHECK(NGINX_COMBINED,
		"<190>Nov 22 08:14:15 web1 nginx: 203.0.113.5 - - " T
		" \"GET / HTTP/1.1\" 200 5 \"-\" \"-\"",
		.ip = "203.0.113.5", .method = "GET", .path = "/", .proto = "HTTP/1.1",
		.status = 200, .bytes = 5);
}

/* What a client writes before the peer's address may read like the rest: nobody is told then. */
static void forged_peers(void **state)
{
	static const char xff[] =
		"$http_x_forwarded_for - $remote_addr - $remote_user [$time_local] "
		"\"$request\" $status";

	(void)state;
#define REST " " T " \"GET / HTTP/1.1\" 200"
#define READ .method = "GET", .path = "/", .proto = "HTTP/1.1", .status = 200, .bytes = -1
	CHECK(xff, "6.6.6.6 - 127.0.0.1 - -" REST, .ip = "127.0.0.1", .claims = "6.6.6.6", READ);
	CHECK(xff, "- - 127.0.0.1 - a - b" REST, .ip = "127.0.0.1", READ);
	CHECK(xff, "6.6.6.6 - 7.7.7.7 - x - 127.0.0.1 - -" REST, .claims = "6.6.6.6", READ);
	CHECK("$http_host $remote_addr - $remote_user [$time_local] \"$request\" $status",
		"a 6.6.6.6 - x 127.0.0.1 - -" REST, .vhost = "a", READ);
	CHECK("$host $remote_addr - $remote_user [$time_local] \"$request\" $status",
		"srv.test 127.0.0.1 - a b" REST, .ip = "127.0.0.1", .vhost = "srv.test", READ);
#undef REST
#undef READ
}

static void lines_cut_off_or_longer(void **state)
{
	(void)state;
	CHECK(NGINX_COMBINED, "203.0.113.5 - - " T " \"GET / HTTP/1.1\" 200 5 \"-\" \"curl/8.",
		.ip = "203.0.113.5", .method = "GET", .path = "/", .proto = "HTTP/1.1",
		.status = 200, .bytes = 5, .agent = "curl/8.", .cut = true);
	CHECK(NGINX_COMBINED, "203.0.113.5 - - " T " \"GET / HTTP/1.1\" 200 5", .ip = "203.0.113.5",
		.method = "GET", .path = "/", .proto = "HTTP/1.1", .status = 200, .bytes = -1);
	CHECK(NGINX_COMBINED,
		"203.0.113.5 - - " T " \"GET / HTTP/1.1\" 200 5 \"-\" \"curl/8\" \"more\" 0.1\r",
		.ip = "203.0.113.5", .method = "GET", .path = "/", .proto = "HTTP/1.1",
		.status = 200, .bytes = 5, .agent = "curl/8");
	/* Fields between the status and the agent that the format does not have. */
	CHECK(NGINX_COMBINED, "203.0.113.5 - - " T " \"GET / HTTP/1.1\" 200 5/7 x",
		.ip = "203.0.113.5", .method = "GET", .path = "/", .proto = "HTTP/1.1",
		.status = 200, .bytes = -1);
}

static void json_templates(void **state)
{
	(void)state;
	CHECK("{\"a\":\"$remote_addr\",\"t\":\"$time_iso8601\",\"r\":\"$request\",\"s\":$status,"
	      "\"ua\":\"$http_user_agent\"}",
		"{\"a\":\"203.0.113.5\",\"t\":\"2026-11-22T08:14:15+00:00\",\"r\":\"GET / "
		"HTTP/1.1\","
		"\"s\":200,\"ua\":\"a \\\"b\\\"\"}",
		.ip = "203.0.113.5", .method = "GET", .path = "/", .proto = "HTTP/1.1",
		.status = 200, .bytes = -1, .agent = "a \"b\"");
}

static void rejects_other_lines(void **state)
{
	static const char *const lines[] = {"", " ", "203.0.113.5",
		"203.0.113.5 - - [x] \"y\" 200 5",
		"2021/12/01 13:53:33 [error] 31#31: *46 open() failed, client: 203.0.113.5",
		"x y - - " T " \"GET / HTTP/1.1\" 200 5 \"-\" \"-\"",
		"203.0.113.5 - - " T " \"GET / HTTP/1.1\" 20 5 \"-\" \"-\""};
	static struct log_scratch scratch;
	struct log_format *f = compile(NGINX_COMBINED);
	struct event e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		if (log_format_parse(f, str_of(lines[i]), &scratch, &e) != -EINVAL)
			fail_msg("accepted: %s", lines[i]);
	format_string_free(f);
}

/* A line made to be read in very many ways costs a bounded time: this would not end. */
static void bounded_work(void **state)
{
	static char line[LOG_LINE_MAX];
	static struct log_scratch scratch;
	struct log_format *f = compile("$http_a $http_b $http_c $http_d $remote_addr $status");
	struct event e;

	(void)state;
	memset(line, ' ', sizeof line);
	assert_int_equal(
		log_format_parse(f, (struct str){line, sizeof line}, &scratch, &e), -EINVAL);
	memset(line, '"', sizeof line);
	format_string_free(f);
	f = compile("\"$http_a\" \"$http_b\" \"$remote_addr\" $status");
	assert_int_equal(
		log_format_parse(f, (struct str){line, sizeof line}, &scratch, &e), -EINVAL);
	format_string_free(f);
}

static void errors_say_where_and_what(void **state)
{
	static const char *const cases[][2] = {
		{"%h %{Referer", "character 5: unterminated \"%{\"; expected"},
		{"%h %", "character 4: \"%\" at the end; expected"},
		{"%h %>", "character 4: \"%\" at the end; expected"},
		{"%h %y", "character 4: a directive that Apache does not have; expected"},
		{"$remote_addr ${status", "character 14: unterminated \"${\"; expected"},
		{"$remote_addr $ $status", "character 14: \"$\" without a name; expected"},
		{"$foo $bar", "character 1: no field that is known; expected an address"},
		{"100%%", "character 1: no field that is known; expected an address"},
		{"$args", "character 1: no field that is known; expected an address"},
		{"$remote_addr$status", "character 13: nothing tells where the field before ends"},
		{"$status $remote_addr$foo", "character 21: nothing tells"},
		{"$status $host$remote_addr", "character 14: nothing tells"},
		{"%>s %{Referer}i%{User-Agent}i", "character 16: nothing tells"},
		{"%h %{%F}t%{%T}t", "character 10: nothing tells"},
	};
	char error[FORMAT_STRING_ERROR_MAX], *huge = malloc(FORMAT_STRING_MAX + 2);
	struct log_format *f = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(format_string_new(str_of(cases[i][0]), LOG_DIALECT_GUESS,
					 STR_LIT("x"), &f, error),
			-EINVAL);
		if (!str_starts(str_of(error), str_of(cases[i][1])))
			fail_msg("%s\nsays: %s", cases[i][0], error);
		assert_null(f);
	}
	assert_non_null(huge);
	memset(huge, '%', FORMAT_STRING_MAX + 1);
	assert_int_equal(format_string_new((struct str){huge, FORMAT_STRING_MAX + 1},
				 LOG_DIALECT_GUESS, STR_LIT("x"), &f, error),
		-EINVAL);
	for (size_t i = 0; i < FORMAT_STRING_MAX; i++)
		huge[i] = "%h "[i % 3];
	assert_int_equal(format_string_new((struct str){huge, FORMAT_STRING_MAX}, LOG_DIALECT_GUESS,
				 STR_LIT("x"), &f, error),
		-EINVAL);
	free(huge);
}

static void names_are_clean(void **state)
{
	struct log_format *f;
	char error[FORMAT_STRING_ERROR_MAX];

	(void)state;
	assert_int_equal(format_string_new(
				 STR_LIT("%h"), LOG_DIALECT_APACHE, STR_LIT("ma\x1bin"), &f, error),
		0);
	assert_true(text_is_clean(str_of(f->name)));
	format_string_free(f);
	format_string_free(NULL);
	assert_true(format_string_is(STR_LIT("%h")));
	assert_false(format_string_is(STR_LIT("combined")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nginx_formats),
		cmocka_unit_test(apache_formats),
		cmocka_unit_test(peer_and_client),
		cmocka_unit_test(bad_requests),
		cmocka_unit_test(path_and_query_apart),
		cmocka_unit_test(hostile_lines),
		cmocka_unit_test(forged_peers),
		cmocka_unit_test(lines_cut_off_or_longer),
		cmocka_unit_test(json_templates),
		cmocka_unit_test(rejects_other_lines),
		cmocka_unit_test(bounded_work),
		cmocka_unit_test(errors_say_where_and_what),
		cmocka_unit_test(names_are_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
