// SPDX-License-Identifier: MIT
/*
 * A line is read from left to right. A field ends where the literal behind it is found; but clients
 * write much of a line, and may write that literal too. So a field of a known syntax must have it,
 * and when one does not fit, the text before it is taken to be longer: its literal is looked for
 * again. The reading is tried in three ways, each more patient than the one before:
 * - as the server escapes: a quoted field ends at the first quote without a backslash;
 * - as servers do that escape nothing: it ends at any quote that lets the rest fit;
 * - up to the last field that matters: what follows is cut off, or written by another format.
 */
#include "log/custom.h"

#include "base/container.h"
#include "log/custom_text.h"
#include "log/json.h"
#include "log/line_prefix.h"
#include "log/request.h"
#include "log/scan.h"
#include "log/swar.h"
#include "log/text.h"
#include "log/time.h"
#include "log/took.h"

#include <errno.h>

#define TRIES_MAX    256 /* of a way to read a line; a plain line takes one for each field */
#define STAMP_MAX    64
#define NAME_LONGEST 255 /* of a host, by RFC 1035 */
#define OTHERS_MAX   8   /* readings with the same address */

struct match {
	const struct log_custom *f;
	struct log_scratch *scratch;
	const char *end;
	bool lax;
	bool no_names;                       /* an address must be one */
	bool gave_up;                        /* there may be more ways to read it */
	bool hopeless;                       /* a literal is nowhere in the rest of the line */
	unsigned count, deepest;             /* parts to be read; most that were, at any time */
	const char *open[LOG_PARTS_MAX + 1]; /* where each part begins, */
	const char *close[LOG_PARTS_MAX];    /* and ends */
	struct addr remote, peer, client;
	uint64_t status, bytes, took_us, upstream_status;
	uint32_t port;
	usec_t logged;
	struct tm stamp; /* of LOG_TIME_STRF, which may be several parts */
	bool has_stamp, has_zone;
};

/* Checking. */

/* A name is never resolved; the row has no address then. */
static bool take_address(const struct match *m, struct str s, struct addr *ret_addr)
{
	struct str bare = s;

	if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']') /* Envoy's IPv6 */
		bare = (struct str){s.p + 1, s.n - 2};
	if (addr_parse(bare, ret_addr) == 0)
		return true;
	if (m->no_names)
		return false;
	memset(ret_addr, 0, sizeof *ret_addr);
	return custom_is_host_name(s) || str_eq(s, STR_LIT("unix:"));
}

/* strftime(3)'s text, all of it. */
static bool take_stamp(struct match *m, const char *pattern, struct str s)
{
	struct tm tm = m->has_stamp ? m->stamp : (struct tm){.tm_mday = 1, .tm_isdst = -1};
	char text[STAMP_MAX];

	if (s.n == 0 || s.n >= sizeof text || memchr(s.p, '\0', s.n))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	const char *end = strptime(text, pattern, &tm);
	if (!end || *end)
		return false;
	m->stamp = tm;
	m->has_stamp = true;
	m->has_zone |= strstr(pattern, "%z") != NULL;
	return true;
}

/* Whether the text may be what the part is. */
static bool check_text(struct match *m, const struct log_part *part, struct str s)
{
	switch (part->field) {
	case LOG_ADDR:
		return take_address(m, s, &m->remote);
	case LOG_PEER:
		return take_address(m, s, &m->peer);
	case LOG_CLIENT:
		return take_address(m, s, &m->client);
	case LOG_TIME_STRF:
		return take_stamp(m, m->f->text + part->pattern, s);
	case LOG_LIST:
		return custom_is_list(s, s.p + s.n, m->end);
	case LOG_UPSTREAM:
		m->upstream_status = log_upstream_status(s);
		return custom_is_list(s, s.p + s.n, m->end);
	case LOG_TOOK:
		m->took_us = log_took(s, part->unit);
		return true;
	case LOG_REQUEST:
		return part->quoted || m->lax || custom_ends_in_proto(s);
	case LOG_CLAIMS:
		return s.n == 0 || s.p[s.n - 1] != ',';
	default:
		return true;
	}
}

static const char *scan_took(struct match *m, const struct log_part *part, const char *p)
{
	const char *close = log_scan_number(p, m->end);

	m->took_us = log_took((struct str){p, (size_t)(close - p)}, part->unit);
	return close;
}

