// SPDX-License-Identifier: MIT
/*
 * Clients choose the user's name, the request, the referer and the agent, so no separator can be
 * trusted by itself. Two things cannot be written by a client, because servers escape quotes: a
 * time stamp in brackets followed by a space and a raw quote, and a raw quote followed by status
 * and size. The line is read from these outwards.
 */
#include "log/clf.h"

#include "base/num.h"
#include "log/addr.h"
#include "log/custom_text.h"
#include "log/line_prefix.h"
#include "log/request.h"
#include "log/scan.h"
#include "log/swar.h"
#include "log/text.h"
#include "log/time.h"
#include "log/took.h"

#include <errno.h>

#define QUICK_MIN   48  /* no whole line with an address and a time is shorter */
#define STAMP_MAX   64  /* a time stamp with its bracket */
#define BETWEEN_MAX 253 /* a word between the time and the request */

struct clf {
	const char *at, *end; /* what is not read yet */
	struct log_scratch *scratch;
	enum log_escape how;
	struct addr ip;
	usec_t logged;
	uint64_t status, bytes;
	struct str request, claims, vhost;
	bool cut;
	uint32_t port;
};

/* The shape of nearly all lines: an IPv4 address, no user. Leaves c->at behind the opening quote
 * of the request. */
static bool read_quick_head(struct clf *c)
{
	uint8_t quad[4];

	if (c->end - c->at < QUICK_MIN)
		return false;
	const char *p = swar_quad(c->at, quad);
	if (!p || memcmp(p, " - - [", 6) != 0)
		return false;
	p += 6;
	p += log_time_clf((struct str){p, (size_t)(c->end - p)}, c->scratch, &c->logged);
	if (c->end - p < 3 || memcmp(p, "] \"", 3) != 0)
		return false;
	c->ip = addr_from_v4(quad);
	c->at = p + 3;
	return true;
}

/* Takes the next token off the front of *rest. False when only spaces are left. */
static bool take_first(struct str *rest, struct str *ret_token)
{
	size_t i = 0, start;

	while (i < rest->n && rest->p[i] == ' ')
		i++;
	for (start = i; i < rest->n && rest->p[i] != ' ';)
		i++;
	*ret_token = (struct str){rest->p + start, i - start};
	*rest = (struct str){rest->p + i, rest->n - i};
	return i > start;
}

/* Where addresses stand: before the first "-" (ident); behind it is the user, who may be called
 * anything. lighttpd writes the Host header, which a client can forge, where ident belongs: three
 * tokens with the first "-" not in the second place, or more when the user's name has blanks. Where
 * that name may be the peer's address no address is told: it may be anybody's. */
static struct str address_part(struct str head, struct str *ret_vhost)
{
	struct str rest = head, token, first = {head.p, 0}, second = first, ident = STR_ABSENT;
	struct str last = first;
	size_t count = 0, dash = 0;
	struct addr a;

	for (; take_first(&rest, &token); count++) {
		if (count < 2)
			*(count ? &second : &first) = token;
		if (count && !dash && str_eq(token, STR_LIT("-"))) {
			dash = count;
			ident = token;
		}
		if (!dash)
			last = token;
	}
	bool leads = addr_parse(first, &a) == 0;
	bool host_second = leads && !memchr(second.p, ',', second.n);
	if (host_second && dash > 2 && addr_parse(last, &a) == 0)
		return (struct str){head.p, 0};
	if ((leads && count == 3 && dash != 1) || (host_second && dash > 2)) {
		*ret_vhost = second;
		return first;
	}
	if (!dash) /* ident and user are both given */
		ident.p = leads || count < 2 ? first.p + first.n : second.p + second.n;
	return (struct str){head.p, (size_t)(ident.p - head.p)};
}

/* A list without what stands before its first address. */
static struct str from_address(struct str list)
{
	struct str rest = list, token;
	struct addr a;

	while (take_first(&rest, &token)) {
		const char *comma = memchr(token.p, ',', token.n);
		if (comma)
			token.n = (size_t)(comma - token.p);
		if (addr_parse(token, &a) == 0)
			return (struct str){token.p, (size_t)(list.p + list.n - token.p)};
	}
	return STR_ABSENT;
}

/* What stands before the addresses: Apache's %v:%p, mostly. Without a name it is ":80". */
static bool is_vhost(struct str token)
{
	struct addr a;

	return token.n > 1 && *token.p != ':' && !memchr(token.p, ',', token.n) &&
	       addr_parse(token, &a) < 0;
}

/* Where no address stands by itself the last may have a port. */
static void read_port(struct clf *c, struct str part)
{
	struct str token;

	if (log_addr_last(&part, &token))
		(void)log_addr_parse(token, &c->ip, &c->port);
}

