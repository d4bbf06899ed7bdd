// SPDX-License-Identifier: MIT
/* What a configuration, or who writes logs, can make us do at once, and hold: counted. */
#define LOGS_MAX 3000
#include "tail.h"

#include "log/set.h"

#define GLOBS  400
#define FILES  2000
#define LISTED 4 /* names in a unit */

/* Of set_step.c, and what one input may cost beyond them. */
#define OF_A_SCAN  (100000 * LISTED + FILES + 100)
#define OF_A_START (20000 * LISTED + FILES + 100)
#define OF_A_STEP  (2000 * LISTED + FILES + 100)

static struct log_input inputs[GLOBS + 1];

static const char *numbered(const char *what, unsigned n)
{
	static char name[64];

	snprintf(name, sizeof name, "%s%u.log", what, n);
	return name;
}

static void make(const char *what, unsigned count)
{
	for (unsigned n = 0; n < count; n++)
		append(numbered(what, n), "", 0);
}

/* Globs that match nothing among FILES files, and one that does. */
static void open_globs(bool from_start)
{
	int err;

	for (unsigned n = 0; n < FILES; n++) {
		char name[32];
		snprintf(name, sizeof name, "x%u", n);
		append(name, "", 0);
	}
	for (unsigned n = 0; n < GLOBS; n++) {
		char name[32];
		snprintf(name, sizeof name, "none%u*", n);
		inputs[n] = (struct log_input){.path = strdup(at(name))};
	}
	inputs[GLOBS] = (struct log_input){.path = strdup(at("*.log"))};
	bench.tail = log_tail_new(
		&(struct log_tail_options){
			.inputs = inputs, .input_count = GLOBS + 1, .from_start = from_start},
		&err);
	assert_non_null(bench.tail);
}

static int free_globs(void **state)
{
	for (unsigned n = 0; n <= GLOBS; n++) {
		free((char *)inputs[n].path);
		inputs[n].path = NULL;
	}
	return tear_down(state);
}

/* Polls until the start is over; returns how often that was. */
static unsigned step_through_the_start(void)
{
	const struct log_work *work = log_tail_work(bench.tail);
	unsigned polls = 0;
	int more = 1;

	while (more > 0) {
		uint64_t listed = work->listed;
		more = source_poll(bench.tail, bench.now, &bench.sink);
		assert_in_range(work->listed - listed, 0, OF_A_START);
		polls++;
	}
	assert_int_equal(more, 0);
	return polls;
}

static void a_start_goes_in_steps(void **state)
{
	(void)state;
	append_lines("last.log", 0, 3);
	open_globs(true);
	const struct log_work *work = log_tail_work(bench.tail);
	assert_in_range(work->listed, FILES, OF_A_SCAN);
	assert_in_range(step_through_the_start(), 4, 20);
	/* It has come to its end, all the same. */
	assert_in_range(work->listed, (uint64_t)GLOBS * FILES, (uint64_t)2 * GLOBS * FILES);
	assert_each_once(0, 3);
}

/* What was there is the past, also if it is found late. */
static void a_late_find_is_read_from_its_end(void **state)
{
	(void)state;
	append_lines("last.log", 0, 3);
	open_globs(false);
	step_through_the_start();
	append_lines("last.log", 3, 5);
	after(USEC_PER_SEC);
	assert_each_once(3, 5);
	assert_int_equal(bench.requests, 2);
}

/* False: its file system does not say when a file was made. */
static bool is_dated(const char *name)
{
	struct statx x;

	return statx(AT_FDCWD, at(name), 0, STATX_BTIME, &x) == 0 && (x.stx_mask & STATX_BTIME);
}

/* What was made since is not, though the start is not over. */
static void what_comes_meanwhile_is_read_whole(void **state)
{
	(void)state;
	append_lines("last.log", 0, 3);
	if (!is_dated("last.log"))
		skip();
	open_globs(false);
	usec_t begun = clock_usec(CLOCK_REALTIME_COARSE);
	while (clock_usec(CLOCK_REALTIME_COARSE) <= begun)
		continue;
	append_lines("new.log", 3, 5);
	step_through_the_start();
	append_lines("new.log", 5, 6);
	after(USEC_PER_SEC);
	assert_each_once(3, 6);
	assert_int_equal(bench.requests, 3);
}

static void expansions_go_in_steps(void **state)
{
	(void)state;
	open_globs(true);
	step_through_the_start();
	const struct log_work *work = log_tail_work(bench.tail);
	uint64_t begun = work->listed;
	for (unsigned tick = 0; tick < 450; tick++) {
		uint64_t listed = work->listed;
		bench.now += USEC_PER_SEC;
		assert_int_equal(source_poll(bench.tail, bench.now, &bench.sink), 0);
		assert_in_range(work->listed - listed, 0, OF_A_STEP);
	}
	/* One after the other, at their pace. */
	assert_in_range(work->listed - begun, (uint64_t)GLOBS * FILES, (uint64_t)450 * 4500);
}

