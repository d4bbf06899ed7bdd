// SPDX-License-Identifier: MIT
/* Logs that are files, and what becomes of files. */
#include "tail.h"

#include <errno.h>

static void starts_at_the_end_or_the_start(void **state)
{
	(void)state;
	append_lines("a.log", 0, 5);
	open_tail(at("a.log"), NULL, false);
	append_lines("a.log", 5, 10); /* before the first poll */
	drain();
	append_lines("a.log", 10, 15);
	drain();
	assert_int_equal(bench.requests, 10);
	assert_each_once(5, 15);
	source_free(bench.tail);
	open_tail(at("a.log"), NULL, true);
	drain();
	assert_int_equal(bench.requests, 25);
	assert_int_equal(settled("a.log")->last.lines, 15);
	assert_int_equal(log_of(at("a.log"))->last.state, LOG_READING);
}

static void a_write_makes_the_descriptor_readable(void **state)
{
	(void)state;
	append_lines("a.log", 0, 1);
	open_tail(at("a.log"), NULL, false);
	drain();
	assert_int_equal(wakes(0), 0);
	append_lines("a.log", 1, 2);
	assert_int_equal(wakes(1000), 1);
	drain();
	assert_each_once(1, 2);
	assert_int_equal(wakes(0), 0);
	/* A rotation does too, and so does the new file, without a rescan's second going by. */
	assert_int_equal(rename(at("a.log"), at("a.log.1")), 0);
	append_lines("a.log", 2, 3);
	assert_int_equal(wakes(1000), 1);
	drain();
	assert_each_once(1, 3);
	append_lines("a.log", 3, 4);
	append_lines("a.log.1", 4, 5);
	assert_int_equal(wakes(1000), 1);
	drain();
	assert_each_once(1, 5);
}

/* The server goes on in the renamed file until it is told, and the tail polls at any moment. */
static void rotation_loses_and_doubles_nothing(void **state)
{
	(void)state;
	static char names[2][16] = {"w.log", "w.log.1"};
	unsigned n = 0;

	append("w.log", "", 0);
	open_tail(at("w.log"), NULL, false);
	for (unsigned round = 0; round < 30; round++) {
		append_lines(names[0], n, n + 7);
		n += 7;
		if (round % 3 == 0)
			after(100 * USEC_PER_MSEC);
		assert_int_equal(rename(at("w.log"), at("w.log.1")), 0);
		if (round % 2 == 0)
			after(100 * USEC_PER_MSEC);
		append_lines(names[1], n, n + 5);
		n += 5;
		if (round % 4 == 0)
			after(1500 * USEC_PER_MSEC);
		append_lines(names[0], n, n + 3); /* creates it */
		n += 3;
		if (round % 5 == 0) {
			append_lines(names[1], n, n + 1);
			n++;
		}
		after(100 * USEC_PER_MSEC);
	}
	after(2 * USEC_PER_SEC);
	assert_each_once(0, n);
	assert_int_equal(bench.requests, n);
	after(60 * USEC_PER_SEC); /* the old ones are let go */
	append_lines("w.log", n, n + 1);
	after(USEC_PER_SEC);
	assert_int_equal(settled("w.log")->last.lines, n + 1);
	assert_int_equal(log_of(at("w.log"))->last.rotated, 30);
	assert_int_equal(log_of(at("w.log"))->last.lag, 0);
	assert_int_equal(log_of(at("w.log"))->last.state, LOG_READING);
}

/* Made, written and moved away before anybody looks, twice over, as logrotate numbers them. */
static void what_came_and_went_between_two_looks_is_read(void **state)
{
	(void)state;
	append_lines("a.log", 0, 3);
	open_tail(at("a.log"), NULL, false);
	drain();
	for (unsigned n = 3; n < 12; n += 3) {
		append_lines("a.log", n, n + 2);
		rename(at("a.log.1"), at("a.log.2"));
		assert_int_equal(rename(at("a.log"), at("a.log.1")), 0);
		append_lines("a.log.1", n + 2, n + 3);
	}
	append_lines("a.log", 12, 13);
	after(100 * USEC_PER_MSEC);
	append_lines("a.log.2", 13, 14);
	after(100 * USEC_PER_MSEC);
	/* The first was overwritten before it could be opened again: it was open all the time. */
	assert_each_once(3, 14);
	assert_int_equal(bench.requests, 11);
}

