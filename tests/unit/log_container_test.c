// SPDX-License-Identifier: MIT
/* Logs of containers, as their runtimes write them. */
#include "tail.h"

#include "log/container.h"

#include <errno.h>

#define CRI  "2026-11-22T08:14:15.123456789Z "
#define TIME ",\"time\":\"2026-11-22T08:14:15.123456789Z\"}"

struct step {
	const char *line, *whole; /* NULL: more is to come */
};

static void check(const struct step *all, size_t count)
{
	struct container_pieces p = {0};

	for (size_t i = 0; i < count; i++) {
		struct str line = str_of(all[i].line);
		bool copied;
		int err = container_pieces_take(&p, &line, &copied);
		assert_int_equal(err, all[i].whole ? 0 : -EAGAIN);
		if (all[i].whole && !str_eq(line, str_of(all[i].whole)))
			fail_msg(
				"%s\n got %.*s\nwant %s", all[i].line, STR_FMT(line), all[i].whole);
	}
	container_pieces_done(&p);
}

static void dockers_objects_are_opened(void **state)
{
	(void)state;
	static const struct step all[] = {
		{"{\"log\":\"a \\\"b\\\" \\\\x16 \\u0026\\n\",\"stream\":\"stdout\"" TIME,
			"a \"b\" \\x16 &"},
		{"{\"log\":\"x\\r\\n\",\"stream\":\"stderr\",\"attrs\":{\"tag\":\"y\"}" TIME,
			"x\r"},
		{"{\"log\":\"\\n\",\"stream\":\"stdout\"" TIME, ""},
		{"{\"log\":\"one \",\"stream\":\"stdout\"" TIME, NULL},
		{"{\"log\":\"else\\n\",\"stream\":\"stderr\"" TIME, "else"},
		{"{\"log\":\"line\\n\",\"stream\":\"stdout\"" TIME, "one line"},
		/* A backslash and an n, no newline. */
		{"{\"log\":\"\\\\n\",\"stream\":\"stdout\"" TIME, NULL},
		{"{\"log\":\"\\n\",\"stream\":\"stdout\"" TIME, "\\n"},
	};
	check(all, ARRAY_LEN(all));
}

/* As collectors pass it on. */
static void the_order_does_not_matter(void **state)
{
	(void)state;
	static const struct step all[] = {
		{"{\"time\":\"2026-11-22T08:14:15.1Z\",\"stream\":\"stdout\",\"log\":\"a "
		 "\\\"b\\\"\\n\"}",
			"a \"b\""},
		{"{\"stream\":\"stderr\",\"log\":\"x\\n\",\"time\":\"2026-11-22T08:14:15.1Z\"}",
			"x"},
		{"{\"attrs\":{\"log\":\"no\"},\"log\":\"y\\n\",\"stream\":\"stdout\"}", "y"},
		/* Somebody's own. */
		{"{\"time\":1,\"log\":\"x\\n\"}", "{\"time\":1,\"log\":\"x\\n\"}"},
		{"{\"time\":\"t\",\"stream\":\"live\",\"log\":\"x\"}",
			"{\"time\":\"t\",\"stream\":\"live\",\"log\":\"x\"}"},
	};
	check(all, ARRAY_LEN(all));
}

#define STAMP "2026-11-22T08:14:15.000000+00:00 - "
#define AT    "\"__REALTIME_TIMESTAMP\":\"1795335255000000\","

static void records_of_the_journal_are_lines(void **state)
{
	(void)state;
	static const struct step all[] = {
		{"{" AT
		 "\"SYSLOG_IDENTIFIER\":\"sshd\",\"_PID\":\"71\",\"MESSAGE\":\"a \\\"b\\\"\"}",
			STAMP "sshd[71]: a \"b\""},
		{"{\"MESSAGE\":\"x\"," AT "\"_COMM\":\"nginx\"}", STAMP "nginx: x"},
		/* The time that the program's own message had comes first. */
		{"{" AT "\"MESSAGE\":\"x\",\"_SOURCE_REALTIME_TIMESTAMP\":\"1795335256000000\"}",
			"2026-11-22T08:14:16.000000+00:00 - journal: x"},
		{"{\"_PID\":\"7\",\"MESSAGE\":[97,32,255,98]}", "journal[7]: a \xff"
								"b"},
		{"{\"_PID\":\"7\",\"MESSAGE\":[\"one\",\"two\"]}", "journal[7]: one"},
		/* Nobody calls himself what ends the head. */
		{"{\"SYSLOG_IDENTIFIER\":\"sshd[1]: Accepted\",\"MESSAGE\":\"x\"}",
			"sshd_1___Accepted: x"},
		{"{\"SYSLOG_IDENTIFIER\":\"a\",\"_PID\":\"-1\",\"MESSAGE\":\"x\"}", "a: x"},
		/* No such record, or one that says nothing. */
		{"{\"MESSAGE\":null,\"A\":1}", "{\"MESSAGE\":null,\"A\":1}"},
		{"{\"MESSAGE\":\"\",\"A\":1}", "{\"MESSAGE\":\"\",\"A\":1}"},
		{"{\"MESSAGE\":{},\"A\":1}", "{\"MESSAGE\":{},\"A\":1}"},
		{"{\"x\":\"y\",\"MESSAGE\":\"z\"}", "{\"x\":\"y\",\"MESSAGE\":\"z\"}"},
		{"{\"ClientHost\":\"\\\"MESSAGE\\\"\"}", "{\"ClientHost\":\"\\\"MESSAGE\\\"\"}"},
	};
	check(all, ARRAY_LEN(all));
}

