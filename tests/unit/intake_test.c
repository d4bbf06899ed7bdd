// SPDX-License-Identifier: MIT
#include "fleet/intake.h"

#include "fleet/bounds.h"

#include "unit.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#define T0   (INT64_C(1700000000) * USEC_PER_SEC)
#define SETS (10 * USEC_PER_SEC)

/* What came of it: the last event of each kind, how many, and the last state that was said. */
struct bench {
	struct event_sink sink;
	struct intake *intake;
	uint32_t web1;
	usec_t now;
	unsigned n[EVENT_KINDS];
	struct event last[EVENT_KINDS];
	enum member_state state;
	char note[256], figures[2048], name[64], sources[1024];
	unsigned sets, states;
};

static struct bench b;

static void put(struct event_sink *sink, const struct event *e)
{
	(void)sink;
	if (e->kind == EVENT_MACHINE && e->machine_said.state) {
		b.states++;
		b.state = (enum member_state)e->machine_said.state;
		snprintf(b.note, sizeof b.note, "%.*s", STR_FMT(e->machine_said.note));
		return;
	}
	b.sets += e->kind == EVENT_MACHINE;
	b.n[e->kind]++;
	b.last[e->kind] = *e;
	if (e->kind == EVENT_MACHINE) {
		snprintf(b.figures, sizeof b.figures, "%.*s", STR_FMT(e->machine_said.figures));
		snprintf(b.name, sizeof b.name, "%.*s", STR_FMT(e->machine_said.name));
	}
}

static int set_up(void **state)
{
	(void)state;
	b = (struct bench){.sink = {.put = put}, .now = T0};
	b.intake = intake_new();
	if (!b.intake)
		return 0;
	b.web1 = intake_member(b.intake, STR_LIT("web1"));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	intake_free(b.intake);
	return 0;
}

static void take(const char *line)
{
	intake_take(b.intake, b.web1, str_of(line), b.now, 0, &b.sink);
}

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	char line[40000];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	take(line);
}

static double seconds(usec_t t)
{
	return (double)t / 1e6;
}

static void say_set(uint64_t seq, unsigned parts)
{
	say("{\"t\":\"machine\",\"ts\":%.6f,\"name\":\"x\",\"version\":\"1.0\",\"fleet_schema\":%d,"
	    "\"seq\":%" PRIu64 ",\"every_us\":10000000,\"parts\":%u}",
		seconds(b.now), FLEET_SCHEMA, seq, parts);
}

static void say_share(const char *more)
{
	say("{\"t\":\"share\",\"ts\":%.6f,\"net\":\"192.0.2.1/32\"%s}", seconds(b.now), more);
}

static void a_set_is_taken_as_the_carriers(void **state)
{
	(void)state;
	say("{\"t\":\"start\",\"ts\":%.6f,\"version\":\"1.0\",\"host\":\"evil\",\"show_private_"
	    "ips\":true,\"schema\":1}",
		seconds(b.now));
	assert_int_equal(b.n[EVENT_START], 0);
	b.now += 90 * USEC_PER_SEC;
	say("{\"t\":\"machine\",\"ts\":%.6f,\"member\":77,\"name\":\"evil\",\"state\":\"lost\","
	    "\"note\":\"no\",\"fleet_schema\":%d,\"seq\":1,\"parts\":2,"
	    "\"figures\":{\"rps\":3,\"conns\":9000000000000000000}}",
		seconds(b.now - 90 * USEC_PER_SEC), FLEET_SCHEMA);
	assert_int_equal(b.sets, 1);
	assert_int_equal(b.state, MEMBER_UP);
	assert_string_equal(b.name, "web1");
	assert_string_equal(b.figures, "rps=3 conns=562949953421312");
	const struct event *e = &b.last[EVENT_MACHINE];
	assert_int_equal(e->machine, b.web1);
	assert_int_equal(e->ts, b.now);
	assert_int_equal(e->machine_said.state, MEMBER_NONE);
	assert_null(e->machine_said.note.p);
	assert_int_equal(e->machine_said.behind_us, 90 * USEC_PER_SEC);
	assert_int_equal(e->machine_said.ahead_us, 0);
	assert_int_equal(e->machine_said.every_us, BOUNDS_EVERY_DEFAULT);
	say_share("");
	assert_int_equal(b.n[EVENT_SHARE], 1);
	assert_int_equal(b.last[EVENT_SHARE].machine, b.web1);
	assert_int_equal(intake_account(b.intake)->refused, 0);
}