/* Of a name that a glob finds, is gone at one look, and is there again at the next. */
static void totals_survive_a_gap(void **state)
{
	(void)state;
	append_lines("a.log", 0, 5);
	open_tail(at("*.log"), NULL, true);
	drain();
	assert_int_equal(rename(at("a.log"), at("a-1.log")), 0);
	after(USEC_PER_SEC);
	after(10 * USEC_PER_SEC);
	append_lines("a.log", 5, 8);
	after(USEC_PER_SEC);
	after(2 * USEC_PER_SEC);
	assert_int_equal(settled("a.log")->last.lines, 8);
	assert_int_equal(log_of(at("a.log"))->last.state, LOG_READING);
	assert_each_once(0, 8);
}

/* The name that a file was moved to matches the glob: the file goes on, from where it was. */
static void dated_names_are_one_file(void **state)
{
	(void)state;
	append_lines("a.log", 0, 5);
	open_tail(at("*.log"), NULL, true);
	drain();
	assert_int_equal(rename(at("a.log"), at("a-20261122.log")), 0);
	append_lines("a.log", 5, 8);
	append_lines("a-20261122.log", 8, 10);
	after(USEC_PER_SEC);
	after(60 * USEC_PER_SEC);
	append_lines("a-20261122.log", 10, 12);
	append_lines("b.log", 12, 14);
	after(USEC_PER_SEC);
	assert_each_once(0, 14);
	assert_int_equal(bench.requests, 14);
}