/* The inputs change while they are expanded: what both have is not let go. */
static void a_change_goes_in_steps(void **state)
{
	(void)state;
	append_lines("last.log", 0, 1);
	open_globs(true);
	step_through_the_start();
	const struct log_work *work = log_tail_work(bench.tail);
	for (unsigned tick = 0; tick < 300; tick++) {
		uint64_t listed = work->listed;
		if (tick == 0 || tick == 10)
			assert_int_equal(log_tail_change(bench.tail,
						 &(struct log_tail_options){.inputs = inputs,
							 .input_count = GLOBS + 1}),
				0);
		bench.now += USEC_PER_SEC;
		append_lines("last.log", tick + 1, tick + 2);
		source_poll(bench.tail, bench.now, &bench.sink);
		assert_in_range(work->listed - listed, 0, OF_A_STEP);
	}
	assert_each_once(0, 301);
	for (size_t i = 0; i < bench.log_count; i++)
		assert_string_not_equal(bench.logs[i].note, "No longer in the configuration");
	assert_int_equal(settled("last.log")->last.state, LOG_READING);
}

static void last_words_are_bounded(void **state)
{
	(void)state;
	open_globs(false);
	const struct log_work *work = log_tail_work(bench.tail);
	uint64_t listed = work->listed;
	source_finish(bench.tail, bench.now, &bench.sink);
	assert_in_range(work->listed - listed, 0, OF_A_SCAN);
}

/* Lines that have begun. */

#define LONG  (250u << 10)
#define LONGS 300 /* of them, 64 MiB hold 262 */

/* A request that is LONG, but for its last bytes. */
static void begin_line(const char *name, unsigned number)
{
	static char text[LONG + 256];
	int n = snprintf(text, sizeof text,
		"192.0.2.1 - - [22/Nov/2026:08:14:15 +0000] \"GET /%u HTTP/1.1\" 200 1 \"-\" \"",
		number);

	memset(text + n, 'a', LONG);
	append(name, text, (size_t)n + LONG);
}

static uint64_t sum_skipped(void)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < bench.log_count; i++)
		sum += bench.logs[i].last.skipped;
	return sum;
}

static void begun_lines_share_a_bound(void **state)
{
	const char *const end = "2026:08:14:15 +0000] \"GET /901 HTTP/1.1\" 200 1 \"-\" \"-\"\n";
	unsigned given_up = 0;

	(void)state;
	make("site", LONGS);
	append_lines("other.log", 900, 901);
	append("other.log", "192.0.2.1 - - [22/Nov/", 22); /* short: others go first */
	open_tail(at("*.log"), NULL, true);
	drain();
	for (unsigned n = 0; n < LONGS; n++)
		begin_line(numbered("site", n), n);
	drain();
	after(USEC_PER_SEC);
	assert_in_range(sum_skipped(), (uint64_t)(LONGS - 262) * LONG, (uint64_t)60 * LONG);
	for (unsigned n = 0; n < LONGS; n++)
		append(numbered("site", n), "\"\n", 2);
	append("other.log", end, strlen(end));
	append_lines("site0.log", 902, 903);
	append_lines("site299.log", 903, 904);
	drain();
	source_finish(bench.tail, bench.now, &bench.sink);
	for (unsigned n = 0; n < LONGS; n++) {
		const struct event_log *log = &log_of(at(numbered("site", n)))->last;
		assert_int_equal(log->lines, n == 0 || n == 299 ? 2 : 1);
		assert_int_equal(log->rejected + bench.times[n], 1);
		assert_int_equal(log->rejected, log->skipped > 0);
		given_up += log->rejected > 0;
	}
	assert_in_range(given_up, LONGS - 262, 60);
	assert_each_once(900, 904);
}

/* What is not there any more is not counted, and few hold what they like. */
static void few_begun_lines_are_kept(void **state)
{
	(void)state;
	append("a.log", "", 0);
	open_tail(at("a.log"), NULL, true);
	for (unsigned n = 0; n < LONGS; n++) {
		begin_line("a.log", n);
		drain();
		append("a.log", "\"\n", 2);
		drain();
	}
	assert_each_once(0, LONGS);
	assert_int_equal(settled("a.log")->last.skipped, 0);
}

