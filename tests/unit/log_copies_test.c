// SPDX-License-Identifier: MIT
/* Copies of logs, and rotations that are faster than we look: no line twice, and none lost in
 * silence. */
#include "tail.h"

#include "log/set.h"

#define NOTHING ABSENT

static void copy_file(const char *from, const char *to)
{
	char buf[65536];
	ssize_t n;
	int in = open(at(from), O_RDONLY), out = open(at(to), O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(in >= 0 && out >= 0);
	while ((n = read(in, buf, sizeof buf)) > 0)
		assert_int_equal(write(out, buf, (size_t)n), n);
	close(in);
	close(out);
}

static void cut(const char *name)
{
	assert_int_equal(truncate(at(name), 0), 0);
}

static void look(unsigned seconds)
{
	for (unsigned i = 0; i < seconds; i++)
		after(USEC_PER_SEC);
}

static const struct event_log *last_of(const char *name)
{
	return &settled(name)->last;
}

/* logrotate: copytruncate and dateext, under a glob that finds the copy. */
static void a_copy_is_not_read_again(void **state)
{
	(void)state;
	append_lines("ct_access.log", 0, 4);
	open_tail(at("ct_access.log*"), NULL, false);
	append_lines("ct_access.log", 4, 5);
	drain();
	copy_file("ct_access.log", "ct_access.log-20261122");
	cut("ct_access.log");
	look(2);
	append_lines("ct_access.log", 5, 8);
	look(60);
	assert_each_once(4, 8);
	assert_int_equal(bench.requests, 4);
	assert_int_equal(last_of("ct_access.log")->rotated, 1);
	assert_int_equal(last_of("ct_access.log")->lines, 4);
	assert_int_equal(last_of("ct_access.log")->skipped, 0);
	assert_true(last_of("ct_access.log")->missed == NOTHING);
	assert_int_equal(last_of("ct_access.log-20261122")->lines, 0);
	assert_int_equal(last_of("ct_access.log-20261122")->state, LOG_READING);
	assert_string_equal(
		log_of(at("ct_access.log-20261122"))->note, "A copy of a log that is followed");
}

/* The same, with a look between the two, night after night. */
static void copies_of_many_nights(void **state)
{
	char name[64];
	unsigned n = 0;

	(void)state;
	append_lines("a.log", 0, 3);
	open_tail(at("a*.log"), NULL, true);
	drain();
	n = 3;
	for (unsigned night = 0; night < 8; night++) {
		append_lines("a.log", n, n + 5);
		n += 5;
		if (night % 2)
			look(1);
		snprintf(name, sizeof name, "a-%u.log", 20261122 + night);
		copy_file("a.log", name);
		if (night % 3 == 1)
			look(1 + night * 10); /* it takes long, and the copy is let go */
		if (night % 4 == 2) {
			append_lines("a.log", n, n + 1);
			n++;
			look(1);
		}
		cut("a.log");
		look(night % 4 ? 2 : 40);
	}
	append_lines("a.log", n, n + 2);
	look(2);
	assert_each_once(0, n + 2);
	assert_int_equal(bench.requests, n + 2);
	assert_int_equal(last_of("a.log")->lines, n + 2);
	assert_int_equal(last_of("a.log")->rotated, 8);
	assert_true(last_of("a.log")->missed == NOTHING);
}

/* What came between our last look and the copy is only there. */
static void the_rest_is_read_from_the_copy(void **state)
{
	(void)state;
	append_lines("a.log", 0, 10);
	open_tail(at("a.log*"), NULL, true);
	drain();
	append_lines("a.log", 10, 13);
	append("a.log", "192.0.2.1 - -", 13); /* of a line that was never whole */
	copy_file("a.log", "a.log-20261122");
	cut("a.log");
	append_lines("a.log", 13, 15);
	look(2);
	assert_each_once(0, 15);
	assert_int_equal(bench.requests, 15);
	assert_int_equal(last_of("a.log")->lines, 15);
	assert_int_equal(last_of("a.log-20261122")->lines, 0);
}

/* It is looked at between its making and its first byte. */
static void a_copy_that_is_empty_at_first(void **state)
{
	(void)state;
	append_lines("a.log", 0, 10);
	open_tail(at("a.log*"), NULL, true);
	drain();
	append("a.log-20261122", "", 0);
	look(2);
	copy_file("a.log", "a.log-20261122");
	look(1);
	append_lines("a.log", 10, 11);
	drain();
	cut("a.log");
	append("a.log-20261123", "", 0);
	look(2);
	append_lines("a.log", 11, 13);
	look(1);
	append_lines("a.log", 13, 14);
	copy_file("a.log", "a.log-20261123");
	cut("a.log");
	append_lines("a.log", 14, 15);
	look(40);
	assert_each_once(0, 15);
	assert_int_equal(bench.requests, 15);
	assert_int_equal(last_of("a.log")->lines, 15);
	assert_true(last_of("a.log-20261122")->missed == NOTHING);
	/* They are put away. */
	assert_int_equal(remove(at("a.log-20261122")), 0);
	assert_int_equal(rename(at("a.log-20261123"), at("a.log-20261123.gz")), 0);
	look(5);
	assert_true(last_of("a.log-20261122")->missed == NOTHING);
	assert_true(last_of("a.log-20261123")->missed == NOTHING);
	assert_int_equal(bench.requests, 15);
}

/* And one that is no copy is read as any other. */
static void a_log_that_is_empty_at_first(void **state)
{
	(void)state;
	append_lines("a.log", 0, 10);
	open_tail(at("a*.log"), NULL, true);
	drain();
	append("a2.log", "", 0);
	look(2);
	append_lines("a2.log", 10, 12);
	look(1);
	append_lines("a2.log", 12, 14);
	look(1);
	assert_each_once(0, 14);
	assert_int_equal(last_of("a2.log")->lines, 4);
}

/* A copy that somebody goes on with is a log. */
static void a_copy_may_become_a_log(void **state)
{
	(void)state;
	append_lines("a.log", 0, 30);
	open_tail(at("*.log"), NULL, true);
	drain();
	copy_file("a.log", "b.log");
	look(3);
	append_lines("b.log", 30, 33);
	append_lines("a.log", 33, 35);
	look(5);
	assert_each_once(0, 35);
	assert_int_equal(bench.requests, 35);
	append_lines("b.log", 35, 36);
	look(2);
	assert_each_once(0, 36);
	assert_int_equal(last_of("b.log")->lines, 4);
	assert_int_equal(last_of("a.log")->lines, 32);
}

/* It is copied slowly: its beginning is there first. */
static void a_slow_copy(void **state)
{
	char buf[4096];

	(void)state;
	append_lines("a.log", 0, 200);
	open_tail(at("a.log*"), NULL, true);
	drain();
	int in = open(at("a.log"), O_RDONLY);
	assert_true(in >= 0);
	for (ssize_t n; (n = read(in, buf, sizeof buf)) > 0; look(2))
		append("a.log-20261122", buf, (size_t)n);
	close(in);
	cut("a.log");
	append_lines("a.log", 200, 202);
	look(60);
	assert_each_once(0, 202);
	assert_int_equal(bench.requests, 202);
}

/* A monitor asks two hosts the same in one second: two logs, not one and its copy. */
static void what_is_alike_by_chance_is_read(void **state)
{
	(void)state;
	append_lines("first.example.log", 0, 1);
	open_tail(at("*.log"), NULL, false);
	append_lines("first.example.log", 1, 2);
	drain();
	append_lines("second.example.log", 0, 2);
	look(2);
	assert_int_equal(bench.times[1], 2);
	assert_int_equal(bench.requests, 3);
}

/* The lines that say what the columns are begin each log of that kind. */
static void headers_are_alike(void **state)
{
	static const char header[] =
		"#Version: 1.0\n#Fields: date time c-ip cs-method cs-uri-stem sc-status sc-bytes\n";
	static const char *const lines[] = {"2026-11-22\t08:14:15\t192.0.2.1\tGET\t/1\t200\t1\n",
		"2026-11-22\t08:15:15\t192.0.2.1\tGET\t/2\t200\t1\n"};

	(void)state;
	append("w3c.log", header, strlen(header));
	append("w3c.log", lines[0], strlen(lines[0]));
	open_tail(at("w3c*"), NULL, true);
	drain();
	append("w3c.log.next", header, strlen(header));
	append("w3c.log.next", lines[1], strlen(lines[1]));
	look(3);
	assert_each_once(1, 3);
	assert_int_equal(bench.requests, 2);
}

static void spelled_out_it_is_read(void **state)
{
	(void)state;
	append_lines("a.log", 0, 20);
	copy_file("a.log", "a.log-old");
	open_tail(at("a.log"), at("a.log-old"), true);
	drain();
	assert_int_equal(bench.requests, 40);
}

/* Rotations between two looks. */

static void rotate(const char *name, unsigned keep)
{
	char from[80], to[80];

	for (unsigned i = keep; i-- > 0;) {
		snprintf(from, sizeof from, i ? "%s.%u" : "%s", name, i);
		snprintf(to, sizeof to, "%s.%u", name, i + 1);
		rename(at(from), at(to));
	}
}

/* Four files have the name before anybody looks; two are overwritten by then. */
static void what_is_gone_before_a_look_is_counted(void **state)
{
	(void)state;
	append_lines("a.log", 0, 3);
	open_tail(at("a.log"), NULL, true);
	drain();
	for (unsigned n = 3; n < 15; n += 3) {
		rotate("a.log", 2);
		append_lines("a.log", n, n + 3);
	}
	look(2);
	/* The first was open, a.log.2 and a.log.1 are there, and so is the last. */
	assert_each_once(0, 3);
	assert_each_once(6, 15);
	assert_int_equal(bench.times[3] + bench.times[4] + bench.times[5], 0);
	assert_int_equal(last_of("a.log")->missed, 1);
	assert_int_equal(last_of("a.log")->lines, 12);
	append_lines("a.log", 15, 16);
	look(40);
	assert_int_equal(last_of("a.log")->missed, 1);
}

static void what_is_deleted_before_a_look_is_counted(void **state)
{
	(void)state;
	append_lines("a.log", 0, 3);
	open_tail(at("a.log"), NULL, true);
	drain();
	for (unsigned n = 3; n < 12; n += 3) {
		assert_int_equal(remove(at("a.log")), 0);
		append_lines("a.log", n, n + 3);
	}
	look(2);
	assert_each_once(0, 3);
	assert_each_once(9, 12);
	assert_int_equal(bench.requests, 6);
	assert_int_equal(last_of("a.log")->missed, 2);
	/* The next ones are seen. */
	for (unsigned n = 12; n < 30; n += 3) {
		assert_int_equal(remove(at("a.log")), 0);
		append_lines("a.log", n, n + 3);
		look(1);
	}
	assert_each_once(9, 30);
	assert_int_equal(last_of("a.log")->missed, 2);
}

/* Moved to another directory, where nobody can say which it is. */
static void what_is_moved_away_before_a_look_is_counted(void **state)
{
	char away[64] = "/tmp/ng-log-away-XXXXXX", to[128];

	(void)state;
	assert_non_null(mkdtemp(away));
	append_lines("a.log", 0, 3);
	open_tail(at("a.log"), NULL, true);
	drain();
	for (unsigned n = 3; n < 12; n += 3) {
		snprintf(to, sizeof to, "%s/%u", away, n);
		assert_int_equal(rename(at("a.log"), to), 0);
		append_lines("a.log", n, n + 3);
	}
	look(2);
	assert_int_equal(bench.requests, 6);
	assert_int_equal(last_of("a.log")->missed, 2);
	for (unsigned n = 3; n < 12; n += 3) {
		snprintf(to, sizeof to, "%s/%u", away, n);
		remove(to);
	}
	rmdir(away);
}

/* A log that is cut off before all of it was read, and no copy is found. */
static void what_is_cut_off_unread_is_counted(void **state)
{
	size_t n = 0, cap = 40000u * 128;
	char *text = malloc(cap);

	(void)state;
	for (unsigned i = 0; i < 40000; i++)
		n += (size_t)put_line(text + n, cap - n, i);
	append("a.log", text, n);
	free(text);
	open_tail(at("a.log"), NULL, true);
	assert_int_equal(source_poll(bench.tail, bench.now, &bench.sink), 1);
	uint64_t read = bench.requests;
	assert_in_range(read, 100, 39000);
	cut("a.log");
	append_lines("a.log", 40000, 40001);
	look(3);
	assert_each_once(40000, 40001);
	assert_int_equal(last_of("a.log")->missed, 1);
	assert_true(last_of("a.log")->skipped > 0);
	assert_in_range(bench.requests, read + 1, 39000);
}

/* The kernel's queue was full: what the files are called now tells. */
static void what_nobody_reported_is_found_or_counted(void **state)
{
	char name[64];

	(void)state;
	append_lines("a.log", 0, 3);
	append_lines("b.log", 3, 4);
	open_tail(at("a.log"), at("b.log"), true);
	drain();
	for (unsigned i = 0; i < 9000; i++) {
		snprintf(name, sizeof name, "foreign%u", i);
		append(name, "", 0);
		remove(at(name));
	}
	for (unsigned n = 10; n < 40; n += 10) {
		rotate("a.log", 5);
		append_lines("a.log", n, n + 10);
	}
	assert_int_equal(remove(at("a.log.2")), 0);
	append_lines("b.log", 4, 5);
	rotate("b.log", 5);
	append_lines("b.log", 5, 6);
	look(3);
	assert_each_once(0, 6);
	assert_each_once(20, 40);
	assert_int_equal(bench.requests, 26);
	assert_int_equal(last_of("a.log")->missed, 1);
	assert_int_equal(last_of("a.log")->rotated, 2);
	assert_true(last_of("b.log")->missed == NOTHING);
	/* From now on they are reported again. */
	rotate("b.log", 5);
	append_lines("b.log", 6, 7);
	look(3);
	assert_each_once(0, 7);
	assert_true(last_of("b.log")->missed == NOTHING);
}

/* A storm: every kind of rotation, looked at only now and then. Each line is read once, or its file
 * is counted. */
static void a_storm(void **state)
{
	unsigned n = 0, gone = 0;

	(void)state;
	append_lines("a.log", 0, 1);
	open_tail(at("a.log"), NULL, true);
	drain();
	for (n = 1; n < 400; n++) {
		rotate("a.log", 3);
		append_lines("a.log", n, n + 1);
		if (n % 10 == 0)
			look(1);
	}
	look(5);
	for (unsigned i = 0; i < n; i++) {
		assert_true(bench.times[i] <= 1);
		gone += !bench.times[i];
	}
	assert_int_equal(bench.requests + gone, n);
	assert_true(gone > 0);
	assert_int_equal(last_of("a.log")->missed, gone);
	assert_int_equal(last_of("a.log")->rotated, n - 1 - gone);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(a_copy_is_not_read_again),
		TEST(copies_of_many_nights), TEST(the_rest_is_read_from_the_copy),
		TEST(a_copy_that_is_empty_at_first), TEST(a_log_that_is_empty_at_first),
		TEST(a_copy_may_become_a_log), TEST(a_slow_copy),
		TEST(what_is_alike_by_chance_is_read), TEST(headers_are_alike),
		TEST(spelled_out_it_is_read), TEST(what_is_gone_before_a_look_is_counted),
		TEST(what_is_deleted_before_a_look_is_counted),
		TEST(what_is_moved_away_before_a_look_is_counted),
		TEST(what_is_cut_off_unread_is_counted),
		TEST(what_nobody_reported_is_found_or_counted), TEST(a_storm)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
