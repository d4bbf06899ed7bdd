// SPDX-License-Identifier: MIT
#include "log/formats.h"

#include "base/text.h"
#include "log/clf.h"
#include "log/line_prefix.h"
#include "log/text.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define T      "[22/Nov/2026:08:14:15 +0000]"
#define T_USEC (INT64_C(1795335255) * USEC_PER_SEC)

/* What a line must read as; NULL text is absent, status and bytes of -1 too. */
struct reading {
	const char *line;
	const char *ip, *client;
	const char *method, *path, *proto;
	int status;
	int64_t bytes;
	const char *referer, *agent;
};

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

static void check(const struct reading *want)
{
	static struct log_scratch scratch;
	const struct log_format *hint = NULL;
	struct event e;
	const struct event_request *r = &e.request;

	if (log_parse(str_of(want->line), &hint, &scratch, &e) < 0)
		fail_msg("rejected: %s", want->line);
	check_addr(want->line, "ip", r->ip, want->ip);
	check_addr(want->line, "client", r->client, want->client);
	check_text(want->line, "method", r->method, want->method);
	check_text(want->line, "path", r->path, want->path);
	check_text(want->line, "proto", r->proto, want->proto);
	check_text(want->line, "referer", r->referer, want->referer);
	check_text(want->line, "agent", r->agent, want->agent);
	assert_int_equal(r->status, want->status < 0 ? ABSENT : (uint64_t)want->status);
	assert_int_equal(r->bytes, want->bytes < 0 ? ABSENT : (uint64_t)want->bytes);
	assert_int_equal(r->logged, T_USEC);
}

static void check_all(const struct reading *all, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check(&all[i]);
}

static void reads_plain_lines(void **state)
{
	(void)state;
	static const struct reading all[] = {
		{"203.0.113.5 - - " T " \"GET / HTTP/1.1\" 200 612 \"-\" \"curl/7.88.1\"",
			"203.0.113.5", NULL, "GET", "/", "HTTP/1.1", 200, 612, NULL, "curl/7.88.1"},
		{"203.0.113.5 - - " T " \"GET /p?q=1 HTTP/2.0\" 304 0 \"https://a.test/\" \"-\"",
			"203.0.113.5", NULL, "GET", "/p?q=1", "HTTP/2.0", 304, 0, "https://a.test/",
			NULL},
		{"203.0.113.5 - - " T " \"POST /x HTTP/1.0\" 200 123456789012", "203.0.113.5", NULL,
			"POST", "/x", "HTTP/1.0", 200, 123456789012, NULL, NULL},
		{"203.0.113.5 - - " T " \"PROPFIND / HTTP/3\" 207 1\r", "203.0.113.5", NULL,
			"PROPFIND", "/", "HTTP/3", 207, 1, NULL, NULL},
		{"2001:db8::1 - - " T " \"BASELINE-CONTROL /x HTTP/1.1\" 200 5", "2001:db8::1",
			NULL, "BASELINE-CONTROL", "/x", "HTTP/1.1", 200, 5, NULL, NULL},
		{"192.0.2.1 - - " T " \"GET / HTTP/1.1\" 000 0", "192.0.2.1", NULL, "GET", "/",
			"HTTP/1.1", -1, 0, NULL, NULL},
		{"192.0.2.1 - - " T " \"GET / HTTP/1.1\" 200 99999999999999999999", "192.0.2.1",
			NULL, "GET", "/", "HTTP/1.1", 200, -1, NULL, NULL},
	};
	check_all(all, ARRAY_LEN(all));
}