static bool has_comma(struct str s)
{
	return s.n && memchr(s.p, ',', s.n);
}

/* The words of a part, and the places between two of which the first does not end in a comma. */
struct words {
	struct str first, second, last;
	size_t n, gaps, gap; /* how many places, and the last of them: behind word number gap */
	bool commas;
};

static struct words read_words(struct str part)
{
	struct words w = {0};
	struct str token;

	while (take_first(&part, &token)) {
		if (w.n && w.last.p[w.last.n - 1] != ',') {
			w.gaps++;
			w.gap = w.n - 1;
		}
		w.commas |= has_comma(token);
		w.gaps += *token.p == ',' ? 2 : 0; /* it begins with nothing: no list does */
		if (w.n < 2)
			*(w.n ? &w.second : &w.first) = token;
		w.last = token;
		w.n++;
	}
	return w;
}

/* As proxies write it: addresses with commas between them, and none at its end. */
static bool is_list(struct str list)
{
	struct str token;
	struct addr a;
	uint32_t port;

	if (!list.n || list.p[list.n - 1] == ',')
		return false;
	while (log_addr_last(&list, &token))
		if (log_addr_parse(token, &a, &port) < 0 && !str_eq(token, STR_LIT("unknown")))
			return false;
	return true;
}

/* A list with a comma is a header, which anybody can write, and the address beside it the peer's:
 * "L1, L2 A", or "A L1, L2". Which it is can be told as long as the list is one. Anything else has
 * been made up. True with *ret_peer absent: there is no list beside an address. False: nobody can
 * tell who the peer is. */
static bool find_beside_list(struct str part, struct str *ret_peer, struct str *ret_list)
{
	const struct words w = read_words(part);
	struct addr a;

	*ret_peer = STR_ABSENT;
	if (!w.commas || w.gaps == 0)
		return true;
	bool leads = w.gap == 0 && !has_comma(w.first);
	bool ends = w.gap == w.n - 2 && !has_comma(w.last);
	if (w.gaps > 1 || leads == ends)
		return false;
	const char *edge = leads ? w.second.p : w.last.p, *end = part.p + part.n;
	while (end > part.p && end[-1] == ' ')
		end--;
	struct str list = leads ? (struct str){edge, (size_t)(end - edge)}
				: (struct str){part.p, (size_t)(edge - part.p)};
	while (list.n && list.p[list.n - 1] == ' ')
		list.n--;
	struct str peer = leads ? w.first : w.last;
	if (addr_parse(peer, &a) < 0 || !is_list(list))
		return false;
	*ret_peer = peer;
	*ret_list = list;
	return true;
}

/* "www.example.test", "www.example.test:443" */
static bool is_name(struct str token)
{
	const char *colon = token.n ? memrchr(token.p, ':', token.n) : NULL;
	uint64_t port;

	if (colon && num_u64(str_skip(token, (size_t)(colon - token.p) + 1), &port) == 0)
		token.n = (size_t)(colon - token.p);
	return custom_is_host_name(token);
}

/* Where no address can be told: servers that log names, or requests of their own socket. Whatever
 * else stands there something has stuck to the address. */
static bool may_have_none(struct str part)
{
	struct str rest = part, token;

	/* The virtual host, which may be an address, with its port. */
	if (take_first(&rest, &token) && is_vhost(token) && take_first(&rest, &token))
		part = str_skip(part, (size_t)(token.p - part.p));
	while (log_addr_last(&part, &token))
		if (!is_name(token) && !str_eq(token, STR_LIT("unix:")) &&
			!str_eq(token, STR_LIT("-")))
			return false;
	return true;
}

/* The rightmost address is the one nearest to the server. Those to its left may come from a
 * header, which anybody can write. False when something that is not known sticks to it. */
static bool read_addresses(struct clf *c, struct str head)
{
	const struct str part = address_part(head, &c->vhost);
	struct str rest = part, token, first, list, peer;
	struct addr a;

	if (take_first(&rest, &first) && take_first(&rest, &token) && is_vhost(first))
		c->vhost = first;
	rest = c->vhost.p && c->vhost.p == first.p
		       ? str_skip(part, (size_t)(first.p + first.n - part.p))
		       : part;
	if (!find_beside_list(rest, &peer, &list)) {
		c->claims = from_address(part);
		return true;
	}
	if (peer.p) {
		c->claims = list;
		return addr_parse(peer, &c->ip) == 0;
	}
	rest = part;
	while (log_addr_last(&rest, &token)) {
		if (addr_parse(token, &a) < 0)
			continue;
		if (addr_is_unset(&c->ip)) {
			c->ip = a;
		} else if (!addr_eq(&a, &c->ip)) {
			c->claims = from_address(
				(struct str){head.p, (size_t)(token.p + token.n - head.p)});
			return true;
		}
	}
	if (addr_is_unset(&c->ip))
		read_port(c, part);
	return !addr_is_unset(&c->ip) || may_have_none(part);
}