static void pieces_of_a_stream_are_joined(void **state)
{
	(void)state;
	static const struct step all[] = {
		{CRI "stdout F whole", CRI "stdout F whole"},
		{CRI "stdout P one ", NULL},
		{CRI "stderr F else", CRI "stderr F else"},
		{CRI "stdout P and ", NULL},
		{CRI "stdout F two", "one and two"},
		{CRI "stdout F whole", CRI "stdout F whole"},
		{CRI "stdout P ", NULL},
		{CRI "stdout F ", ""},
	};
	check(all, ARRAY_LEN(all));
}

static void other_lines_stay_what_they_are(void **state)
{
	(void)state;
	static const char *const all[] = {"", "{", "{\"log\":\"x\"}",
		"{\"log\":\"x\\n\",\"stream\":\"a\"}", "{\"log\":\"x\\n",
		"{\"log\":5,\"stream\":\"stdout\"}", "10.0-0.1 stdout P x", CRI "stdout X x",
		CRI "stdin P x", CRI "stdout P", "abcd-efg stdout P x"};
	struct container_pieces p = {0};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct str line = str_of(all[i]);
		bool copied = true;
		assert_int_equal(container_pieces_take(&p, &line, &copied), 0);
		assert_false(copied);
		assert_true(str_eq(line, str_of(all[i])));
	}
	container_pieces_done(&p);
}

/* However long it gets, it is bounded, and counted once, at its end. */
static void long_lines_are_bounded(void **state)
{
	static char piece[20000];
	struct container_pieces p = {0};
	bool copied;

	(void)state;
	for (int docker = 0; docker < 2; docker++) {
		for (int i = 0; i < 20; i++) {
			memset(piece, 'x', sizeof piece);
			memcpy(piece, docker ? "{\"log\":\"" : CRI "stdout P ",
				docker ? 8 : sizeof CRI "stdout P " - 1);
			size_t n = sizeof piece;
			if (docker)
				memcpy(piece + n - 19, "\",\"stream\":\"stdout\"", 19);
			struct str line = {piece, n};
			assert_int_equal(container_pieces_take(&p, &line, &copied), -EAGAIN);
		}
		struct str end = str_of(
			docker ? "{\"log\":\"\\n\",\"stream\":\"stdout\"" TIME : CRI "stdout F x");
		assert_int_equal(container_pieces_take(&p, &end, &copied), -E2BIG);
		assert_int_equal(end.n, LOG_LINE_MAX);
		struct str next = str_of(
			docker ? "{\"log\":\"x\\n\",\"stream\":\"stdout\"" TIME : CRI "stdout F x");
		assert_int_equal(container_pieces_take(&p, &next, &copied), 0);
	}
	container_pieces_done(&p);
}

static void containers_logs_are_followed(void **state)
{
	(void)state;
	static const char docker[] =
		"{\"log\":\"192.0.2.1 - - [22/Nov/2026:08:14:15 +0000] \\\"GET /0 HTTP/1.1\\\" 200 "
		"1\\n\","
		"\"stream\":\"stdout\"" TIME "\n"
		"{\"log\":\"192.0.2.1 - - [22/Nov/2026:08:14:15 +0000] \\\"GET /1 \",\"stream\":"
		"\"stdout\"" TIME "\n"
		"{\"log\":\"HTTP/1.1\\\" 200 1\\n\",\"stream\":\"stdout\"" TIME "\n";
	static const char cri[] =
		CRI "stdout F 192.0.2.1 - - [22/Nov/2026:08:14:15 +0000] \"GET /2 HTTP/1.1\" 200 "
		    "1\n" CRI "stdout P 192.0.2.1 - - [22/Nov/2026:08:14:15 +0000] \"GET /3 \n" CRI
		    "stdout F HTTP/1.1\" 200 1\n";

	append("x-json.log", docker, sizeof docker - 1);
	append("0.log", cri, sizeof cri - 1);
	open_tail(at("x-json.log"), at("0.log"), true);
	drain();
	assert_each_once(0, 4);
	assert_int_equal(log_of(at("x-json.log"))->last.lines, 2);
	assert_int_equal(log_of(at("0.log"))->last.lines, 2);
	assert_int_equal(log_of(at("0.log"))->last.rejected, 0);
}

static void stdin_ends_within_a_line(void **state)
{
	(void)state;
	static const char text[] = CRI "stdout P 192.0.2.1 - - [22/Nov/2026:08:14:15 +0000] \"GET "
				       "/0 HTTP/1.1\" 200 1 \"-\" \"cut\n";
	int ends[2], kept = dup(STDIN_FILENO);

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	open_tail("-", NULL, false);
	assert_int_equal(write(ends[1], text, sizeof text - 1), sizeof text - 1);
	close(ends[1]);
	assert_int_equal(drain(), -EPIPE);
	assert_each_once(0, 1);
	assert_int_equal(log_of("-")->last.lines, 1);
	dup2(kept, STDIN_FILENO);
	close(kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dockers_objects_are_opened),
		cmocka_unit_test(the_order_does_not_matter),
		cmocka_unit_test(records_of_the_journal_are_lines),
		cmocka_unit_test(pieces_of_a_stream_are_joined),
		cmocka_unit_test(other_lines_stay_what_they_are),
		cmocka_unit_test(long_lines_are_bounded),
		TEST(containers_logs_are_followed),
		TEST(stdin_ends_within_a_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