/* Of a stream the last of each subject comes, in any order. One of whom nothing else comes was here
 * once. */
static void a_flag_can_come_before_a_set(void **state)
{
	(void)state;
	say("{\"t\":\"verdict\",\"ts\":%.6f,\"text\":\"a flood\",\"severity\":3}", seconds(b.now));
	assert_int_equal(b.state, MEMBER_WAITED);
	assert_int_equal(b.states, 1);
	assert_int_equal(b.n[EVENT_VERDICT], 1);
	assert_int_equal(b.last[EVENT_VERDICT].machine, b.web1);
	b.now += 3600 * USEC_PER_SEC;
	intake_tick(b.intake, b.now, STR_ABSENT, &b.sink);
	assert_int_equal(b.state, MEMBER_LOST);
	say_set(1, 0);
	assert_int_equal(b.state, MEMBER_UP);
}

static void what_is_not_its_to_say_is_counted(void **state)
{
	static const char *const lines[] = {
		"no JSON",
		"{\"t\":\"machine\"",
		"{\"t\":\"conn\",\"ts\":1,\"src\":\"192.0.2.1\"}",
		"{\"t\":\"tick\",\"ts\":1700000000.5}",
		"{\"t\":\"note\",\"ts\":1700000000.5,\"text\":\"boo\"}",
		"{\"t\":\"act\",\"ts\":1700000000.5}",
		"{\"t\":\"guard\",\"ts\":1700000000.5}",
		"{\"t\":\"flag\",\"ts\":1700000000.5,\"flag\":\"crawler\",\"on\":true,"
		"\"scope\":\"fleet\"}",
		"{\"t\":\"flag\",\"ts\":1700000000.5,\"flag\":\"<b>\",\"on\":true,"
		"\"scope\":\"host\"}",
		"{\"t\":\"machine\",\"ts\":1700000000.5,\"name\":\"x\",\"fleet_schema\":1}",
		"{\"t\":\"machine\",\"ts\":1700000000.5,\"name\":\"x\",\"fleet_schema\":1,\"seq\":"
		"0}",
		"[[[[[[[[[[]]]]]]]]]]",
		"{\"t\":{\"t\":[]}}",
	};

	(void)state;
	say_set(1, 0);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		take(lines[i]);
		assert_int_equal(intake_account(b.intake)->refused, i + 1);
	}
	/* Parts without a set, or beyond what it said. */
	say_share("");
	assert_int_equal(intake_account(b.intake)->refused, ARRAY_LEN(lines) + 1);
	for (size_t k = 0; k < EVENT_KINDS; k++)
		assert_int_equal(b.n[k], k == EVENT_MACHINE);
	/* What is derived is neither taken nor anybody's fault. */
	take("{\"t\":\"summary\",\"ts\":1700000000.5,\"conns\":1}");
	assert_int_equal(intake_account(b.intake)->refused, ARRAY_LEN(lines) + 1);
}

static void a_line_is_bounded(void **state)
{
	char *line = malloc(3 * INTAKE_LINE_MAX);

	(void)state;
	assert_non_null(line);
	memset(line, ' ', 3 * INTAKE_LINE_MAX);
	intake_take(b.intake, b.web1, (struct str){line, INTAKE_LINE_MAX + 1}, b.now, 0, &b.sink);
	assert_int_equal(intake_account(b.intake)->refused, 1);
	free(line);
}

