// SPDX-License-Identifier: MIT
/*
 * The scanner against json-c. What json-c takes for an object the scanner must read in the same
 * way, as far as simple members of the top are concerned. Known differences are left out: NUL
 * bytes, which json-c takes for the end; keys that differ in case only, which are one to the
 * scanner; a request that is an object, whose members count, too, also when another follows.
 */
#include "base/text.h"
#include "log/json.h"
#include "log/json_keys.h"
#include "log/json_scan.h"
#include "log/request.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdint.h>
#include <stdlib.h>
#include <strings.h>

static struct log_scratch scratch, wanted;

/* What json-c found, by item and rank. */
static struct json_object *values[JSON_ITEMS + 1][JSON_RANKS_MAX];
static uint16_t seen[JSON_ITEMS + 1];

static void require(int holds)
{
	if (!holds)
		abort();
}

static struct json_object *parse(struct str line)
{
	struct json_tokener *t = json_tokener_new();

	json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
	struct json_object *o = json_tokener_parse_ex(t, line.p, (int)line.n);
	if (json_tokener_get_error(t) != json_tokener_success || !o ||
		!json_object_is_type(o, json_type_object)) {
		json_object_put(o);
		o = NULL;
	}
	json_tokener_free(t);
	return o;
}

static struct str text_of(struct json_object *v)
{
	return (struct str){json_object_get_string(v), (size_t)json_object_get_string_len(v)};
}

/* False when the two readings cannot be compared. */
static int collect(struct json_object *o)
{
	memset(seen, 0, sizeof seen);
	json_object_object_foreach(o, name, value)
	{
		const struct json_key *key = json_key_find(SCOPE_TOP, str_of(name));
		if (!key)
			continue;
		if (seen[key->item] >> key->rank & 1)
			return 0;
		if (json_object_is_type(value, json_type_object) ||
			json_object_is_type(value, json_type_array))
			return 0;
		if (json_object_is_type(value, json_type_string) && text_of(value).n > 4000)
			return 0;
		values[key->item][key->rank] = value;
		seen[key->item] |= (uint16_t)(1u << key->rank);
	}
	return 1;
}

/* How often a key stands at the top whose members count. */
static int count_nests(struct str line)
{
	struct json_scan s = {line.p, line.p + line.n};
	struct json_value key, value;
	int count = 0;

	require(json_enter(&s));
	while (json_member(&s) && json_key(&s, &key) && json_value(&s, &value)) {
		char name[64];
		size_t n = json_unescape(name, sizeof name, key.text);
		const struct json_key *known = json_key_find(SCOPE_TOP, (struct str){name, n});
		count += known && known->inside;
		if (value.kind >= JSON_ARRAY && !json_skip(&s))
			break;
	}
	return count;
}

static int says_something(struct json_object *v)
{
	if (!v)
		return 0;
	return !json_object_is_type(v, json_type_string) ||
	       (text_of(v).n > 0 && !str_eq(text_of(v), STR_LIT("-")));
}

static struct json_object *find(enum json_item item)
{
	for (unsigned i = 0; i < JSON_RANKS_MAX; i++)
		if ((seen[item] >> i & 1) && says_something(values[item][i]))
			return values[item][i];
	return NULL;
}

static struct str want_text(enum json_item item)
{
	struct json_object *v = find(item);

	if (!v || !json_object_is_type(v, json_type_string))
		return STR_ABSENT;
	return log_text_as(&wanted, LOG_FLEETING, text_of(v));
}

/* json-c makes -0 of "-0", which is no number of bytes to the scanner. */
static uint64_t want_number(enum json_item item, uint64_t got)
{
	struct json_object *v = find(item);
	uint64_t n = 0;

	if (!v || json_object_is_type(v, json_type_string))
		return got; /* strict about what a number in a text is: the unit tests see to it */
	if (!json_object_is_type(v, json_type_int))
		return ABSENT;
	n = (uint64_t)json_object_get_int64(v);
	if (n == 0 || n >= INT64_MAX)
		return got;
	return n < INT64_MAX ? n : ABSENT;
}

static void same(struct str got, struct str want)
{
	require(str_eq(got, want));
}

static void check_request_line(const struct event_request *r)
{
	struct event_request want = {.bytes = 0};
	struct json_object *line = find(ITEM_LINE);

	if (line && json_object_is_type(line, json_type_string))
		log_request_split(&wanted, LOG_FLEETING, text_of(line), &want);
	same(r->method, want.method.p ? want.method : want_text(ITEM_METHOD));
	same(r->proto, want.proto.p ? want.proto : want_text(ITEM_PROTO));
	if (!seen[ITEM_QUERY])
		same(r->path, want.path.p ? want.path : want_text(ITEM_PATH));
}

static void compare(const struct event_request *r)
{
	wanted.used = 0;
	check_request_line(r);
	same(r->agent, want_text(ITEM_AGENT));
	same(r->referer, want_text(ITEM_REFERER));
	same(r->vhost, want_text(ITEM_VHOST));
	require(r->bytes == want_number(ITEM_BYTES, r->bytes));
	uint64_t status = want_number(ITEM_STATUS, r->status);
	require(r->status == (status < 100 || status > 999 ? ABSENT : status));
}

/* What the scanner must take for one; it takes more, as numbers in texts. */
static int is_request(void)
{
	struct json_object *line = find(ITEM_LINE), *status = find(ITEM_STATUS);
	int64_t n = status && json_object_is_type(status, json_type_int)
			    ? json_object_get_int64(status)
			    : 0;
	int parts = !!find(ITEM_METHOD) + !!find(ITEM_PATH) + (n >= 100 && n <= 999);

	return (line && json_object_is_type(line, json_type_string)) || parts > 1 ||
	       (parts && (find(ITEM_PEER) || find(ITEM_CLIENT) || find(ITEM_SAID)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str line = {(const char *)data, size};
	struct event e;

	int err = log_json(NULL, line, &scratch, &e);
	if (size == 0 || *line.p != '{' || memchr(line.p, '\0', size) ||
		memmem(line.p, size, "\\u0000", 6))
		return 0;
	struct json_object *o = parse(line);
	if (o && collect(o) && count_nests(line) < 2) {
		if (is_request())
			require(err == 0 || err == -ENOMSG);
		if (err == 0)
			compare(&e.request);
	}
	json_object_put(o);
	return 0;
}
