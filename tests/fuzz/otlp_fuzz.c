// SPDX-License-Identifier: MIT
/* Any bytes in the place of a message: what is sent to a collector is JSON, and bounded. Any text
 * that a client can bring into a flag: it arrives as it is. Any bytes as a collector's answer, a
 * URL, a header. */
#include "base/text.h"
#include "event/event.h"
#include "event/json_write.h"
#include "fleet/otlp.h"
#include "fleet/otlp_answer.h"
#include "fleet/otlp_record.h"
#include "fleet/otlp_url.h"

#include <json-c/json.h>
#include <stdint.h>
#include <stdlib.h>

#define NOW INT64_C(1772420883071000)

static void require(int holds)
{
	if (!holds)
		abort();
}

static struct json_object *member(struct json_object *o, const char *name)
{
	struct json_object *value = NULL;

	require(json_object_object_get_ex(o, name, &value));
	return value;
}

static struct json_object *read_back(struct str text)
{
	struct json_tokener *tokener = json_tokener_new();

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	struct json_object *o = json_tokener_parse_ex(tokener, text.p, (int)text.n);
	require(o && json_tokener_get_error(tokener) == json_tokener_success);
	json_tokener_free(tokener);
	return o;
}

static struct json_object *records(struct json_object *o)
{
	o = json_object_array_get_idx(member(o, "resourceLogs"), 0);
	return member(json_object_array_get_idx(member(o, "scopeLogs"), 0), "logRecords");
}

static void check_any(struct otlp *o, struct str text)
{
	otlp_add(o, text, NOW);
	struct str body = otlp_finish(o);
	require(body.n <= OTLP_BODY_MAX + 64);
	struct json_object *back = read_back(body);
	require(json_object_array_length(records(back)) == otlp_records(o));
	json_object_put(back);
	otlp_clear(o);
}

static void check_text(struct otlp *o, struct str text)
{
	static char clean[OTLP_TEXT_MAX];
	struct event e = event_make(EVENT_FLAG, NOW);
	struct jsonw line = {0};
	bool found = text.n == 0;

	text = (struct str){clean, text_sanitise(clean, sizeof clean, text)};
	e.flag = (struct event_flag){
		.flag = STR_LIT("x"), .scope = SCOPE_PATH, .on = 1, .who = text, .value = ABSENT};
	json_put_event(&line, &e);
	otlp_add(o, (struct str){line.p, line.n}, NOW);
	struct json_object *back = read_back(otlp_finish(o));
	require(json_object_array_length(records(back)) == 1);
	struct json_object *all = member(json_object_array_get_idx(records(back), 0), "attributes");
	for (size_t i = 0; i < json_object_array_length(all); i++) {
		struct json_object *one = json_object_array_get_idx(all, i);
		if (strcmp(json_object_get_string(member(one, "key")), "nethergaze.flag.who") != 0)
			continue;
		struct json_object *value = member(member(one, "value"), "stringValue");
		found = str_eq(text, (struct str){json_object_get_string(value),
					     (size_t)json_object_get_string_len(value)});
	}
	require(found);
	json_object_put(back);
	jsonw_done(&line);
	otlp_clear(o);
}

static void check_others(struct str text)
{
	char url[OTLP_URL_MAX], *z = malloc(text.n + 1);
	struct otlp_answer answer;
	struct reason why;

	require(z != NULL);
	if (text.n)
		memcpy(z, text.p, text.n);
	z[text.n] = '\0';
	if (otlp_url(z, url, &why))
		require(strncmp(url, "http", 4) == 0 && !strpbrk(url, " \r\n\"@?#"));
	if (!otlp_header_fault(text))
		require(!memchr(text.p, '\n', text.n) && !memchr(text.p, '\r', text.n));
	otlp_read_answer(200, text, 10, &answer);
	require(answer.rejected <= 10 && text_is_clean(str_of(answer.why)));
	otlp_read_answer(400, text, 10, &answer);
	require(answer.rejected == 0 && text_is_clean(str_of(answer.why)));
	free(z);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct otlp *o;
	struct str text = {(const char *)data, size};

	if (!o)
		o = otlp_new(STR_LIT("web1"));
	require(o != NULL);
	check_any(o, text);
	check_text(o, text);
	check_others(text);
	return 0;
}