static void numbers_that_lie_are_bounded(void **state)
{
	(void)state;
	say_set(1, 3);
	say_share(",\"conns\":5,\"half_open\":9,\"requests\":9223372036854775807,\"bytes\":7,"
		  "\"refused\":9223372036854775807,\"paths\":1,\"not_found\":2");
	const struct event_share *s = &b.last[EVENT_SHARE].share;
	assert_int_equal(s->half_open, 5);
	assert_int_equal(s->requests, BOUNDS_COUNT_MAX);
	assert_int_equal(s->refused, BOUNDS_COUNT_MAX);
	assert_int_equal(s->not_found, 1);
	assert_true(s->syns == ABSENT);
	say("{\"t\":\"herd\",\"ts\":%.6f,\"of\":\"path\",\"key\":\"/x\",\"requests\":5,"
	    "\"recent\":50,\"failed\":60,\"span_us\":9000000000000,\"sources\":\"%0600d\"}",
		seconds(b.now), 0);
	const struct event_herd *h = &b.last[EVENT_HERD].herd;
	assert_int_equal(h->recent, 5);
	assert_int_equal(h->failed, 5);
	assert_int_equal(h->span_us, 600 * USEC_PER_SEC);
	assert_null(h->sources.p);
	say("{\"t\":\"herd\",\"ts\":%.6f,\"of\":\"path\",\"key\":\"/x\",\"requests\":5,"
	    "\"sources\":\"%0512d\"}",
		seconds(b.now), 0);
	assert_int_equal(b.last[EVENT_HERD].herd.sources.n, HERD_SOURCES_TEXT);
}

static void a_flags_time_is_put_right(void **state)
{
	(void)state;
	say("{\"t\":\"machine\",\"ts\":%.6f,\"name\":\"x\",\"fleet_schema\":%d,\"seq\":1}",
		seconds(b.now + 600 * USEC_PER_SEC), FLEET_SCHEMA);
	say("{\"t\":\"flag\",\"ts\":%.6f,\"flag\":\"syn-flood\",\"on\":true,\"scope\":\"machine\","
	    "\"severity\":99,\"since\":%.6f}",
		seconds(b.now + 600 * USEC_PER_SEC), seconds(b.now + 590 * USEC_PER_SEC));
	const struct event_flag *f = &b.last[EVENT_FLAG].flag;
	assert_int_equal(b.n[EVENT_FLAG], 1);
	assert_int_equal(f->since, b.now - 10 * USEC_PER_SEC);
	assert_int_equal(f->severity, SEVERITY_ACT);
}

static void a_set_that_was_cut_is_counted(void **state)
{
	(void)state;
	say_set(1, 3);
	say_share("");
	say_set(2, 1);
	say_share("");
	say_set(5, 0);
	assert_int_equal(intake_account(b.intake)->cut, 1);
	assert_int_equal(intake_account(b.intake)->missed, 2);
	assert_int_equal(b.sets, 3);
	/* The same one again is no news, and no second sender. */
	say_set(5, 0);
	assert_int_equal(b.sets, 3);
	assert_int_equal(intake_account(b.intake)->again, 1);
	assert_int_equal(b.state, MEMBER_UP);
}

static void silence_is_a_loss(void **state)
{
	(void)state;
	say_set(1, 0);
	b.now += 3 * SETS;
	intake_tick(b.intake, b.now, STR_ABSENT, &b.sink);
	assert_int_equal(b.state, MEMBER_UP);
	b.now += USEC_PER_SEC;
	intake_tick(b.intake, b.now, STR_ABSENT, &b.sink);
	assert_int_equal(b.state, MEMBER_LOST);
	unsigned said = b.states;
	intake_tick(b.intake, b.now + SETS, STR_ABSENT, &b.sink);
	intake_state(b.intake, b.web1, MEMBER_LOST, str_of(b.note), b.now, &b.sink);
	assert_int_equal(b.states, said);
	intake_state(
		b.intake, b.web1, MEMBER_LOST, STR_LIT("Permission denied\x1b[2J"), b.now, &b.sink);
	assert_string_equal(b.note, "Permission denied\\x1b[2J");
	b.now += 3 * USEC_PER_SEC;
	intake_state(b.intake, b.web1, MEMBER_WAITED, STR_ABSENT, b.now, &b.sink);
	assert_int_equal(b.state, MEMBER_LOST);
	say_set(1, 0);
	assert_int_equal(b.state, MEMBER_UP);
	assert_string_equal(b.note, "back after 34s");
	assert_int_equal(intake_account(b.intake)->missed, 0);
}

