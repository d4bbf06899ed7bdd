// SPDX-License-Identifier: MIT
/*
 * Caddy nests. Traefik writes CamelCase. nginx and Apache write what their operator called it,
 * mostly after the variable; Envoy, Kong, pino, Cloudflare and the log shippers have names of their
 * own.
 */
#include "log/json_keys.h"

#include "log/swar.h"

#include <stdbool.h>
#include <stdio.h>
#include <strings.h>

#define SLOTS 512 /* a power of two, so large that few share one */

/* Rows of an item stand together, the most telling name first: it gets the lowest rank. */
static const struct {
	const char *name;
	uint8_t scope, item, inside;
} rows[] = {
	{"request", SCOPE_TOP, ITEM_LINE, SCOPE_REQUEST},
	{"request_line", SCOPE_TOP, ITEM_LINE, SCOPE_NONE},
	{"requestline", SCOPE_TOP, ITEM_LINE, SCOPE_NONE},
	{"method", SCOPE_REQUEST, ITEM_METHOD, SCOPE_NONE},
	{"method", SCOPE_TOP, ITEM_METHOD, SCOPE_NONE},
	{"request_method", SCOPE_TOP, ITEM_METHOD, SCOPE_NONE},
	{"RequestMethod", SCOPE_TOP, ITEM_METHOD, SCOPE_NONE},
	{"http_method", SCOPE_TOP, ITEM_METHOD, SCOPE_NONE},
	{"verb", SCOPE_TOP, ITEM_METHOD, SCOPE_NONE},
	{"ClientRequestMethod", SCOPE_TOP, ITEM_METHOD, SCOPE_NONE},
	{"uri", SCOPE_REQUEST, ITEM_PATH, SCOPE_NONE},
	{"request_uri", SCOPE_TOP, ITEM_PATH, SCOPE_NONE},
	{"RequestPath", SCOPE_TOP, ITEM_PATH, SCOPE_NONE},
	{"uri", SCOPE_TOP, ITEM_PATH, SCOPE_NONE},
	{"path", SCOPE_TOP, ITEM_PATH, SCOPE_NONE},
	{"url", SCOPE_TOP, ITEM_PATH, SCOPE_NONE},
	{"request_path", SCOPE_TOP, ITEM_PATH, SCOPE_NONE},
	{"url", SCOPE_REQUEST, ITEM_PATH, SCOPE_NONE},
	{"x-envoy-original-path", SCOPE_TOP, ITEM_PATH, SCOPE_NONE},
	{"x-envoy-origin-path", SCOPE_TOP, ITEM_PATH, SCOPE_NONE},
	{"ClientRequestURI", SCOPE_TOP, ITEM_PATH, SCOPE_NONE},
	{"ClientRequestPath", SCOPE_TOP, ITEM_PATH, SCOPE_NONE},
	{"requestUri", SCOPE_TOP, ITEM_PATH, SCOPE_NONE},
	{"requestUrl", SCOPE_TOP, ITEM_PATH, SCOPE_NONE},
	{"args", SCOPE_TOP, ITEM_QUERY, SCOPE_NONE},
	{"query", SCOPE_TOP, ITEM_QUERY, SCOPE_NONE},
	{"query_string", SCOPE_TOP, ITEM_QUERY, SCOPE_NONE},
	{"request_query", SCOPE_TOP, ITEM_QUERY, SCOPE_NONE},
	{"proto", SCOPE_REQUEST, ITEM_PROTO, SCOPE_NONE},
	{"protocol", SCOPE_TOP, ITEM_PROTO, SCOPE_NONE},
	{"server_protocol", SCOPE_TOP, ITEM_PROTO, SCOPE_NONE},
	{"RequestProtocol", SCOPE_TOP, ITEM_PROTO, SCOPE_NONE},
	{"proto", SCOPE_TOP, ITEM_PROTO, SCOPE_NONE},
	{"request_proto", SCOPE_TOP, ITEM_PROTO, SCOPE_NONE},
	{"request_protocol", SCOPE_TOP, ITEM_PROTO, SCOPE_NONE},
	{"http_version", SCOPE_TOP, ITEM_PROTO, SCOPE_NONE},
	{"httpversion", SCOPE_TOP, ITEM_PROTO, SCOPE_NONE},
	{"ClientRequestProtocol", SCOPE_TOP, ITEM_PROTO, SCOPE_NONE},
	{"status", SCOPE_TOP, ITEM_STATUS, SCOPE_NONE},
	{"DownstreamStatus", SCOPE_TOP, ITEM_STATUS, SCOPE_NONE},
	{"status_code", SCOPE_TOP, ITEM_STATUS, SCOPE_NONE},
	{"response_code", SCOPE_TOP, ITEM_STATUS, SCOPE_NONE},
	{"status", SCOPE_RESPONSE, ITEM_STATUS, SCOPE_NONE},
	{"statusCode", SCOPE_RESPONSE, ITEM_STATUS, SCOPE_NONE},
	{"response", SCOPE_TOP, ITEM_STATUS, SCOPE_RESPONSE},
	{"statusCode", SCOPE_TOP, ITEM_STATUS, SCOPE_NONE},
	{"responseCode", SCOPE_TOP, ITEM_STATUS, SCOPE_NONE},
	{"EdgeResponseStatus", SCOPE_TOP, ITEM_STATUS, SCOPE_NONE},
	{"code", SCOPE_TOP, ITEM_STATUS, SCOPE_NONE},
	{"size", SCOPE_TOP, ITEM_BYTES, SCOPE_NONE},
	{"body_bytes_sent", SCOPE_TOP, ITEM_BYTES, SCOPE_NONE},
	{"DownstreamContentSize", SCOPE_TOP, ITEM_BYTES, SCOPE_NONE},
	{"bytes_sent", SCOPE_TOP, ITEM_BYTES, SCOPE_NONE},
	{"bytes", SCOPE_TOP, ITEM_BYTES, SCOPE_NONE},
	{"response_size", SCOPE_TOP, ITEM_BYTES, SCOPE_NONE},
	{"bytes_out", SCOPE_TOP, ITEM_BYTES, SCOPE_NONE},
	{"size", SCOPE_RESPONSE, ITEM_BYTES, SCOPE_NONE},
	{"bytesSent", SCOPE_TOP, ITEM_BYTES, SCOPE_NONE},
	{"responseSize", SCOPE_TOP, ITEM_BYTES, SCOPE_NONE},
	{"EdgeResponseBytes", SCOPE_TOP, ITEM_BYTES, SCOPE_NONE},
	{"length", SCOPE_TOP, ITEM_BYTES, SCOPE_NONE},
	{"ts", SCOPE_TOP, ITEM_TIME, SCOPE_NONE},
	{"StartUTC", SCOPE_TOP, ITEM_TIME, SCOPE_NONE},
	{"msec", SCOPE_TOP, ITEM_TIME, SCOPE_NONE},
	{"time_iso8601", SCOPE_TOP, ITEM_TIME, SCOPE_NONE},
	{"@timestamp", SCOPE_TOP, ITEM_TIME, SCOPE_NONE},
	{"timestamp", SCOPE_TOP, ITEM_TIME, SCOPE_NONE},
	{"time", SCOPE_TOP, ITEM_TIME, SCOPE_NONE},
	{"time_local", SCOPE_TOP, ITEM_TIME, SCOPE_NONE},
	{"start_time", SCOPE_TOP, ITEM_TIME, SCOPE_NONE},
	{"datetime", SCOPE_TOP, ITEM_TIME, SCOPE_NONE},
	{"StartLocal", SCOPE_TOP, ITEM_TIME, SCOPE_NONE},
	{"started_at", SCOPE_TOP, ITEM_TIME, SCOPE_NONE},
	{"EdgeStartTimestamp", SCOPE_TOP, ITEM_TIME, SCOPE_NONE},
	{"date", SCOPE_TOP, ITEM_TIME, SCOPE_NONE},
	{"request_time", SCOPE_TOP, ITEM_TOOK_S, SCOPE_NONE},
	{"duration_ms", SCOPE_TOP, ITEM_TOOK_MS, SCOPE_NONE},
	{"latency_ms", SCOPE_TOP, ITEM_TOOK_MS, SCOPE_NONE},
	{"response_time_ms", SCOPE_TOP, ITEM_TOOK_MS, SCOPE_NONE},
	{"took_ms", SCOPE_TOP, ITEM_TOOK_MS, SCOPE_NONE},
	{"responseTime", SCOPE_TOP, ITEM_TOOK_MS, SCOPE_NONE}, /* pino-http */
	{"duration", SCOPE_TOP, ITEM_TOOK, SCOPE_NONE},
	{"latency", SCOPE_TOP, ITEM_TOOK, SCOPE_NONE},
	{"upstream_status", SCOPE_TOP, ITEM_UPSTREAM, SCOPE_NONE},
	{"OriginStatus", SCOPE_TOP, ITEM_UPSTREAM, SCOPE_NONE},
	{"OriginResponseStatus", SCOPE_TOP, ITEM_UPSTREAM, SCOPE_NONE},
	{"realip_remote_addr", SCOPE_TOP, ITEM_REALIP, SCOPE_NONE},
	{"remote_ip", SCOPE_REQUEST, ITEM_PEER, SCOPE_NONE},
	{"remote_addr", SCOPE_REQUEST, ITEM_PEER, SCOPE_NONE},
	{"remote_ip", SCOPE_TOP, ITEM_PEER, SCOPE_NONE},
	{"remote_addr", SCOPE_TOP, ITEM_PEER, SCOPE_NONE},
	{"ClientAddr", SCOPE_TOP, ITEM_PEER, SCOPE_NONE},
	{"remote_address", SCOPE_TOP, ITEM_PEER, SCOPE_NONE},
	{"downstream_remote_address", SCOPE_TOP, ITEM_PEER, SCOPE_NONE},
	{"clientip", SCOPE_TOP, ITEM_PEER, SCOPE_NONE},
	{"remoteip", SCOPE_TOP, ITEM_PEER, SCOPE_NONE},
	{"remote_host", SCOPE_TOP, ITEM_PEER, SCOPE_NONE},
	{"ip", SCOPE_TOP, ITEM_PEER, SCOPE_NONE},
	{"remoteAddress", SCOPE_REQUEST, ITEM_PEER, SCOPE_NONE},
	{"remoteAddr", SCOPE_TOP, ITEM_PEER, SCOPE_NONE},
	{"remoteAddress", SCOPE_TOP, ITEM_PEER, SCOPE_NONE},
	{"remote", SCOPE_TOP, ITEM_PEER, SCOPE_NONE},
	{"client_ip", SCOPE_REQUEST, ITEM_CLIENT, SCOPE_NONE},
	{"client_ip", SCOPE_TOP, ITEM_SAID, SCOPE_NONE},
	{"ClientHost", SCOPE_TOP, ITEM_SAID, SCOPE_NONE},
	{"client_addr", SCOPE_TOP, ITEM_SAID, SCOPE_NONE},
	{"ClientIP", SCOPE_TOP, ITEM_SAID, SCOPE_NONE},
	{"clientAddress", SCOPE_TOP, ITEM_SAID, SCOPE_NONE},
	{"client", SCOPE_TOP, ITEM_SAID, SCOPE_NONE},
	{"realip_remote_port", SCOPE_TOP, ITEM_REALIP_PORT, SCOPE_NONE},
	{"remote_port", SCOPE_REQUEST, ITEM_PORT, SCOPE_NONE},
	{"remote_port", SCOPE_TOP, ITEM_PORT, SCOPE_NONE},
	{"ClientPort", SCOPE_TOP, ITEM_PORT, SCOPE_NONE},
	{"remotePort", SCOPE_REQUEST, ITEM_PORT, SCOPE_NONE},
	{"remotePort", SCOPE_TOP, ITEM_PORT, SCOPE_NONE},
	{"x-forwarded-for", SCOPE_HEADERS, ITEM_CLAIMS, SCOPE_NONE},
	{"forwarded", SCOPE_HEADERS, ITEM_CLAIMS, SCOPE_NONE},
	{"cf-connecting-ip", SCOPE_HEADERS, ITEM_CLAIMS, SCOPE_NONE},
	{"true-client-ip", SCOPE_HEADERS, ITEM_CLAIMS, SCOPE_NONE},
	{"x-real-ip", SCOPE_HEADERS, ITEM_CLAIMS, SCOPE_NONE},
	{"http_x_forwarded_for", SCOPE_TOP, ITEM_CLAIMS, SCOPE_NONE},
	{"x_forwarded_for", SCOPE_TOP, ITEM_CLAIMS, SCOPE_NONE},
	{"request_x-forwarded-for", SCOPE_TOP, ITEM_CLAIMS, SCOPE_NONE},
	{"x-forwarded-for", SCOPE_TOP, ITEM_CLAIMS, SCOPE_NONE},
	{"request_cf-connecting-ip", SCOPE_TOP, ITEM_CLAIMS, SCOPE_NONE},
	{"request_true-client-ip", SCOPE_TOP, ITEM_CLAIMS, SCOPE_NONE},
	{"request_x-real-ip", SCOPE_TOP, ITEM_CLAIMS, SCOPE_NONE},
	{"forwarded_for", SCOPE_TOP, ITEM_CLAIMS, SCOPE_NONE},
	{"xff", SCOPE_TOP, ITEM_CLAIMS, SCOPE_NONE},
	{"http_cf_connecting_ip", SCOPE_TOP, ITEM_CLAIMS, SCOPE_NONE},
	{"http_x_real_ip", SCOPE_TOP, ITEM_CLAIMS, SCOPE_NONE},
	{"host", SCOPE_REQUEST, ITEM_VHOST, SCOPE_NONE},
	{"http_host", SCOPE_TOP, ITEM_VHOST, SCOPE_NONE},
	{"vhost", SCOPE_TOP, ITEM_VHOST, SCOPE_NONE},
	{"RequestHost", SCOPE_TOP, ITEM_VHOST, SCOPE_NONE},
	{"authority", SCOPE_TOP, ITEM_VHOST, SCOPE_NONE},
	{":authority", SCOPE_TOP, ITEM_VHOST, SCOPE_NONE},
	{"ClientRequestHost", SCOPE_TOP, ITEM_VHOST, SCOPE_NONE},
	{"host", SCOPE_TOP, ITEM_VHOST, SCOPE_NONE},
	{"server_name", SCOPE_TOP, ITEM_VHOST, SCOPE_NONE},
	{"virtual_host", SCOPE_TOP, ITEM_VHOST, SCOPE_NONE},
	{"host", SCOPE_HEADERS, ITEM_VHOST, SCOPE_NONE},
	{"referer", SCOPE_HEADERS, ITEM_REFERER, SCOPE_NONE},
	{"http_referer", SCOPE_TOP, ITEM_REFERER, SCOPE_NONE},
	{"http_referrer", SCOPE_TOP, ITEM_REFERER, SCOPE_NONE},
	{"request_referer", SCOPE_TOP, ITEM_REFERER, SCOPE_NONE},
	{"referer", SCOPE_TOP, ITEM_REFERER, SCOPE_NONE},
	{"referrer", SCOPE_TOP, ITEM_REFERER, SCOPE_NONE},
	{"ClientRequestReferer", SCOPE_TOP, ITEM_REFERER, SCOPE_NONE},
	{"user-agent", SCOPE_HEADERS, ITEM_AGENT, SCOPE_NONE},
	{"http_user_agent", SCOPE_TOP, ITEM_AGENT, SCOPE_NONE},
	{"request_user-agent", SCOPE_TOP, ITEM_AGENT, SCOPE_NONE},
	{"user_agent", SCOPE_TOP, ITEM_AGENT, SCOPE_NONE},
	{"useragent", SCOPE_TOP, ITEM_AGENT, SCOPE_NONE},
	{"agent", SCOPE_TOP, ITEM_AGENT, SCOPE_NONE},
	{"user-agent", SCOPE_TOP, ITEM_AGENT, SCOPE_NONE},
	{"ClientRequestUserAgent", SCOPE_TOP, ITEM_AGENT, SCOPE_NONE},
	{"logger", SCOPE_TOP, ITEM_LOGGER, SCOPE_NONE},
	{"level", SCOPE_TOP, ITEM_LEVEL, SCOPE_NONE},
	{"msg", SCOPE_TOP, ITEM_MESSAGE, SCOPE_NONE},
	{"headers", SCOPE_REQUEST, ITEM_NONE, SCOPE_HEADERS},
	{"req", SCOPE_TOP, ITEM_NONE, SCOPE_REQUEST}, /* pino-http */
	{"res", SCOPE_TOP, ITEM_NONE, SCOPE_RESPONSE},
	/* These say nothing, but stand between others on each line: see json_key_is_at(). */
	{"bytes_read", SCOPE_TOP, ITEM_NONE, SCOPE_NONE},
	{"user_id", SCOPE_TOP, ITEM_NONE, SCOPE_NONE},
	{"resp_headers", SCOPE_TOP, ITEM_NONE, SCOPE_NONE},
	{"remote_user", SCOPE_TOP, ITEM_NONE, SCOPE_NONE},
	{"tls", SCOPE_REQUEST, ITEM_NONE, SCOPE_NONE},
	{"accept", SCOPE_HEADERS, ITEM_NONE, SCOPE_NONE},
	{"accept-encoding", SCOPE_HEADERS, ITEM_NONE, SCOPE_NONE},
	{"accept-language", SCOPE_HEADERS, ITEM_NONE, SCOPE_NONE},
	{"connection", SCOPE_HEADERS, ITEM_NONE, SCOPE_NONE},
	{"cookie", SCOPE_HEADERS, ITEM_NONE, SCOPE_NONE},
};

