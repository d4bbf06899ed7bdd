// SPDX-License-Identifier: MIT
/* Programs that go on: their output is handed over, and they end with the helper. */
#include "helper/helper.h"

#include "base/clock.h"

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#define PATIENCE_MS 20000

static const char *const scripts[] = {
	"echo $$; exec sleep 1000",
	"echo out; echo err >&2",
	"yes",
	"echo answer",
	"while read -r a; do echo \"<$a>\"; echo \"to $HOME of $NG_TEST\" >&2; done; sleep 1000",
	"sleep 1000 & echo left",
};

enum {
	SCRIPT_SLEEPS,
	SCRIPT_ENDS,
	SCRIPT_FLOOD,
	SCRIPT_ANSWERS,
	SCRIPT_TALKS,
	SCRIPT_LEAVES
};

static int make_script(const void *ctx, const struct helper_args *args, struct helper_command *ret)
{
	(void)ctx;
	if (args->number >= ARRAY_LEN(scripts))
		return -EINVAL;
	ret->argv[0] = "sh";
	ret->argv[1] = "-c";
	ret->argv[2] = scripts[args->number];
	return 0;
}

static int make_none(const void *ctx, const struct helper_args *args, struct helper_command *ret)
{
	(void)ctx;
	(void)args;
	ret->argv[0] = "no-such-program-here";
	return 0;
}

enum {
	JOB_STREAM,
	JOB_PLAIN,
	JOB_NONE,
	JOB_TALK
};

static const char *const passes[] = {"NG_TEST", "NG_NOT_SET", NULL};

static const struct helper_job jobs[] = {
	[JOB_STREAM] = {.name = "stream", .make = make_script, .timeout_ms = 50, .streams = true},
	[JOB_PLAIN] = {.name = "plain", .make = make_script},
	[JOB_TALK] = {.name = "talk",
		.make = make_script,
		.timeout_ms = 50,
		.streams = true,
		.talks = true,
		.passes = passes},
	[JOB_NONE] = {.name = "none", .make = make_none, .streams = true},
};

struct answer {
	unsigned times;
	int err, stream;
	char text[64];
};

static void keep(void *ctx, const struct helper_result *result)
{
	struct answer *a = ctx;

	a->times++;
	a->err = result->err;
	a->stream = result->stream;
	snprintf(a->text, sizeof a->text, "%.*s", STR_FMT(result->output));
}

static struct helper *make(void)
{
	int err = 1;
	struct helper *h = helper_new(HELPER_RUNNER, jobs, ARRAY_LEN(jobs), true, &err);

	if (!h)
		fail_msg("no helper: %s", strerror(-err));
	return h;
}

static struct answer ask(struct helper *h, uint32_t job, uint32_t number)
{
	const struct helper_args args = {.number = number};
	struct answer a = {.stream = -2};

	assert_int_equal(helper_ask(h, job, &args, keep, &a), 0);
	while (!a.times) {
		struct pollfd p = {.fd = helper_fd(h), .events = POLLIN};
		assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
		helper_take(h);
	}
	assert_int_equal(a.times, 1);
	assert_int_equal(helper_waiting(h), 0);
	return a;
}

/* What comes, up to n bytes, or to the end. */
static size_t read_stream(int fd, char *buf, size_t n)
{
	size_t got = 0;

	while (got < n) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
		ssize_t more = read(fd, buf + got, n - got);
		assert_true(more >= 0);
		if (more == 0)
			break;
		got += (size_t)more;
	}
	return got;
}