/* Reads a part that its syntax ends. */
static const char *scan(struct match *m, const struct log_part *part, const char *p)
{
	size_t n;

	switch (part->field) {
	case LOG_STATUS:
		return log_scan_status(p, m->end, &m->status);
	case LOG_BYTES:
		return log_scan_bytes(p, m->end, &m->bytes);
	case LOG_PORT:
		return log_scan_port(p, m->end, &m->port);
	case LOG_METHOD:
		return log_scan_method(p, m->end);
	case LOG_PROTO:
		return log_scan_proto(p, m->end);
	case LOG_TIME_CLF:
		n = log_time_clf((struct str){p, (size_t)(m->end - p)}, m->scratch, &m->logged);
		return n ? p + n : NULL;
	case LOG_TIME_ISO:
		n = log_time_iso((struct str){p, (size_t)(m->end - p)}, m->scratch, &m->logged);
		return n ? p + n : NULL;
	case LOG_TIME_SEC:
		return log_scan_epoch(p, m->end, USEC_PER_SEC, &m->logged);
	case LOG_TIME_MSEC:
		return log_scan_epoch(p, m->end, 1000, &m->logged);
	case LOG_TIME_USEC:
		return log_scan_epoch(p, m->end, 1, &m->logged);
	case LOG_TOOK:
		return scan_took(m, part, p);
	default:
		return log_scan_number(p, m->end);
	}
}

/* Ending. */

static bool is_at(const struct match *m, const struct log_part *part, const char *p)
{
	const char *literal = m->f->text + part->after;
	size_t n = part->after_n;

	if (n == 0)
		return true;
	if ((size_t)(m->end - p) < n || *p != *literal)
		return false;
	return n == 1 || memcmp(p + 1, literal + 1, n - 1) == 0;
}

/* The literal behind the part, at or after p; or NULL. */
static const char *find_literal(const struct match *m, const struct log_part *part, const char *p)
{
	char first = m->f->text[part->after];

	for (; p < m->end && (p = memchr(p, first, (size_t)(m->end - p))); p++)
		if (part->after_n == 1 || is_at(m, part, p))
			return p;
	return NULL;
}

/* Whether the part, which began before p, may end there. */
static bool may_end(const struct match *m, const struct log_part *part, const char *p)
{
	return p == m->end || (part->after_n && is_at(m, part, p));
}

/* Where the URI begins that stands right behind what is at p: with a slash or, of a request that
 * could not be read, as "-". Or NULL. */
static const char *find_uri(const struct match *m, const struct log_part *uri, const char *p)
{
	for (const char *q = p;; q++) {
		if (q > p && q[-1] == '-' && may_end(m, uri, q))
			return q - 1;
		if (q == m->end || *q == ' ' || *q == '"')
			return NULL;
		if (*q == '/' || *q == '?')
			return q;
	}
}

/* Nothing stands between part i, which begins at p, and the next: "$host$request_uri". */
static const char *find_word_end(const struct match *m, unsigned i, const char *p)
{
	const struct log_part *part = &m->f->parts[i], *next = part + 1;
	bool narrow = part->field == LOG_VHOST || part->field == LOG_SKIP;
	const char *uri = next->field == LOG_URI ? find_uri(m, next, p) : NULL;

	if (uri)
		return uri;
	while (!may_end(m, next, p) && *p != ' ' && *p != '"' && !(narrow && *p == '/'))
		p++;
	return p;
}

/* The last part takes all that is left. */
static const char *find_last_end(const struct match *m, const struct log_part *part, const char *p)
{
	size_t n = part->after_n;

	if (part->quoted && !m->lax) {
		const char *quote = log_text_quote(p, m->end);
		return quote ? quote : m->end;
	}
	return (size_t)(m->end - p) >= n && is_at(m, part, m->end - n) ? m->end - n : m->end;
}

/* Where the text of a part that begins at p may end, at or after `from`; or NULL. */
static const char *find_text_end(
	struct match *m, const struct log_part *part, const char *p, const char *from)
{
	if (part->quoted && !m->lax) {
		const char *quote = from == p ? log_text_quote(p, m->end) : NULL;
		return quote && is_at(m, part, quote) ? quote : NULL;
	}
	/* The commonest of texts. */
	if (from == p && m->end - p > 1 && *p == '-' && m->f->text[part->after] != '-' &&
		is_at(m, part, p + 1))
		return p + 1;
	const char *close = find_literal(m, part, from);
	m->hopeless |= !close && from == p;
	return close;
}

