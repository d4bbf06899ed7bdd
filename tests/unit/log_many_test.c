// SPDX-License-Identifier: MIT
/* Logs by the thousand, and what it costs to follow them: counted, not timed. */
#define LOGS_MAX 20000
#include "tail.h"

#include "log/set.h"

#include <sys/resource.h>

/* What ARCHITECTURE.md allows: a hundredth of a core, in units of a microsecond. */
#define UNITS_PER_SEC 10000
#define UNITS_OF_OPEN 32
#define UNITS_SAVED   20000

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

static uint64_t units(const struct log_work *w)
{
	return w->looks + w->listed / 4 + w->opens * UNITS_OF_OPEN;
}

static void those_that_are_written_are_read(void **state)
{
	(void)state;
	const unsigned count = 5000;

	make("site", count);
	open_tail(at("*.log"), NULL, false);
	drain();
	const struct log_work *work = log_tail_work(bench.tail);
	assert_int_equal(bench.log_count, count);
	assert_int_equal(work->opens, count);
	/* Their directory tells of the others. */
	assert_in_range(work->watches, 0, LOG_DIR_CROWDED);
	uint64_t looks = work->looks, listed = work->listed;
	for (unsigned n = 0; n < 200; n++)
		append_lines(numbered("site", n * 7919 % count), n, n + 1);
	drain();
	assert_each_once(0, 200);
	assert_int_equal(bench.requests, 200);
	/* No look at any other was needed for it. */
	assert_int_equal(work->looks, looks);
	assert_int_equal(work->listed, listed);
	assert_int_equal(bench.counted.not_followed, 0);
	source_finish(bench.tail, bench.now, &bench.sink);
	assert_int_equal(log_of(at(numbered("site", 7919 % count)))->last.lines, 1);
}

/* All are looked at in turn, so many a second, for what no report tells. */
static void looks_are_paced(void **state)
{
	(void)state;
	const unsigned count = 3000;

	make("site", count);
	open_tail(at("*.log"), NULL, false);
	drain();
	const struct log_work *work = log_tail_work(bench.tail);
	uint64_t looks = work->looks, spent = units(work);
	for (unsigned tick = 0; tick < 200; tick++)
		after(50 * USEC_PER_MSEC);
	assert_in_range(work->looks - looks, 10 * 450, 10 * 500 + 500);
	assert_in_range(units(work) - spent, 0, 10 * UNITS_PER_SEC / 2);
}

/* A directory for each, as panels lay them out. */
static void each_in_its_own_directory(void **state)
{
	char path[64];
	const unsigned count = 900;

	(void)state;
	for (unsigned n = 0; n < count; n++) {
		snprintf(path, sizeof path, "d%u", n);
		assert_int_equal(mkdir(at(path), 0755), 0);
		strcat(path, "/access_log");
		append(path, "", 0);
	}
	open_tail(at("d*/access_log"), NULL, false);
	drain();
	const struct log_work *work = log_tail_work(bench.tail);
	uint64_t looks = work->looks;
	assert_in_range(work->watches, 1, 600);
	for (unsigned n = 0; n < count; n++) {
		snprintf(path, sizeof path, "d%u/access_log", n);
		append_lines(path, n, n + 1);
	}
	drain();
	assert_each_once(0, count);
	assert_int_equal(work->looks, looks);
	/* One more is found, and one that was removed comes again. */
	assert_int_equal(mkdir(at("d900"), 0755), 0);
	append_lines("d900/access_log", 900, 901);
	assert_int_equal(remove(at("d5/access_log")), 0);
	assert_int_equal(rmdir(at("d5")), 0);
	after(2 * USEC_PER_SEC);
	assert_int_equal(mkdir(at("d5"), 0755), 0);
	append_lines("d5/access_log", 901, 902);
	for (unsigned tick = 0; tick < 4; tick++)
		after(USEC_PER_SEC);
	append_lines("d5/access_log", 902, 903);
	drain();
	assert_each_once(0, 903);
	for (unsigned n = 0; n <= count; n++) {
		snprintf(path, sizeof path, "d%u/access_log", n);
		remove(at(path));
	}
}

static void churn(const char *what, unsigned per_tick, unsigned ticks, unsigned from)
{
	for (unsigned tick = 0; tick < ticks; tick++) {
		for (unsigned i = 0; i < per_tick; i++, from++)
			append_lines(numbered(what, from), from, from + 1);
		after(50 * USEC_PER_MSEC);
	}
}

