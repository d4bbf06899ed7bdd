/* SPDX-License-Identifier: MIT
 *
 * tail: a directory with logs, a tail over it, and all that it said, for the tests of log_tail.
 */
#ifndef NG_TESTS_TAIL_H
#define NG_TESTS_TAIL_H

#include "log/tail.h"

#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINES_MAX 100000
#ifndef LOGS_MAX
#define LOGS_MAX 16
#endif
#define POLLS_MAX 10000
#define START     (INT64_C(1795335255) * USEC_PER_SEC)

/* Lines ask for "/N"; times[N] says
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
	struct event_logs counted; /* as was told last */
};

static struct bench bench;

static inline void copy(char *to, size_t cap, struct str s)
{
	snprintf(to, cap, "%.*s", STR_FMT(s));
}

static inline void take_log(struct bench *b, const struct event_log *e)
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

static inline void put(struct event_sink *sink, const struct event *e)
{
	struct bench *b = (struct bench *)sink;

	if (e->kind == EVENT_LOG)
		take_log(b, &e->log);
	if (e->kind == EVENT_LOGS)
		b->counted = e->logs;
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

static inline const char *at(const char *name)
{
	static char paths[4][sizeof bench.dir + 256];
	static unsigned turn;
	char *path = paths[turn++ % 4];

	snprintf(path, sizeof paths[0], "%s/%s", bench.dir, name);
	return path;
}

static inline void open_tail(const char *path, const char *second, bool from_start)
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
static inline int drain(void)
{
	for (int i = 0; i < POLLS_MAX; i++) {
		int more = source_poll(bench.tail, bench.now, &bench.sink);
		if (more <= 0)
			return more;
	}
	fail_msg("the tail never catches up");
	return 0;
}

static inline void after(usec_t time)
{
	bench.now += time;
	drain();
}

static inline int wakes(int ms)
{
	return poll(&(struct pollfd){.fd = source_fd(bench.tail), .events = POLLIN}, 1, ms);
}

static inline void append(const char *name, const char *text, size_t n)
{
	int fd = open(at(name), O_WRONLY | O_APPEND | O_CREAT, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), n);
	close(fd);
}

#define LINE                  "192.0.2.1 - - [22/Nov/2026:08:14:15 +0000] \"GET /%u HTTP/1.1\" 200 1 \"-\" \"-\"\n"
#define put_line(buf, cap, n) snprintf(buf, cap, LINE, n)

static inline void append_lines(const char *name, unsigned from, unsigned to)
{
	char buf[256];

	for (unsigned n = from; n < to; n++)
		append(name, buf, (size_t)put_line(buf, sizeof buf, n));
}

static inline void assert_each_once(unsigned from, unsigned to)
{
	for (unsigned n = from; n < to; n++)
		if (bench.times[n] != 1)
			fail_msg("line %u came %u times", n, bench.times[n]);
}

static inline const struct seen_log *log_of(const char *path)
{
	for (size_t i = 0; i < bench.log_count; i++)
		if (strcmp(bench.logs[i].log, path) == 0)
			return &bench.logs[i];
	fail_msg("no log event for %s", path);
	return NULL;
}

static inline const struct seen_log *settled(const char *name)
{
	source_finish(bench.tail, bench.now, &bench.sink);
	return log_of(at(name));
}

static inline int set_up(void **state)
{
	(void)state;
	bench = (struct bench){.sink.put = put, .now = START};
	strcpy(bench.dir, "/tmp/ng-log-tail-XXXXXX");
	return mkdtemp(bench.dir) ? 0 : -1;
}

static inline int tear_down(void **state)
{
	(void)state;
	source_free(bench.tail);
	DIR *dir = opendir(bench.dir);
	for (struct dirent *d; dir && (d = readdir(dir));)
		remove(at(d->d_name));
	closedir(dir);
	return rmdir(bench.dir);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