static void decodes_what_servers_escape(void **state)
{
	(void)state;
	static const struct reading all[] = {
		{"127.0.0.1 - - " T " \"GET /ua-quote HTTP/1.1\" 200 9 \"-\" "
		 "\"Mozilla \\x22evil\\x22 \\x5C back\\x5C\\x22slash\"",
			"127.0.0.1", NULL, "GET", "/ua-quote", "HTTP/1.1", 200, 9, NULL,
			"Mozilla \"evil\" \\ back\\\"slash"},
		{"127.0.0.1 - - " T " \"GET /ua-quote HTTP/1.1\" 200 251 \"-\" "
		 "\"Mozilla \\\"evil\\\" \\\\ back\\\\\\\"slash\"",
			"127.0.0.1", NULL, "GET", "/ua-quote", "HTTP/1.1", 200, 251, NULL,
			"Mozilla \"evil\" \\ back\\\"slash"},
		{"127.0.0.1 - - " T " \"GET /\\\" 200 1 \\\"x HTTP/1.1\" 404 5 \"-\" \"-\"",
			"127.0.0.1", NULL, "GET", "/\" 200 1 \"x", "HTTP/1.1", 404, 5, NULL, NULL},
		{"127.0.0.1 - - " T
		 " \"GET /\\xC3\\xA9\\xff\\x1b[2J HTTP/1.1\" 404 5 \"\\t\" \"\\d\"",
			"127.0.0.1", NULL, "GET", "/\xc3\xa9\\xff\\x1b[2J", "HTTP/1.1", 404, 5,
			"\\x09", "\\d"},
	};
	check_all(all, ARRAY_LEN(all));
}

static void keeps_requests_without_a_method(void **state)
{
	(void)state;
	static const struct reading all[] = {
		{"192.0.2.1 - - " T " \"\\x16\\x03\\x01\\x02\\x00\\x01\\xFC\\x03\\x03\" 400 157 "
		 "\"-\" \"-\"",
			"192.0.2.1", NULL, NULL, "\\x16\\x03\\x01\\x02\\x00\\x01\\xfc\\x03\\x03",
			NULL, 400, 157, NULL, NULL},
		{"192.0.2.1 - - " T " \"\\x16\\x03 \\x01 HTTP/1.1\" 400 157", "192.0.2.1", NULL,
			NULL, "\\x16\\x03 \\x01 HTTP/1.1", NULL, 400, 157, NULL, NULL},
		{"::1 - - " T " \"-\" 408 -", "::1", NULL, NULL, NULL, NULL, 408, 0, NULL, NULL},
		{"::1 - - " T " \"\" 400 0 \"-\" \"-\"", "::1", NULL, NULL, NULL, NULL, 400, 0,
			NULL, NULL},
		{"::1 - - " T " \"\" - -", "::1", NULL, NULL, NULL, NULL, -1, 0, NULL, NULL},
		{"::1 - - " T " \"  \" 400 345", "::1", NULL, NULL, NULL, NULL, 400, 345, NULL,
			NULL},
		{"::1 - - " T " \"  HTTP/1.1\" 501 345", "::1", NULL, NULL, NULL, "HTTP/1.1", 501,
			345, NULL, NULL},
		{"::1 - - " T " \"HTTP/1.1\" 400 1", "::1", NULL, NULL, "HTTP/1.1", NULL, 400, 1,
			NULL, NULL},
		{"::1 - - " T " \"quit\" 400 0", "::1", NULL, NULL, "quit", NULL, 400, 0, NULL,
			NULL},
		{"::1 - - " T " \"SSH-2.0-Go\" 400 0", "::1", NULL, NULL, "SSH-2.0-Go", NULL, 400,
			0, NULL, NULL},
	};
	check_all(all, ARRAY_LEN(all));
}

static void splits_odd_requests(void **state)
{
	(void)state;
	static const struct reading all[] = {
		{"192.0.2.1 - - " T " \"GET /http09\" 200 3 \"-\" \"-\"", "192.0.2.1", NULL, "GET",
			"/http09", NULL, 200, 3, NULL, NULL},
		{"192.0.2.1 - - " T " \"GET /a b  c HTTP/1.1\" 400 157", "192.0.2.1", NULL, "GET",
			"/a b  c", "HTTP/1.1", 400, 157, NULL, NULL},
		{"192.0.2.1 - - " T " \"GET /a HTTP/1.1 b\" 400 157", "192.0.2.1", NULL, "GET",
			"/a HTTP/1.1 b", NULL, 400, 157, NULL, NULL},
		{"192.0.2.1 - - " T " \"GET HTTP/1.1\" 400 157", "192.0.2.1", NULL, "GET", NULL,
			"HTTP/1.1", 400, 157, NULL, NULL},
		{"192.0.2.1 - - " T " \"GET  HTTP/1.1\" 400 157", "192.0.2.1", NULL, "GET", NULL,
			"HTTP/1.1", 400, 157, NULL, NULL},
		/* Nothing escaped. */
		{"192.0.2.1 - - " T " \"GET /a\"b HTTP/1.1\" 200 1 \"-\" \"x\"", "192.0.2.1", NULL,
			"GET", "/a\"b", "HTTP/1.1", 200, 1, NULL, "x"},
		{"192.0.2.1 - - " T " \"GET /a\\\" 200 1 \"-\" \"x\"", "192.0.2.1", NULL, "GET",
			"/a\\", NULL, 200, 1, NULL, "x"},
	};
	check_all(all, ARRAY_LEN(all));
}

