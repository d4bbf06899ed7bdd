// SPDX-License-Identifier: MIT
#include "source/log_tail.h"

#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINES_MAX 100000
#define LOGS_MAX  16
#define POLLS_MAX 1000
#define START     (INT64_C(1795335255) * USEC_PER_SEC)

/* A directory with logs, a tail over it, and all that it said. Lines ask for "/N"; times[N] says
 * how often N came. */
struct bench {
	struct event_sink sink;
	struct source *tail;
	usec_t now;
	char dir[64];
	unsigned times[LINES_MAX];
	uint64_t requests;
	struct seen_log {
		char log[128], note[128], sample[256];
		struct event_log last;
	} logs[LOGS_MAX];
	size_t log_count;
};

static struct bench bench;

static void copy(char *to, size_t cap, struct str s)
{
	snprintf(to, cap, "%.*s", STR_FMT(s));
}

static void take_log(struct bench *b, const struct event_log *e)
{
	size_t i = 0;

	while (i < b->log_count && !str_eq(e->log, str_of(b->logs[i].log)))
		i++;
	assert_true(i < LOGS_MAX);
	if (i == b->log_count)
		b->log_count++;
	copy(b->logs[i].log, sizeof b->logs[i].log, e->log);
	copy(b->logs[i].note, sizeof b->logs[i].note, e->note);
	copy(b->logs[i].sample, sizeof b->logs[i].sample, e->sample);
	b->logs[i].last = *e;
}

static void put(struct event_sink *sink, const struct event *e)
{
	struct bench *b = (struct bench *)sink;

	if (e->kind == EVENT_LOG)
		take_log(b, &e->log);
	if (e->kind != EVENT_REQUEST)
		return;
	char number[16];
	copy(number, sizeof number, e->request.path);
	unsigned long n = strtoul(number + 1, NULL, 10);
	assert_true(n < LINES_MAX);
	b->times[n]++;
	b->requests++;
	assert_true(
		str_starts(e->request.log, str_of(b->dir)) || str_eq(e->request.log, STR_LIT("-")));
}

static const char *at(const char *name)
{
	static char paths[4][sizeof bench.dir + 256];
	static unsigned turn;
	char *path = paths[turn++ % 4];

	snprintf(path, sizeof paths[0], "%s/%s", bench.dir, name);
	return path;
}

static void open_tail(const char *path, const char *second, bool from_start)
{
	const struct log_input inputs[] = {{.path = path}, {.path = second}};
	int err;

	bench.tail = log_tail_new(
		&(struct log_tail_options){
			.inputs = inputs, .input_count = second ? 2 : 1, .from_start = from_start},
		&err);
	assert_non_null(bench.tail);
}

/* Polls until it has caught up. */
static int drain(void)
{
	for (int i = 0; i < POLLS_MAX; i++) {
		int more = source_poll(bench.tail, bench.now, &bench.sink);
		if (more <= 0)
			return more;
	}
	fail_msg("the tail never catches up");
	return 0;
}

static void after(usec_t time)
{
	bench.now += time;
	drain();
}

static int wakes(int ms)
{
	return poll(&(struct pollfd){.fd = source_fd(bench.tail), .events = POLLIN}, 1, ms);
}

static void append(const char *name, const char *text, size_t n)
{
	int fd = open(at(name), O_WRONLY | O_APPEND | O_CREAT, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), n);
	close(fd);
}

#define LINE                  "192.0.2.1 - - [22/Nov/2026:08:14:15 +0000] \"GET /%u HTTP/1.1\" 200 1 \"-\" \"-\"\n"
#define put_line(buf, cap, n) snprintf(buf, cap, LINE, n)

static void append_lines(const char *name, unsigned from, unsigned to)
{
	char buf[256];

	for (unsigned n = from; n < to; n++)
		append(name, buf, (size_t)put_line(buf, sizeof buf, n));
}

static void assert_each_once(unsigned from, unsigned to)
{
	for (unsigned n = from; n < to; n++)
		if (bench.times[n] != 1)
			fail_msg("line %u came %u times", n, bench.times[n]);
}