static void another_schema_is_refused(void **state)
{
	(void)state;
	say("{\"t\":\"machine\",\"ts\":%.6f,\"name\":\"x\",\"version\":\"9.9\",\"fleet_schema\":2,"
	    "\"seq\":1,\"parts\":1}",
		seconds(b.now));
	say_share("");
	assert_int_equal(b.state, MEMBER_REFUSED);
	assert_non_null(strstr(b.note, "9.9"));
	assert_non_null(strstr(b.note, NG_VERSION));
	assert_int_equal(b.sets + b.n[EVENT_SHARE], 0);
	/* It was updated. */
	say_set(2, 1);
	say_share("");
	assert_int_equal(b.state, MEMBER_UP);
	assert_int_equal(b.n[EVENT_SHARE], 1);
}

static void refused_for(uint64_t a_seq, uint64_t b_seq)
{
	unsigned sets = 0;

	for (int i = 0; i < 20; i++) {
		say_set(a_seq++, 0);
		b.now += SETS / 2;
		sets += b.state == MEMBER_UP;
		say_set(b_seq++, 0);
		b.now += SETS / 2;
	}
	assert_int_equal(b.state, MEMBER_REFUSED);
	assert_string_equal(b.note, "two machines call themselves web1");
	assert_true(sets < 5);
	assert_true(b.sets < 10);
	/* One of them goes away. */
	for (int i = 0; i < 20; i++) {
		say_set(a_seq++, 0);
		b.now += SETS;
	}
	assert_int_equal(b.state, MEMBER_UP);
}

static void two_of_one_name_are_not_mixed(void **state)
{
	(void)state;
	refused_for(100, 7);
}

static void nor_are_two_that_began_at_once(void **state)
{
	(void)state;
	refused_for(1, 1);
}

static void one_that_is_started_again_is_no_other(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 3; i++)
		for (uint64_t k = 0; k < 5 + i; k++) {
			say_set(k + 1, 0);
			b.now += SETS;
		}
	assert_int_equal(b.state, MEMBER_UP);
	assert_int_equal(b.sets, 18);
}

static void who_says_too_much_is_refused_for_a_while(void **state)
{
	uint32_t web2 = intake_member(b.intake, STR_LIT("web2"));

	(void)state;
	say_set(1, 0);
	for (int i = 0; i < 20000 && b.state == MEMBER_UP; i++) {
		say_share("");
		b.now += USEC_PER_MSEC; /* a thousand lines a second */
	}
	assert_int_equal(b.state, MEMBER_REFUSED);
	assert_true(intake_account(b.intake)->over > 0 || intake_account(b.intake)->refused > 0);
	assert_int_equal(b.n[EVENT_SHARE], 0);
	assert_true(intake_refused_until(b.intake, b.web1, b.now) > b.now);
	assert_int_equal(intake_refused_until(b.intake, web2, b.now), 0);
	uint64_t refused = intake_account(b.intake)->refused;
	say_set(2, 0);
	assert_int_equal(b.sets, 1);
	assert_int_equal(intake_account(b.intake)->refused, refused);
	/* That it is gone does not hide why. */
	intake_state(b.intake, b.web1, MEMBER_LOST, STR_LIT("closed"), b.now, &b.sink);
	assert_int_equal(b.state, MEMBER_REFUSED);
	b.now += INTAKE_REFUSAL;
	say_set(3, 0);
	assert_int_equal(b.sets, 2);
	assert_int_equal(b.state, MEMBER_UP);
}