#define GET  " \"GET / HTTP/1.1\" 200 6 \"-\" \"x\""
#define READ "GET", "/", "HTTP/1.1", 200, 6, NULL, "x"
#define V4   "127.0.0.1", NULL, READ

static void finds_the_address_nearest_the_server(void **state)
{
	(void)state;
	static const struct reading all[] = {
		{"::ffff:127.0.0.1 - - " T GET, V4},
		{"fe80::1%eth0 - - " T GET, "fe80::1", NULL, READ},
		{"srv.test:80 127.0.0.1 - - " T GET, V4},
		{":18080 ::1 - - " T GET, "::1", NULL, READ},
		{"127.0.1.1:80 127.0.0.1 - - " T GET, V4},
		{"127.0.0.1 6.6.6.6 - " T GET, V4},
		{"127.0.0.1 6.6.6.6 john " T GET, V4},
		{"127.0.0.1 ident 6.6.6.6 more " T GET, V4},
		{"srv.test 127.0.0.1 ident john " T GET, V4},
		{"198.51.100.7 127.0.0.1 - - " T GET, V4},
		{"203.0.113.9, 198.51.100.7 127.0.0.1 - - " T GET, V4},
		{"a b c d e f g h i j k l m n o p q r s t 127.0.0.1 - - " T GET, V4},
		{"- 127.0.0.1 - - " T GET, V4},
		{"127.0.0.1 127.0.0.1 - - " T GET, V4},
		{"localhost - - " T GET, NULL, NULL, READ},
		{"unix: - - " T GET, NULL, NULL, READ},
		{"127.0.0.1 - john smith " T GET, V4},
		{"127.0.0.1 - 6.6.6.6 " T GET, V4},
		{"127.0.0.1 - x [01/Jan/2000 " T GET, V4},
		{"127.0.0.1 - [01/Jan/2000:00:00:00 +0000] x " T GET, V4},
		{"127.0.0.1 - [01/Jan/2000:00:00:00 +0000] \\x22GET\\x22 200 1 " T GET, V4},
	};
	check_all(all, ARRAY_LEN(all));
}

static void ignores_what_follows(void **state)
{
	(void)state;
	static const struct reading all[] = {
		{"127.0.0.1 - - " T " \"GET / HTTP/1.1\" 499 0 \"-\" \"curl/7.88.1\" 86 0.996 "
		 "\"127.0.0.1:18099\" - 0.995",
			"127.0.0.1", NULL, "GET", "/", "HTTP/1.1", 499, 0, NULL, "curl/7.88.1"},
		{"127.0.0.1 - - " T
		 " \"GET / HTTP/1.1\" 200 1 \"-\" \"c\" \"203.0.113.7, 10.0.0.2\"",
			"127.0.0.1", NULL, "GET", "/", "HTTP/1.1", 200, 1, NULL, "c"},
		{"127.0.0.1 - - " T " \"GET /birthday HTTP/2\" 200 352 \"-\" \"Nikto\" 244 "
		 "\"r@docker\" \"http://172.17.0.3:80\" 42ms",
			"127.0.0.1", NULL, "GET", "/birthday", "HTTP/2", 200, 352, NULL, "Nikto"},
		{"127.0.0.1 - - " T " \"GET / HTTP/1.1\" - - \"-\" \"-\" 1 \"-\" \"-\" 0ms",
			"127.0.0.1", NULL, "GET", "/", "HTTP/1.1", -1, 0, NULL, NULL},
		{"127.0.0.1 - - " T " \"GET / HTTP/1.1\" 200 1 - \"c\"", "127.0.0.1", NULL, "GET",
			"/", "HTTP/1.1", 200, 1, NULL, "c"},
		{"127.0.0.1 - - " T " \"GET / HTTP/1.1\" 200 1 \"-\" \"cut of", "127.0.0.1", NULL,
			"GET", "/", "HTTP/1.1", 200, 1, NULL, "cut of"},
	};
	check_all(all, ARRAY_LEN(all));
}

