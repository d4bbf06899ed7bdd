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
	ITEM_PEER,
	ITEM_CLIENT,
	ITEM_PORT, /* the peer's */
	ITEM_CLAIMS,
	ITEM_VHOST,
	ITEM_REFERER,
	ITEM_AGENT,
	ITEM_LOGGER, /* the part of Caddy that wrote the line */
	JSON_ITEMS,
	ITEM_NONE = JSON_ITEMS
};

#define JSON_RANKS_MAX 16 /* names of an item */

struct json_key {
	uint8_t item;   /* enum json_item */
	uint8_t rank;   /* of several names of an item the one with the lowest rank counts */
	uint8_t inside; /* enum json_scope of its members, where its value is an object */
};

/* NULL for a key that says nothing. Case does not matter. */
const struct json_key *json_key_find(enum json_scope scope, struct str name);

#endif