_Static_assert(ARRAY_LEN(rows) <= JSON_KEYS_MAX, "a number must fit in a byte");

/* A name, so that most are told apart by two words, with case folded. */
struct shape {
	uint64_t first, last; /* eight bytes each, overlapping; or all of a short name in first */
	uint64_t tag; /* length and scope, as one number: narrow stores would stall the look-up */
};

struct slot {
	struct shape shape;
	struct json_key key;
	const char *name; /* NULL: free */
};

/* Made of rows[] at the first look-up. */
static struct slot slots[SLOTS];
const struct json_key *json_key_numbered[JSON_KEYS_MAX + 1];
static bool slots_are_made;

static uint32_t load_four(const char *p)
{
	uint32_t w;

	memcpy(&w, p, sizeof w);
	return le32toh(w);
}

/* Setting one bit folds the letters. The few other bytes that it makes the same ("@" and a grave
 * accent, "_" and DEL) are in no other writer's keys. */
static inline struct shape shape_of(enum json_scope scope, struct str name)
{
	const uint64_t fold = SWAR_ONES * 0x20;
	struct shape s = {.tag = name.n << 8 | scope};

	if (name.n >= 8) {
		s.first = swar_load(name.p) | fold;
		s.last = swar_load(name.p + name.n - 8) | fold;
	} else if (name.n >= 4) {
		s.first = load_four(name.p) | fold;
		s.last = load_four(name.p + name.n - 4) | fold;
	} else if (name.n > 0) {
		for (size_t i = 0; i < name.n; i++)
			s.first = s.first << 8 | (unsigned char)name.p[i];
		s.first |= fold;
	}
	return s;
}

