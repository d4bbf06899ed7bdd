// SPDX-License-Identifier: MIT
/* What ndjson_event writes, record_read reads back: every field of every kind. */
#include "unit.h"

#include "base/text.h"
#include "event/json_read.h"
#include "event/json_write.h"
#include "output/ndjson.h"

#include <errno.h>

static struct event read_ok(struct record_reader *r, struct str line)
{
	struct event e;
	const char *error = NULL;

	assert_non_null(r);
	if (record_read(r, line, &e, &error) != 1)
		fail_msg("%.*s: %s", STR_FMT(line), error);
	return e;
}

/* Writes, reads, writes again: both texts must be the same. */
static void round_trip(const struct event *event)
{
	struct record_reader *r = record_reader_new();
	struct jsonw a = {0}, b = {0};

	json_put_event(&a, event);
	struct event back = read_ok(r, (struct str){a.p, a.n - 1});
	json_put_event(&b, &back);
	assert_str((struct str){b.p, b.n - 1}, (a.p[a.n - 1] = '\0', a.p));
	assert_int_equal(back.kind, event->kind);
	assert_true(back.ts == event->ts);
	jsonw_done(&a);
	jsonw_done(&b);
	record_reader_free(r);
}

/* Fills every field of a kind with something, driven by the table itself. */
static void every_field(void **state)
{
	(void)state;
	for (unsigned kind = EVENT_NONE + 1; kind < EVENT_KINDS; kind++) {
		struct event e = event_make((enum event_kind)kind, INT64_C(1795335409786408));
		for (size_t i = 0; i < event_kinds[kind].count; i++) {
			void *at = (char *)&e + event_kinds[kind].fields[i].offset;
			switch (event_kinds[kind].fields[i].type) {
			case FIELD_STR:
				*(struct str *)at = STR_LIT("quote \" back \\ \xc3\xbc \\x1b");
				break;
			case FIELD_WORDS:
				*(struct str *)at = STR_LIT("one/two three");
				break;
			case FIELD_LINES:
				*(struct str *)at = STR_LIT("one two\nthree");
				break;
			case FIELD_ADDR:
				*(struct addr *)at = ip_of(i % 2 ? "2001:db8::1" : "203.0.113.5");
				break;
			case FIELD_PREFIX:
				assert_int_equal(prefix_parse(STR_LIT("2001:db8::/48"), at), 0);
				break;
			case FIELD_U16:
				*(uint16_t *)at = 65535;
				break;
			case FIELD_U32:
				*(uint32_t *)at = 4026531840;
				break;
			case FIELD_U64:
				*(uint64_t *)at = INT64_MAX;
				break;
			case FIELD_USEC:
				*(usec_t *)at = INT64_C(1795335409000001);
				break;
			default:
				*(uint8_t *)at = 1;
			}
		}
		round_trip(&e);
	}
}

static void absent_stays_absent(void **state)
{
	struct event e = event_make(EVENT_REQUEST, 1);
	struct jsonw w = {0};

	(void)state;
	json_put_event(&w, &e);
	assert_str((struct str){w.p, w.n}, "{\"t\":\"request\",\"ts\":0.000001}\n");
	struct record_reader *r = record_reader_new();
	struct event back = read_ok(r, (struct str){w.p, w.n - 1});
	assert_true(back.request.bytes == ABSENT && back.request.status == ABSENT);
	assert_null(back.request.path.p);
	record_reader_free(r);
	jsonw_done(&w);
}

static void hostile_text_is_cleaned(void **state)
{
	struct record_reader *r = record_reader_new();

	(void)state;
	struct event e =
		read_ok(r, STR_LIT("{\"t\":\"request\",\"ts\":1,\"path\":\"\\u001b[2J\\u0000\","
				   "\"agent\":\"\xff\",\"ip\":\"::ffff:1.2.3.4\"}"));
	assert_str(e.request.path, "\\x1b[2J\\x00");
	assert_str(e.request.agent, "\\xff");
	struct addr want = ip_of("1.2.3.4");
	assert_true(addr_eq(&e.request.ip, &want));
	char *line = malloc(100000);
	int n = snprintf(line, 100000, "{\"t\":\"request\",\"ts\":1,\"path\":\"");
	memset(line + n, 'a', 90000);
	strcpy(line + n + 90000, "\"}");
	e = read_ok(r, str_of(line));
	assert_true(e.request.path.n <= EVENT_TEXT_MAX);
	free(line);
	record_reader_free(r);
}

static void refuses(void **state)
{
	static const char *const bad[] = {
		"",
		"x",
		"[]",
		"1",
		"null",
		"{}",
		"{\"t\":1,\"ts\":1}",
		"{\"t\":\"conn\"}",
		"{\"t\":\"nonsense\",\"ts\":1}",
		"{\"t\":\"tick\",\"ts\":\"1\"}",
		"{\"t\":\"tick\",\"ts\":-1}",
		"{\"t\":\"tick\",\"ts\":1e300}",
		"{\"t\":\"tick\",\"ts\":1",
		"{\"t\":\"syn\",\"ts\":1,\"ip\":\"1.2.3.4\"}",
		"{\"t\":\"syn\",\"ts\":1,\"ip\":\"1.2.3.4\",\"n\":-1}",
		"{\"t\":\"syn\",\"ts\":1,\"ip\":\"nowhere\",\"n\":1}",
		"{\"t\":\"syn\",\"ts\":1,\"ip\":[],\"n\":1}",
		"{\"t\":\"request\",\"ts\":1,\"path\":5}",
		"{\"t\":\"conn\",\"ts\":1,\"state\":\"OPEN\",\"ip\":\"::1\",\"port\":1,\"lip\":\"::"
		"1\",\"lport\":2}",
		"{\"t\":\"conn\",\"ts\":1,\"state\":\"LISTEN\",\"ip\":\"::1\",\"port\":65536,"
		"\"lip\":\"::1\",\"lport\":2}",
		"{\"t\":\"source\",\"ts\":1,\"source\":\"ebpf\",\"probes\":[1]}",
		"{\"t\":\"tick\",\"ts\":1,\"a\":[[[[[[[[1]]]]]]]]}",
	};
	struct record_reader *r = record_reader_new();
	struct event e = {.ts = 42};

	(void)state;
	assert_non_null(r);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		const char *error = NULL;
		if (record_read(r, str_of(bad[i]), &e, &error) != -EINVAL)
			fail_msg("\"%s\" was taken", bad[i]);
		assert_non_null(error);
		assert_true(e.ts == 42);
	}
	const char *error;
	assert_int_equal(
		record_read(r, STR_LIT("{\"t\":\"host\",\"ip\":\"1.2.3.4\"}"), &e, &error), 0);
	assert_int_equal(record_read(r, STR_LIT("{\"t\":\"summary\"}"), &e, &error), 0);
	record_reader_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field),
		cmocka_unit_test(absent_stays_absent),
		cmocka_unit_test(hostile_text_is_cleaned),
		cmocka_unit_test(refuses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
