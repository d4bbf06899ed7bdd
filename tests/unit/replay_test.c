// SPDX-License-Identifier: MIT
#include "record/replay.h"

#include "unit.h"

#include "model/model.h"
#include "output/ndjson.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define POLLS_MAX 1000
#define T0        (500000 * USEC_PER_SEC) /* by the wall clock */

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
	assert_non_null(strstr(bench.reason, "not a regular file"));
}

/* Control. What equal times must make equal is all that a report says, and the log. */

struct player {
	struct event_sink sink; /* first */
	struct model *model;
	struct source *replay;
	unsigned restarts;
	usec_t now;
};

static void play(struct event_sink *sink, const struct event *e)
{
	model_apply(((struct player *)sink)->model, e);
}

static int begin_anew(void *ctx)
{
	struct player *p = ctx;

	model_free(p->model);
	p->model = model_new(&MODEL_LIMITS_DEFAULT);
	p->restarts++;
	return p->model ? 0 : -ENOMEM;
}

static const char *data(void)
{
	const char *top = getenv("NG_TOP");
	static char path[4096];

	snprintf(path, sizeof path, "%s/tests/data/console.ndjson", top ? top : ".");
	return path;
}

static void player_init(struct player *p, const char *path, double speed)
{
	char reason[SOURCE_REASON_MAX];

	*p = (struct player){.sink = {.put = play}, .now = T0};
	p->model = model_new(&MODEL_LIMITS_DEFAULT);
	p->replay = replay_new(
		&(struct replay_options){
			.path = path, .speed = speed, .restart = begin_anew, .ctx = p},
		reason);
	if (!p->replay)
		fail_msg("%s: %s", path, reason);
}

static void player_done(struct player *p)
{
	source_free(p->replay);
	model_free(p->model);
}

static struct replay_status status_of(const struct player *p)
{
	return replay_status(p->replay);
}

/* Time passes; then polls until nothing more is due. */
static void pass(struct player *p, usec_t time)
{
	int polls = 0;

	p->now += time;
	while (source_poll(p->replay, p->now, &p->sink) > 0)
		assert_true(++polls < POLLS_MAX);
}

static char *report(const struct model *m)
{
	struct query q = {.show_private = true, .limit = UINT32_MAX};
	struct rows rows = {0};
	struct jsonw w = {0};

	assert_int_equal(query_run(m, &q, &rows), 0);
	for (uint32_t i = 0; i < rows.n; i++) {
		struct subject s = subject_at(m, GROUP_NONE, rows.ids[i]);
		ndjson_row(&w, m, &s, false);
	}
	ndjson_summary(&w, m, true, false);
	const struct journal_entry *e;
	for (uint64_t at = m->journal.newest; (e = journal_at(&m->journal, at)); at = e->before) {
		jsonw_usec(&w, e->ts);
		jsonw_str(&w, journal_path(e));
	}
	jsonw_usec(&w, m->now);
	jsonw_raw(&w, (struct str){"", 1});
	rows_done(&rows);
	return w.p;
}

/* It stands where a replay stands that went there without a turn. */
static void assert_same_as_straight(const struct player *p, const char *path)
{
	struct player straight;

	player_init(&straight, path, 1);
	pass(&straight, 0);
	pass(&straight, status_of(p).at - status_of(p).begin);
	char *got = report(p->model), *want = report(straight.model);
	assert_string_equal(got, want);
	free(got);
	free(want);
	player_done(&straight);
}

static void assert_stands(const struct player *p, enum replay_state state, usec_t after)
{
	assert_int_equal(status_of(p).state, state);
	assert_int_equal(status_of(p).at - status_of(p).begin, after);
}

static void pause_stops_and_goes_on(void **state)
{
	(void)state;
	struct player p;

	player_init(&p, data(), 1);
	pass(&p, 0);
	pass(&p, 5 * USEC_PER_SEC);
	assert_stands(&p, REPLAY_PLAYING, 5 * USEC_PER_SEC);
	replay_pause(p.replay, true);
	char *before = report(p.model);
	pass(&p, 3600 * USEC_PER_SEC);
	char *after = report(p.model);
	assert_string_equal(before, after);
	assert_stands(&p, REPLAY_PAUSED, 5 * USEC_PER_SEC);
	replay_pause(p.replay, false);
	pass(&p, 2 * USEC_PER_SEC);
	assert_stands(&p, REPLAY_PLAYING, 7 * USEC_PER_SEC);
	assert_same_as_straight(&p, data());
	free(before);
	free(after);
	player_done(&p);
}