/* Nearly all addresses: IPv4, with the literal behind it. */
static const char *end_of_quad(struct match *m, const struct log_part *part, const char *p)
{
	uint8_t quad[4];

	if (part->field != LOG_ADDR || m->end - p < SWAR_QUAD)
		return NULL;
	const char *close = swar_quad(p, quad);
	if (!close || !is_at(m, part, close) || part->after_n == 0)
		return NULL;
	m->remote = addr_from_v4(quad);
	return close;
}

/* No longer text that begins so is an address or a name: there is no use in looking further. */
static bool is_no_address(const struct log_part *part, struct str s)
{
	bool address =
		part->field == LOG_ADDR || part->field == LOG_PEER || part->field == LOG_CLIENT;

	return address &&
	       (s.n > NAME_LONGEST || (s.n && (memchr(s.p, ' ', s.n) || memchr(s.p, '"', s.n))));
}

static const char *end_of_text(struct match *m, unsigned i, const char *from)
{
	const struct log_part *part = &m->f->parts[i];
	const char *p = m->open[i], *close;
	bool last = i + 1 == m->f->count;

	if (part->after_n == 0 || last) {
		if (from != p)
			return NULL;
		close = last ? find_last_end(m, part, p) : find_word_end(m, i, p);
		return check_text(m, part, (struct str){p, (size_t)(close - p)}) ? close : NULL;
	}
	close = from == p ? end_of_quad(m, part, p) : NULL;
	for (unsigned tries = 0; !close && tries < TRIES_MAX; tries++) {
		close = find_text_end(m, part, p, from);
		if (close && is_no_address(part, (struct str){p, (size_t)(close - p)}))
			return NULL;
		if (!close || check_text(m, part, (struct str){p, (size_t)(close - p)}))
			return close;
		from = close + 1;
		close = NULL;
	}
	m->gave_up |= !close;
	return close;
}

static bool has_syntax(const struct match *m, const struct log_part *part)
{
	bool loose = part->field == LOG_METHOD || part->field == LOG_PROTO ||
		     part->field == LOG_NUMBER || part->field == LOG_TOOK;

	return part->field >= LOG_METHOD && !(m->lax && loose && part->after_n);
}

/* Where part i may end, at or after `from`; or NULL. */
static const char *end_of_part(struct match *m, unsigned i, const char *from)
{
	const struct log_part *part = &m->f->parts[i];

	if (!has_syntax(m, part))
		return end_of_text(m, i, from);
	const char *close = from == m->open[i] ? scan(m, part, from) : NULL;
	if (!close || i + 1 < m->f->count)
		return close && is_at(m, part, close) ? close : NULL;
	/* The last: "203" is no status in "203.0.113.5". */
	if (close == m->end || (part->after_n ? is_at(m, part, close) : custom_is_apart(*close)))
		return close;
	return NULL;
}

/* The line ends within part i, and all that matters has been read. */
static bool is_cut_off(const struct match *m, unsigned i)
{
	const struct log_part *part = &m->f->parts[i];
	bool nowhere = part->quoted && !m->lax ? !log_text_quote(m->open[i], m->end) : m->hopeless;

	return nowhere && i >= m->f->needed && i >= m->deepest && !has_syntax(m, part);
}

/* From part i on, which may end at or after `from`; those before it are read. */
static bool read_parts(struct match *m, unsigned i, const char *from)
{
	for (unsigned tries = 0; tries < TRIES_MAX + m->count; tries++) {
		const char *close = end_of_part(m, i, from);
		if (!close && is_cut_off(m, i)) {
			m->close[i] = m->end;
			m->count = i + 1;
			return true;
		}
		if (close) {
			m->close[i] = close;
			size_t skip = m->f->parts[i].after_n;
			from = (size_t)(m->end - close) < skip ? m->end : close + skip;
			m->open[++i] = from;
			m->deepest = i > m->deepest ? i : m->deepest;
			if (i == m->count)
				return true;
			continue;
		}
		if (i-- == 0 || m->hopeless)
			return false;
		from = m->close[i] + 1;
	}
	m->gave_up = true;
	return false;
}