static bool is_same_shape(const struct shape *a, const struct shape *b)
{
	return a->first == b->first && a->last == b->last && a->tag == b->tag;
}

static struct slot *slot_of(const struct shape *s)
{
	uint64_t h = (s->first ^ (s->last << 29 | s->last >> 35) ^ s->tag << 17) *
		     UINT64_C(0x9e3779b97f4a7c15);

	return &slots[h >> 55];
}

static struct slot *next_slot(struct slot *slot)
{
	return slot + 1 < slots + SLOTS ? slot + 1 : slots;
}

static void spell(struct json_key *key, const char *name)
{
	char text[JSON_SPELLING] = {0}, fold[JSON_SPELLING] = {0}, mask[JSON_SPELLING] = {0};

	snprintf(text, sizeof text, "%s\":", name);
	for (size_t i = 0; text[i]; i++) {
		char lower = (char)(text[i] | 0x20);
		fold[i] = lower >= 'a' && lower <= 'z' ? 0x20 : 0;
		text[i] |= fold[i];
		mask[i] = (char)0xff;
	}
	memcpy(key->text, text, sizeof text);
	memcpy(key->fold, fold, sizeof fold);
	memcpy(key->mask, mask, sizeof mask);
}

static void make_slots(void)
{
	uint8_t rank[JSON_ITEMS] = {0};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct shape shape = shape_of(rows[i].scope, str_of(rows[i].name));
		struct slot *slot = slot_of(&shape);
		while (slot->name)
			slot = next_slot(slot);
		*slot = (struct slot){.shape = shape, .name = rows[i].name};
		slot->key.item = rows[i].item;
		slot->key.inside = rows[i].inside;
		if (rows[i].item != ITEM_NONE)
			slot->key.rank = rank[rows[i].item]++;
		slot->key.number = (uint8_t)(i + 1);
		slot->key.n = (uint8_t)strlen(rows[i].name);
		slot->key.scope = rows[i].scope;
		spell(&slot->key, rows[i].name);
		if (slot->key.n + 2u <= JSON_SPELLING)
			json_key_numbered[i + 1] = &slot->key;
	}
	slots_are_made = true;
}

static bool is_name(const struct slot *slot, const struct shape *shape, const char *name)
{
	return is_same_shape(&slot->shape, shape) &&
	       (slot->key.n <= 16 || strncasecmp(slot->name, name, slot->key.n) == 0);
}

const struct json_key *json_key_find(enum json_scope scope, struct str name)
{
	if (!slots_are_made)
		make_slots();
	const struct shape shape = shape_of(scope, name);
	for (struct slot *slot = slot_of(&shape); slot->name; slot = next_slot(slot))
		if (is_name(slot, &shape, name.p))
			return &slot->key;
	return NULL;
}
