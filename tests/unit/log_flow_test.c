// SPDX-License-Identifier: MIT
/* Logs that flow: pipes, stdin, and more than one poll can take. */
#include "tail.h"

#include <errno.h>

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
	source_finish(bench.tail, bench.now, &bench.sink);
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
	assert_in_range(log_of(at("a.log"))->last.lag, n / 2, n);
	/* The end of the account does not need the backlog to be polled away. */
	source_finish(bench.tail, bench.now, &bench.sink);
	assert_int_equal(log_of(at("a.log"))->last.lines, LINES_MAX);
	assert_int_equal(log_of(at("a.log"))->last.lag, 0);
	assert_each_once(1, LINES_MAX);
}

static unsigned refusals;

static int refuse(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret)
{
	(void)self, (void)scratch, (void)ret;
	if (!memchr(line.p, '!', line.n))
		return -ENOMSG;
	refusals++;
	return -EINVAL;
}

static bool look_up(const void *context, const char *path, const struct log_owner *owner,
	struct log_configured *ret)
{
	static const struct log_format configured = {"configured", "", refuse, false, false, NULL};

	(void)owner;
	if (strcmp(path, context) != 0)
		return false;
	*ret = (struct log_configured){.format = &configured};
	return true;
}

/* The configured format is tried once a line, also when it fitted last. */
static void a_configured_format_is_tried_once(void **state)
{
	int err;

	(void)state;
	const struct log_input input = {.path = at("a.log")};
	append("a.log", "fits\n!a\nfits\n!b\n", 16);
	bench.tail = log_tail_new(&(struct log_tail_options){.inputs = &input,
					  .input_count = 1,
					  .look_up = look_up,
					  .look_up_context = input.path,
					  .from_start = true},
		&err);
	assert_non_null(bench.tail);
	drain();
	assert_int_equal(settled("a.log")->last.lines, 4);
	assert_int_equal(refusals, 2);
	assert_int_equal(settled("a.log")->last.rejected, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(a_configured_format_is_tried_once),
		TEST(fifos_live_on_without_writers), TEST(stdin_ends),
		TEST(a_backlog_is_taken_in_slices)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