/* One way to read the line; see the top. */
static bool read_line(struct match *m, struct str line, bool lax, unsigned count)
{
	const struct log_custom *f = m->f;

	if (line.n < f->lead_n || memcmp(line.p, f->text, f->lead_n) != 0)
		return false;
	m->end = line.p + line.n;
	m->lax = lax;
	m->no_names = m->gave_up = false;
	m->hopeless = m->has_stamp = m->has_zone = false;
	m->count = count;
	m->deepest = 0;
	m->status = m->bytes = m->took_us = m->upstream_status = ABSENT;
	m->port = 0;
	m->logged = 0;
	memset(&m->remote, 0, sizeof m->remote);
	memset(&m->peer, 0, sizeof m->peer);
	memset(&m->client, 0, sizeof m->client);
	m->open[0] = line.p + f->lead_n;
	return read_parts(m, 0, m->open[0]);
}

static bool read_any(struct match *m, struct str line)
{
	unsigned all = m->f->count, needed = m->f->needed;
	bool some = needed && needed < all;

	return (!m->f->is_raw && read_line(m, line, false, all)) || read_line(m, line, true, all) ||
	       (some && !m->f->is_raw && read_line(m, line, false, needed)) ||
	       (some && read_line(m, line, true, needed));
}

/* Whether the line can be read with another address, what stands before it taken to be longer. The
 * first reading is the shortest, which a client makes by writing what looks like the rest. */
static bool is_ambiguous(const struct match *m)
{
	const unsigned at = m->f->ip_part;
	const bool peer = m->f->has_peer;

	if (at == 0 || at >= m->count)
		return false;
	struct match other = *m;
	other.no_names = true;
	other.gave_up = other.hopeless = false;
	other.deepest = other.count; /* nothing is cut off now */
	for (unsigned tries = 0; tries < OTHERS_MAX; tries++) {
		other.hopeless = false;
		if (!read_parts(&other, at - 1, other.close[at - 1] + 1))
			return other.gave_up;
		if (!addr_eq(peer ? &other.peer : &other.remote, peer ? &m->peer : &m->remote))
			return true;
	}
	return true;
}

/* Telling. */

static void put_addresses(const struct match *m, struct event_request *r)
{
	struct addr client = m->f->has_peer ? m->remote : m->client;

	struct addr ip = m->f->has_peer ? m->peer : m->remote;
	bool none = addr_is_unset(&ip);
	r->ip = none ? client : ip;
	r->client = none || addr_eq(&client, &ip) ? (struct addr){0} : client;
	r->port = m->f->port_of_remote && !addr_is_unset(&r->client) ? 0 : m->port;
}

static usec_t logged_at(struct match *m)
{
	if (!m->has_stamp)
		return m->logged;
	long east = m->has_zone ? m->stamp.tm_gmtoff : 0;
	time_t t = m->has_zone ? timegm(&m->stamp) : mktime(&m->stamp);
	usec_t limit = USEC_LIMIT / USEC_PER_SEC - 1;
	t -= t > 0 ? east : 0;
	return t > 0 && t < limit ? (usec_t)t * USEC_PER_SEC : 0;
}

/* Where a field's text goes in the request; 0: nowhere. */
static const uint16_t text_at[LOG_FIELDS] = {
	[LOG_CLAIMS] = offsetof(struct event_request, claims),
	[LOG_VHOST] = offsetof(struct event_request, vhost),
	[LOG_METHOD] = offsetof(struct event_request, method),
	[LOG_URI] = offsetof(struct event_request, path),
	[LOG_PROTO] = offsetof(struct event_request, proto),
	[LOG_REFERER] = offsetof(struct event_request, referer),
	[LOG_AGENT] = offsetof(struct event_request, agent),
};

static void put_text(struct match *m, enum log_escape how, const struct log_part *part,
	struct str raw, struct event_request *r)
{
	struct str *text = (struct str *)(void *)((char *)r + text_at[part->field]);

	if (part->tail && raw.n > 2 && memcmp(raw.p + raw.n - 2, "?-", 2) == 0)
		raw.n -= 2;
	if (raw.n != 1 || *raw.p != '-')
		*text = log_text_as(m->scratch, how, raw);
}

/* "uri=$uri args=$args": the path and its query, apart. */
static void put_query(struct match *m, enum log_escape how, struct str raw, struct event_request *r)
{
	if (raw.n && (raw.n != 1 || *raw.p != '-'))
		r->path =
			log_text_with_query(m->scratch, r->path, log_text_as(m->scratch, how, raw));
}

