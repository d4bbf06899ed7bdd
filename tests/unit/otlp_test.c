// SPDX-License-Identifier: MIT
/* Sets and flags as log records of OpenTelemetry, and what a collector answers. */
#include "unit.h"

#include "event/event.h"
#include "event/json_write.h"
#include "fleet/otlp.h"
#include "fleet/otlp_answer.h"
#include "fleet/otlp_record.h"
#include "fleet/otlp_url.h"

#include <json-c/json.h>

#define NOW INT64_C(1772420890000000)

#define MACHINE                                                                                \
	"{\"t\":\"machine\",\"ts\":1772420883.071000,\"name\":\"web1\",\"version\":\"0.2.0\"," \
	"\"fleet_schema\":1,\"seq\":7,\"every_us\":10000000,\"parts\":2,\"left_out\":3,"       \
	"\"sketch\":5,\"figures\":{\"conns\":12,\"requests\":340},\"verdict\":\"SYN flood on " \
	":443\",\"severity\":3}\n"
#define SHARE                                                                                  \
	"{\"t\":\"share\",\"ts\":1772420883.071000,\"net\":\"203.0.113.9/32\",\"conns\":1,"    \
	"\"held_us\":2500000,\"requests\":340,\"agent\":\"Googlebot\",\"flags\":[\"scanner\"," \
	"\"flood\"]}\n"
#define HERD                                                                                    \
	"{\"t\":\"herd\",\"ts\":1772420883.071000,\"of\":\"%s\",\"key\":\"%s\",\"requests\":9," \
	"\"sources\":\"abcdef\"}\n"
#define FLAG                                                                                    \
	"{\"t\":\"flag\",\"ts\":1772420883.071000,\"flag\":\"%s\",\"on\":%s,\"scope\":\"%s\","  \
	"\"who\":\"%s\",\"prefixes\":[\"203.0.113.0/24\",\"198.51.100.0/24\"],\"severity\":%d," \
	"\"since\":1772420880.500000,\"value\":254,\"evidence\":\"254 half-open\"}\n"

static struct otlp *otlp;
static struct json_object *request; /* what the last finish() read back */

static int set_up(void **state)
{
	(void)state;
	otlp = otlp_new(STR_LIT("web1"));
	return otlp ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	otlp_free(otlp);
	json_object_put(request);
	request = NULL;
	return 0;
}

/* "a.b.0.c" of a value; fails when there is none. */
static struct json_object *at(struct json_object *o, const char *path)
{
	char part[64];

	while (*path) {
		size_t n = strcspn(path, "/");
		snprintf(part, sizeof part, "%.*s", (int)n, path);
		path += n + (path[n] == '/');
		if (json_object_is_type(o, json_type_array))
			o = json_object_array_get_idx(o, (size_t)atoi(part));
		else if (!json_object_object_get_ex(o, part, &o))
			o = NULL;
		if (!o)
			fail_msg("no %s", part);
	}
	return o;
}

/* Ends the request, and reads it back: the records. */
static struct json_object *finish(void)
{
	struct str body = otlp_finish(otlp);
	struct json_tokener *tokener = json_tokener_new();

	assert_non_null(tokener);
	assert_non_null(body.p);
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	json_object_put(request);
	request = json_tokener_parse_ex(tokener, body.p, (int)body.n);
	assert_int_equal(json_tokener_get_error(tokener), json_tokener_success);
	json_tokener_free(tokener);
	struct json_object *records = at(request, "resourceLogs/0/scopeLogs/0/logRecords");
	assert_int_equal(json_object_array_length(records), otlp_records(otlp));
	return records;
}

static void check(struct json_object *o, const char *path, const char *want)
{
	assert_string_equal(json_object_get_string(at(o, path)), want);
}