static const struct seen_log *log_of(const char *path)
{
	for (size_t i = 0; i < bench.log_count; i++)
		if (strcmp(bench.logs[i].log, path) == 0)
			return &bench.logs[i];
	fail_msg("no log event for %s", path);
	return NULL;
}

static const struct seen_log *settled(const char *name)
{
	source_settle(bench.tail, bench.now, &bench.sink);
	return log_of(at(name));
}

static int set_up(void **state)
{
	(void)state;
	bench = (struct bench){.sink.put = put, .now = START};
	strcpy(bench.dir, "/tmp/ng-log-tail-XXXXXX");
	return mkdtemp(bench.dir) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	source_free(bench.tail);
	DIR *dir = opendir(bench.dir);
	for (struct dirent *d; dir && (d = readdir(dir));)
		remove(at(d->d_name));
	closedir(dir);
	return rmdir(bench.dir);
}

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
	assert_int_equal(log_of(at("w.log"))->last.state, LOG_READING);
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

static void fifos_live_on_without_writers(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(at("f"), 0644), 0);
	open_tail(at("f"), NULL, false);
	drain();
	for (unsigned i = 0; i < 3; i++) {
		append_lines("f", i * 2, i * 2 + 2); /* opens, writes and closes twice */
		assert_int_equal(wakes(1000), 1);
		drain();
		assert_each_once(0, i * 2 + 2);
		drain();
		assert_int_equal(wakes(0), 0); /* no spinning on a hang-up */
	}
}

static void stdin_ends(void **state)
{
	(void)state;
	int ends[2], kept = dup(STDIN_FILENO);
	char line[256];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	open_tail("-", NULL, false);
	assert_int_equal(drain(), 0);
	assert_int_equal(wakes(0), 0);
	size_t n = (size_t)put_line(line, sizeof line, 0);
	assert_int_equal(write(ends[1], line, n), n);
	assert_int_equal(wakes(1000), 1);
	assert_int_equal(drain(), 0);
	assert_each_once(0, 1);
	n = (size_t)put_line(line, sizeof line, 1) - 1; /* the last line lacks its newline */
	assert_int_equal(write(ends[1], line, n), n);
	close(ends[1]);
	assert_int_equal(drain(), -EPIPE);
	assert_each_once(0, 2);
	assert_int_equal(log_of("-")->last.lines, 2);
	assert_int_equal(drain(), -EPIPE);
	source_settle(bench.tail, bench.now, &bench.sink);
	dup2(kept, STDIN_FILENO);
	close(kept);
}

static void a_backlog_is_taken_in_slices(void **state)
{
	(void)state;
	size_t n = 0, cap = (size_t)LINES_MAX * 128;
	char *text = malloc(cap);

	for (unsigned i = 0; i < LINES_MAX; i++)
		n += (size_t)put_line(text + n, cap - n, i);
	append("a.log", text, n);
	free(text);
	append_lines("b.log", 0, 1);
	open_tail(at("a.log"), at("b.log"), true);
	assert_int_equal(source_poll(bench.tail, bench.now, &bench.sink), 1);
	assert_in_range(bench.requests, 100, LINES_MAX / 2);
	assert_int_equal(bench.times[0], 2); /* b.log had its turn */
	/* The end of the account does not need the backlog to be polled away. */
	source_settle(bench.tail, bench.now, &bench.sink);
	assert_int_equal(log_of(at("a.log"))->last.lines, LINES_MAX);
	assert_each_once(1, LINES_MAX);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(starts_at_the_end_or_the_start),
		TEST(a_write_makes_the_descriptor_readable),
		TEST(rotation_loses_and_doubles_nothing), TEST(dated_names_are_one_file),
		TEST(rolled_and_compressed_names_are_left_alone), TEST(copytruncate_starts_over),
		TEST(holes_are_skipped), TEST(two_names_are_read_once),
		TEST(symlinks_are_followed_when_they_turn), TEST(a_half_line_waits_for_its_end),
		TEST(long_lines_are_skipped_and_counted), TEST(garbage_is_counted_and_shown_clean),
		TEST(what_cannot_be_read_is_said_and_tried_again), TEST(denied_is_not_missing),
		TEST(fifos_live_on_without_writers), TEST(stdin_ends),
		TEST(a_backlog_is_taken_in_slices)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