static void a_step_plays_all_of_one_time(void **state)
{
	(void)state;
	struct player p;

	player_init(&p, data(), 1);
	pass(&p, 0);
	for (int i = 0; i < 100; i++) {
		usec_t at = status_of(&p).at;
		replay_step(p.replay);
		pass(&p, USEC_PER_SEC);
		assert_int_equal(status_of(&p).state, REPLAY_PAUSED);
		assert_true(status_of(&p).at > at);
		assert_int_equal(p.model->now, status_of(&p).at);
	}
	assert_same_as_straight(&p, data());
	assert_int_equal(p.restarts, 0);
	player_done(&p);
}

static void seek_gives_what_straight_replay_gives(void **state)
{
	(void)state;
	static const int stops[] = {20, 41, 5, 30, 0, 37, 36};
	struct player p;

	player_init(&p, data(), 1);
	pass(&p, 0);
	usec_t begin = status_of(&p).begin;
	for (size_t i = 0; i < ARRAY_LEN(stops); i++) {
		assert_int_equal(replay_seek(p.replay, begin + stops[i] * USEC_PER_SEC), 0);
		assert_int_equal(status_of(&p).state, REPLAY_SEEKING);
		pass(&p, 1);
		assert_stands(&p, REPLAY_PLAYING, stops[i] * USEC_PER_SEC);
		assert_same_as_straight(&p, data());
	}
	assert_int_equal(p.restarts, 3);
	assert_int_equal(replay_seek(p.replay, 1), 0); /* before the beginning */
	replay_pause(p.replay, true);
	pass(&p, 1);
	assert_stands(&p, REPLAY_PAUSED, 0);
	assert_same_as_straight(&p, data());
	player_done(&p);
}

static void beyond_the_end_is_the_end(void **state)
{
	(void)state;
	struct player p;

	player_init(&p, data(), 1);
	usec_t end = status_of(&p).end;
	assert_int_equal(end - status_of(&p).begin, 42 * USEC_PER_SEC);
	replay_seek(p.replay, end + 3600 * USEC_PER_SEC);
	pass(&p, 1);
	assert_stands(&p, REPLAY_ENDED, 42 * USEC_PER_SEC);
	assert_same_as_straight(&p, data());
	replay_step(p.replay);
	replay_seek(p.replay, end + USEC_PER_SEC);
	pass(&p, 1);
	assert_stands(&p, REPLAY_ENDED, 42 * USEC_PER_SEC);
	assert_int_equal(p.restarts, 0);

	replay_pause(p.replay, false);
	replay_seek(p.replay, end - 2 * USEC_PER_SEC);
	pass(&p, 1);
	assert_stands(&p, REPLAY_PLAYING, 40 * USEC_PER_SEC);
	pass(&p, USEC_PER_SEC);
	assert_same_as_straight(&p, data());
	pass(&p, 5 * USEC_PER_SEC);
	assert_stands(&p, REPLAY_ENDED, 42 * USEC_PER_SEC);
	player_done(&p);
}

static void speed_changes_mid_way(void **state)
{
	(void)state;
	struct player p;

	player_init(&p, data(), 1);
	pass(&p, 0);
	pass(&p, 4 * USEC_PER_SEC);
	replay_speed(p.replay, 3);
	pass(&p, 2 * USEC_PER_SEC);
	assert_stands(&p, REPLAY_PLAYING, 10 * USEC_PER_SEC);
	replay_speed(p.replay, 0.5);
	pass(&p, 2 * USEC_PER_SEC);
	assert_stands(&p, REPLAY_PLAYING, 11 * USEC_PER_SEC);
	assert_same_as_straight(&p, data());
	replay_speed(p.replay, REPLAY_SPEED_MAX);
	pass(&p, 1);
	assert_stands(&p, REPLAY_ENDED, 42 * USEC_PER_SEC);
	player_done(&p);
}

/* The end of a compressed recording is known once it was seen; one that is cut off can be played
 * again, too. */