static void rolled_and_compressed_names_are_left_alone(void **state)
{
	(void)state;
	static const char *const names[] = {"a.log.1", "a.log.gz", "a.log.2.gz", "a.log.zst",
		"a.log.xz", "a.log.bz2", "a.log.bak"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		append_lines(names[i], 0, 1);
	assert_int_equal(mkdir(at("a.log.d"), 0755), 0);
	open_tail(at("a.log*"), NULL, true);
	drain();
	assert_int_equal(bench.requests, 0);
	assert_int_equal(log_of(at("a.log*"))->last.state, LOG_MISSING);
	append_lines("a.log", 1, 2);
	after(USEC_PER_SEC);
	assert_each_once(1, 2);
	assert_int_equal(log_of(at("a.log*"))->last.state, LOG_READING);
	source_free(bench.tail);
	open_tail(at("a.log.1"), NULL, true); /* by its name it is read */
	drain();
	assert_each_once(0, 2);
}

static void copytruncate_starts_over(void **state)
{
	(void)state;
	append_lines("a.log", 0, 10);
	open_tail(at("a.log"), NULL, false);
	drain();
	assert_int_equal(truncate(at("a.log"), 0), 0);
	append_lines("a.log", 10, 12);
	after(USEC_PER_SEC);
	/* Truncated and grown past the old place, between two looks. */
	assert_int_equal(truncate(at("a.log"), 0), 0);
	append_lines("a.log", 12, 40);
	after(USEC_PER_SEC);
	/* Half a line is there when it is cut. */
	append("a.log", "192.0.2.1 - -", 13);
	after(USEC_PER_SEC);
	assert_int_equal(truncate(at("a.log"), 0), 0);
	after(USEC_PER_SEC);
	append_lines("a.log", 40, 42);
	after(USEC_PER_SEC);
	assert_each_once(10, 42);
	assert_int_equal(bench.requests, 32);
	assert_int_equal(settled("a.log")->last.skipped, 13);
	assert_int_equal(log_of(at("a.log"))->last.rotated, 3);
	assert_int_equal(log_of(at("a.log"))->last.rejected, 0);
}

/* A writer without O_APPEND goes on at its old offset after a truncation. */
static void holes_are_skipped(void **state)
{
	(void)state;
	char line[256];
	off_t hole = (off_t)3 << 30;

	append_lines("a.log", 0, 3);
	open_tail(at("a.log"), NULL, false);
	drain();
	int fd = open(at("a.log"), O_WRONLY);
	assert_int_equal(ftruncate(fd, 0), 0);
	int n = put_line(line, sizeof line, 3);
	assert_int_equal(pwrite(fd, line, (size_t)n, hole), n);
	after(USEC_PER_SEC);
	n = put_line(line, sizeof line, 4);
	assert_int_equal(pwrite(fd, line, (size_t)n, 2 * hole), n);
	close(fd);
	after(USEC_PER_SEC);
	assert_each_once(3, 5);
	assert_int_equal(bench.requests, 2);
	assert_int_equal(settled("a.log")->last.skipped, 2 * hole - n);
}

static void two_names_are_read_once(void **state)
{
	(void)state;
	append_lines("a.log", 0, 3);
	assert_int_equal(link(at("a.log"), at("b.log")), 0);
	assert_int_equal(symlink("a.log", at("c.log")), 0);
	open_tail(at("*.log"), at("a.log"), true);
	drain();
	append_lines("b.log", 3, 6);
	after(USEC_PER_SEC);
	/* rotatelogs -L: the link goes to a new file, the old one keeps its own name. */
	assert_int_equal(unlink(at("b.log")), 0);
	append_lines("b.log", 6, 8);
	append_lines("a.log", 8, 9);
	after(USEC_PER_SEC);
	/* The name under which it was opened goes; another one stays. */
	assert_int_equal(link(at("a.log"), at("d.log")), 0);
	after(USEC_PER_SEC);
	assert_int_equal(unlink(at("a.log")), 0);
	after(USEC_PER_SEC);
	append_lines("d.log", 9, 11);
	after(60 * USEC_PER_SEC);
	append_lines("d.log", 11, 12);
	after(60 * USEC_PER_SEC);
	assert_each_once(0, 12);
	assert_int_equal(bench.requests, 12);
}

static void symlinks_are_followed_when_they_turn(void **state)
{
	(void)state;
	append_lines("one", 0, 3);
	append_lines("two", 3, 5);
	assert_int_equal(symlink("one", at("current")), 0);
	open_tail(at("current"), NULL, false);
	drain();
	append_lines("one", 5, 6);
	assert_int_equal(symlink("two", at("next")), 0);
	assert_int_equal(rename(at("next"), at("current")), 0);
	after(USEC_PER_SEC);
	append_lines("one", 6, 7); /* the server was not told yet */
	append_lines("two", 7, 9);
	after(USEC_PER_SEC);
	assert_each_once(3, 9);
	assert_int_equal(bench.requests, 6);
}

static void a_half_line_waits_for_its_end(void **state)
{
	(void)state;
	char line[256];
	int n = put_line(line, sizeof line, 0);

	append("a.log", line, 20);
	open_tail(at("a.log"), NULL, false); /* in the middle of a line */
	drain();
	for (int i = 20; i < n; i++) {
		assert_int_equal(bench.requests, 0);
		append("a.log", line + i, 1);
		drain();
	}
	assert_each_once(0, 1);
	assert_int_equal(settled("a.log")->last.lines, 1);
	assert_int_equal(log_of(at("a.log"))->last.rejected, 0);
}

static void long_lines_are_skipped_and_counted(void **state)
{
	(void)state;
	const size_t huge = 10u << 20;
	char *text = malloc(huge);

	memset(text, 'x', huge);
	open_tail(at("a.log"), NULL, false);
	drain();
	assert_int_equal(log_of(at("a.log"))->last.state, LOG_MISSING);
	append_lines("a.log", 0, 1);
	append("a.log", text, huge);
	append("a.log", "\n", 1);
	append_lines("a.log", 1, 2);
	after(USEC_PER_SEC);
	append("a.log", text, LOG_LINE_MAX + 1); /* one byte too long, and in two pieces */
	after(USEC_PER_SEC);
	append("a.log", "\n", 1);
	append_lines("a.log", 2, 3);
	append("a.log", text, LOG_LINE_MAX); /* as long as may be */
	append("a.log", "\n", 1);
	append_lines("a.log", 3, 4);
	after(USEC_PER_SEC);
	free(text);
	assert_each_once(0, 4);
	const struct seen_log *log = settled("a.log");
	assert_int_equal(log->last.lines, 7);
	assert_int_equal(log->last.rejected, 3);
	assert_int_equal(log->last.skipped, huge + 1 + LOG_LINE_MAX + 2);
	assert_memory_equal(log->sample, "xxxx", 4);
}

static void garbage_is_counted_and_shown_clean(void **state)
{
	(void)state;
	static unsigned char garbage[1 << 20];
	uint64_t x = 88172645463325252u, lines = 0;

	for (size_t i = 0; i < sizeof garbage; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		garbage[i] = (unsigned char)x;
		lines += i > 0 && garbage[i] == '\n' && garbage[i - 1] != '\n';
	}
	open_tail(at("a.log"), NULL, false);
	append("a.log", (char *)garbage, sizeof garbage);
	append("a.log", "\n", 1);
	append_lines("a.log", 0, 1);
	append("a.log", "\x1b[2Jno log\n\n\r\n", 14);
	after(USEC_PER_SEC);
	const struct seen_log *log = settled("a.log");
	assert_int_equal(bench.requests, 1);
	assert_string_equal(log->sample, "\\x1b[2Jno log");
	assert_int_equal(log->last.rejected, log->last.lines - 1);
	/* Lines of a lone NUL or CR are blank. */
	assert_in_range(log->last.lines, lines - lines / 50, lines + 3);
}

static void what_cannot_be_read_is_said_and_tried_again(void **state)
{
	(void)state;
	assert_int_equal(mkdir(at("d"), 0755), 0);
	open_tail(at("d"), "/dev/zero", false);
	drain();
	assert_int_equal(log_of(at("d"))->last.state, LOG_UNREADABLE);
	assert_string_equal(log_of(at("d"))->note, "Is a directory");
	assert_int_equal(log_of("/dev/zero")->last.state, LOG_UNREADABLE);
	assert_int_equal(rmdir(at("d")), 0);
	after(2 * USEC_PER_SEC);
	after(2 * USEC_PER_SEC);
	assert_int_equal(log_of(at("d"))->last.state, LOG_MISSING);
	append_lines("d", 0, 2);
	after(USEC_PER_SEC);
	assert_each_once(0, 2);
	assert_int_equal(log_of(at("d"))->last.state, LOG_READING);
	assert_string_equal(log_of(at("d"))->note, "");
}

static void denied_is_not_missing(void **state)
{
	(void)state;
	if (geteuid() == 0) {
		print_message("skip: root may read everything\n");
		skip();
	}
	append_lines("a.log", 0, 3);
	assert_int_equal(chmod(at("a.log"), 0), 0);
	open_tail(at("a.log"), NULL, false);
	drain();
	assert_int_equal(log_of(at("a.log"))->last.state, LOG_DENIED);
	assert_int_equal(chmod(at("a.log"), 0644), 0);
	append_lines("a.log", 3, 5);
	after(USEC_PER_SEC);
	assert_each_once(3, 5); /* what was there at the start is old */
	assert_int_equal(bench.requests, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(starts_at_the_end_or_the_start),
		TEST(a_write_makes_the_descriptor_readable),
		TEST(rotation_loses_and_doubles_nothing),
		TEST(what_came_and_went_between_two_looks_is_read), TEST(totals_survive_a_gap),
		TEST(dated_names_are_one_file), TEST(rolled_and_compressed_names_are_left_alone),
		TEST(copytruncate_starts_over), TEST(holes_are_skipped),
		TEST(two_names_are_read_once), TEST(symlinks_are_followed_when_they_turn),
		TEST(a_half_line_waits_for_its_end), TEST(long_lines_are_skipped_and_counted),
		TEST(garbage_is_counted_and_shown_clean),
		TEST(what_cannot_be_read_is_said_and_tried_again), TEST(denied_is_not_missing)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
