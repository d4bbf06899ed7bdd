// SPDX-License-Identifier: MIT
/*
 * The line is read once, front to back; values of known keys are kept as slices. What they mean
 * is worked out when all are known: of several names of one thing the best counts, wherever it
 * stands, and of one name the last.
 */
#include "log/json.h"

#include "base/num.h"
#include "log/addr.h"
#include "log/json_head.h"
#include "log/json_keys.h"
#include "log/json_scan.h"
#include "log/line_prefix.h"
#include "log/quote.h"
#include "log/request.h"
#include "log/time.h"
#include "log/took.h"

#include <errno.h>

#define KEY_MAX      64   /* a known key, written with escapes */
#define AFTER        256  /* see key_after */
#define CLAIMS_MAX   4096 /* of a header that came several times */
#define RANK_TS      1    /* "ts" is the first name of the time */
#define RANK_CADDY   1    /* "method" within "request" is the first of the method */
#define RANK_TRAEFIK 2    /* "DownstreamStatus" is the second of the status */

/* What read_quickly looks at without a further look at the end: a comma, a key, an opening. */
#define QUICK_BYTES (ptrdiff_t)(2 + JSON_SPELLING + 2 + BARE_BLOCK)

struct reading {
	struct json_scan scan;
	struct log_scratch *scratch;
	bool plain; /* the whole line is; see log_text.h */
	struct json_head head;
	uint16_t seen[JSON_ITEMS]; /* a bit for each rank that is in values */
	struct json_value values[JSON_ITEMS][JSON_RANKS_MAX];
};

static const struct json_key *find_key(enum json_scope scope, const struct json_value *key)
{
	char text[KEY_MAX];

	if (!key->escaped)
		return json_key_find(scope, key->text);
	size_t n = json_unescape(text, sizeof text, key->text);
	return n < sizeof text ? json_key_find(scope, (struct str){text, n}) : NULL;
}

/* The key that stands at p, if it is one that came after the last before: members that some lines
 * lack make two. NULL if it is not, or lies too near the end. */
static inline const struct json_key *guess_key(
	const struct reading *r, enum json_scope scope, uint16_t last, const char *p)
{
	for (int i = 0; i < 2; i++) {
		const struct json_key *key = json_key_numbered[r->scratch->key_after[last][i]];
		if (key && key->scope == scope && json_key_is_at(key, p, r->scan.end))
			return key;
	}
	return NULL;
}

/* Reads the key that the scan is in; *ret_key is NULL for one that is not known. *last is the
 * number of the one before. False when the document ends. */
static bool read_key(
	struct reading *r, enum json_scope scope, uint16_t *last, const struct json_key **ret_key)
{
	uint8_t *habits = r->scratch->key_after[*last];
	const struct json_key *key = guess_key(r, scope, *last, r->scan.p);
	struct json_value name;

	if (key) {
		r->scan.p += key->n + 2;
	} else {
		if (!json_key(&r->scan, &name))
			return false;
		key = find_key(scope, &name);
		if (key && key->number != habits[0]) {
			habits[1] = habits[0];
			habits[0] = key->number;
		}
	}
	*last = key ? key->number : *last | AFTER;
	*ret_key = key;
	return true;
}

/* Where a value is kept. It is read in its place at once: a copy would stall on the narrow stores
 * before it. */
static struct json_value *geo_of(struct reading *r, const struct json_key *key)
{
	r->seen[key->item] |= (uint16_t)(1u << key->rank);
	return &r->values[key->item][key->rank];
}

/* Headers are arrays, mostly of one, which is the value then. Of more all are kept: the value is
 * their slice. */
static void read_array(struct reading *r, struct json_value *value)
{
	const char *const open = value->text.p;
	struct json_value other;
	size_t count = 0;

	for (; json_element(&r->scan, count ? &other : value); count++)
		if ((count ? &other : value)->kind >= JSON_ARRAY)
			json_skip(&r->scan);
	if (count == 1)
		return;
	value->kind = JSON_ARRAY;
	value->escaped = false;
	value->text = (struct str){open, count ? (size_t)(r->scan.p - open) : 0};
}

/* A text from behind its opening quote on, if it ends as nearly all do: at the first quote, with
 * what ends a value right behind it. Returns what follows the closing quote, or NULL. */