/* The same, in the pieces of a container's runtime. */
static void pieces_share_the_bound(void **state)
{
	static char piece[17000];
	unsigned given_up = 0;

	(void)state;
	make("pod", LONGS);
	open_tail(at("*.log"), NULL, true);
	drain();
	int head = snprintf(piece, sizeof piece,
		"2026-11-22T08:14:15.123456789Z stdout P 192.0.2.1 - - [22/Nov/2026:08:14:15 "
		"+0000] \"GET /7 HTTP/1.1\" 200 1 \"-\" \"");
	memset(piece + head, 'a', 16000);
	piece[head + 16000] = '\n';
	for (unsigned n = 0; n < LONGS; n++) {
		append(numbered("pod", n), piece, (size_t)head + 16001);
		for (unsigned i = 0; i < 12; i++) {
			append(numbered("pod", n), piece, 40);
			append(numbered("pod", n), piece + head, 16001);
		}
		drain();
	}
	for (unsigned n = 0; n < LONGS; n++)
		append(numbered("pod", n), "2026-11-22T08:14:15.123456789Z stdout F \"\n", 42);
	drain();
	source_finish(bench.tail, bench.now, &bench.sink);
	for (unsigned n = 0; n < LONGS; n++) {
		const struct event_log *log = &log_of(at(numbered("pod", n)))->last;
		assert_int_equal(log->lines, 1);
		assert_int_equal(log->rejected, log->skipped > 0);
		given_up += log->rejected > 0;
	}
	assert_in_range(given_up, LONGS - 262, 80);
	assert_int_equal(bench.times[7], LONGS - given_up);
}

/* Users' words. */

#define NAMES 400
#define SHARE 50

/* The machine's clock is not the bench's. */
static void date(const char *name, usec_t at_time)
{
	const struct timespec t = {.tv_sec = at_time / USEC_PER_SEC};

	assert_int_equal(utimensat(AT_FDCWD, at(name), (struct timespec[]){t, t}, 0), 0);
}

static void make_old(const char *what, unsigned count)
{
	make(what, count);
	for (unsigned n = 0; n < count; n++)
		date(numbered(what, n), bench.now - 3600 * USEC_PER_SEC);
}

static void write_later(const char *name, unsigned number)
{
	append_lines(name, number, number + 1);
	date(name, bench.now);
}

static void open_owned(bool both_users)
{
	const struct log_owner user = {.is_user = true, .uid = geteuid()};
	const struct log_input owned[] = {
		{.path = at("site*.log"), .owner = both_users ? user : (struct log_owner){0}},
		{.path = at("user*.log"), .owner = user}};
	int err;

	bench.tail = log_tail_new(
		&(struct log_tail_options){.inputs = owned, .input_count = 2, .logs_max = NAMES},
		&err);
	assert_non_null(bench.tail);
	drain();
	after(20 * USEC_PER_SEC);
}

/* Each of them is written since the last expansion, and none of the others for long. */
static void write_all(const char *what, unsigned count, unsigned from)
{
	for (unsigned n = 0; n < count; n++)
		write_later(numbered(what, n), from + n);
	for (unsigned tick = 0; tick < 30; tick++)
		after(USEC_PER_SEC);
}

static void users_have_a_share(void **state)
{
	(void)state;
	make_old("site", 300);
	make_old("user", 3 * SHARE);
	open_owned(false);
	/* The globs have a place, too, and one of the two is of a user. */
	assert_int_equal(bench.counted.followed, 300 + SHARE - 1);
	assert_int_equal(bench.counted.not_followed, 2 * SHARE + 1);
}

static void users_push_out_none_but_users(void **state)
{
	(void)state;
	const unsigned roots = NAMES - 20;

	make_old("site", roots);
	make_old("user", 3 * SHARE);
	open_owned(false);
	for (unsigned round = 0; round < 3; round++)
		write_all("user", 3 * SHARE, 10000 + round * 1000);
	/* All of root's are followed still. */
	for (unsigned n = 0; n < roots; n++)
		append_lines(numbered("site", n), n, n + 1);
	drain();
	after(USEC_PER_SEC);
	assert_each_once(0, roots);
	assert_int_equal(bench.counted.followed, NAMES - 2);
}

/* The other way round it may be. */
static void root_pushes_out_users(void **state)
{
	(void)state;
	const unsigned roots = NAMES - 20;

	make_old("user", SHARE - 1);
	make_old("site", 1);
	open_owned(false);
	assert_int_equal(bench.counted.not_followed, 0);
	make_old("site", roots);
	write_all("site", roots, 1000);
	for (unsigned n = 0; n < roots; n++)
		append_lines(numbered("site", n), 2000 + n, 2001 + n);
	drain();
	after(USEC_PER_SEC);
	assert_each_once(2000, 2000 + roots);
}