/* 300 files of other programs' a second among 2,000 logs. */
static void others_churn(void **state)
{
	(void)state;
	make("site", 2000);
	open_tail(at("site*.log"), NULL, false);
	drain();
	const struct log_work *work = log_tail_work(bench.tail);
	uint64_t spent = units(work), opens = work->opens;
	churn("other", 15, 80, 0);
	assert_int_equal(work->opens, opens);
	assert_in_range(units(work) - spent, 0, 4 * UNITS_PER_SEC / 2);
	assert_int_equal(bench.requests, 0);
	/* They do not wake us for each. */
	assert_in_range(work->rests, 1, 50);
	append_lines("site5.log", 3500, 3501);
	after(150 * USEC_PER_MSEC);
	assert_each_once(3500, 3501);
}

/* The same, of names that the glob matches: each is read once, as fast as the pace allows. */
static void logs_churn(void **state)
{
	(void)state;
	make("site", 2000);
	open_tail(at("*.log"), NULL, false);
	drain();
	const struct log_work *work = log_tail_work(bench.tail);
	uint64_t spent = units(work), opens = work->opens;
	churn("new", 15, 80, 0);
	assert_in_range(units(work) - spent, 0, 4 * UNITS_PER_SEC + UNITS_SAVED);
	for (unsigned tick = 0; tick < 200; tick++)
		after(50 * USEC_PER_MSEC);
	assert_each_once(0, 1200);
	assert_int_equal(work->opens - opens, 1200);
	assert_int_equal(bench.counted.not_followed, 0);
}

/* Logs of thousands of hosts, rotated all at once at night. */
static void all_are_rotated(void **state)
{
	(void)state;
	const unsigned count = 1000;
	char to[256];

	make("site", count);
	open_tail(at("*.log"), NULL, false);
	drain();
	const struct log_work *work = log_tail_work(bench.tail);
	for (unsigned n = 0; n < count; n++) {
		append_lines(numbered("site", n), 2 * n, 2 * n + 1);
		snprintf(to, sizeof to, "%s.1", at(numbered("site", n)));
		assert_int_equal(rename(at(numbered("site", n)), to), 0);
		append_lines(numbered("site", n), 2 * n + 1, 2 * n + 2);
	}
	uint64_t spent = units(work);
	for (unsigned tick = 0; tick < 600; tick++)
		after(50 * USEC_PER_MSEC);
	assert_each_once(0, 2 * count);
	assert_in_range(units(work) - spent, count * UNITS_OF_OPEN, 30 * UNITS_PER_SEC);
	source_finish(bench.tail, bench.now, &bench.sink);
	for (unsigned n = 0; n < count; n++) {
		const struct event_log *log = &log_of(at(numbered("site", n)))->last;
		assert_int_equal(log->rotated, 1);
		assert_true(log->missed == ABSENT);
	}
}

static void with_descriptors(rlim_t most, void (*test)(void))
{
	struct rlimit had, few;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &had), 0);
	few = had;
	few.rlim_cur = most;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	test();
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &had), 0);
}

/* Round after round in another order, so that each is closed and opened again. */
static void write_in_rounds(void)
{
	const unsigned count = 500;
	unsigned n = 0;

	make("site", count);
	open_tail(at("*.log"), NULL, false);
	drain();
	for (unsigned round = 0; round < 3; round++)
		for (unsigned i = 0; i < count; i++, n++) {
			append_lines(numbered("site", (i * 331 + round * 17) % count), n, n + 1);
			if (i % 50 == 0)
				after(USEC_PER_SEC);
		}
	for (unsigned tick = 0; tick < 20; tick++)
		after(USEC_PER_SEC);
	assert_each_once(0, n);
	assert_int_equal(bench.requests, n);
	source_finish(bench.tail, bench.now, &bench.sink);
	assert_int_equal(bench.counted.not_followed, 0);
	for (unsigned i = 0; i < count; i++) {
		assert_int_equal(log_of(at(numbered("site", i)))->last.lines, 3);
		assert_int_equal(log_of(at(numbered("site", i)))->last.rotated, 0);
	}
}

static void few_descriptors_are_enough(void **state)
{
	(void)state;
	with_descriptors(192, write_in_rounds);
}

/* One look at the end has to read them all. */
static void read_whole(void)
{
	const unsigned count = 700;

	for (unsigned n = 0; n < count; n++)
		append_lines(numbered("site", n), n, n + 1);
	open_tail(at("*.log"), NULL, true);
	source_finish(bench.tail, bench.now, &bench.sink);
	assert_each_once(0, count);
	assert_int_equal(bench.requests, count);
	assert_int_equal(bench.counted.not_followed, 0);
}

static void few_descriptors_are_enough_to_read_all(void **state)
{
	(void)state;
	with_descriptors(160, read_whole);
}