/* A word between the time and the request: a virtual host, how long it took, "(0 s)" without its
 * blank. It must not look like a part of another stamp. */
static const char *skip_word(const char *p, const char *end)
{
	size_t n = 0;

	while (end - p > (ptrdiff_t)n && n < BETWEEN_MAX && p[n] != ' ')
		if (memchr("\"[]", p[n++], 3))
			return NULL;
	return n && end - p > (ptrdiff_t)n && p[n] == ' ' ? p + n + 1 : NULL;
}

/* The length of what stands at p before a bracket, a blank and a quote; 0: no time stamp can. To
 * look is far cheaper than to read a stamp, which may take the zone's rules. *ret_quote is where
 * the request is opened, *ret_between what stands before it. */
static size_t stamp_length(
	const char *p, const char *end, const char **ret_quote, struct str *ret_between)
{
	size_t most = (size_t)(end - p) < STAMP_MAX ? (size_t)(end - p) : STAMP_MAX;
	const char *close = memchr(p, ']', most), *quote;

	/* Nobody's clock has a bracket; and so each byte is looked at a few times at most, whatever
	 * a client has put there. */
	if (!close || end - close < 3 || close[1] != ' ' || memchr(p, '[', (size_t)(close - p)))
		return 0;
	*ret_between = STR_ABSENT;
	*ret_quote = quote = close + 2;
	for (int words = 0; words < 2 && quote && quote < end && *quote != '"'; words++)
		quote = skip_word(quote, end);
	if (!quote || quote == end || *quote != '"')
		return 0;
	if (quote > close + 2)
		*ret_between = (struct str){close + 2, (size_t)(quote - close) - 3};
	*ret_quote = quote;
	return (size_t)(close - p);
}

/* 22/Nov/2026:08:14:15 +0000, or as some have it ISO 8601: all of the text. */
static bool read_stamp(struct clf *c, struct str s, bool is_first)
{
	return log_time_clf(s, c->scratch, &c->logged) == s.n ||
	       /* Without an address it is Envoy's. */
	       (!is_first && log_time_iso(s, c->scratch, &c->logged) == s.n);
}

static bool is_domain(struct str s)
{
	return custom_is_host_name(s) && memchr(s.p, '.', s.n);
}

/* Finds the time stamp; see the top. */
static bool read_head(struct clf *c)
{
	const char *start = c->at, *p = start;

	while (p < c->end && (p = memchr(p, '[', (size_t)(c->end - p)))) {
		const char *open = p++, *quote;
		struct str between;
		size_t n = stamp_length(p, c->end, &quote, &between);
		if (n == 0 || !read_stamp(c, (struct str){p, n}, open == start))
			continue;
		c->at = quote + 1;
		if (!read_addresses(c, (struct str){start, (size_t)(open - start)}))
			return false;
		if (between.n && !c->vhost.n && is_domain(between))
			c->vhost = between;
		return true;
	}
	return false;
}

/* " 200 612" or with "-" for either, as a whole. */
static bool read_numbers(struct clf *c, const char *p)
{
	const char *const end = c->end;
	uint64_t status, bytes;

	if (p == end || *p++ != ' ' || !(p = log_scan_status(p, end, &status)))
		return false;
	if (p == end || *p++ != ' ' || !(p = log_scan_bytes(p, end, &bytes)))
		return false;
	if (p < end && *p != ' ')
		return false;
	c->at = p;
	c->status = status;
	c->bytes = bytes;
	return true;
}

/* The request, status and size. Where the server escapes nothing, the escaped reading fails and
 * the first quote with numbers behind it closes the request. */
static bool read_request(struct clf *c)
{
	const char *open = c->at, *close = log_text_quote(open, c->end);

	if (!close || !read_numbers(c, close + 1))
		for (close = open;; close++) {
			if (close == c->end ||
				!(close = memchr(close, '"', (size_t)(c->end - close))))
				return false;
			if (read_numbers(c, close + 1))
				break;
		}
	c->request = (struct str){open, (size_t)(close - open)};
	return true;
}

/* The next field behind the numbers; may be bare, and may be cut off with the line. */
static struct str read_field(struct clf *c)
{
	const char *p = c->at, *close;

	if (p < c->end && *p == ' ')
		p++;
	if (p < c->end && *p == '"') {
		close = log_text_quote(++p, c->end);
		c->at = close ? close + 1 : c->end;
		c->cut |= !close;
	} else {
		close = p < c->end ? memchr(p, ' ', (size_t)(c->end - p)) : NULL;
		c->at = close ? close : c->end;
	}
	struct str raw = {p, (size_t)((close ? close : c->end) - p)};
	return str_eq(raw, STR_LIT("-")) ? STR_ABSENT : log_text_as(c->scratch, c->how, raw);
}

