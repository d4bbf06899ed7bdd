// SPDX-License-Identifier: MIT
/* What a recording holds, seen ahead of playing it, and how the bar shows it. */
#include "record/look_ahead.h"

#include "unit.h"

#include "console/replay_bar.h"
#include "event/json_read.h"

#include <unistd.h>
#include <zlib.h>

#define S  USEC_PER_SEC
#define T0 (1000 * S)

static struct overview o;
static char path[64];

static int set_up(void **state)
{
	(void)state;
	overview_init(&o);
	strcpy(path, "/tmp/nethergaze_overview_XXXXXX");
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static uint64_t sum(void)
{
	uint64_t n = 0;

	for (int i = 0; i < OVERVIEW_PARTS; i++)
		n += o.parts[i];
	return n;
}

static void parts_grow_with_the_time(void **state)
{
	(void)state;
	overview_add(&o, T0, 5);
	overview_add(&o, T0 + 3 * S, 7);
	assert_int_equal(overview_between(&o, T0, T0 + S), 5);
	assert_int_equal(overview_between(&o, T0 + S, T0 + 2 * S), 0);
	assert_int_equal(overview_between(&o, T0, T0 + 4 * S), 7);
	/* Hours later: nothing is lost, each part is wider. */
	overview_add(&o, T0 + 20 * 3600 * S, 1);
	assert_int_equal(sum(), 13);
	assert_int_equal(overview_between(&o, T0, T0 + S), 12);
	assert_true(o.width >= 64 * S);
	assert_int_equal(o.end, T0 + 20 * 3600 * S);
	/* Nor is anything by a time that cannot be, or is before the beginning. */
	overview_add(&o, T0 - 5 * S, 2);
	overview_add(&o, USEC_LIMIT, 1);
	assert_int_equal(sum(), 16);
}

static struct overview_moment moment(usec_t at, const char *name, uint8_t severity)
{
	struct overview_moment m = {.at = at, .severity = severity};

	strcpy(m.name, name);
	return m;
}

static void note(usec_t at, const char *name, uint8_t severity)
{
	struct overview_moment m = moment(at, name, severity);

	overview_note(&o, &m);
}

static void moments_are_noted_once_in_order(void **state)
{
	(void)state;
	note(T0 + 50 * S, "scanner", 2);
	note(T0 + 10 * S, "crawler", 2);
	note(T0 + 51 * S, "scanner", 2); /* judged anew, a second later */
	note(T0 + 51 * S, "exploit", 2);
	note(T0 + 90 * S, "scanner", 2);
	note(T0 + 30 * S, "", 0);
	assert_int_equal(o.moment_count, 5);
	assert_int_equal(overview_after(&o, T0)->at, T0 + 10 * S);
	assert_int_equal(overview_after(&o, T0 + 10 * S)->at, T0 + 30 * S);
	assert_string_equal(overview_before(&o, T0 + 90 * S)->name, "exploit");
	assert_null(overview_after(&o, T0 + 90 * S));
	assert_null(overview_before(&o, T0 + 10 * S));
}

static void moments_are_bounded(void **state)
{
	(void)state;
	for (int i = 0; i < OVERVIEW_MOMENTS + 3; i++)
		note(T0 + 10 * i * S, "burst", 2);
	assert_int_equal(o.moment_count, OVERVIEW_MOMENTS);
	assert_int_equal(o.left_out, 3);
}

/* The bar. */

static void letters_stand_where_they_began(void **state)
{
	char letters[21] = "";

	(void)state;
	note(T0 - 5 * S, "slow-request", 3); /* it held when the recording began */
	note(T0 + 10 * S, "scanner", 2);
	note(T0 + 50 * S, "crawler", 2);
	note(T0 + 54 * S, "syn-flood", 3); /* in the same column: the gravest shows */
	note(T0 + 75 * S, "", 0);
	note(T0 + 100 * S, "of-another-version", 2);
	replay_bar_letters(&o, T0, T0 + 100 * S, letters, 20);
	assert_string_equal(letters, "H X       F    .   ?");
	assert_int_equal(replay_bar_column(T0 - S, T0, T0 + S, 20), 0);
	assert_int_equal(replay_bar_column(T0 + S / 2, T0, T0 + S, 20), 10);
	assert_int_equal(replay_bar_column(T0 + S, T0, T0 + S, 20), 19);
	assert_int_equal(replay_bar_column(T0 + S, T0, T0, 20), 0);
}

static void no_bar_without_a_replay(void **state)
{
	struct view v = {.replay = {.begin = T0}};

	(void)state;
	assert_int_equal(replay_bar_lines(&v, 24), 0);
	v.replaying = true;
	assert_int_equal(replay_bar_lines(&v, 24), REPLAY_BAR_LINES);
	assert_int_equal(replay_bar_lines(&v, 12), 0);
}

/* Reading. */

static void write_recording(const char *mode, unsigned seconds)
{
	gzFile f = gzopen(path, mode);

	for (unsigned s = 0; s < seconds; s++) {
		unsigned t = 1000 + s;
		gzprintf(f, "{\"t\":\"request\",\"ts\":%u.1,\"ip\":\"192.0.2.1\",\"path\":\"/\"}\n",
			t);
		if (s == 5)
			gzprintf(f,
				"{\"t\":\"syn_net\",\"ts\":%u.2,\"net\":\"192.0.2.0/"
				"24\",\"n\":90}\n"
				"{\"t\":\"syn\",\"ts\":%u.2,\"ip\":\"192.0.2.1\",\"n\":90}\n",
				t, t);
		if (s == 6 || s == 9)
			gzprintf(f,
				"{\"t\":\"flag\",\"ts\":%u.3,\"flag\":\"scanner\",\"on\":true,"
				"\"scope\":\"host\",\"who\":\"192.0.2.1\",\"severity\":2,"
				"\"since\":1004.5}\n",
				t);
		if (s == 7)
			gzprintf(f, "{\"t\":\"mark\",\"ts\":%u.3}\nnonsense\n", t);
		gzprintf(f, "{\"t\":\"tick\",\"ts\":%u.5}\n", t);
	}
	gzclose(f);
}

static const struct overview *look_through(struct look_ahead *l, unsigned *ret_polls)
{
	for (*ret_polls = 1; look_ahead_poll(l); ++*ret_polls)
		assert_in_range(*ret_polls, 1, 10000);
	return look_ahead_overview(l);
}

static void all_of_it_is_known(usec_t duration, usec_t end, uint64_t most)
{
	char reason[SOURCE_REASON_MAX];
	struct look_ahead *l = look_ahead_new(path, NULL, duration, reason);
	unsigned polls;

	assert_non_null(l);
	const struct overview *seen = look_through(l, &polls);
	assert_true(seen->whole);
	assert_int_equal(seen->begin, T0 + S / 10);
	assert_int_equal(seen->end, end);
	assert_int_equal(overview_between(seen, T0, T0 + 10000 * S), most);
	look_ahead_free(l);
}

static void a_recording_is_looked_through(void **state)
{
	char reason[SOURCE_REASON_MAX];
	unsigned polls;

	(void)state;
	write_recording("wb1", 3000);
	all_of_it_is_known(0, T0 + 2999 * S + S / 2, 94);
	all_of_it_is_known(3 * S, T0 + 3 * S + S / 10, 1);
	struct look_ahead *l = look_ahead_new(path, NULL, 0, reason);
	assert_non_null(l);
	const struct overview *seen = look_through(l, &polls);
	assert_true(polls > 10); /* in slices */
	assert_int_equal(seen->moment_count, 2);
	assert_string_equal(seen->moments[0].name, "scanner");
	assert_int_equal(seen->moments[0].at, T0 + 4 * S + S / 2);
	assert_string_equal(seen->moments[1].name, "");
	look_ahead_free(l);
	assert_null(look_ahead_new("/nonexistent", NULL, 0, reason));
}

static void a_glance_says_what_reading_says(void **state)
{
	static const char *const other[] = {"", "{", "{\"t\":\"tick\"",
		"{\"t\":\"tick\",\"ts\":1000}", "{\"t\":\"tick\",\"ts\":1000.5}",
		"{\"t\":\"tick\",\"ts\":1000.0000001}", "{\"t\":\"tick\",\"ts\":1000.000001",
		"{\"ts\":1000.000001,\"t\":\"tick\"}", "{\"t\":\"host\",\"ts\":1000.000001}",
		"{\"t\":\"tick\",\"ts\":0.000000}", "{\"t\":\"tick\",\"ts\":9999999999.000000}",
		"{\"t\":\"\",\"ts\":1000.000001}"};
	struct str line =
		STR_LIT("{\"t\":\"syn\",\"ts\":1000.000001,\"ip\":\"192.0.2.1\",\"n\":3}");
	struct record_reader *reader = record_reader_new();
	enum event_kind kind = EVENT_NONE;
	const char *error;
	struct event e;
	usec_t at = 0;

	(void)state;
	assert_non_null(reader);
	assert_true(record_peek(line, &kind, &at));
	assert_int_equal(record_read(reader, line, &e, &error), 1);
	assert_int_equal(kind, e.kind);
	assert_int_equal(at, e.ts);
	record_reader_free(reader);
	for (size_t i = 0; i < ARRAY_LEN(other); i++)
		if (record_peek(str_of(other[i]), &kind, &at))
			fail_msg("%s is taken", other[i]);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(parts_grow_with_the_time),
		CASE(moments_are_noted_once_in_order),
		CASE(moments_are_bounded),
		CASE(letters_stand_where_they_began),
		CASE(no_bar_without_a_replay),
		CASE(a_recording_is_looked_through),
		CASE(a_glance_says_what_reading_says),
	};

	return cmocka_run_group_tests_name("overview", tests, NULL, NULL);
}