/* What others say is kept, and no more: the address that joins is the server's own word. */
static void keeps_what_headers_claim(void **state)
{
	static const struct {
		const char *line, *claims;
	} all[] = {
		{"198.51.100.7 127.0.0.1 - - " T GET, "198.51.100.7"},
		{"203.0.113.9, 198.51.100.7 127.0.0.1 - - " T GET, "203.0.113.9, 198.51.100.7"},
		{"203.0.113.9,198.51.100.7 127.0.0.1 - - " T GET, "203.0.113.9,198.51.100.7"},
		{"srv.test:80 198.51.100.7 127.0.0.1 - - " T GET, "198.51.100.7"},
		{"198.51.100.7, unknown, 2001:db8::1 127.0.0.1 - john smith " T GET,
			"198.51.100.7, unknown, 2001:db8::1"},
		{"127.0.0.1, 127.0.0.1 - - " T GET, NULL},
		{"- 127.0.0.1 - - " T GET, NULL},
		{"127.0.0.1 6.6.6.6 - " T GET, NULL},
		{"127.0.0.1 - - " T GET " \"203.0.113.7, 10.0.0.2\"", "203.0.113.7, 10.0.0.2"},
		{"127.0.0.1 - - " T GET " \"203.0.113.7\"", "203.0.113.7"},
		{"127.0.0.1 - - " T GET " \"-\" 0.1 \"2001:db8::7,203.0.113.7\" \"x\"",
			"2001:db8::7,203.0.113.7"},
		{"127.0.0.1 - - " T GET " \"203.0.113.7 x\" \",\" \"\" \"", NULL},
		{"127.0.0.1 - - " T GET " 86 0.996 \"127.0.0.1:18099\" - 0.995", NULL},
		{"127.0.0.1 - - " T GET " \"203.0.113.7, cut of", NULL},
		{"9.9.9.9 127.0.0.1 - - " T GET " \"203.0.113.7\"", "9.9.9.9"},
		/* What anybody can write does not hide what a proxy added. */
		{"127.0.0.1 - - " T GET " \"x, 203.0.113.7\"", "x, 203.0.113.7"},
		{"127.0.0.1 - - " T GET " \"\\x22, ' ;, 6.6.6.6, 203.0.113.7\"",
			"\", ' ;, 6.6.6.6, 203.0.113.7"},
		{"127.0.0.1 - - " T GET " \"203.0.113.7:443\"", "203.0.113.7:443"},
		{"127.0.0.1 - - " T GET " \"[2001:db8::1]:80\"", "[2001:db8::1]:80"},
		{"127.0.0.1 - - " T GET " \"x, 203.0.113.7:55, 10.0.0.9:80\"",
			"x, 203.0.113.7:55, 10.0.0.9:80"},
		{"127.0.0.1 - - " T GET " \"x, 203.0.113.7, unknown\"", NULL},
		/* Upstreams. */
		{"127.0.0.1 - - " T GET " \"203.0.113.7\" \"10.0.0.9:80, [fd00::1]:80\"",
			"203.0.113.7"},
		/* Two fields that do not agree: one of them may be a header of the client's. */
		{"127.0.0.1 - - " T GET " \"127.0.0.1\" \"203.0.113.8\"", NULL},
		{"127.0.0.1 - - " T GET " \"203.0.113.8\" \"6.6.6.6\"", NULL},
		{"127.0.0.1 - - " T GET " \"203.0.113.8\" \"6.6.6.6, 203.0.113.8\"",
			"6.6.6.6, 203.0.113.8"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		static struct log_scratch scratch;
		const struct log_format *hint = NULL;
		struct event e;
		assert_int_equal(log_parse(str_of(all[i].line), &hint, &scratch, &e), 0);
		check_addr(all[i].line, "ip", e.request.ip, "127.0.0.1");
		check_addr(all[i].line, "client", e.request.client, NULL);
		check_text(all[i].line, "claims", e.request.claims, all[i].claims);
	}
}

/* However long a list is that somebody sends, what the server adds at its end counts. */
static void long_lists_keep_their_end(void **state)
{
	static struct log_scratch scratch;
	static char line[65536];
	const struct log_format *hint = NULL;
	struct event e;
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 1000; i++)
		n += (size_t)sprintf(line + n, "203.0.113.%d, ", i % 250);
	strcpy(line + n, "198.51.100.7 127.0.0.1 - - " T GET);
	assert_int_equal(log_parse(str_of(line), &hint, &scratch, &e), 0);
	check_addr("a long list", "ip", e.request.ip, "127.0.0.1");
	struct str claims = e.request.claims;
	assert_true(claims.n <= EVENT_TEXT_MAX && claims.n > EVENT_TEXT_MAX - 32);
	assert_true(str_starts(claims, STR_LIT(" 203.0.113.")) ||
		    str_starts(claims, STR_LIT("203.0.113.")));
	assert_memory_equal(claims.p + claims.n - 14, ", 198.51.100.7", 14);
}

