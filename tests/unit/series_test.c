// SPDX-License-Identifier: MIT
/* All recordings of a directory, played as one: what goes on, what begins anew, and where a seek
 * begins. However they are compressed, and whatever else lies there. */
#include "unit.h"

#include "record/look_ahead.h"
#include "record/outflow.h"
#include "record/outline.h"
#include "record/replay.h"
#include "record/segment_index.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define POLLS_MAX 1000

/* What was put, in a letter each: S a start, m a mark, . a tick; | a fresh model. */
struct bench {
	struct event_sink sink; /* first */
	struct source *replay;
	char said[512];
	size_t n;
	uint64_t lost;
	usec_t last;
	char dir[64];
};

static struct bench bench;

static void say(char c)
{
	assert_true(bench.n < sizeof bench.said - 1);
	bench.said[bench.n++] = c;
}

static void put(struct event_sink *sink, const struct event *e)
{
	(void)sink;
	if (e->kind == EVENT_LOST)
		bench.lost += e->lost.n;
	else
		say(e->kind == EVENT_START ? 'S' : e->kind == EVENT_MARK ? 'm' : '.');
	bench.last = e->ts;
}

static int restart(void *ctx)
{
	(void)ctx;
	say('|');
	return 0;
}

static int set_up(void **state)
{
	(void)state;
	bench = (struct bench){.sink = {.put = put}, .dir = "/tmp/nethergaze_series_XXXXXX"};
	return mkdtemp(bench.dir) ? 0 : -1;
}

static int tear_down(void **state)
{
	char command[96];

	(void)state;
	source_free(bench.replay);
	snprintf(command, sizeof command, "rm -r %s", bench.dir);
	return system(command); // NOLINT(cert-env33-c)
}

static int make_file(const char *name, const char *ending)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s%s", bench.dir, name, ending);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	return fd;
}

/* A run of that seed from a second on, with so many marks as its picture (-1: none is said), and a
 * tick each second after that. */
static void write_file(const char *name, unsigned seed, unsigned from, int picture, unsigned ticks)
{
	char text[8192];
	int n = snprintf(text, sizeof text,
		"{\"t\":\"start\",\"ts\":%u.5,\"show_private_ips\":false,\"seed\":%u", from, seed);

	if (picture >= 0)
		n += snprintf(text + n, sizeof text - (size_t)n, ",\"picture\":%d", picture);
	n += snprintf(text + n, sizeof text - (size_t)n, "}\n");
	for (int i = 0; i < picture; i++)
		n += snprintf(
			text + n, sizeof text - (size_t)n, "{\"t\":\"mark\",\"ts\":%u.5}\n", from);
	for (unsigned i = 1; i <= ticks; i++)
		n += snprintf(text + n, sizeof text - (size_t)n, "{\"t\":\"tick\",\"ts\":%u.5}\n",
			from + i);
	struct outflow *f = outflow_new(make_file(name, ""), compression_of(name));
	assert_non_null(f);
	assert_int_equal(outflow_write(f, text, (size_t)n), 0);
	assert_int_equal(outflow_close(f), 0);
}

/* Two files of a run, and one of another. Names say nothing. */
static void write_three(void)
{
	write_file("z.ndjson.gz", 7, 1000, -1, 9);
	write_file("m.ndjson.zst", 7, 1009, 2, 5);
	write_file("a.ndjson", 8, 2000, -1, 4);
}

static void open_replay(void)
{
	char reason[SOURCE_REASON_MAX] = "";

	bench.replay = replay_new(
		&(struct replay_options){
			.path = bench.dir, .speed = REPLAY_SPEED_MAX, .restart = restart},
		reason);
	if (!bench.replay)
		fail_msg("%s", reason);
}

static int play(void)
{
	for (int i = 0; i < POLLS_MAX; i++) {
		int more = source_poll(bench.replay, 1, &bench.sink);
		if (more <= 0)
			return more;
	}
	fail_msg("the replay never catches up");
	return 0;
}

static void test_files_of_a_run_are_one(void **state)
{
	(void)state;
	write_three();
	open_replay();
	assert_int_equal(replay_status(bench.replay).begin, 1000500000);
	assert_int_equal(replay_status(bench.replay).end, 2004500000);
	assert_int_equal(play(), -EPIPE);
	assert_string_equal(bench.said, "S.........."
					"...."
					"|S....");
	assert_int_equal(bench.lost, 0);
}

static void test_a_gap_begins_anew(void **state)
{
	(void)state;
	write_file("1", 7, 1000, -1, 9);
	write_file("2", 7, 1015, 2, 3); /* what was between them has gone */
	write_file("3", 7, 1011, 1, 2); /* and this one ends before */
	open_replay();
	assert_int_equal(play(), -EPIPE);
	assert_string_equal(bench.said, "S.........|Sm..|Smm...");
}

