// SPDX-License-Identifier: MIT
#include "log/error_nginx.h"

#include "log/line_prefix.h"
#include "log/request.h"
#include "log/text.h"
#include "log/time.h"

#include <errno.h>

static bool take_digits(struct str *s)
{
	size_t n = 0;

	while (n < s->n && (unsigned char)(s->p[n] - '0') <= 9)
		n++;
	*s = str_skip(*s, n);
	return n > 0;
}

static bool ends_in(struct str s, struct str tail)
{
	return s.n >= tail.n && memcmp(s.p + s.n - tail.n, tail.p, tail.n) == 0;
}

/* Where word stands in s; s.n when it does not. */
static size_t find(struct str s, struct str word)
{
	const char *at = s.n ? memmem(s.p, s.n, word.p, word.n) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

static bool take_level(struct str *s)
{
	static const char *const levels[] = {
		"error", "crit", "warn", "notice", "info", "alert", "emerg", "debug"};
	struct str rest = *s;

	if (!str_take(&rest, STR_LIT(" [")))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
		if (!str_take(&rest, str_of(levels[i])))
			continue;
		*s = rest;
		return str_take(s, STR_LIT("] "));
	}
	return false;
}

/* "2026/11/28 21:52:24 [error] 4694#4694: "; false when the line does not begin like that. */
static bool take_head(struct str *line, struct log_scratch *scratch, usec_t *ret_logged)
{
	struct str rest = *line;
	size_t n;

	if (rest.n < 5 || rest.p[4] != '/' || !(n = log_time_iso(rest, scratch, ret_logged)))
		return false;
	rest = str_skip(rest, n);
	if (!take_level(&rest) || !take_digits(&rest) || !str_take(&rest, STR_LIT("#")) ||
		!take_digits(&rest) || !str_take(&rest, STR_LIT(": ")))
		return false;
	*line = rest;
	return true;
}

/* How a message begins, and how it ends before ", client: ". */
struct rule {
	struct str begin, end;
	enum web_error_what what;
	bool quotes; /* something that others have written */
};

#define RULE(begin, end, what, quotes)                                                     \
	{                                                                                  \
		{begin, sizeof begin - 1}, {end, sizeof end - 1}, WEB_ERROR_##what, quotes \
	}

static const struct rule rules[] = {
	RULE("limiting requests, excess: ", "\"", LIMIT_REQ, false),
	RULE("delaying request, excess: ", "\"", LIMIT_REQ, false),
	RULE("limiting connections by zone ", "\"", LIMIT_CONN, false),
	RULE("access forbidden ", "by rule", FORBIDDEN, false),
	RULE("directory index of \"", "\" is forbidden", FORBIDDEN, true),
	RULE("connect() ", " to upstream", UPSTREAM_REFUSED, false),
	RULE("upstream timed out (", "upstream", UPSTREAM_TIMEOUT, false),
	RULE("upstream prematurely closed ", " upstream", UPSTREAM_FAILED, false),
	RULE("upstream sent ", " upstream", UPSTREAM_FAILED, true),
	RULE("recv() failed (", " upstream", UPSTREAM_FAILED, false),
	RULE("readv() failed (", " upstream", UPSTREAM_FAILED, false),
	RULE("send() failed (", " upstream", UPSTREAM_FAILED, false),
	RULE("writev() failed (", " upstream", UPSTREAM_FAILED, false),
	RULE("SSL_do_handshake() failed (", " upstream", UPSTREAM_FAILED, false),
	RULE("peer closed connection in SSL handshake", " upstream", UPSTREAM_FAILED, false),
	RULE("no live upstreams ", " upstream", NO_UPSTREAM, false),
};

static const struct rule *find_rule(struct str *text)
{
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		if (str_take(text, rules[i].begin))
			return &rules[i];
	return NULL;
}

/* "ADDR, server: ", or cut off within; of a client on a Unix socket, "unix:", no address. */
static struct addr read_client(struct str text)
{
	struct str word = {text.p, find(text, STR_LIT(", server: "))};
	struct addr ip = {{0}};

	if (word.n < text.n)
		(void)addr_parse(word, &ip);
	return ip;
}

/* Finds the client behind the message, and leaves it at the start of *text. False when the message
 * does not end as it should. Where what the message quotes may have been made to look like its
 * end, nobody can tell, and nothing that stands behind it counts. */
static bool read_message(const struct rule *rule, struct str *text, struct addr *ret_ip)
{
	static const struct str mark = {", client: ", 10};
	struct str rest = *text, found = STR_ABSENT;
	struct addr ip;

	for (size_t at; (at = find(rest, mark)) < rest.n;) {
		struct str before = {text->p, (size_t)(rest.p - text->p) + at};
		rest = str_skip(rest, at + mark.n);
		bool fits = ends_in(before, rule->end);
		if (!fits && !rule->quotes)
			return false;
		if (!fits)
			continue;
		ip = read_client(rest);
		if (found.p && !addr_eq(&ip, ret_ip)) {
			*ret_ip = (struct addr){{0}};
			*text = (struct str){found.p, 0};
			return true;
		}
		*ret_ip = ip;
		found = found.p ? found : rest;
		if (!rule->quotes)
			break;
	}
	if (found.p)
		*text = found;
	return found.p != NULL;
}

