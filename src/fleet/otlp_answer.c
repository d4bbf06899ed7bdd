// SPDX-License-Identifier: MIT
#include "fleet/otlp_answer.h"

#include "base/num.h"
#include "base/text.h"

#include <json-c/json.h>
#include <stdio.h>

#define DEPTH_MAX 8

static enum otlp_fate fate_of(long status)
{
	static const long again[] = {429, 502, 503, 504};

	if (status >= 200 && status < 300)
		return OTLP_TAKEN;
	for (size_t i = 0; i < ARRAY_LEN(again); i++)
		if (status == again[i])
			return OTLP_AGAIN;
	return OTLP_REFUSED;
}

static struct json_object *member(struct json_object *o, const char *name, const char *other)
{
	struct json_object *value = NULL;

	if (!json_object_is_type(o, json_type_object))
		return NULL;
	if (!json_object_object_get_ex(o, name, &value) && other)
		json_object_object_get_ex(o, other, &value);
	return value;
}

static struct str text_of(struct json_object *o)
{
	if (!json_object_is_type(o, json_type_string))
		return STR_ABSENT;
	return (struct str){json_object_get_string(o), (size_t)json_object_get_string_len(o)};
}

/* An int64 of the JSON mapping: a string, or a number. */
static uint64_t count_of(struct json_object *o)
{
	uint64_t n = 0;

	if (json_object_is_type(o, json_type_int))
		return json_object_get_int64(o) > 0 ? (uint64_t)json_object_get_int64(o) : 0;
	return num_u64(text_of(o), &n) < 0 ? 0 : n;
}

static void read_body(struct json_object *o, uint64_t records, struct otlp_answer *a)
{
	struct json_object *partial = member(o, "partialSuccess", "partial_success");
	struct str why = text_of(member(o, "message", NULL)); /* google.rpc.Status, of errors */

	if (a->fate == OTLP_TAKEN) {
		a->rejected =
			count_of(member(partial, "rejectedLogRecords", "rejected_log_records"));
		if (a->rejected > records)
			a->rejected = records;
		why = text_of(member(partial, "errorMessage", "error_message"));
	}
	a->why[text_sanitise(a->why, sizeof a->why - 1, why)] = '\0';
}

void otlp_read_answer(
	long status, struct str body, uint64_t records, struct otlp_answer *ret_answer)
{
	struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
	struct otlp_answer a = {.fate = fate_of(status)};

	if (tokener && body.n && body.n <= OTLP_ANSWER_MAX) {
		struct json_object *o = json_tokener_parse_ex(tokener, body.p, (int)body.n);
		read_body(o, records, &a);
		json_object_put(o);
	}
	if (tokener)
		json_tokener_free(tokener);
	*ret_answer = a;
}

usec_t otlp_wait(unsigned tries, usec_t asked, uint64_t chance)
{
	unsigned doubled = tries ? tries - 1 : 0;
	usec_t wait = OTLP_WAIT_LEAST << (doubled < 6 ? doubled : 6);

	if (wait > OTLP_WAIT_MOST)
		wait = OTLP_WAIT_MOST;
	wait -= (usec_t)(chance % (uint64_t)(wait / 2 + 1));
	if (asked > OTLP_ASKED_MOST)
		asked = OTLP_ASKED_MOST;
	return wait > asked ? wait : asked;
}
