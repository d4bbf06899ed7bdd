// SPDX-License-Identifier: MIT
#include "log/request.h"

#include "log/scan.h"
#include "log/swar.h"

/* Length of the method that a request starts with, or 0 when it has none: TLS on a plain port,
 * other protocols, garbage. */
static size_t method_length(struct str request)
{
	if (request.n >= 8) {
		uint64_t w = swar_load(request.p);
		unsigned n = swar_until_space(w);
		if (n - 1 < 7 && swar_is_upper(w, n))
			return n;
	}
	const char *end = request.p + request.n, *close = log_scan_method(request.p, end);
	return close && close < end && *close == ' ' ? (size_t)(close - request.p) : 0;
}

/* Length of the protocol that the rest of a request ends with, or 0. */
static size_t proto_length(struct str rest)
{
	const char *space, *tail = rest.p + rest.n;

	if (rest.n >= 9 && memcmp(tail - 9, " HTTP/", 6) == 0 && tail[-2] == '.' &&
		tail[-1] != ' ' && tail[-3] != ' ')
		return 8;
	space = rest.n ? memrchr(rest.p, ' ', rest.n) : NULL;
	size_t n = (size_t)(tail - (space ? space + 1 : rest.p));
	return str_starts((struct str){tail - n, n}, STR_LIT("HTTP/")) ? n : 0;
}

static struct str skip_blanks(struct str s)
{
	size_t i = 0;

	while (i < s.n && s.p[i] == ' ')
		i++;
	return (struct str){s.p + i, s.n - i};
}

/* What other protocols begin with, as log_text_as() shows it. */
static const struct {
	const char *kind, *start;
} protocols[] = {
	{"TLS", "\\x16\\x03"},    /* a handshake record (RFC 8446, 5.1) */
	{"SSH", "SSH-"},          /* RFC 4253, 4.2 */
	{"RDP", "\\x03\\x00"},    /* TPKT (RFC 1006, 6) */
	{"SOCKS4", "\\x04\\x01"}, /* CONNECT */
	{"SOCKS5", "\\x05\\x01"}, /* one way to log in (RFC 1928, 3) */
	{"SOCKS5", "\\x05\\x02"},
};

static struct str kind_of(struct str text)
{
	for (size_t i = 0; i < ARRAY_LEN(protocols); i++)
		if (str_starts(text, str_of(protocols[i].start)))
			return str_of(protocols[i].kind);
	return STR_ABSENT;
}

/* lighttpd leaves blanks where it knows of nothing: "  ", "  HTTP/1.1". */
static void without_method(struct log_scratch *scratch, enum log_escape how, struct str request,
	struct event_request *ret)
{
	struct str rest = skip_blanks(request);

	if (rest.n == 0 || str_eq(request, STR_LIT("-")))
		return;
	if (rest.n < request.n && proto_length(rest) == rest.n)
		ret->proto = log_text_as(scratch, how, rest);
	else
		ret->path = log_text_as(scratch, how, request);
	ret->kind = kind_of(ret->path);
}

void log_request_split(struct log_scratch *scratch, enum log_escape how, struct str request,
	struct event_request *ret)
{
	struct str rest = request;
	size_t n = method_length(rest);

	if (n == 0) {
		without_method(scratch, how, request, ret);
		return;
	}
	ret->method = (struct str){rest.p, n};
	if (how == LOG_FLEETING)
		ret->method = log_text_as(scratch, how, ret->method);
	rest = (struct str){rest.p + n + 1, rest.n - n - 1};
	n = proto_length(rest);
	if (n > 0) {
		ret->proto = log_text_as(scratch, how, (struct str){rest.p + rest.n - n, n});
		rest.n -= n < rest.n ? n + 1 : n;
	}
	ret->path = log_text_as(scratch, how, rest);
}

/* By halves: a wide load of what was just stored in two, to copy it to the next, stalls. */
static void clear(struct str *text)
{
	text->p = NULL;
	text->n = 0;
}

void log_request_clear(struct event_request *r)
{
	clear(&r->method);
	clear(&r->path);
	clear(&r->proto);
	clear(&r->referer);
	clear(&r->agent);
	clear(&r->claims);
	clear(&r->vhost);
	clear(&r->kind);
	clear(&r->log);
}