/* What a quoted field holds, which ends where another begins behind it, or with the line; both are
 * taken off. */
static struct str take_quoted(struct str *s, const char *const *next)
{
	size_t end = s->n - (s->n && s->p[s->n - 1] == '"');
	struct str value;

	for (; *next; next++) {
		size_t at = find(*s, str_of(*next));
		end = at < end ? at : end;
	}
	value = (struct str){s->p, end};
	*s = str_skip(*s, end);
	return value;
}

/* "http://127.0.0.1:9000/x", "fastcgi://unix:/run/php.sock:": without what the client asked for.
 * Absent when it is cut off within the name. */
static struct str upstream_name(struct str url, bool whole)
{
	size_t at = find(url, STR_LIT("://"));

	if (at == url.n)
		return STR_ABSENT;
	url = str_skip(url, at + 3);
	struct str name = url;
	size_t unix_n = str_starts(url, STR_LIT("unix:")) ? 5 : 0;
	name.n = unix_n + find(str_skip(url, unix_n), unix_n ? STR_LIT(":") : STR_LIT("/"));
	return name.n < url.n || whole ? name : STR_ABSENT;
}

struct fields {
	struct str server, request, upstream, host;
};

/* Behind the client. Of what a client may write each stands behind what is the server's, but for
 * the upstream: when two fields look like it, it is not known which one is. */
static void read_fields(struct str s, bool asks_upstream, struct fields *f)
{
	static const char *const behind_request[] = {
		"\", subrequest: \"", "\", upstream: \"", "\", host: \"", "\", referrer: \"", NULL};
	static const char *const behind_upstream[] = {"\", host: \"", "\", referrer: \"", NULL};
	static const struct str upstream = {"\", upstream: \"", 14};

	s = str_skip(s, find(s, STR_LIT(", server: ")));
	if (!str_take(&s, STR_LIT(", server: ")))
		return;
	f->server = (struct str){s.p, find(s, STR_LIT(", request: \""))};
	s = str_skip(s, f->server.n);
	if (!str_take(&s, STR_LIT(", request: \"")))
		return;
	f->request = take_quoted(&s, behind_request);
	if (str_take(&s, STR_LIT("\", subrequest: \"")))
		take_quoted(&s, behind_request + 1);
	struct str rest = s;
	if (str_take(&s, upstream)) {
		struct str url = take_quoted(&s, behind_upstream);
		rest = str_skip(rest, upstream.n);
		if (asks_upstream && find(rest, upstream) == rest.n)
			f->upstream = upstream_name(url, s.n > 0);
	}
	if (str_take(&s, STR_LIT("\", host: \"")))
		f->host = take_quoted(&s, behind_upstream + 1);
}

/* "_" and "" are servers that take any name. */
static struct str vhost_of(const struct fields *f)
{
	if (f->host.n)
		return f->host;
	return str_eq(f->server, STR_LIT("_")) ? STR_ABSENT : f->server;
}

static void put_fields(const struct fields *f, bool plain, struct log_scratch *scratch,
	struct event_web_error *ret)
{
	const enum log_escape how = plain ? LOG_PLAIN : LOG_LITERAL;
	struct event_request request = {.status = ABSENT};

	log_request_split(scratch, how, f->request, &request);
	ret->path = request.path;
	ret->vhost = log_text_as(scratch, how, vhost_of(f));
	ret->upstream = log_text_as(scratch, how, f->upstream);
}

int log_error_nginx(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret)
{
	struct fields fields = {STR_ABSENT, STR_ABSENT, STR_ABSENT, STR_ABSENT};
	struct addr ip;
	usec_t logged;

	(void)self;
	scratch->used = 0;
	line = log_unwrap(line);
	struct str text = line;
	if (!take_head(&text, scratch, &logged))
		return -EINVAL;
	if (!str_take(&text, STR_LIT("*")) || !take_digits(&text) || !str_take(&text, STR_LIT(" ")))
		return -ENOMSG; /* of no connection */
	const struct rule *rule = find_rule(&text);
	if (!rule || !read_message(rule, &text, &ip))
		return -ENOMSG;
	ret->kind = EVENT_WEB_ERROR;
	ret->web_error =
		(struct event_web_error){.ip = ip, .logged = logged, .what = (uint8_t)rule->what};
	read_fields(text, rule->what >= WEB_ERROR_UPSTREAM_REFUSED, &fields);
	put_fields(&fields, log_text_is_plain(line), scratch, &ret->web_error);
	return 0;
}