static inline const char *quick_text(const char *p, const char *end, struct json_value *ret)
{
	const char *close = quote_or_slash(p, end);

	if (end - close < 3 || *close != '"' || (close[1] != ',' && (close[1] | 0x20) != '}'))
		return NULL;
	ret->text.p = p;
	ret->text.n = (size_t)(close - p);
	ret->kind = JSON_STRING;
	ret->escaped = false;
	return close + 1;
}

/* The same for a value: a text, a number, an array of one text. */
static inline const char *quick_value(const char *p, const char *end, struct json_value *ret)
{
	if (*p == '"')
		return quick_text(p + 1, end, ret);
	if (*p == '[' && p[1] == '"') {
		p = quick_text(p + 2, end, ret);
		return p && *p == ']' ? p + 1 : NULL;
	}
	__typeof__(bare_end_block(p)) hits = bare_end_block(p);
	if ((unsigned char)(*p - '0') > 9 || !hits)
		return NULL;
	ret->text.p = p;
	ret->text.n = quote_first(hits);
	ret->kind = JSON_BARE;
	ret->escaped = false;
	return p + ret->text.n;
}

/* Reads members as long as they come as expected: without spaces, with the keys that came the last
 * time, with simple values. Most of a line is. Each begins where the one before ends, so what takes
 * the time is how long it takes to know that place: it stays in a register here. */
static void read_quickly(struct reading *r, enum json_scope scope, uint16_t *last)
{
	const char *p = r->scan.p, *const end = r->scan.end, *next;
	struct json_value other;

	while (end - p >= QUICK_BYTES) {
		const char *name = *p == ',' ? p + 2 : p + 1;
		const struct json_key *key = guess_key(r, scope, *last, name);
		if (!key || name[-1] != '"')
			break;
		struct json_value *value = key->item == ITEM_NONE ? &other : geo_of(r, key);
		if (!(next = quick_value(name + key->n + 2, end, value)))
			break; /* read again by the caller */
		p = next;
		*last = key->number;
	}
	r->scan.p = p;
}

/* before is the number of the key whose value this is; 0 at the top. */
static void read_object(struct reading *r, enum json_scope scope, uint16_t before)
{
	const struct json_key *known;
	struct json_value other;
	uint16_t last = before;

	for (;;) {
		read_quickly(r, scope, &last);
		if (!json_member(&r->scan) || !read_key(r, scope, &last, &known))
			return;
		bool wanted = known && known->item != ITEM_NONE;
		struct json_value *value = wanted ? geo_of(r, known) : &other;
		if (!json_value(&r->scan, value)) {
			*value = (struct json_value){.kind = JSON_BARE};
			return;
		}
		if (value->kind < JSON_ARRAY)
			continue;
		if (value->kind == JSON_OBJECT && known && known->inside)
			read_object(r, known->inside, last); /* no scope is within itself */
		else if (value->kind == JSON_ARRAY && wanted)
			read_array(r, value);
		else if (!json_skip(&r->scan))
			return;
		if (value->kind == JSON_OBJECT)
			last |= AFTER;
	}
}

/* "", "-" and null stand for nothing. */
static bool says_something(const struct json_value *v)
{
	if (v->kind == JSON_OBJECT || v->text.n == 0)
		return false;
	if (v->kind == JSON_BARE)
		return !str_eq(v->text, STR_LIT("null"));
	return v->text.n > 1 || *v->text.p != '-';
}

/* The value of the best name that says something; NULL when there is none. */
static const struct json_value *find(const struct reading *r, enum json_item item)
{
	for (unsigned left = r->seen[item]; left; left &= left - 1) {
		const struct json_value *v = &r->values[item][__builtin_ctz(left)];
		if (says_something(v))
			return v;
	}
	return NULL;
}

/* What the value stands for. Decoded it lies in buf, which has room for EVENT_TEXT_MAX bytes. */
static struct str decode(
	const struct reading *r, const struct json_value *v, char *buf, enum log_escape *ret_how)
{
	*ret_how = r->plain ? LOG_PLAIN : LOG_LITERAL;
	if (!v->escaped)
		return v->text;
	*ret_how = LOG_FLEETING;
	return (struct str){buf, json_unescape(buf, EVENT_TEXT_MAX, v->text)};
}

/* Several values of a header: the first. */
static struct json_value first_of(const struct json_value *array)
{
	struct json_scan s = {array->text.p + 1, array->text.p + array->text.n};
	struct json_value v = {.kind = JSON_ARRAY};

	json_element(&s, &v);
	return v;
}