static void put_texts(struct match *m, enum log_escape how, struct event_request *r)
{
	struct str request = STR_ABSENT, query = STR_ABSENT;

	for (unsigned i = 0; i < m->count; i++) {
		const struct log_part *part = &m->f->parts[i];
		struct str raw = {m->open[i], (size_t)(m->close[i] - m->open[i])};
		if (part->field == LOG_REQUEST)
			request = raw;
		else if (part->field == LOG_ARGS)
			query = raw;
		else if (text_at[part->field])
			put_text(m, how, part, raw, r);
	}
	if (!request.p) {
		put_query(m, how, query, r);
		return;
	}
	r->method = r->path = r->proto = STR_ABSENT;
	log_request_split(m->scratch, how, request, r);
}

/* The line ends where the last part that was read should have had something behind it. */
static bool is_cut(const struct match *m)
{
	unsigned last = m->count - 1;

	return m->f->parts[last].after_n && m->close[last] == m->end;
}

static void put_event(struct match *m, struct str line, struct event *event)
{
	struct event_request *r = &event->request;

	event->kind = EVENT_REQUEST;
	if (is_ambiguous(m)) {
		memset(&m->remote, 0, sizeof m->remote);
		memset(&m->peer, 0, sizeof m->peer);
		memset(&m->client, 0, sizeof m->client);
		m->port = 0;
	}
	put_addresses(m, r);
	r->logged = logged_at(m);
	r->status = m->status;
	r->bytes = m->bytes;
	r->took_us = m->took_us;
	r->upstream_status = m->upstream_status;
	r->cut = is_cut(m);
	log_request_clear(r);
	enum log_escape how = m->f->is_raw      ? LOG_LITERAL
			      : m->f->is_hashed ? LOG_HASHED
						: LOG_SLASHED;
	put_texts(m, !m->f->is_hashed && log_text_is_plain(line) ? LOG_PLAIN : how, r);
}

/* Also a line that something is wrapped around, which is taken off. */
static bool read_wrapped(struct match *m, struct str *line)
{
	if (line->n && line->p[line->n - 1] == '\r')
		line->n--;
	if (read_any(m, *line))
		return true;
	struct str bare = log_unwrap(*line);
	if (bare.n == line->n || !read_any(m, bare))
		return false;
	*line = bare;
	return true;
}

static int parse_parts(
	const struct log_custom *f, struct str line, struct log_scratch *scratch, struct event *ret)
{
	struct match m;

	m.f = f;
	m.scratch = scratch;
	scratch->used = 0;
	if (!read_wrapped(&m, &line))
		return -EINVAL;
	put_event(&m, line, ret);
	return 0;
}

/* What a key is called says less than which variable stands behind it. */
static void put_took(const struct log_custom *f, struct str line, struct log_scratch *scratch,
	struct event_request *r)
{
	struct match m;
	bool any = false;

	m.f = f;
	m.scratch = scratch;
	for (unsigned i = 0; i < f->count; i++)
		any |= f->parts[i].field == LOG_TOOK || f->parts[i].field == LOG_UPSTREAM;
	any = any && read_wrapped(&m, &line);
	r->took_us = any ? m.took_us : ABSENT;
	r->upstream_status = any ? m.upstream_status : ABSENT;
}

/* JSON's own reader undoes all its escapes, but knows the usual keys alone. */
static bool says_as_much(const struct log_custom *f, const struct event_request *r)
{
	for (unsigned i = 0; i < f->count; i++) {
		uint8_t field = f->parts[i].field;
		if ((field == LOG_ADDR || field == LOG_PEER) && addr_is_unset(&r->ip))
			return false;
		if (field == LOG_PEER && addr_is_unset(&r->client))
			return false;
		if ((field == LOG_REQUEST || field == LOG_URI) && !r->path.p)
			return false;
		if (field == LOG_STATUS && r->status == ABSENT)
			return false;
	}
	return true;
}

int log_custom_parse(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret)
{
	const struct log_custom *f = container_of(self, const struct log_custom, format);
	/* What escapes nothing may hold keys that a client has written. */
	const bool by_names = f->is_json && !f->json_misleads && !f->is_raw && !f->is_hashed;

	if (by_names && log_json(NULL, line, scratch, ret) == 0 && says_as_much(f, &ret->request)) {
		if (!f->json_says_took)
			put_took(f, line, scratch, &ret->request);
		return 0;
	}
	return parse_parts(f, line, scratch, ret);
}