static void seek(unsigned second)
{
	bench.n = 0;
	memset(bench.said, 0, sizeof bench.said);
	replay_pause(bench.replay, true);
	assert_int_equal(replay_seek(bench.replay, (usec_t)second * USEC_PER_SEC), 0);
	play();
}

/* The clock was set back between two runs, or in one. */
static void test_times_that_overlap(void **state)
{
	(void)state;
	write_file("1", 7, 1000, -1, 9);
	write_file("2", 8, 1005, -1, 3);
	write_file("3", 8, 1007, 1, 5);
	open_replay();
	assert_int_equal(play(), -EPIPE);
	assert_string_equal(bench.said, "S.........|S...|Sm.....");
	assert_int_equal(bench.last, 1012500000);
	seek(1006);
	assert_string_equal(bench.said, "|S");
}

static void test_a_seek_begins_with_the_file_that_has_it(void **state)
{
	(void)state;
	write_three();
	open_replay();
	seek(1003);
	assert_string_equal(bench.said, "S..");
	seek(1012); /* the next file: on from here */
	assert_string_equal(bench.said, ".........");
	seek(1011);
	assert_string_equal(bench.said, "|Smm.");
	seek(1001);
	assert_string_equal(bench.said, "|S");
	seek(2003);
	assert_string_equal(bench.said, "|S..");
	assert_int_equal(replay_status(bench.replay).at, 2003000000);
	seek(1);
	assert_string_equal(bench.said, "|S"); /* the beginning */
	replay_pause(bench.replay, false);
	assert_int_equal(play(), -EPIPE);
	assert_int_equal(bench.last, 2004500000);
}

static void test_what_is_no_recording_is_passed_over(void **state)
{
	(void)state;
	write_three();
	int fd = make_file("README", "");
	assert_int_equal(write(fd, "hello\n", 6), 6);
	close(fd);
	fd = make_file("broken.ndjson.zst", "");
	assert_int_equal(write(fd, "\x28\xb5\x2f\xfd garbage", 12), 12);
	close(fd);
	open_replay();
	fd = make_file("m.ndjson.zst", ""); /* damaged while it is played */
	close(fd);
	assert_int_equal(play(), -EPIPE);
	assert_string_equal(bench.said, "S.........|S....");
	assert_int_equal(bench.lost, 2);
}

static void test_none_is_refused(void **state)
{
	char reason[SOURCE_REASON_MAX] = "";

	(void)state;
	close(make_file("empty.ndjson", ""));
	assert_null(replay_new(&(struct replay_options){.path = bench.dir}, reason));
	assert_non_null(strstr(reason, "no file of this directory"));
}

static void look_through(struct overview *ret)
{
	char reason[SOURCE_REASON_MAX] = "";
	struct look_ahead *l = look_ahead_new(bench.dir, NULL, 0, reason);

	if (!l)
		fail_msg("%s", reason);
	while (look_ahead_poll(l))
		;
	*ret = *look_ahead_overview(l);
	look_ahead_free(l);
}

/* The index of the file says that there is a flag: that is where the overview has it from. */
static void write_index(const char *name, usec_t begin, usec_t end)
{
	static struct overview o;
	static char text[SEGMENT_INDEX_MAX];
	struct segment_print print;
	char path[128];

	snprintf(path, sizeof path, "%s/%s", bench.dir, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC), index = make_file(name, SEGMENT_INDEX_ENDING);
	assert_true(fd >= 0);
	assert_int_equal(segment_print_of(fd, &print), 0);
	overview_init(&o);
	overview_add(&o, begin, 5);
	overview_add(&o, end, 0);
	overview_note(&o, &(struct overview_moment){.at = begin, .name = "told"});
	size_t n = segment_index_write(&o, &print, text);
	assert_int_equal(write(index, text, n), (ssize_t)n);
	close(index);
	close(fd);
}

static void test_an_index_stands_for_its_file(void **state)
{
	static struct overview plain, indexed;

	(void)state;
	write_three();
	look_through(&plain);
	assert_true(plain.whole);
	assert_int_equal(plain.moment_count, 0);
	write_index("m.ndjson.zst", 1009500000, 1014500000);
	write_index("z.ndjson.gz", 1000500000, 9000500000); /* it reaches into the next: a lie */
	look_through(&indexed);
	assert_true(indexed.whole);
	assert_int_equal(indexed.begin, plain.begin);
	assert_int_equal(indexed.end, plain.end);
	assert_int_equal(indexed.moment_count, 1);
	assert_int_equal(indexed.moments[0].at, 1009500000);
	open_replay(); /* which puts no event more or less for it */
	assert_int_equal(play(), -EPIPE);
	assert_string_equal(bench.said, "S.........."
					"...."
					"|S....");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_files_of_a_run_are_one),
		TEST(test_a_gap_begins_anew),
		TEST(test_times_that_overlap),
		TEST(test_a_seek_begins_with_the_file_that_has_it),
		TEST(test_what_is_no_recording_is_passed_over),
		TEST(test_none_is_refused),
		TEST(test_an_index_stands_for_its_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