static struct str text_of(struct reading *r, const struct json_value *v)
{
	char buf[EVENT_TEXT_MAX];
	enum log_escape how;
	struct json_value first;

	if (v && v->kind == JSON_ARRAY) {
		first = first_of(v);
		v = &first;
	}
	if (!v || v->kind != JSON_STRING)
		return STR_ABSENT;
	struct str text = decode(r, v, buf, &how);
	return log_text_as(r->scratch, how, text);
}

static struct str item_text(struct reading *r, enum json_item item)
{
	const struct json_value *v = find(r, item);

	return v ? text_of(r, v) : STR_ABSENT;
}

/* A whole request line, or its parts, which some split off only in part. */
static void read_request(struct reading *r, struct event_request *ret)
{
	const struct json_value *line = find(r, ITEM_LINE);
	char buf[EVENT_TEXT_MAX];
	enum log_escape how;

	if (line && line->kind == JSON_STRING) {
		struct str text = decode(r, line, buf, &how);
		log_request_split(r->scratch, how, text, ret);
	}
	if (!ret->method.p)
		ret->method = item_text(r, ITEM_METHOD);
	if (ret->method.p)
		ret->kind = STR_ABSENT;
	if (!ret->path.p)
		ret->path = item_text(r, ITEM_PATH);
	if (!ret->proto.p)
		ret->proto = item_text(r, ITEM_PROTO);
	if (r->seen[ITEM_QUERY])
		ret->path = log_text_with_query(r->scratch, ret->path, item_text(r, ITEM_QUERY));
}

/* A number of at most eight digits is one load, where the line has as much behind it. */
static bool read_number(const struct reading *r, struct str text, uint64_t *ret)
{
	if (text.n - 1 < 8 && r->scan.end - text.p >= 8) {
		uint64_t w = swar_load(text.p);
		*ret = swar_value(w, (unsigned)text.n);
		return swar_digits(w) >= text.n;
	}
	return num_u64(text, ret) == 0;
}

/* nginx writes status 000 for "none". */
static uint64_t read_status(const struct reading *r)
{
	const struct json_value *v = find(r, ITEM_STATUS);
	uint64_t status;

	if (!v || !read_number(r, v->text, &status) || status < 100 || status > 999)
		return ABSENT;
	return status;
}

/* Apache writes "-" for 0. */
static uint64_t read_bytes(const struct reading *r)
{
	const struct json_value *v = find(r, ITEM_BYTES);
	uint64_t bytes;

	if (v)
		return read_number(r, v->text, &bytes) && bytes <= INT64_MAX ? bytes : ABSENT;
	for (unsigned left = r->seen[ITEM_BYTES]; left; left &= left - 1)
		if (str_eq(r->values[ITEM_BYTES][__builtin_ctz(left)].text, STR_LIT("-")))
			return 0;
	return ABSENT;
}

static usec_t read_time(const struct reading *r)
{
	usec_t t;

	for (unsigned left = r->seen[ITEM_TIME]; left; left &= left - 1) {
		const struct json_value *v = &r->values[ITEM_TIME][__builtin_ctz(left)];
		char buf[EVENT_TEXT_MAX];
		enum log_escape how;
		if (v->kind <= JSON_BARE &&
			log_time_any(decode(r, v, buf, &how), r->scratch, &t) == 0)
			return t;
	}
	return 0;
}

/* A number of one key that means another time with each writer: Traefik's nanoseconds, Caddy's
 * seconds (whole numbers it has for other units, when asked). 0 is 0 in any. */
static uint64_t took_of_writer(const struct reading *r, struct str text)
{
	if (r->seen[ITEM_STATUS] & RANK_TRAEFIK)
		return log_took(text, TOOK_NS);
	bool whole = !memchr(text.p, '.', text.n);
	if (whole || !(r->seen[ITEM_METHOD] & RANK_CADDY))
		return str_eq(text, STR_LIT("0")) ? 0 : ABSENT;
	return log_took(text, TOOK_S);
}

/* Hand-written logs call whole microseconds "request_time"; nginx has a point in it. */
static uint64_t took_of(const struct reading *r, enum json_item item, struct str text)
{
	if (text.n && (text.p[text.n - 1] | 0x20) >= 'a') /* the last of a unit */
		return log_took_with_unit(text);
	if (item == ITEM_TOOK)
		return took_of_writer(r, text);
	if (item == ITEM_TOOK_MS)
		return log_took(text, TOOK_MS);
	return memchr(text.p, '.', text.n) ? log_took(text, TOOK_S) : ABSENT;
}