static void takes_wrappers_off(void **state)
{
	(void)state;
	static const struct reading all[] = {
		{"<134>127.0.0.1 - - " T GET, V4},
		{"<190>Nov 22 08:14:15 host nginx: 127.0.0.1 - - " T GET, V4},
		{"<190>Nov  2 08:14:15 nginx: 127.0.0.1 - - " T GET "\r", V4},
		{"Nov 22 08:14:15 host nginx[12]: 127.0.0.1 - - " T GET, V4},
		{"<134>1 2026-11-22T08:14:15Z host nginx 12 - - 127.0.0.1 - - " T GET, V4},
		{"<134>1 2026-11-22T08:14:15Z h n 12 - [a b=\"c\"] \xef\xbb\xbf"
		 "127.0.0.1 - - " T GET,
			V4},
		{"2026-11-22T08:14:15.1+00:00 host nginx: 127.0.0.1 - - " T GET, V4},
		{"2026-11-22T08:14:15.123456789Z stdout F 127.0.0.1 - - " T GET, V4},
		{"2026-11-22T08:14:15.123456789Z 127.0.0.1 - - " T GET, V4},
		{"web-1  | 2026-11-22T08:14:15.123456789Z 127.0.0.1 - - " T GET, V4},
		{"web-1  | 127.0.0.1 - - " T GET, V4},
		{"web-1  | <134>127.0.0.1 - - " T GET, V4},
		{"\xef\xbb\xbf"
		 "127.0.0.1 - - " T GET,
			V4},
		/* Not a wrapper: lighttpd with a forged Host. */
		{"127.0.0.1 | - " T GET, V4},
	};
	check_all(all, ARRAY_LEN(all));
	/* No part of a wrapper is a virtual host. */
	struct event e;
	static struct log_scratch scratch;
	for (size_t i = 0; i + 1 < ARRAY_LEN(all); i++) {
		const struct log_format *hint = NULL;
		assert_int_equal(log_parse(str_of(all[i].line), &hint, &scratch, &e), 0);
		assert_null(e.request.vhost.p);
	}
	struct str nuls = {"\0\0\0a\0b\r\n", 8};
	assert_true(str_eq(log_unwrap(nuls), (struct str){"a\0b", 3}));
	assert_int_equal(log_unwrap((struct str){"\0\0", 2}).n, 0);
}

static int read_time(const char *stamp, usec_t *ret)
{
	static struct log_scratch scratch;
	const struct log_format *hint = NULL;
	struct event e;
	const struct event_request *r = &e.request;
	char line[128];

	snprintf(line, sizeof line, "192.0.2.1 - - [%s] \"GET / HTTP/1.1\" 200 1", stamp);
	int err = log_parse(str_of(line), &hint, &scratch, &e);
	if (!err)
		*ret = r->logged;
	return err;
}

