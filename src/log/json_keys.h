/* SPDX-License-Identifier: MIT
 *
 * json_keys: what the writers of JSON access logs call things. A further name is a further row
 * of the table.
 */
#ifndef NG_LOG_JSON_KEYS_H
#define NG_LOG_JSON_KEYS_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* The objects whose members are known. */
enum json_scope {
	SCOPE_NONE,
	SCOPE_TOP,
	SCOPE_REQUEST,
	SCOPE_HEADERS,
	SCOPE_RESPONSE
};

enum json_item {
	ITEM_LINE, /* "GET / HTTP/1.1" */
	ITEM_METHOD,
	ITEM_PATH,
	ITEM_QUERY, /* what the path may lack */
	ITEM_PROTO,
	ITEM_STATUS,
	ITEM_BYTES,
	ITEM_TIME,
	ITEM_TOOK_S, /* in seconds, with a point */
	ITEM_TOOK_MS,
	ITEM_TOOK, /* with its unit, or in one that the writer has */
	ITEM_UPSTREAM,
	ITEM_REALIP, /* the peer, where ITEM_PEER may have given way to what a header says */
	ITEM_PEER,
	ITEM_CLIENT, /* by a server that says which proxies it trusts */
	ITEM_SAID,   /* the same by its name, and nobody knows where from: perhaps a header */
	ITEM_REALIP_PORT,
	ITEM_PORT, /* of ITEM_PEER */
	ITEM_CLAIMS,
	ITEM_VHOST,
	ITEM_REFERER,
	ITEM_AGENT,
	ITEM_LOGGER, /* the part of Caddy that wrote the line */
	ITEM_LEVEL,
	ITEM_MESSAGE,
	JSON_ITEMS,
	ITEM_NONE = JSON_ITEMS
};

#define JSON_RANKS_MAX 16 /* names of an item */

#define JSON_SPELLING 32 /* bytes of a key as it is written, with its quote and colon */

struct json_key {
	uint8_t item;   /* enum json_item */
	uint8_t rank;   /* of several names of an item the one with the lowest rank counts */
	uint8_t inside; /* enum json_scope of its members, where its value is an object */
	uint8_t number; /* 1 to JSON_KEYS_MAX */
	uint8_t n;      /* length of its name */
	uint8_t scope;  /* enum json_scope */
	/* How it is written, in words; fold sets the bit that is a letter's case, mask has the
	 * bytes that count. */
	uint64_t text[JSON_SPELLING / 8], fold[JSON_SPELLING / 8], mask[JSON_SPELLING / 8];
};

#define JSON_KEYS_MAX 255

/* By number; NULL for 0, for what is longer than JSON_SPELLING, and before the first look-up. */
extern const struct json_key *json_key_numbered[JSON_KEYS_MAX + 1];

/* NULL for a key that is not known. Case does not matter. */
const struct json_key *json_key_find(enum json_scope scope, struct str name);

static inline uint64_t json_key_differs(const struct json_key *key, const char *p, unsigned word)
{
	uint64_t w;

	memcpy(&w, p + word * sizeof w, sizeof w);
	return ((w | key->fold[word]) ^ key->text[word]) & key->mask[word];
}

/* Whether it is this key that stands at p, up to and with the closing quote and the colon. Servers
 * write their keys in the same order each time, and to compare is quicker than to look for the end
 * and then look up. No branch depends on the key's length; JSON_SPELLING bytes must be left. */
static inline bool json_key_is_at(const struct json_key *key, const char *p, const char *end)
{
	return end - p >= JSON_SPELLING &&
	       (json_key_differs(key, p, 0) | json_key_differs(key, p, 1) |
		       json_key_differs(key, p, 2) | json_key_differs(key, p, 3)) == 0;
}

#endif