static uint64_t read_took(const struct reading *r)
{
	char buf[EVENT_TEXT_MAX];
	enum log_escape how;

	for (enum json_item item = ITEM_TOOK_S; item <= ITEM_TOOK; item++) {
		const struct json_value *v = r->seen[item] ? find(r, item) : NULL;
		if (!v || v->kind > JSON_BARE)
			continue;
		uint64_t us = took_of(r, item, decode(r, v, buf, &how));
		if (us != ABSENT)
			return us;
	}
	return ABSENT;
}

static uint64_t read_upstream(const struct reading *r)
{
	const struct json_value *v = r->seen[ITEM_UPSTREAM] ? find(r, ITEM_UPSTREAM) : NULL;

	return v && v->kind <= JSON_BARE ? log_upstream_status(v->text) : ABSENT;
}

static bool is_address(
	const struct reading *r, const struct json_value *v, struct addr *ret, uint32_t *ret_port)
{
	char buf[EVENT_TEXT_MAX];
	enum log_escape how;
	uint8_t quad[4];

	if (!v->escaped && r->scan.end - v->text.p >= SWAR_QUAD &&
		swar_quad(v->text.p, quad) == v->text.p + v->text.n) {
		*ret = addr_from_v4(quad);
		*ret_port = 0;
		return true;
	}
	return log_addr_parse(decode(r, v, buf, &how), ret, ret_port) == 0;
}

/* The value of the best name that has an address other than `but`; NULL when none has. */
static const struct json_value *read_addr(const struct reading *r, enum json_item item,
	const struct addr *but, struct addr *ret_addr, uint32_t *ret_port)
{
	for (unsigned left = r->seen[item]; left; left &= left - 1) {
		const struct json_value *v = &r->values[item][__builtin_ctz(left)];
		struct addr a;
		if (v->kind != JSON_STRING || !is_address(r, v, &a, ret_port) ||
			addr_is_unset(&a) || addr_eq(&a, but))
			continue;
		*ret_addr = a;
		return v;
	}
	return NULL;
}

/* A port belongs to the address that is named like it, and is told for the peer alone. */
static uint32_t read_port(const struct reading *r, bool realip, bool forwarded)
{
	const struct json_value *v = find(r, ITEM_REALIP_PORT);
	uint64_t port;

	if (!v && !(realip && forwarded))
		v = find(r, ITEM_PORT);
	return v && num_u64(v->text, &port) == 0 && port <= UINT16_MAX ? (uint32_t)port : 0;
}

/* Where nginx names $realip_remote_addr, $remote_addr is what it takes for the client. Caddy says
 * whom its trusted proxies name. What others call a client is what a header claims, as far as
 * anybody can know: with a peer beside it it is nobody's address. */
static void read_addresses(const struct reading *r, struct event_request *ret)
{
	const struct json_value *client = find(r, ITEM_CLIENT), *peer;
	uint32_t ignored = 0;

	peer = read_addr(r, ITEM_REALIP, &ret->ip, &ret->ip, &ret->port);
	bool realip = peer;
	if (!peer)
		peer = read_addr(r, ITEM_PEER, &ret->ip, &ret->ip, &ret->port);
	if (!peer) {
		if (!read_addr(r, ITEM_CLIENT, &ret->ip, &ret->ip, &ret->port))
			read_addr(r, ITEM_SAID, &ret->ip, &ret->ip, &ret->port);
		return;
	}
	if (realip)
		read_addr(r, ITEM_PEER, &ret->ip, &ret->client, &ignored);
	else if (client && !str_eq(client->text, peer->text)) /* mostly they are */
		read_addr(r, ITEM_CLIENT, &ret->ip, &ret->client, &ignored);
	if (!ret->port)
		ret->port = read_port(r, realip, !addr_is_unset(&ret->client));
}

/* A header that came several times, as if it had come once (RFC 9110, 5.3). */
static struct str join_values(struct reading *r, const struct json_value *array)
{
	struct json_scan s = {array->text.p + 1, array->text.p + array->text.n};
	struct json_value v;
	char buf[CLAIMS_MAX];
	size_t n = 0;