static void reads_times(void **state)
{
	(void)state;
	static const struct {
		const char *stamp;
		usec_t want;
	} all[] = {
		{"22/Nov/2026:08:14:15 +0000", 1795335255},
		{"22/Nov/2026:08:14:59 +0000", 1795335299},
		{"22/Nov/2026:09:44:15 +0130", 1795335255},
		{"22/Nov/2026:00:14:15 -0800", 1795335255},
		{"1/Apr/2014:00:00:01 -0500", 1396328401},
		{"22/Nov/2026:10:14:15", 1795335255},
		{"01/Jan/1970:00:00:01 +0000", 1},
	};
	usec_t got;

	/* No zone is local. */
	setenv("TZ", "UTC-2", 1);
	tzset();
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		assert_int_equal(read_time(all[i].stamp, &got), 0);
		assert_int_equal(got, all[i].want * USEC_PER_SEC);
	}
	assert_true(read_time("32/Nov/2026:08:14:15 +0000", &got) < 0);
	assert_true(read_time("22/Nox/2026:08:14:15 +0000", &got) < 0);
	assert_true(read_time("22/Nov/2026:24:14:15 +0000", &got) < 0);
	assert_true(read_time("22/Nov/2026:08:14:61 +0000", &got) < 0);
	assert_true(read_time("22/Nov/2026:08:14:6x +0000", &got) < 0);
	assert_true(read_time("22/Nov/2026:08:14:15 0000", &got) < 0);
	/* What a recording cannot carry. */
	assert_true(read_time("31/Dec/1969:23:59:59 +0000", &got) < 0);
	assert_true(read_time("01/Jan/0001:00:00:00 +0000", &got) < 0);
	assert_true(read_time("01/Jan/1970:00:00:00 +0100", &got) < 0);
	assert_true(read_time("01/Jan/9999:00:00:00 +0000", &got) < 0);
}

static void rejects_what_is_no_access_log(void **state)
{
	(void)state;
	static const char *const all[] = {
		"",
		" ",
		"\r",
		"2021/12/01 13:53:33 [error] 31#31: *46 open() \"/x\" failed",
		"192.0.2.1 - - " T,
		"192.0.2.1 - - " T " \"",
		"192.0.2.1 - - " T " \"GET / HTTP/1.1",
		"192.0.2.1 - - " T " \"GET / HTTP/1.1\"",
		"192.0.2.1 - - " T " \"GET / HTTP/1.1\" 200",
		"192.0.2.1 - - " T " \"GET / HTTP/1.1\" 20 1",
		"192.0.2.1 - - " T " \"GET / HTTP/1.1\" 200 1x",
		"192.0.2.1 - - " T " GET / 200 1",
		"[",
		"[[[[[[[[",
		"{\"level\":\"info\"}",
		"<134>",
		"Nov 22 08:14:15 ",
	};
	static struct log_scratch scratch;

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		const struct log_format *hint = NULL;
		struct event e = {.request.status = 7};
		if (log_parse(str_of(all[i]), &hint, &scratch, &e) == 0)
			fail_msg("accepted: %s", all[i]);
		assert_null(hint);
		assert_int_equal(e.request.status, 7);
	}
}

/* Lengths count, not terminators: exact copies on the heap let the sanitizers see a byte too
 * many, at every place where a line may be cut. */
static void survives_every_cut(void **state)
{
	(void)state;
	static const char line[] =
		"web | ::ffff:127.0.0.1 - \xc3\xa9 " T
		" \"GET /\\x1b\\\"\\ \xe2\x80\xae HTTP/1.1\" 200 12 \"\\x\" \"a\"b";
	static const char quick[] = "127.0.0.1 - - " T " \"GET / HTTP/1.1\" 200 12 \"\" \"";
	static struct log_scratch scratch;

	for (size_t k = 0; k < 2; k++) {
		struct str whole = str_of(k ? quick : line);
		for (size_t n = 0; n <= whole.n; n++) {
			const struct log_format *hint = NULL;
			struct event e;
			char *copy = malloc(n + !n);
			memcpy(copy, whole.p, n);
			log_parse((struct str){copy, n}, &hint, &scratch, &e);
			free(copy);
		}
	}
}