/* Among users, those that are written have the share. */
static void users_make_way_for_users(void **state)
{
	(void)state;
	make_old("site", SHARE);
	make_old("user", 1);
	open_owned(true);
	assert_int_equal(bench.counted.followed, SHARE - 2);
	bench.now += 20 * USEC_PER_SEC;
	write_all("user", 1, 0);
	append_lines("user0.log", 1, 2);
	drain();
	after(USEC_PER_SEC);
	assert_each_once(1, 2);
	assert_int_equal(bench.counted.followed, SHARE - 2);
}

/* What is gone of users' makes room for users; root's goes on with its totals when it comes again.
 */
static void only_users_gone_are_forgotten(void **state)
{
	(void)state;
	make_old("site", 2);
	make_old("user", SHARE - 2);
	open_owned(false);
	append_lines("site0.log", 0, 2);
	append_lines("user0.log", 2, 4);
	after(USEC_PER_SEC);
	assert_int_equal(unlink(at("site0.log")), 0);
	for (unsigned n = 0; n < 10; n++)
		assert_int_equal(unlink(at(numbered("user", n))), 0);
	after(USEC_PER_SEC);
	after(700 * USEC_PER_SEC);
	for (unsigned tick = 0; tick < 20; tick++)
		after(USEC_PER_SEC);
	for (unsigned n = 0; n < 10; n++)
		append_lines(numbered("later_user", n), 50 + n, 51 + n);
	assert_int_equal(rename(at("later_user0.log"), at("user70.log")), 0);
	append_lines("site0.log", 4, 5);
	append_lines("user0.log", 5, 6);
	for (unsigned tick = 0; tick < 20; tick++)
		after(USEC_PER_SEC);
	assert_int_equal(bench.counted.not_followed, 0);
	assert_int_equal(settled("site0.log")->last.lines, 3);
	assert_int_equal(settled("user0.log")->last.lines, 1);
	assert_int_equal(bench.times[50], 1);
}

/* Reports of files that are none of ours. */

static void reports_are_paid_for(void **state)
{
	struct log_set set;

	(void)state;
	for (unsigned n = 0; n < GLOBS; n++) {
		char name[32];
		snprintf(name, sizeof name, n % 2 ? "none%u*" : "none%u", n);
		inputs[n] = (struct log_input){.path = strdup(at(name))};
	}
	inputs[GLOBS] = (struct log_input){.path = strdup(at("*.log"))};
	assert_int_equal(log_set_init(&set, &(struct log_tail_options){.inputs = inputs,
						    .input_count = GLOBS + 1}),
		0);
	log_set_scan(&set, bench.now);
	log_set_step(&set, bench.now);
	int64_t credit = set.acts.credit / USEC_PER_SEC;
	set.match_due = false;
	append("other", "", 0);
	log_set_read_events(&set, bench.now);
	/* Each glob is looked at, and no other input. */
	assert_int_equal(credit - set.acts.credit / USEC_PER_SEC, GLOBS / 2 + 1);
	assert_false(set.match_due);
	/* One that is ours is known at once. */
	append("new.log", "", 0);
	bench.now += USEC_PER_SEC;
	log_set_read_events(&set, bench.now);
	assert_false(set.match_due);
	assert_int_equal(set.names[set.name_count - 1]->match, set.match);
	/* Beyond what may be spent, the next expansion finds them. */
	make("more", 200);
	bench.now += USEC_PER_SEC;
	log_set_read_events(&set, bench.now);
	assert_true(set.match_due);
	assert_in_range(set.acts.credit + 2 * USEC_PER_SEC, 0, 2 * USEC_PER_SEC);
	for (unsigned tick = 0; tick < 60; tick++) {
		bench.now += USEC_PER_SEC;
		log_set_step(&set, bench.now);
	}
	uint64_t followed, left_out;
	log_set_count(&set, &followed, &left_out);
	assert_int_equal(followed, 201);
	log_set_done(&set);
	append("a.log", "", 0);
	open_tail(at("a.log"), NULL, false);
}

#define WITH_GLOBS(f) cmocka_unit_test_setup_teardown(f, set_up, free_globs)

int main(void)
{
	const struct CMUnitTest tests[] = {WITH_GLOBS(a_start_goes_in_steps),
		WITH_GLOBS(a_late_find_is_read_from_its_end),
		WITH_GLOBS(what_comes_meanwhile_is_read_whole), WITH_GLOBS(expansions_go_in_steps),
		WITH_GLOBS(a_change_goes_in_steps), WITH_GLOBS(last_words_are_bounded),
		TEST(begun_lines_share_a_bound), TEST(few_begun_lines_are_kept),
		TEST(pieces_share_the_bound), TEST(users_have_a_share),
		TEST(users_push_out_none_but_users), TEST(root_pushes_out_users),
		TEST(users_make_way_for_users), TEST(only_users_gone_are_forgotten),
		WITH_GLOBS(reports_are_paid_for)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