/* The value of an attribute as JSON; NULL: the record has none of that name. */
static const char *attribute(struct json_object *o, const char *key)
{
	struct json_object *all = at(o, "attributes");
	const char *found = NULL;

	for (size_t i = 0; i < json_object_array_length(all); i++) {
		struct json_object *one = json_object_array_get_idx(all, i);
		if (strcmp(json_object_get_string(at(one, "key")), key) != 0)
			continue;
		assert_null(found); /* keys are unique */
		found = json_object_to_json_string_ext(
			at(one, "value"), JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	}
	return found;
}

static void check_attribute(struct json_object *o, const char *key, const char *want)
{
	const char *got = attribute(o, key);

	if (!got || strcmp(got, want) != 0)
		fail_msg("%s is %s, expected %s", key, got ? got : "absent", want);
}

static void add(const char *text)
{
	otlp_add(otlp, str_of(text), NOW);
}

static void a_request(void **state)
{
	(void)state;
	add(SHARE MACHINE);
	finish();
	check(request, "resourceLogs/0/scopeLogs/0/scope/name", "nethergaze");
	check(request, "resourceLogs/0/scopeLogs/0/scope/version", NG_VERSION);
	struct json_object *resource = at(request, "resourceLogs/0/resource");
	check_attribute(resource, "host.name", "{\"stringValue\":\"web1\"}");
	check_attribute(resource, "service.name", "{\"stringValue\":\"nethergaze\"}");
	check_attribute(resource, "service.version", "{\"stringValue\":\"" NG_VERSION "\"}");
	check_attribute(resource, "service.instance.id", "{\"stringValue\":\"web1\"}");
}

static void a_machine(void **state)
{
	(void)state;
	add(MACHINE SHARE);
	struct json_object *r = at(finish(), "1");
	check(r, "eventName", "nethergaze.machine");
	check(r, "timeUnixNano", "1772420883071000000");
	assert_true(json_object_is_type(at(r, "timeUnixNano"), json_type_string));
	check(r, "observedTimeUnixNano", "1772420890000000000");
	check(r, "severityNumber", "17");
	assert_true(json_object_is_type(at(r, "severityNumber"), json_type_int));
	check(r, "severityText", "attack");
	check(r, "body/stringValue", "SYN flood on :443");
	check_attribute(r, "nethergaze.machine.seq", "{\"intValue\":\"7\"}");
	check_attribute(r, "nethergaze.machine.every", "{\"doubleValue\":10}");
	check_attribute(r, "nethergaze.machine.left_out", "{\"intValue\":\"3\"}");
	check_attribute(r, "nethergaze.figure.conns", "{\"intValue\":\"12\"}");
	check_attribute(r, "nethergaze.figure.requests", "{\"intValue\":\"340\"}");
	assert_null(attribute(r, "nethergaze.machine.sketch"));
	assert_null(attribute(r, "nethergaze.machine.dropped"));
}

static void shares(void **state)
{
	(void)state;
	add(SHARE "{\"t\":\"share\",\"ts\":1.000000,\"net\":\"2001:db8::/48\"}\n");
	struct json_object *records = finish(), *r = at(records, "0");
	check(r, "eventName", "nethergaze.share");
	check(r, "severityNumber", "9");
	check(r, "body/stringValue", "203.0.113.9: 1 connection, 340 requests");
	check_attribute(r, "client.address", "{\"stringValue\":\"203.0.113.9\"}");
	check_attribute(r, "user_agent.name", "{\"stringValue\":\"Googlebot\"}");
	check_attribute(r, "nethergaze.share.held", "{\"doubleValue\":2.5}");
	check_attribute(r, "nethergaze.share.requests", "{\"intValue\":\"340\"}");
	check_attribute(r, "nethergaze.share.flags",
		"{\"arrayValue\":{\"values\":[{\"stringValue\":\"scanner\"},{\"stringValue\":"
		"\"flood\"}]}}");
	assert_null(attribute(r, "nethergaze.share.syns"));
	r = at(records, "1");
	check(r, "body/stringValue", "2001:db8::/48");
	assert_null(attribute(r, "client.address"));
	check_attribute(r, "nethergaze.network", "{\"stringValue\":\"2001:db8::/48\"}");
}

static void add_herd(const char *of, const char *key)
{
	char line[1024];

	snprintf(line, sizeof line, HERD, of, key);
	add(line);
}

/* What is known by its hash alone has no other name. */
static void herds(void **state)
{
	(void)state;
	add_herd("path", "/search?q=1");
	add_herd("agent", "curl/8");
	add_herd("referer", "https://example.org/");
	add_herd("vhost", "example.org");
	add_herd("path", "#0123456789abcdef");
	struct json_object *all = finish(), *r = at(all, "0");
	check(r, "eventName", "nethergaze.herd");
	check(r, "body/stringValue", "path /search?q=1: 9 requests");
	check_attribute(r, "nethergaze.herd.of", "{\"stringValue\":\"path\"}");
	check_attribute(r, "url.path", "{\"stringValue\":\"/search\"}");
	check_attribute(r, "url.query", "{\"stringValue\":\"q=1\"}");
	assert_null(attribute(r, "nethergaze.herd.sources"));
	assert_null(attribute(r, "nethergaze.herd.key"));
	check_attribute(at(all, "1"), "user_agent.original", "{\"stringValue\":\"curl/8\"}");
	check_attribute(at(all, "2"), "http.request.header.referer",
		"{\"arrayValue\":{\"values\":[{\"stringValue\":\"https://example.org/\"}]}}");
	check_attribute(at(all, "3"), "server.address", "{\"stringValue\":\"example.org\"}");
	check_attribute(
		at(all, "4"), "nethergaze.herd.key", "{\"stringValue\":\"#0123456789abcdef\"}");
	assert_null(attribute(at(all, "4"), "url.path"));
}

static void add_flag(const char *name, bool on, const char *scope, const char *who, int severity)
{
	char line[1024];

	snprintf(line, sizeof line, FLAG, name, on ? "true" : "false", scope, who, severity);
	add(line);
}

static void flags(void **state)
{
	(void)state;
	add_flag("scanner", true, "host", "203.0.113.9", 2);
	struct json_object *r = at(finish(), "0");
	check(r, "eventName", "nethergaze.flag");
	check(r, "body/stringValue", "scanner 203.0.113.9: 254 half-open");
	check(r, "severityNumber", "13");
	check_attribute(r, "security_rule.name", "{\"stringValue\":\"scanner\"}");
	check_attribute(r, "nethergaze.flag.on", "{\"boolValue\":true}");
	check_attribute(r, "nethergaze.flag.scope", "{\"stringValue\":\"host\"}");
	check_attribute(r, "client.address", "{\"stringValue\":\"203.0.113.9\"}");
	check_attribute(
		r, "nethergaze.flag.since", "{\"stringValue\":\"2026-03-02T03:08:00.500Z\"}");
	check_attribute(r, "nethergaze.flag.prefixes",
		"{\"arrayValue\":{\"values\":[{\"stringValue\":\"203.0.113.0/24\"},{"
		"\"stringValue\":\"198.51.100.0/24\"}]}}");
	check_attribute(r, "nethergaze.flag.value", "{\"intValue\":\"254\"}");
}

static void who_a_flag_is_about(void **state)
{
	(void)state;
	add_flag("flood", true, "path", "/a?b", 3);
	add_flag("crawler", true, "agent", "bot", 1);
	add_flag("stuffing", true, "host", "203.0.113.9,203.0.113.10", 3);
	add_flag("crawler", true, "fleet", "203.0.113.0/24", 3);
	struct json_object *all = finish();
	check_attribute(at(all, "0"), "url.path", "{\"stringValue\":\"/a\"}");
	check_attribute(at(all, "1"), "user_agent.original", "{\"stringValue\":\"bot\"}");
	assert_null(attribute(at(all, "2"), "client.address"));
	check_attribute(at(all, "2"), "nethergaze.flag.who",
		"{\"stringValue\":\"203.0.113.9,203.0.113.10\"}");
	check_attribute(at(all, "3"), "nethergaze.flag.scope", "{\"stringValue\":\"fleet\"}");
}

static void severities(void **state)
{
	static const char *const want[] = {"9", "9", "13", "17", "19", "19"};
	char path[32];

	(void)state;
	for (int severity = 0; severity < 6; severity++)
		add_flag("x", true, "machine", "", severity);
	add_flag("x", false, "machine", "", 4);
	struct json_object *all = finish();
	for (int i = 0; i < 6; i++) {
		snprintf(path, sizeof path, "%d/severityNumber", i);
		check(all, path, want[i]);
	}
	check(all, "6/severityNumber", "9");
	check(all, "6/severityText", "info");
	check(all, "6/body/stringValue", "x is over: 254 half-open");
}

static void verdicts(void **state)
{
	(void)state;
	add("{\"t\":\"verdict\",\"ts\":5.000000,\"text\":\"a flood\",\"severity\":4,\"sure\":"
	    "\"likely\",\"held\":[\"silent: the log\"]}\n{\"t\":\"verdict\",\"ts\":6.000000}");
	struct json_object *all = finish();
	check(all, "0/eventName", "nethergaze.verdict");
	check(all, "0/body/stringValue", "a flood");
	check(all, "0/severityNumber", "19");
	check_attribute(at(all, "0"), "nethergaze.verdict.held",
		"{\"arrayValue\":{\"values\":[{\"stringValue\":\"silent: the log\"}]}}");
	check(all, "1/body/stringValue", "nothing stands out");
	check(all, "1/severityNumber", "9");
}

/* Of a set that is as large as it gets, the heaviest and those that hold flags; the rest counts. */
static void a_whole_set(void **state)
{
	static char text[64u << 10];
	size_t n = (size_t)snprintf(text, sizeof text, "%s", MACHINE);

	(void)state;
	for (int i = 0; i < 50; i++)
		n += (size_t)snprintf(text + n, sizeof text - n,
			"{\"t\":\"share\",\"ts\":1.000000,\"net\":\"10.0.0.%d/32\"%s}\n", i,
			i >= 40 ? ",\"flags\":[\"scanner\"]" : "");
	for (int i = 0; i < 20; i++)
		n += (size_t)snprintf(text + n, sizeof text - n,
			"{\"t\":\"share\",\"ts\":1.000000,\"net\":\"10.0.%d.0/24\"}\n", i);
	for (int i = 0; i < 16; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, HERD, "path", "/a");
	add(text);
	struct json_object *all = finish();
	assert_int_equal(otlp_records(otlp), 10 + 10 + 5 + 3 + 1);
	check_attribute(at(all, "0"), "client.address", "{\"stringValue\":\"10.0.0.0\"}");
	check_attribute(at(all, "10"), "client.address", "{\"stringValue\":\"10.0.0.40\"}");
	check_attribute(at(all, "28"), "nethergaze.machine.left_out", "{\"intValue\":\"61\"}");
}

/* A set begins with its machine: what the one before left out is not the next one's. */
static void sets_in_one_request(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		add_herd("referer", "https://example.org/");
	add(MACHINE SHARE MACHINE SHARE);
	add(MACHINE);
	assert_int_equal(otlp_messages(otlp), 7);
	struct json_object *all = finish();
	check_attribute(at(all, "6"), "nethergaze.machine.left_out", "{\"intValue\":\"3\"}");
	check_attribute(at(all, "9"), "nethergaze.machine.left_out", "{\"intValue\":\"3\"}");
	assert_false(otlp_has_room(otlp));
	otlp_clear(otlp);
	assert_true(otlp_has_room(otlp));
	assert_int_equal(otlp_records(otlp), 0);
	add(MACHINE);
	assert_int_equal(json_object_array_length(finish()), 1);
}

/* Text of clients stays text. */
static void hostile_text(void **state)
{
	(void)state;
	add_herd("path", "/\\\"}]}]}]}\\u0000\\u001b[2J\\u202e<\\/script>");
	struct json_object *r = at(finish(), "0");
	check_attribute(r, "url.path",
		"{\"stringValue\":\"/\\\"}]}]}]}\\\\x00\\\\x1b[2J\\\\u{202e}</script>\"}");
}

static void what_is_no_record(void **state)
{
	(void)state;
	add("\n\nx\n{}\n[1]\n{\"t\":\"machine\"}\n{\"t\":\"share\",\"ts\":1}\n"
	    "{\"t\":\"request\",\"ts\":1.000000}\n{\"t\":\"conn\"");
	assert_int_equal(otlp_records(otlp), 0);
	assert_int_equal(otlp_account(otlp)->refused, 7);
	assert_int_equal(json_object_array_length(finish()), 0);
}

static void long_text_is_cut(void **state)
{
	static char key[8000], line[9000];

	(void)state;
	memset(key, 'a', sizeof key - 1);
	memcpy(key + OTLP_TEXT_MAX - 4, "\xc3\xa4", 2); /* not cut in two */
	snprintf(line, sizeof line, HERD, "agent", key);
	add(line);
	const char *got = attribute(at(finish(), "0"), "user_agent.original");
	assert_non_null(got);
	assert_int_equal(strlen(got), strlen("{\"stringValue\":\"\"}") + OTLP_TEXT_MAX - 1);
	assert_non_null(strstr(got, "a…\"}"));
}

/* However much comes, a request is bounded, and what did not fit is counted. */
static void bounds(void **state)
{
	static char text[96u << 10];
	size_t n = 0;

	(void)state;
	while (n + 200 < sizeof text)
		n += (size_t)snprintf(text + n, sizeof text - n,
			"{\"t\":\"flag\",\"ts\":1.000000,\"flag\":\"\",\"on\":true,\"scope\":"
			"\"host\"}\n");
	size_t flags = 0;
	while (otlp_has_room(otlp)) {
		add(text);
		flags += n / strlen("{\"t\":\"flag\",\"ts\":1.000000,\"flag\":\"\",\"on\":true,"
				    "\"scope\":\"host\"}\n");
	}
	add(text); /* though there is no room */
	add(text);
	add(text);
	assert_true(otlp_account(otlp)->left_out > 0);
	finish();
	assert_true(otlp_finish(otlp).n < OTLP_BODY_MAX + 64);
	assert_true(otlp_records(otlp) >= flags);
}

/* Each row of the table names a member that there is. */
static void names(void **state)
{
	const char *kind, *name;

	(void)state;
	for (size_t i = 0; otlp_name_at(i, &kind, &name); i++) {
		bool found = false;
		for (size_t k = 0; k < EVENT_KINDS; k++)
			for (size_t f = 0; event_kinds[k].name && f < event_kinds[k].count; f++)
				found |= strcmp(event_kinds[k].name, kind) == 0 &&
					 strcmp(event_kinds[k].fields[f].name, name) == 0;
		if (!found)
			fail_msg("%s has no %s", kind, name);
	}
}

static struct otlp_answer answer(long status, const char *body)
{
	struct otlp_answer a;

	otlp_read_answer(status, str_of(body), 10, &a);
	return a;
}

static void statuses(void **state)
{
	static const struct {
		long status;
		enum otlp_fate fate;
	} known[] = {{200, OTLP_TAKEN}, {202, OTLP_TAKEN}, {429, OTLP_AGAIN}, {502, OTLP_AGAIN},
		{503, OTLP_AGAIN}, {504, OTLP_AGAIN}, {400, OTLP_REFUSED}, {401, OTLP_REFUSED},
		{500, OTLP_REFUSED}, {301, OTLP_REFUSED}, {307, OTLP_REFUSED}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		assert_int_equal(answer(known[i].status, "").fate, known[i].fate);
}

static void what_a_collector_says(void **state)
{
	(void)state;
	struct otlp_answer a = answer(200,
		"{\"partialSuccess\":{\"rejectedLogRecords\":\"3\",\"errorMessage\":\"too "
		"old\\u001b[2J\"}}");
	assert_int_equal(a.rejected, 3);
	assert_string_equal(a.why, "too old\\x1b[2J");
	assert_int_equal(
		answer(200, "{\"partialSuccess\":{\"rejectedLogRecords\":4}}").rejected, 4);
	assert_int_equal(
		answer(200, "{\"partialSuccess\":{\"rejectedLogRecords\":\"999\"}}").rejected, 10);
	assert_int_equal(
		answer(200, "{\"partialSuccess\":{\"rejectedLogRecords\":\"-1\"}}").rejected, 0);
	assert_string_equal(answer(400, "{\"code\":3,\"message\":\"bad\"}").why, "bad");
}

static void answers_that_make_no_sense(void **state)
{
	static const char *const bodies[] = {"", "{", "{}", "[]", "null", "\"a\"", "12",
		"{\"partialSuccess\":[]}", "{\"partialSuccess\":{\"errorMessage\":{}}}",
		"{\"partialSuccess\":{\"rejectedLogRecords\":[1]}}", "<html>",
		"[[[[[[[[[[[[[[[[[[[["};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		struct otlp_answer a = answer(200, bodies[i]);
		assert_int_equal(a.fate, OTLP_TAKEN);
		assert_int_equal(a.rejected, 0);
		assert_string_equal(a.why, "");
		assert_string_equal(answer(400, bodies[i]).why, "");
	}
}

static void waits(void **state)
{
	(void)state;
	assert_int_equal(otlp_wait(1, 0, 0), OTLP_WAIT_LEAST);
	assert_int_equal(otlp_wait(3, 0, 0), 4 * OTLP_WAIT_LEAST);
	for (unsigned tries = 0; tries < 100; tries++)
		for (uint64_t chance = 1; chance; chance <<= 1) {
			usec_t wait = otlp_wait(tries, 0, chance - 1);
			assert_in_range(wait, OTLP_WAIT_LEAST / 2, OTLP_WAIT_MOST);
		}
	assert_int_equal(otlp_wait(50, 0, 0), OTLP_WAIT_MOST);
	assert_int_equal(otlp_wait(1, 7 * USEC_PER_SEC, 0), 7 * USEC_PER_SEC);
	assert_int_equal(otlp_wait(1, INT64_MAX, 0), OTLP_ASKED_MOST);
	assert_int_equal(otlp_wait(1, -5, 0), OTLP_WAIT_LEAST);
}

static void urls(void **state)
{
	static const char *const good[][2] = {
		{"otlp+http://127.0.0.1", "http://127.0.0.1:4318/v1/logs"},
		{"otlp+http://a.example/", "http://a.example:4318/v1/logs"},
		{"otlp+http://[::1]", "http://[::1]:4318/v1/logs"},
		{"otlp+http://[2001:db8::1]:80/otlp/v1/logs",
			"http://[2001:db8::1]:80/otlp/v1/logs"},
		{"otlp+https://a.example", "https://a.example/v1/logs"},
		{"otlp+https://a.example:4318/x", "https://a.example:4318/x"}};
	static const char *const bad[] = {"otlp+http://", "otlp+ftp://a", "otlp+https:///v1/logs",
		"otlp+https://user:word@a", "otlp+https://a:0", "otlp+https://a:65536",
		"otlp+https://a:", "otlp+https://a b", "otlp+https://a/b c", "otlp+https://a/?b",
		"otlp+https://a/#b", "otlp+https://a/\r\nX: y", "otlp+https://[::1",
		"otlp+https://[]", "otlp+https://[fe80::1%eth0]", "otlp+https://-a",
		"otlp+https://a\"b", "https://a"};
	char buf[OTLP_URL_MAX];
	struct reason why;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		if (!otlp_url(good[i][0], buf, &why))
			fail_msg("%s: %s", good[i][0], why.text);
		assert_string_equal(buf, good[i][1]);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (otlp_url(bad[i], buf, &why))
			fail_msg("%s became %s", bad[i], buf);
}

static void headers(void **state)
{
	static const char *const bad[] = {"", ":", "a", "a:", "a: ", " a: b", "a b: c", "a: b\rc",
		"a: b\nX: c", "a: b\x01", "a: b\x7f", "Content-Type: text/plain",
		"content-length: 1", "Transfer-Encoding: chunked", "Expect: 100-continue"};
	static char lengthy[OTLP_HEADER_MAX + 16] = "a: ";

	(void)state;
	assert_null(otlp_header_fault(STR_LIT("Authorization: Bearer abc")));
	assert_null(otlp_header_fault(STR_LIT("X-Scope-OrgID:1")));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (!otlp_header_fault(str_of(bad[i])))
			fail_msg("\"%s\" was taken", bad[i]);
	assert_non_null(otlp_header_fault((struct str){"a: b\0c", 6}));
	memset(lengthy + 3, 'b', sizeof lengthy - 4);
	assert_non_null(otlp_header_fault(str_of(lengthy)));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_request),
		TEST(a_machine),
		TEST(shares),
		TEST(herds),
		TEST(flags),
		TEST(who_a_flag_is_about),
		TEST(severities),
		TEST(verdicts),
		TEST(a_whole_set),
		TEST(sets_in_one_request),
		TEST(hostile_text),
		TEST(what_is_no_record),
		TEST(long_text_is_cut),
		TEST(bounds),
		cmocka_unit_test(names),
		cmocka_unit_test(statuses),
		cmocka_unit_test(what_a_collector_says),
		cmocka_unit_test(answers_that_make_no_sense),
		cmocka_unit_test(waits),
		cmocka_unit_test(urls),
		cmocka_unit_test(headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