	while (json_element(&s, &v)) {
		if (v.kind >= JSON_ARRAY && !json_skip(&s))
			break;
		if (v.kind != JSON_STRING)
			continue;
		if (sizeof buf - n < 2)
			break;
		if (n > 0) {
			memcpy(buf + n, ", ", 2);
			n += 2;
		}
		n += json_unescape(buf + n, sizeof buf - n, v.text);
	}
	return log_text_as(r->scratch, LOG_FLEETING, (struct str){buf, n});
}

/* Who else is named than the one that counts: a list (Traefik's ClientHost may be), or an address
 * under another name. */
static const struct json_value *find_said(const struct reading *r, const struct event_request *req)
{
	const struct json_value *said = find(r, ITEM_SAID);
	struct addr a = {{0}};
	uint32_t port;

	if (said && said->kind == JSON_STRING && memchr(said->text.p, ',', said->text.n))
		return said;
	said = read_addr(r, ITEM_SAID, &req->ip, &a, &port);
	if (!said && !r->seen[ITEM_REALIP])
		said = read_addr(r, ITEM_PEER, &req->ip, &a, &port);
	return said && !addr_eq(&a, &req->client) ? said : NULL;
}

static struct str read_claims(struct reading *r, const struct event_request *req)
{
	const struct json_value *v = find(r, ITEM_CLAIMS);

	if (!v)
		v = find_said(r, req);
	if (!v)
		return STR_ABSENT;
	return v->kind == JSON_ARRAY ? join_values(r, v) : text_of(r, v);
}

/* A path, a method or a status alone is in what applications say, too. */
static bool is_request(const struct reading *r)
{
	const struct json_value *line = find(r, ITEM_LINE);
	const int parts = (find(r, ITEM_METHOD) != NULL) + (find(r, ITEM_PATH) != NULL) +
			  (read_status(r) != ABSENT);

	return (line && line->kind == JSON_STRING) || parts > 1 ||
	       (parts && (find(r, ITEM_PEER) || find(r, ITEM_CLIENT) || find(r, ITEM_SAID)));
}

/* Caddy tells of one request in several places (http.log.error, http.handlers.…), of requests to
 * its own interface (admin.api), and of much else. One of its loggers is the access log. */
static bool is_elsewhere(const struct reading *r)
{
	const bool zap = r->head.zap || (r->seen[ITEM_LEVEL] && r->seen[ITEM_MESSAGE] &&
						r->seen[ITEM_TIME] & RANK_TS);

	if (str_starts(r->head.logger, STR_LIT("http.log.access")))
		return false;
	if (r->head.logger.n && (zap || str_starts(r->head.logger, STR_LIT("http."))))
		return true;
	return zap && !is_request(r);
}

static void fill(struct reading *r, struct event_request *ret)
{
	ret->ip = ret->client = (struct addr){{0}};
	ret->port = 0;
	ret->cut = false;
	ret->method = ret->path = ret->proto = ret->log = ret->kind = STR_ABSENT;
	ret->logged = r->head.logged ? r->head.logged : read_time(r);
	ret->status = read_status(r);
	ret->bytes = read_bytes(r);
	ret->took_us = read_took(r);
	ret->upstream_status = read_upstream(r);
	read_addresses(r, ret);
	read_request(r, ret);
	ret->referer = item_text(r, ITEM_REFERER);
	ret->agent = item_text(r, ITEM_AGENT);
	ret->vhost = item_text(r, ITEM_VHOST);
	ret->claims = read_claims(r, ret);
}

int log_json(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret)
{
	struct reading r; /* not all of it is cleared: it is large */

	(void)self;
	scratch->used = 0;
	r.scratch = scratch;
	r.head = (struct json_head){0};
	memset(r.seen, 0, sizeof r.seen);
	if (line.n && *line.p != '{') {
		line = log_unwrap(line);
		if (line.n && *line.p != '{' && !json_head_take(&line, scratch, &r.head))
			return r.head.zap ? -ENOMSG : -EINVAL;
	}
	r.scan = (struct json_scan){line.p, line.p + line.n};
	if (!json_enter(&r.scan))
		return -EINVAL;
	read_object(&r, SCOPE_TOP, 0);
	if (r.seen[ITEM_LOGGER])
		r.head.logger = r.values[ITEM_LOGGER][0].text;
	if (is_elsewhere(&r))
		return -ENOMSG;
	if (!is_request(&r))
		return -EINVAL;
	r.plain = log_text_is_plain(line);
	ret->kind = EVENT_REQUEST;
	fill(&r, &ret->request);
	return 0;
}
