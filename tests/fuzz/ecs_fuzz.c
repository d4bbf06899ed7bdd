// SPDX-License-Identifier: MIT
/* Any text that a client can bring into a record: under the names of ECS it is JSON still, and the
 * same text. And any bytes in the place of a record. */
#include "base/text.h"
#include "event/json_write.h"
#include "output/ecs.h"

#include <json-c/json.h>
#include <stdint.h>
#include <stdlib.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

static struct json_object *read_back(struct str line)
{
	struct json_tokener *tokener = json_tokener_new();

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	struct json_object *o = json_tokener_parse_ex(tokener, line.p, (int)line.n);
	require(o && json_tokener_get_error(tokener) == json_tokener_success);
	json_tokener_free(tokener);
	return o;
}

static void check(struct json_object *o, const char *key, struct str text)
{
	struct json_object *value;

	require(json_object_object_get_ex(o, key, &value));
	struct str got = {json_object_get_string(value), (size_t)json_object_get_string_len(value)};
	require(str_eq(got, text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char clean[EVENT_TEXT_MAX];
	struct str text = {
		clean, text_sanitise(clean, sizeof clean, (struct str){(const char *)data, size})};
	struct event e = event_make(EVENT_REQUEST, INT64_C(1772420883071000));
	struct jsonw native = {0}, ecs = {0}, other = {0};

	e.request.path = e.request.agent = text;
	json_put_event(&native, &e);
	ecs_put(&ecs, (struct str){native.p, native.n});
	struct json_object *o = read_back((struct str){ecs.p, ecs.n});
	check(o, "url.original", text);
	check(o, "user_agent.original", text);
	json_object_put(o);
	ecs_put(&other, (struct str){(const char *)data, size});
	jsonw_done(&native);
	jsonw_done(&ecs);
	jsonw_done(&other);
	return 0;
}