/* Whether the list ends as one that forwards addresses: what stands to the left of its last item
 * anybody may have written. Some gateways add ports; a local address with one is an upstream. */
static bool is_forwarded(struct str list, struct addr *ret_last)
{
	struct str item;
	struct addr a;
	uint32_t port;

	for (bool any = false; log_addr_last(&list, &item); any = true) {
		if (log_addr_parse(item, &a, &port) < 0)
			return false;
		if (!any)
			*ret_last = a;
		if (!port || !addr_is_local(&a))
			return true;
	}
	return false;
}

/* A quoted field behind the agent that ends in an address is a header that forwarded it; or
 * another that a client wrote. Where two do not agree nobody is believed. */
static struct str find_claims(struct clf *c)
{
	const char *p = c->at, *close;
	struct str found = STR_ABSENT;
	struct addr last, other;

	while (p < c->end && (p = memchr(p, '"', (size_t)(c->end - p)))) {
		close = log_text_quote(++p, c->end);
		c->cut |= !close;
		if (!close)
			break;
		struct str list = {p, (size_t)(close - p)};
		p = close + 1;
		if (!is_forwarded(list, found.p ? &other : &last))
			continue;
		if (found.p && !addr_eq(&other, &last))
			return STR_ABSENT;
		if (list.n > found.n)
			found = list;
	}
	return found;
}

/* Traefik ends its lines so: "… "http://172.17.0.3:80" 42ms". */
static uint64_t find_took(const struct clf *c)
{
	const char *p = c->end - 2;

	if (c->end - c->at < 3 || memcmp(p, "ms", 2) != 0)
		return ABSENT;
	while (p > c->at && (unsigned char)(p[-1] - '0') <= 9)
		p--;
	if (p - c->at < 2 || memcmp(p - 2, "\" ", 2) != 0)
		return ABSENT;
	return log_took((struct str){p, (size_t)(c->end - 2 - p)}, TOOK_MS);
}

/* What stands behind the agent. */
static void find_more(struct clf *c, struct event_request *ret)
{
	ret->took_us = find_took(c);
	if (!c->claims.p)
		c->claims = find_claims(c);
}

/* One pair of quotes around the whole line; not around its first field and its last. */
static bool is_all_quoted(struct str line)
{
	if (line.n < 3 || *line.p != '"' || line.p[line.n - 1] != '"')
		return false;
	const char *open = memchr(line.p, '[', line.n);
	return open && !memchr(line.p + 1, '"', (size_t)(open - line.p) - 1);
}

static int parse(struct str line, struct log_scratch *scratch, struct event *event, bool combined)
{
	struct event_request *ret = &event->request;
	struct clf c = {.at = line.p, .end = line.p + line.n, .scratch = scratch};

	scratch->used = 0;
	if (line.n && line.p[line.n - 1] == '\r')
		c.end--;
	if (!read_quick_head(&c)) {
		line = log_unwrap(line);
		c.at = line.p;
		c.end = line.p + line.n;
		if (is_all_quoted(line)) {
			c.at++;
			c.end--;
		}
		if ((line.n && *line.p == '{') || !read_head(&c)) /* JSON holds anything */
			return -EINVAL;
	}
	if (!read_request(&c))
		return -EINVAL;
	bool plain = log_text_is_plain((struct str){line.p, (size_t)(c.end - line.p)});
	c.how = plain ? LOG_PLAIN : LOG_SLASHED;
	event->kind = EVENT_REQUEST;
	/* Field by field: a struct built aside and copied costs a fifth of the whole parse, because
	 * wide loads stall on the narrow stores just before them. */
	ret->ip = c.ip;
	ret->client = (struct addr){{0}};
	ret->logged = c.logged;
	ret->status = c.status;
	ret->bytes = c.bytes;
	ret->took_us = ret->upstream_status = ABSENT;
	ret->port = c.port;
	ret->method = ret->path = ret->proto = ret->log = ret->kind = STR_ABSENT;
	ret->vhost = log_text_as(scratch, c.how, c.vhost);
	log_request_split(scratch, c.how, c.request, ret);
	ret->referer = combined ? read_field(&c) : STR_ABSENT;
	ret->agent = combined ? read_field(&c) : STR_ABSENT;
	if (combined && c.at < c.end)
		find_more(&c, ret);
	ret->claims = log_text_as(scratch, c.how, log_addr_cut(c.claims, EVENT_TEXT_MAX));
	ret->cut = c.cut;
	return 0;
}

int log_clf_combined(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret)
{
	(void)self;
	return parse(line, scratch, ret, true);
}

int log_clf_common(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret)
{
	(void)self;
	return parse(line, scratch, ret, false);
}
