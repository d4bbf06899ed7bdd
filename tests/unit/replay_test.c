// SPDX-License-Identifier: MIT
#include "record/replay.h"

#include "unit.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define POLLS_MAX 1000

struct bench {
	struct event_sink sink;
	struct source *replay;
	unsigned ticks;
	uint64_t lost;
	char path[64], reason[SOURCE_REASON_MAX];
};

static struct bench bench;

static void put(struct event_sink *sink, const struct event *e)
{
	struct bench *b = (struct bench *)sink;

	b->ticks += e->kind == EVENT_TICK;
	if (e->kind == EVENT_LOST)
		b->lost += e->lost.n;
}

static int set_up(void **state)
{
	(void)state;
	bench = (struct bench){.sink = {.put = put}, .path = "/tmp/nethergaze_replay_XXXXXX"};
	int fd = mkstemp(bench.path);
	assert_true(fd >= 0);
	close(fd);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	source_free(bench.replay);
	unlink(bench.path);
	return 0;
}

static void write_tick(gzFile f, unsigned second)
{
	gzprintf(f, "{\"t\":\"tick\",\"ts\":%u.5}\n", 1000 + second);
}

static void open_replay(double speed)
{
	bench.replay = replay_new(
		&(struct replay_options){.path = bench.path, .speed = speed}, bench.reason);
	assert_non_null(bench.replay);
}

/* Polls at `now` until it has caught up or ended; the number of polls in *ret_polls. */
static int drain(usec_t now, unsigned *ret_polls)
{
	for (*ret_polls = 1; *ret_polls < POLLS_MAX; ++*ret_polls) {
		int more = source_poll(bench.replay, now, &bench.sink);
		if (more <= 0)
			return more;
	}
	fail_msg("the replay never catches up");
	return 0;
}

/* A small file of many megabytes: keys and signals are taken between the slices. */
static void what_is_no_record_is_read_in_slices(void **state)
{
	(void)state;
	static char blank[1 << 20];
	unsigned polls;
	gzFile f = gzopen(bench.path, "wb1");

	write_tick(f, 0);
	memset(blank, '\n', sizeof blank);
	for (int i = 0; i < 16; i++)
		gzwrite(f, blank, sizeof blank);
	memset(blank, 'x', sizeof blank);
	for (int i = 0; i < 16; i++)
		gzwrite(f, blank, sizeof blank);
	gzputs(f, "\n");
	write_tick(f, 1);
	gzclose(f);
	open_replay(REPLAY_SPEED_MAX);
	assert_int_equal(drain(1, &polls), -EPIPE);
	assert_in_range(polls, 20, 40);
	assert_int_equal(bench.ticks, 2);
	assert_int_equal(bench.lost, 1);
}

static void a_line_with_nuls_costs_no_other(void **state)
{
	(void)state;
	unsigned polls;
	gzFile f = gzopen(bench.path, "wbT");

	write_tick(f, 0);
	gzwrite(f, "x\0y\n\0\n", 6);
	write_tick(f, 1);
	gzputs(f, "{\"t\":\"tick\",\"ts\":10"); /* the writer was killed */
	gzclose(f);
	open_replay(REPLAY_SPEED_MAX);
	assert_int_equal(drain(1, &polls), -EPIPE);
	assert_int_equal(bench.ticks, 2);
	assert_int_equal(bench.lost, 3);
}

static void an_endless_last_line_is_counted(void **state)
{
	(void)state;
	unsigned polls;
	gzFile f = gzopen(bench.path, "wbT");

	write_tick(f, 0);
	for (int i = 0; i < 2000000; i++)
		gzputc(f, 'x');
	gzclose(f);
	open_replay(REPLAY_SPEED_MAX);
	assert_int_equal(drain(1, &polls), -EPIPE);
	assert_int_equal(bench.ticks, 1);
	assert_int_equal(bench.lost, 1);
}

static void the_pace_outlives_a_clock_that_is_set_back(void **state)
{
	(void)state;
	const usec_t start = 500000 * USEC_PER_SEC, hour = 3600 * USEC_PER_SEC;
	unsigned polls;
	gzFile f = gzopen(bench.path, "wbT");

	for (unsigned i = 0; i < 4; i++)
		write_tick(f, i);
	gzclose(f);
	open_replay(1);
	assert_int_equal(drain(start, &polls), 0);
	assert_int_equal(bench.ticks, 1);
	drain(start + USEC_PER_SEC, &polls);
	assert_int_equal(bench.ticks, 2);
	drain(start - hour, &polls);
	assert_int_equal(bench.ticks, 2);
	drain(start - hour + USEC_PER_SEC, &polls);
	assert_int_equal(bench.ticks, 3);
	assert_int_equal(drain(start - hour + 2 * USEC_PER_SEC, &polls), -EPIPE);
	assert_int_equal(bench.ticks, 4);
}

static void only_files_are_opened(void **state)
{
	(void)state;
	unlink(bench.path);
	assert_null(replay_new(&(struct replay_options){.path = bench.path}, bench.reason));
	assert_string_equal(bench.reason, "No such file or directory");
	assert_int_equal(mkfifo(bench.path, 0600), 0);
	assert_null(replay_new(&(struct replay_options){.path = bench.path}, bench.reason));
	assert_non_null(strstr(bench.reason, "not a file"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(what_is_no_record_is_read_in_slices),
		TEST(a_line_with_nuls_costs_no_other), TEST(an_endless_last_line_is_counted),
		TEST(the_pace_outlives_a_clock_that_is_set_back), TEST(only_files_are_opened)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