static void a_flood_of_sets_is_no_more_welcome(void **state)
{
	(void)state;
	for (uint64_t seq = 1; seq < 20000 && b.state != MEMBER_REFUSED; seq++) {
		say_set(seq, 0);
		b.now += USEC_PER_MSEC;
	}
	assert_int_equal(b.state, MEMBER_REFUSED);
	assert_string_equal(b.note, "it says far more than a machine has to say");
	assert_true(b.sets <= 400 * (4 + 8));
}

static void what_was_published_then_is_of_then(void **state)
{
	char line[256];
	usec_t then = b.now - 3600 * USEC_PER_SEC;

	(void)state;
	int n = snprintf(line, sizeof line,
		"{\"t\":\"machine\",\"ts\":%.6f,\"name\":\"x\",\"fleet_schema\":%d,\"seq\":1}",
		seconds(then), FLEET_SCHEMA);
	intake_take(b.intake, b.web1, (struct str){line, (size_t)n}, b.now, then, &b.sink);
	assert_int_equal(b.last[EVENT_MACHINE].ts, then);
	assert_int_equal(b.last[EVENT_MACHINE].machine_said.behind_us, 0);
}

static void a_message_is_several_lines(void **state)
{
	(void)state;
	say("{\"t\":\"machine\",\"ts\":%.6f,\"name\":\"x\",\"fleet_schema\":%d,\"seq\":1,\"parts\":"
	    "2}\n"
	    "{\"t\":\"share\",\"ts\":%.6f,\"net\":\"192.0.2.1/32\"}\n\n"
	    "{\"t\":\"share\",\"ts\":%.6f,\"net\":\"2001:db8::/48\"}\n"
	    "{\"t\":\"answer\",\"ts\":%.6f,\"ask\":\"address 192.0.2.1\",\"lines\":[\"a\",\"b\"]}",
		seconds(b.now), FLEET_SCHEMA, seconds(b.now), seconds(b.now), seconds(b.now));
	assert_int_equal(b.n[EVENT_SHARE], 2);
	assert_int_equal(b.n[EVENT_ANSWER], 1);
	assert_int_equal(b.last[EVENT_ANSWER].machine, b.web1);
}

static void names_are_clean_and_bounded(void **state)
{
	char name[32];

	(void)state;
	assert_int_equal(intake_member(b.intake, STR_LIT("web1")), b.web1);
	assert_int_equal(intake_member(b.intake, STR_LIT("")), 0);
	uint32_t odd = intake_member(b.intake, STR_LIT("a\x1b[2J"));
	assert_string_equal(intake_name(b.intake, odd), "a\\x1b[2J");
	for (unsigned i = 0; i < EVENT_MACHINES_MAX; i++)
		intake_member(b.intake, (struct str){name, (size_t)sprintf(name, "host%u", i)});
	assert_int_equal(intake_member(b.intake, STR_LIT("one more")), 0);
	assert_int_equal(intake_account(b.intake)->too_many, 3);
	/* Of a number that nobody has, nothing is taken. */
	intake_take(b.intake, 0, STR_LIT("{}"), b.now, 0, &b.sink);
	intake_take(b.intake, EVENT_MACHINES_MAX + 1, STR_LIT("{}"), b.now, 0, &b.sink);
	assert_int_equal(intake_account(b.intake)->lines, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_set_is_taken_as_the_carriers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_flag_can_come_before_a_set, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_is_not_its_to_say_is_counted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_line_is_bounded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(numbers_that_lie_are_bounded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_flags_time_is_put_right, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_set_that_was_cut_is_counted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(silence_is_a_loss, set_up, tear_down),
		cmocka_unit_test_setup_teardown(another_schema_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(two_of_one_name_are_not_mixed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nor_are_two_that_began_at_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			one_that_is_started_again_is_no_other, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			who_says_too_much_is_refused_for_a_while, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_flood_of_sets_is_no_more_welcome, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_was_published_then_is_of_then, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_message_is_several_lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(names_are_clean_and_bounded, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
