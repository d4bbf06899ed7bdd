// SPDX-License-Identifier: MIT
/*
 * ci:cp [tr] ft b/s TR/Tw/Tc/Tr/Ta ST B CC CS tsc ac/fc/bc/sc/rc sq/bq {hr} {hs} "r"
 *
 * Quotes and control characters come as #NN, so the first quote opens the request and the next one
 * closes it, unless the line was cut: HAProxy does so at 1024 bytes by default.
 */
#include "log/haproxy.h"

#include "base/num.h"
#include "log/line_prefix.h"
#include "log/request.h"
#include "log/time.h"
#include "log/took.h"

#include <errno.h>

struct haproxy {
	struct str rest; /* what is not read yet */
	struct addr ip;
	uint32_t port;
	usec_t logged;
	uint64_t status, bytes, took_us;
	struct str request, sni;
	bool cut; /* within the request */
};

static struct str take(struct haproxy *h)
{
	const char *space = h->rest.n ? memchr(h->rest.p, ' ', h->rest.n) : NULL;
	struct str token = {h->rest.p, space ? (size_t)(space - h->rest.p) : h->rest.n};
	size_t n = token.n + (space ? 1 : 0);

	h->rest = (struct str){h->rest.p + n, h->rest.n - n};
	return token;
}

static size_t count(struct str s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

/* The last colon is before the port, also behind an IPv6 address, which has no brackets here.
 * "unix:1" is no address. */
static bool read_peer(struct haproxy *h)
{
	struct str token = take(h);
	const char *colon = token.n ? memrchr(token.p, ':', token.n) : NULL;
	uint64_t port;

	if (!colon)
		return false;
	size_t n = (size_t)(colon - token.p);
	if (num_u64((struct str){colon + 1, token.n - n - 1}, &port) < 0 || port > UINT16_MAX)
		return false;
	if (addr_parse((struct str){token.p, n}, &h->ip) == 0)
		h->port = (uint32_t)port;
	return true;
}

static bool read_time(struct haproxy *h, struct log_scratch *scratch)
{
	struct str token = take(h);

	if (token.n < 2 || token.p[0] != '[' || token.p[token.n - 1] != ']')
		return false;
	token = (struct str){token.p + 1, token.n - 2};
	return log_time_clf(token, scratch, &h->logged) == token.n;
}

/* "TR/Tw/Tc/Tr/Ta" in ms, of which Ta is the whole; of old versions "Tq/Tw/Tc/Tr/Tt". -1 is not
 * known; "+" says that it is not over yet. */
static bool read_timers(struct haproxy *h)
{
	struct str timers = take(h);

	if (count(timers, '/') != 4)
		return false;
	const char *last = (const char *)memrchr(timers.p, '/', timers.n) + 1;
	h->took_us = log_took((struct str){last, (size_t)(timers.p + timers.n - last)}, TOOK_MS);
	return true;
}

/* With `option logasap` a number may still grow, which a "+" says. */
static uint64_t read_number(struct str token)
{
	uint64_t value;

	if (token.n && *token.p == '+')
		token = (struct str){token.p + 1, token.n - 1};
	return num_u64(token, &value) == 0 && value <= INT64_MAX ? value : ABSENT;
}

/* A status of -1 is that of a client who left before one was sent. */
static bool read_numbers(struct haproxy *h)
{
	struct str status = take(h), bytes = take(h);

	h->status = read_number(status);
	h->bytes = read_number(bytes);
	if (h->status == ABSENT ? !str_eq(status, STR_LIT("-1")) : h->status > 999)
		return false;
	if (h->status < 100)
		h->status = ABSENT;
	return h->bytes != ABSENT;
}

/* Behind the request of httpslog: "fc/ssl/c/ca/resumed sni/version/cipher". */
static void read_tls(struct haproxy *h)
{
	if (count(take(h), '/') != 4)
		return;
	struct str token = take(h);
	if (count(token, '/') == 2)
		h->sni = (struct str){
			token.p, (size_t)((char *)memchr(token.p, '/', token.n) - token.p)};
}

static bool read_request(struct haproxy *h)
{
	const char *open = h->rest.n ? memchr(h->rest.p, '"', h->rest.n) : NULL;

	if (!open)
		return false;
	size_t left = h->rest.n - (size_t)(++open - h->rest.p);
	const char *close = left ? memchr(open, '"', left) : NULL;
	h->request = (struct str){open, close ? (size_t)(close - open) : left};
	h->cut = !close;
	h->rest = close ? (struct str){close + 1, left - h->request.n - 1} : STR_ABSENT;
	if (h->rest.n && *h->rest.p == ' ') {
		take(h);
		read_tls(h);
	}
	return true;
}

static bool read_line(struct haproxy *h, struct log_scratch *scratch)
{
	if (!read_peer(h) || !read_time(h, scratch))
		return false;
	if (take(h).n == 0 || count(take(h), '/') == 0 || !read_timers(h))
		return false;
	if (!read_numbers(h))
		return false;
	take(h); /* cookies */
	take(h);
	return take(h).n == 4 && count(take(h), '/') == 4 && count(take(h), '/') == 1 &&
	       read_request(h);
}

/* The next token, true when slashes part it into n. */
static bool take_parts(struct haproxy *h, size_t n)
{
	return count(take(h), '/') + 1 == n;
}

/* Of a connection without a request: "ft/bind: MESSAGE" (a failed handshake), or tcplog's
 * "ft b/s Tw/Tc/Tt B ts ac/fc/bc/sc/rc sq/bq". */
static bool is_connection(struct haproxy h, struct log_scratch *scratch)
{
	if (!read_peer(&h) || !read_time(&h, scratch))
		return false;
	struct str frontend = take(&h);
	if (count(frontend, '/') == 1 && frontend.p[frontend.n - 1] == ':')
		return true;
	return take_parts(&h, 2) && take_parts(&h, 3) && read_number(take(&h)) != ABSENT &&
	       take(&h).n == 2 && take_parts(&h, 5) && take_parts(&h, 2);
}

/* How the process begins when it speaks of itself, word by word; "*" is any, with a "/" where
 * servers are named. */
static const char *const messages[] = {
	"Connect from * to *",
	"Server / is",
	"Server / was",
	"Server / administratively",
	"Backup Server / is",
	"Health check for server /",
	"Health check for backup server /",
	"backend * has no server available!",
	"Proxy * started.",
	"Proxy * stopped",
	"Stopping proxy * in",
	"Stopping frontend * in",
	"Stopping backend * in",
	"[NOTICE] * :",
	"[WARNING] * :",
	"[ALERT] * :",
};

static struct str take_word(struct str *s)
{
	while (s->n && *s->p == ' ')
		*s = (struct str){s->p + 1, s->n - 1};
	const char *space = s->n ? memchr(s->p, ' ', s->n) : NULL;
	struct str word = {s->p, space ? (size_t)(space - s->p) : s->n};
	*s = (struct str){s->p + word.n, s->n - word.n};
	return word;
}

static bool begins_like(struct str line, struct str message)
{
	for (struct str want; (want = take_word(&message)).n > 0;) {
		struct str word = take_word(&line);
		bool fits = str_eq(word, want) || (word.n && str_eq(want, STR_LIT("*"))) ||
			    (str_eq(want, STR_LIT("/")) && count(word, '/') == 1);
		if (!fits)
			return false;
	}
	return true;
}

static bool is_message(struct str line)
{
	for (size_t i = 0; i < ARRAY_LEN(messages); i++)
		if (line.n && *line.p == *messages[i] && begins_like(line, str_of(messages[i])))
			return true;
	return false;
}

int log_haproxy(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *event)
{
	struct haproxy h = {.rest = log_unwrap(line)};
	struct event_request *ret = &event->request;

	(void)self;
	scratch->used = 0;
	line = h.rest;
	if (!read_line(&h, scratch))
		return is_message(line) || is_connection((struct haproxy){.rest = line}, scratch)
			       ? -ENOMSG
			       : -EINVAL;
	bool plain = log_text_is_plain(line) && !memchr(line.p, '#', line.n);
	enum log_escape how = plain ? LOG_PLAIN : LOG_HASHED;
	event->kind = EVENT_REQUEST;
	*ret = (struct event_request){.ip = h.ip,
		.port = h.port,
		.logged = h.logged,
		.status = h.status,
		.bytes = h.bytes,
		.took_us = h.took_us,
		.upstream_status = ABSENT,
		.cut = h.cut};
	log_request_split(scratch, how, h.request, ret);
	if (!str_eq(h.sni, STR_LIT("-")))
		ret->vhost = log_text_as(scratch, how, h.sni);
	return 0;
}