static void bounds_long_fields(void **state)
{
	(void)state;
	static struct log_scratch scratch;
	static char line[100000];
	const struct log_format *hint = NULL;
	struct event e;
	const struct event_request *r = &e.request;

	/* Two-byte characters at an odd place: the cut must not go through one. */
	int n = snprintf(line, sizeof line, "192.0.2.1 - - " T " \"GET /");
	for (int i = 0; i < 10000; i++)
		n += snprintf(line + n, 3, "\xc3\xa9");
	n += snprintf(line + n, 64, " HTTP/1.1\" 200 1 \"");
	for (int i = 0; i < 10000; i++)
		n += snprintf(line + n, 5, "\\x01");
	n += snprintf(line + n, 64, "\" \"\\x02\"");
	assert_int_equal(log_parse((struct str){line, (size_t)n}, &hint, &scratch, &e), 0);
	assert_int_equal(r->path.n, EVENT_TEXT_MAX - 1);
	assert_true(text_is_clean(r->path));
	assert_int_equal(r->referer.n, EVENT_TEXT_MAX);
	assert_true(text_is_clean(r->referer));
	assert_true(str_eq(r->agent, STR_LIT("\\x02")));
}

static void knows_plain_from_odd(void **state)
{
	(void)state;
	static const char odd[] = "\\\x1f\t\x7f\x80\xff";
	char text[64];

	for (size_t n = 0; n <= sizeof text; n++) {
		memset(text, '~', sizeof text);
		assert_true(log_text_is_plain((struct str){text, n}));
		for (size_t i = 0; i < n; i++) {
			for (size_t k = 0; k < sizeof odd; k++) { /* and NUL */
				text[i] = odd[k];
				assert_false(log_text_is_plain((struct str){text, n}));
			}
			text[i] = ' ';
		}
	}
}

static void common_leaves_the_rest_alone(void **state)
{
	(void)state;
	static struct log_scratch scratch;
	const struct log_format *common = log_format_find(STR_LIT("common"));
	struct event e;
	const struct event_request *r = &e.request;

	assert_non_null(common);
	assert_non_null(log_format_find(STR_LIT("combined")));
	assert_null(log_format_find(STR_LIT("auto")));
	assert_int_equal(
		log_format_parse(common, STR_LIT("192.0.2.1 - - " T GET), &scratch, &e), 0);
	assert_null(r->agent.p);
	assert_int_equal(r->bytes, 6);
}

/* What a line pays for in vain. */
static void refuses_cheaply(void **state)
{
	static struct log_scratch scratch;
	const struct log_format *hint = NULL;
	struct event e;

	(void)state;
	/* A stamp without a zone takes the zone's rules; not where no request can follow. */
	const char *line = "a 192.0.2.1 - - [22/Nov/2026:08:14:15] [22/Nov/2026:08:15:15]\"";
	assert_int_equal(log_parse(str_of(line), &hint, &scratch, &e), -EINVAL);
	assert_string_equal(scratch.local_stamp, "");
	/* What combined has refused common would refuse as well. */
	for (size_t i = 0; i < log_format_count; i++)
		assert_int_equal(log_formats[i].is_part, log_formats[i].parse == log_clf_common);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_plain_lines),
		cmocka_unit_test(decodes_what_servers_escape),
		cmocka_unit_test(keeps_requests_without_a_method),
		cmocka_unit_test(splits_odd_requests),
		cmocka_unit_test(finds_the_address_nearest_the_server),
		cmocka_unit_test(ignores_what_follows),
		cmocka_unit_test(keeps_what_headers_claim),
		cmocka_unit_test(long_lists_keep_their_end),
		cmocka_unit_test(takes_wrappers_off),
		cmocka_unit_test(reads_times),
		cmocka_unit_test(rejects_what_is_no_access_log),
		cmocka_unit_test(survives_every_cut),
		cmocka_unit_test(bounds_long_fields),
		cmocka_unit_test(knows_plain_from_odd),
		cmocka_unit_test(common_leaves_the_rest_alone),
		cmocka_unit_test(refuses_cheaply),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