/* What was closed for want of descriptors is renamed, and cut off, too. */
static void rotate_closed(void)
{
	const unsigned count = 300;

	make("site", count);
	append_lines("a.log", 0, 3);
	append_lines("b.log", 3, 6);
	open_tail(at("*.log"), NULL, true);
	drain();
	assert_each_once(0, 6);
	/* The others push them out. */
	for (unsigned n = 0; n < count; n++)
		append_lines(numbered("site", n), 10 + n, 11 + n);
	for (unsigned tick = 0; tick < 40; tick++)
		after(USEC_PER_SEC);
	append_lines("a.log", 400, 401);
	assert_int_equal(rename(at("a.log"), at("a.log.1")), 0);
	append_lines("a.log", 401, 402);
	assert_int_equal(truncate(at("b.log"), 0), 0);
	append_lines("b.log", 402, 406); /* longer than it was */
	for (unsigned tick = 0; tick < 5; tick++)
		after(USEC_PER_SEC);
	assert_each_once(400, 406);
	assert_each_once(10, 10 + count);
	assert_each_once(0, 6);
}

static void closed_logs_are_rotated(void **state)
{
	(void)state;
	with_descriptors(160, rotate_closed);
}

/* Written at this time; the machine's clock is another. */
static void date(const char *name, usec_t at_time)
{
	const struct timespec t = {.tv_sec = at_time / USEC_PER_SEC};

	assert_int_equal(utimensat(AT_FDCWD, at(name), (struct timespec[]){t, t}, 0), 0);
}

/* The first that nothing is reported of. */
static unsigned first_left_out(unsigned count)
{
	static bool known[LOGS_MAX];
	unsigned number, n = 0;

	for (size_t i = 0; i < bench.log_count; i++)
		if (sscanf(strrchr(bench.logs[i].log, '/'), "/site%u.log", &number) == 1)
			known[number] = true;
	while (n < count && known[n])
		n++;
	assert_true(n < count);
	return n;
}

/* More than there is a place for: counted, and those that are written have one. */
static void what_finds_no_place_is_counted(void **state)
{
	(void)state;
	const unsigned most = 1000, count = most + 99; /* the glob has a place, too */
	char glob[128];
	const struct log_input input = {.path = strcpy(glob, at("*.log"))};
	int err;

	make("site", count);
	for (unsigned n = 0; n < count; n++)
		date(numbered("site", n), bench.now - 3600 * USEC_PER_SEC);
	bench.tail = log_tail_new(
		&(struct log_tail_options){.inputs = &input, .input_count = 1, .logs_max = most},
		&err);
	assert_non_null(bench.tail);
	drain();
	after(USEC_PER_SEC);
	assert_int_equal(bench.counted.not_followed, 100);
	assert_int_equal(bench.counted.followed, most - 1);
	assert_int_equal(log_of(at("*.log"))->last.state, LOG_UNREADABLE);
	unsigned left = first_left_out(count);
	append_lines(numbered("site", left), 0, 1);
	date(numbered("site", left), bench.now + 2 * USEC_PER_SEC);
	for (unsigned tick = 0; tick < 30; tick++)
		after(USEC_PER_SEC);
	append_lines(numbered("site", left), 1, 2);
	for (unsigned tick = 0; tick < 3; tick++)
		after(USEC_PER_SEC);
	assert_each_once(1, 2);
	assert_int_equal(bench.counted.not_followed, 100);
	/* Others go, and there is room for all. */
	for (unsigned n = 0; n < 200; n++)
		if (n != left)
			remove(at(numbered("site", n)));
	for (unsigned tick = 0; tick < 60; tick++)
		after(USEC_PER_SEC);
	assert_int_equal(bench.counted.not_followed, 0);
}

/* What the configuration names beyond its bounds is among them. */
static void what_others_left_out_is_counted(void **state)
{
	(void)state;
	int err;
	const struct log_input input = {.path = at("a.log")};

	append_lines("a.log", 0, 1);
	bench.tail = log_tail_new(
		&(struct log_tail_options){.inputs = &input, .input_count = 1, .left_out = 44},
		&err);
	assert_non_null(bench.tail);
	drain();
	assert_int_equal(bench.counted.not_followed, 44);
	assert_int_equal(bench.counted.followed, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(those_that_are_written_are_read),
		TEST(looks_are_paced), TEST(each_in_its_own_directory), TEST(others_churn),
		TEST(logs_churn), TEST(all_are_rotated), TEST(few_descriptors_are_enough),
		TEST(few_descriptors_are_enough_to_read_all), TEST(closed_logs_are_rotated),
		TEST(what_finds_no_place_is_counted), TEST(what_others_left_out_is_counted)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