static void its_output_is_the_consoles(void **state)
{
	struct helper *h = make();
	char buf[64];

	(void)state;
	struct answer a = ask(h, JOB_STREAM, SCRIPT_ENDS);
	assert_int_equal(a.err, 0);
	assert_true(a.stream >= 0);
	assert_true(fcntl(a.stream, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(a.stream, F_GETFD) & FD_CLOEXEC);
	size_t n = read_stream(a.stream, buf, sizeof buf);
	assert_str((struct str){buf, n}, "out\nerr\n");
	close(a.stream);
	helper_free(h);
}

static void no_time_is_kept_and_nobody_held_up(void **state)
{
	struct helper *h = make();
	char buf[4096];

	(void)state;
	/* It fills its pipe, and nobody reads it yet. */
	struct answer flood = ask(h, JOB_STREAM, SCRIPT_FLOOD);
	assert_int_equal(flood.err, 0);
	for (int i = 0; i < 8; i++) {
		struct answer a = ask(h, JOB_PLAIN, SCRIPT_ANSWERS);
		assert_int_equal(a.err, 0);
		assert_int_equal(a.stream, -1);
		assert_string_equal(a.text, "answer\n");
	}
	for (int i = 0; i < 100; i++)
		assert_int_equal(read_stream(flood.stream, buf, sizeof buf), sizeof buf);
	assert_null(helper_gone(h));
	close(flood.stream);
	helper_free(h);
}

static void it_ends_with_the_helper(void **state)
{
	struct helper *h = make();
	char buf[16];

	(void)state;
	struct answer a = ask(h, JOB_STREAM, SCRIPT_SLEEPS);
	while (read_stream(a.stream, buf, 1) != 1)
		;
	helper_free(h);
	/* Its end of the pipe is closed: there is nobody any more. */
	read_stream(a.stream, buf, sizeof buf);
	close(a.stream);
}

static void there_are_only_some(void **state)
{
	struct helper *h = make();
	struct answer some[HELPER_STREAMS_MAX], a;

	(void)state;
	for (size_t i = 0; i < HELPER_STREAMS_MAX; i++) {
		some[i] = ask(h, JOB_STREAM, SCRIPT_SLEEPS);
		assert_int_equal(some[i].err, 0);
	}
	a = ask(h, JOB_STREAM, SCRIPT_SLEEPS);
	assert_int_equal(a.err, -EBUSY);
	assert_int_equal(a.stream, -1);
	assert_string_equal(ask(h, JOB_PLAIN, SCRIPT_ANSWERS).text, "answer\n");
	for (size_t i = 0; i < HELPER_STREAMS_MAX; i++)
		close(some[i].stream);
	helper_free(h);
}

static void one_that_cannot_be_started_is_answered(void **state)
{
	struct helper *h = make();

	(void)state;
	struct answer a = ask(h, JOB_NONE, 0);
	assert_int_equal(a.err, -ENOENT);
	assert_int_equal(a.stream, -1);
	a = ask(h, JOB_STREAM, 99);
	assert_int_equal(a.err, -EINVAL);
	/* And ended ones leave their places, once they are reaped. */
	usec_t until = clock_usec(CLOCK_MONOTONIC) + PATIENCE_MS * USEC_PER_MSEC;
	for (int i = 0; i < 2 * HELPER_STREAMS_MAX; i++) {
		char buf[64];
		do
			a = ask(h, JOB_STREAM, SCRIPT_ENDS);
		while (a.err == -EBUSY && clock_usec(CLOCK_MONOTONIC) < until);
		assert_int_equal(a.err, 0);
		read_stream(a.stream, buf, sizeof buf);
		close(a.stream);
	}
	helper_free(h);
}

static void write_to(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void it_is_written_to_and_reads(void **state)
{
	struct helper *h = make();
	char buf[64];

	(void)state;
	struct answer a = ask(h, JOB_TALK, SCRIPT_TALKS);
	assert_int_equal(a.err, 0);
	assert_true(fcntl(a.stream, F_GETFL) & O_NONBLOCK);
	write_to(a.stream, "one\n");
	static const char first[] = "<one>\nto  of passed\n";
	size_t n = read_stream(a.stream, buf, strlen(first));
	assert_str((struct str){buf, n}, first);
	write_to(a.stream, "two\n");
	n = read_stream(a.stream, buf, 6);
	assert_str((struct str){buf, n}, "<two>\n");
	close(a.stream);
	helper_free(h);
}

/* It would sleep on: nothing is written that nobody could take. */
static void it_ends_when_nobody_hears_it(void **state)
{
	struct helper *h = make();
	struct answer some[HELPER_STREAMS_MAX];
	usec_t until = clock_usec(CLOCK_MONOTONIC) + PATIENCE_MS * USEC_PER_MSEC;
	struct answer a;

	(void)state;
	for (size_t i = 0; i < HELPER_STREAMS_MAX; i++) {
		some[i] = ask(h, JOB_TALK, SCRIPT_SLEEPS);
		assert_int_equal(some[i].err, 0);
	}
	assert_int_equal(ask(h, JOB_TALK, SCRIPT_SLEEPS).err, -EBUSY);
	for (size_t i = 0; i < HELPER_STREAMS_MAX; i++)
		close(some[i].stream);
	do
		a = ask(h, JOB_TALK, SCRIPT_SLEEPS);
	while (a.err == -EBUSY && clock_usec(CLOCK_MONOTONIC) < until);
	assert_int_equal(a.err, 0);
	close(a.stream);
	helper_free(h);
}

/* Whom it leaves behind holds the socket, and holds up nobody. */
static void its_end_is_seen(void **state)
{
	struct helper *h = make();
	char buf[64];

	(void)state;
	struct answer a = ask(h, JOB_TALK, SCRIPT_LEAVES);
	assert_int_equal(a.err, 0);
	size_t n = read_stream(a.stream, buf, sizeof buf);
	assert_str((struct str){buf, n}, "left\n");
	close(a.stream);
	helper_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_output_is_the_consoles),
		cmocka_unit_test(no_time_is_kept_and_nobody_held_up),
		cmocka_unit_test(it_ends_with_the_helper),
		cmocka_unit_test(there_are_only_some),
		cmocka_unit_test(one_that_cannot_be_started_is_answered),
		cmocka_unit_test(it_is_written_to_and_reads),
		cmocka_unit_test(it_ends_when_nobody_hears_it),
		cmocka_unit_test(its_end_is_seen),
	};

	signal(SIGPIPE, SIG_IGN);
	setenv("NG_TEST", "passed", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
