/* SPDX-License-Identifier: MIT
 *
 * log_json_keys: what the writers of JSON access logs call things. A further name is a further row
 * of the table.
 */
#ifndef NG_SOURCE_LOG_JSON_KEYS_H
#define NG_SOURCE_LOG_JSON_KEYS_H

#include "base/str.h"

#include <stdint.h>

/* The objects whose members are known. */
enum json_scope {
	SCOPE_NONE,
	SCOPE_TOP,
	SCOPE_REQUEST,
	SCOPE_HEADERS
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
	ITEM_REALIP, /* the peer, where ITEM_PEER may have given way to what a header says */
	ITEM_PEER,
	ITEM_CLIENT,
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

struct json_key {
	uint8_t item;   /* enum json_item */
	uint8_t rank;   /* of several names of an item the one with the lowest rank counts */
	uint8_t inside; /* enum json_scope of its members, where its value is an object */
	uint8_t number; /* 1 to JSON_KEYS_MAX */
	uint8_t n;      /* length of its name */
};

#define JSON_KEYS_MAX 127

/* NULL for a key that is not known. Case does not matter. */
const struct json_key *json_key_find(enum json_scope scope, struct str name);

/* The key of that number if it is what stands at p, up to and with the closing quote and the colon;
 * else NULL, and for number 0. Servers write their keys in the same order each time, and to compare
 * is quicker than to look for the end and then look up. */
const struct json_key *json_key_guess(
	unsigned number, enum json_scope scope, const char *p, const char *end);

#endif