static void compressed_and_cut(void **state)
{
	(void)state;
	struct player p;
	struct stat st;
	gzFile f = gzopen(bench.path, "wb1");

	for (unsigned i = 0; i < 20000; i++)
		write_tick(f, i);
	gzclose(f);
	assert_int_equal(stat(bench.path, &st), 0);
	assert_int_equal(truncate(bench.path, st.st_size / 2), 0);
	player_init(&p, bench.path, REPLAY_SPEED_MAX);
	assert_int_equal(status_of(&p).end, 0);
	pass(&p, 1);
	usec_t end = status_of(&p).end;
	uint64_t lost = model_machine(p.model)->lost;
	assert_true(end > status_of(&p).begin && lost >= 1);
	for (int i = 0; i < 3; i++) {
		replay_pause(p.replay, true);
		assert_int_equal(replay_seek(p.replay, status_of(&p).begin), 0);
		pass(&p, 1);
		assert_int_equal(status_of(&p).state, REPLAY_PAUSED);
		assert_int_equal(status_of(&p).end, end);
		assert_int_equal(model_machine(p.model)->lost, 0);
		replay_pause(p.replay, false);
		pass(&p, 1);
		assert_int_equal(status_of(&p).state, REPLAY_ENDED);
		assert_int_equal(status_of(&p).at, end);
		assert_int_equal(model_machine(p.model)->lost, lost);
	}
	player_done(&p);
}

static void a_long_seek_goes_in_slices(void **state)
{
	(void)state;
	struct player p;
	gzFile f = gzopen(bench.path, "wbT");

	for (unsigned i = 0; i < 20000; i++)
		write_tick(f, i);
	gzputs(f, "{\"t\":\"tick\",\"ts\":30"); /* the writer was killed */
	gzclose(f);
	player_init(&p, bench.path, 1);
	assert_int_equal(status_of(&p).end, (1000 + 19999) * USEC_PER_SEC + USEC_PER_SEC / 2);
	replay_seek(p.replay, status_of(&p).end - USEC_PER_SEC);
	for (int i = 0; i < 5; i++)
		assert_int_equal(source_poll(p.replay, p.now, &p.sink), 1);
	assert_int_equal(status_of(&p).state, REPLAY_SEEKING);
	replay_seek(p.replay, status_of(&p).begin + USEC_PER_SEC); /* another thought */
	pass(&p, 0);
	assert_stands(&p, REPLAY_PLAYING, USEC_PER_SEC);
	assert_same_as_straight(&p, bench.path);
	player_done(&p);
}

static void command(struct player *p, usec_t length)
{
	usec_t at = status_of(p).begin + (usec_t)rand() % (length + 4 * USEC_PER_SEC) -
		    2 * USEC_PER_SEC;

	switch (rand() % 8) {
	case 0:
		replay_pause(p->replay, rand() % 2);
		break;
	case 1:
		replay_step(p->replay);
		break;
	case 2:
		assert_int_equal(replay_seek(p->replay, at), 0);
		break;
	case 3:
		replay_speed(p->replay, rand() % 4 ? (double)(rand() % 40) / 8 : -1);
		break;
	case 4: /* without waiting for the end of it */
		source_poll(p->replay, p->now, &p->sink);
		break;
	default:
		pass(p, (usec_t)rand() % (2 * USEC_PER_SEC));
	}
}

static void any_commands_lead_to_the_same(void **state)
{
	(void)state;
	struct player p;

	srand(1);
	player_init(&p, data(), 1);
	pass(&p, 0);
	for (int i = 0; i < 1500; i++) {
		command(&p, status_of(&p).end - status_of(&p).begin);
		if (i % 25 != 0)
			continue;
		pass(&p, 0);
		struct replay_status s = status_of(&p);
		assert_true(s.state != REPLAY_SEEKING);
		assert_true(s.at >= s.begin && s.at <= s.end);
		assert_same_as_straight(&p, data());
	}
	assert_true(p.restarts > 20);
	player_done(&p);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(what_is_no_record_is_read_in_slices),
		TEST(a_line_with_nuls_costs_no_other), TEST(an_endless_last_line_is_counted),
		TEST(the_pace_outlives_a_clock_that_is_set_back), TEST(only_files_are_opened),
		TEST(pause_stops_and_goes_on), TEST(a_step_plays_all_of_one_time),
		TEST(seek_gives_what_straight_replay_gives), TEST(beyond_the_end_is_the_end),
		TEST(speed_changes_mid_way), TEST(compressed_and_cut),
		TEST(a_long_seek_goes_in_slices), TEST(any_commands_lead_to_the_same)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
