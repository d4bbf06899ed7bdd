// SPDX-License-Identifier: MIT
#include "helper/helper.h"

#include "base/clock.h"
#include "helper/confine.h"
#include "helper/program.h"
#include "helper/wire.h"

#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE (20 * USEC_PER_SEC)

/* This program, run as a job: says what it was given. */

static void say_file(const char *path, const char *prefix)
{
	char line[4096];
	FILE *f = fopen(path, "re");

	while (f && fgets(line, sizeof line, f))
		if (strncmp(line, prefix, strlen(prefix)) == 0)
			fputs(line, stdout);
	if (f)
		fclose(f);
}

static void say_words(const char *name, const char *path)
{
	FILE *f = fopen(path, "re");
	int c;

	printf("%s:", name);
	while (f && (c = getc(f)) != EOF)
		putchar(c ? c : '|');
	putchar('\n');
	if (f)
		fclose(f);
}

static int be_born(void)
{
	DIR *fds = opendir("/proc/self/fd");
	unsigned n = 0;

	while (fds && readdir(fds))
		n++;
	if (fds)
		closedir(fds);
	say_words("argv", "/proc/self/cmdline");
	say_words("environ", "/proc/self/environ");
	say_file("/proc/self/status", "Cap");
	say_file("/proc/self/status", "NoNewPrivs");
	printf("open: %u\n", n - 3); /* but ., .. and the directory itself */
	printf("uid: %d group: %d session: %d\n", geteuid(), getpgrp() == getpid(),
		getsid(0) == getpid());
	return 0;
}

/* The jobs. */

enum {
	JOB_BORN,  /* with the first prefix */
	JOB_SHELL, /* a script of scripts[] */
	JOB_INPUT,
	JOB_NONE, /* a program that there is not */
	JOB_NEVER /* that refuses all values */
};

static const char *const scripts[] = {
	"echo out; echo err >&2; exit 3",
	"kill -TERM $$",
	"sleep 1000 & echo $!; sleep 1000",
	"exec >&- 2>&-; exec sleep 0.05",
	"yes | head -c 3000000",
	"sleep 1000 & echo $!",
	"setsid sleep 1000 & echo $!",
	"mkdir \"$0\" || exit 1; sleep 0.02; rmdir \"$0\"",
	"yes & exec yes",
};

enum {
	SCRIPT_BOTH,
	SCRIPT_SIGNAL,
	SCRIPT_LATE,
	SCRIPT_CLOSES,
	SCRIPT_FLOOD,
	SCRIPT_LEAVES,
	SCRIPT_DAEMON,
	SCRIPT_LOCK,
	SCRIPT_ENDLESS
};

static int make_born(const void *ctx, const struct helper_args *args, struct helper_command *ret)
{
	(void)ctx;
	if (args->prefix_count != 1)
		return -EINVAL;
	prefix_format(&args->prefixes[0], ret->text);
	ret->argv[0] = "/proc/self/exe";
	ret->argv[1] = "--born";
	ret->argv[2] = ret->text;
	return 0;
}

static int make_script(const void *ctx, const struct helper_args *args, struct helper_command *ret)
{
	if (args->number >= ARRAY_LEN(scripts))
		return -EINVAL;
	ret->argv[0] = "sh";
	ret->argv[1] = "-c";
	ret->argv[2] = scripts[args->number];
	ret->argv[3] = ctx;
	return 0;
}

static int make_input(const void *ctx, const struct helper_args *args, struct helper_command *ret)
{
	(void)ctx;
	(void)args;
	ret->argv[0] = "cat";
	memset(ret->input, 'x', sizeof ret->input);
	ret->input_n = sizeof ret->input;
	return 0;
}

static int make_none(const void *ctx, const struct helper_args *args, struct helper_command *ret)
{
	(void)args;
	ret->argv[0] = ctx;
	return 0;
}

static int make_never(const void *ctx, const struct helper_args *args, struct helper_command *ret)
{
	(void)ctx;
	(void)args;
	(void)ret;
	return -EINVAL;
}

static char lock[64]; /* a directory of JOB_SHELL's */

static const struct helper_job jobs[] = {
	[JOB_BORN] = {.name = "born", .make = make_born},
	[JOB_SHELL] = {.name = "shell", .make = make_script, .ctx = lock, .timeout_ms = 300},
	[JOB_INPUT] = {.name = "input", .make = make_input},
	[JOB_NONE] = {.name = "none", .make = make_none, .ctx = "no-such-program-here"},
	[JOB_NEVER] = {.name = "never", .make = make_never},
};

/* Asking. */

struct answer {
	unsigned times;
	int err, status;
	bool cut;
	size_t n;
	char text[16384];
};

static void keep(void *ctx, const struct helper_result *result)
{
	struct answer *a = ctx;

	a->times++;
	a->err = result->err;
	a->status = result->status;
	a->cut = result->cut;
	a->n = result->output.n;
	size_t n = a->n < sizeof a->text - 1 ? a->n : sizeof a->text - 1;
	memcpy(a->text, result->output.p, n);
	a->text[n] = '\0';
}

static struct helper *make(enum helper_kind kind)
{
	int err = 1;
	struct helper *h = helper_new(kind, jobs, ARRAY_LEN(jobs), true, &err);

	if (!h)
		fail_msg("no helper: %s", strerror(-err));
	return h;
}

/* Takes what it says until nothing is under way. */
static void settle(struct helper *h)
{
	usec_t until = clock_usec(CLOCK_MONOTONIC) + PATIENCE;

	while (helper_waiting(h) && clock_usec(CLOCK_MONOTONIC) < until) {
		struct pollfd p = {.fd = helper_fd(h), .events = POLLIN};
		poll(&p, 1, 1000);
		helper_take(h);
	}
	assert_int_equal(helper_waiting(h), 0);
}

static struct helper_args args_of(const char *prefix, uint32_t number)
{
	struct helper_args args = {.number = number};

	if (prefix) {
		args.prefix_count = 1;
		assert_int_equal(prefix_parse(str_of(prefix), &args.prefixes[0]), 0);
	}
	return args;
}

static struct answer *ask(struct helper *h, uint32_t job, struct helper_args args)
{
	static struct answer a;

	a = (struct answer){0};
	assert_int_equal(helper_ask(h, job, &args, keep, &a), 0);
	settle(h);
	assert_int_equal(a.times, 1);
	return &a;
}

static struct answer *run_script(struct helper *h, uint32_t script)
{
	return ask(h, JOB_SHELL, args_of(NULL, script));
}

static void expect_text(const struct answer *a, const char *part)
{
	if (!strstr(a->text, part))
		fail_msg("no \"%s\" in:\n%s", part, a->text);
}

/* Zombies have ended. */
static bool runs(pid_t pid)
{
	char path[64], line[512] = "";

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	FILE *f = fopen(path, "re");
	if (!f)
		return false;
	bool got = fgets(line, sizeof line, f) != NULL;
	fclose(f);
	const char *state = strrchr(line, ')');
	return got && state && !strchr("ZX", state[2]);
}

static void expect_end(pid_t pid)
{
	usec_t until = clock_usec(CLOCK_MONOTONIC) + PATIENCE;

	assert_true(pid > 1);
	while (runs(pid) && clock_usec(CLOCK_MONOTONIC) < until)
		poll(NULL, 0, 5);
	assert_false(runs(pid));
}

/* The tests. */

static void test_program_gets_its_values_and_nothing_else(void **state)
{
	struct helper *h = make(HELPER_RUNNER);
	char uid[64];

	(void)state;
	setenv("SECRET", "of the console", 1);
	const struct answer *a = ask(h, JOB_BORN, args_of("2001:db8::/32", 0));
	assert_int_equal(a->err, 0);
	assert_int_equal(a->status, 0);
	expect_text(a, "argv:/proc/self/exe|--born|2001:db8::/32|\n");
	expect_text(a, "environ:PATH=" PROGRAM_PATH "|LANG=C.UTF-8|\n");
	expect_text(a, "open: 3\n");
	snprintf(uid, sizeof uid, "uid: %d group: 1 session: 0\n", geteuid());
	expect_text(a, uid);
	helper_free(h);
}

static void test_runner_has_no_capability(void **state)
{
	static const char *const sets[] = {"CapInh", "CapPrm", "CapEff", "CapAmb"};
	struct helper *h = make(HELPER_RUNNER);
	char line[64];

	(void)state;
	const struct answer *a = ask(h, JOB_BORN, args_of("203.0.113.5", 0));
	for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
		snprintf(line, sizeof line, "%s:\t0000000000000000\n", sets[i]);
		expect_text(a, line);
	}
	if (confine_has(CAP_SETPCAP))
		expect_text(a, "CapBnd:\t0000000000000000\n");
	expect_text(a, "NoNewPrivs:\t1\n");
	helper_free(h);
}

static void test_blocker_has_its_capabilities(void **state)
{
	static const char *const sets[] = {"CapInh", "CapPrm", "CapEff", "CapAmb", "CapBnd"};
	unsigned long long raw = confine_has(CAP_NET_RAW) ? 1ull << CAP_NET_RAW : 0;
	char line[64];

	(void)state;
	if (!confine_has(CAP_NET_ADMIN)) {
		int err = 0;
		assert_null(helper_new(HELPER_BLOCKER, jobs, ARRAY_LEN(jobs), true, &err));
		assert_int_equal(err, -EPERM);
		printf("skip: no CAP_NET_ADMIN\n");
		skip();
	}
	struct helper *h = make(HELPER_BLOCKER);
	const struct answer *a = ask(h, JOB_BORN, args_of("203.0.113.0/24", 0));
	expect_text(a, "|203.0.113.0/24|");
	for (size_t i = 0; i < ARRAY_LEN(sets) - !confine_has(CAP_SETPCAP); i++) {
		snprintf(line, sizeof line, "%s:\t%016llx\n", sets[i], 1ull << CAP_NET_ADMIN | raw);
		expect_text(a, line);
	}
	expect_text(a, "NoNewPrivs:\t1\n");
	helper_free(h);
}

static void test_results(void **state)
{
	struct helper *h = make(HELPER_RUNNER);

	(void)state;
	const struct answer *a = run_script(h, SCRIPT_BOTH);
	assert_int_equal(a->err, 0);
	assert_int_equal(a->status, 3);
	assert_string_equal(a->text, "out\nerr\n");
	a = run_script(h, SCRIPT_SIGNAL);
	assert_int_equal(a->status, 128 + SIGTERM);
	a = ask(h, JOB_NONE, args_of(NULL, 0));
	assert_int_equal(a->err, -ENOENT);
	a = ask(h, JOB_NEVER, args_of(NULL, 0));
	assert_int_equal(a->err, -EINVAL);
	a = ask(h, JOB_INPUT, args_of(NULL, 0));
	assert_int_equal(a->n, HELPER_TEXT_MAX);
	assert_int_equal(strspn(a->text, "x"), HELPER_TEXT_MAX);
	helper_free(h);
}

static void test_programs_are_found_on_a_fixed_path(void **state)
{
	char path[PROGRAM_PATH_MAX] = "untouched";

	(void)state;
	assert_int_equal(program_find("", path), -ENOENT);
	assert_int_equal(program_find("./sh", path), -ENOENT);
	assert_int_equal(program_find("bin/sh", path), -ENOENT);
	assert_int_equal(program_find("no-such-program-here", path), -ENOENT);
	assert_int_equal(program_find("/tmp", path), -EACCES);
	assert_int_equal(program_find("/dev/null/x", path), -ENOTDIR);
	assert_string_equal(path, "untouched");
	assert_int_equal(setenv("PATH", "/nowhere", 1), 0);
	assert_int_equal(program_find("sh", path), 0);
	assert_string_equal(path, "/usr/bin/sh");
	assert_int_equal(program_find("/bin/sh", path), 0);
	assert_string_equal(path, "/bin/sh");
}

static void test_time_is_up_for_grandchildren_too(void **state)
{
	struct helper *h = make(HELPER_RUNNER);

	(void)state;
	const struct answer *a = run_script(h, SCRIPT_LATE);
	assert_int_equal(a->err, -ETIMEDOUT);
	expect_end(atoi(a->text));
	/* Whatever it writes meanwhile. */
	a = run_script(h, SCRIPT_ENDLESS);
	assert_int_equal(a->err, -ETIMEDOUT);
	assert_true(a->cut);
	assert_int_equal(a->n, HELPER_OUTPUT_MAX);
	helper_free(h);
}

static void test_output_is_bounded_and_its_end_no_condition(void **state)
{
	struct helper *h = make(HELPER_RUNNER);

	(void)state;
	const struct answer *a = run_script(h, SCRIPT_FLOOD);
	assert_true(a->cut);
	assert_int_equal(a->n, HELPER_OUTPUT_MAX);
	a = run_script(h, SCRIPT_CLOSES);
	assert_int_equal(a->err, 0);
	assert_int_equal(a->n, 0);
	helper_free(h);
}

static void test_what_is_left_behind(void **state)
{
	struct helper *h = make(HELPER_RUNNER);

	(void)state;
	const struct answer *a = run_script(h, SCRIPT_LEAVES);
	assert_int_equal(a->err, 0);
	expect_end(atoi(a->text));
	/* In a session of its own it lives on, but nobody waits for it. */
	a = run_script(h, SCRIPT_DAEMON);
	assert_int_equal(a->err, 0);
	pid_t daemon = atoi(a->text);
	assert_true(daemon > 1);
	kill(daemon, SIGKILL);
	helper_free(h);
}

static void test_blocker_keeps_the_order(void **state)
{
	struct answer answers[8] = {0};
	struct helper_args args = args_of(NULL, SCRIPT_LOCK);

	(void)state;
	if (!confine_has(CAP_NET_ADMIN)) {
		printf("skip: no CAP_NET_ADMIN\n");
		skip();
	}
	struct helper *h = make(HELPER_BLOCKER);
	for (size_t i = 0; i < ARRAY_LEN(answers); i++)
		assert_int_equal(helper_ask(h, JOB_SHELL, &args, keep, &answers[i]), 0);
	settle(h);
	for (size_t i = 0; i < ARRAY_LEN(answers); i++)
		assert_int_equal(answers[i].status, 0);
	helper_free(h);
}

static void test_no_more_questions_than_there_is_room_for(void **state)
{
	static struct answer answers[HELPER_WAITING_MAX];
	struct helper *h = make(HELPER_RUNNER);
	struct helper_args args = args_of("203.0.113.5", 0);

	(void)state;
	for (size_t i = 0; i < HELPER_WAITING_MAX; i++)
		assert_int_equal(helper_ask(h, JOB_BORN, &args, keep, &answers[i]), 0);
	assert_int_equal(helper_ask(h, JOB_BORN, &args, keep, &answers[0]), -EBUSY);
	assert_int_equal(helper_ask(h, ARRAY_LEN(jobs), &args, keep, &answers[0]), -EINVAL);
	args.seconds = WIRE_SECONDS_MAX + 1; /* would end the helper */
	assert_int_equal(helper_ask(h, JOB_BORN, &args, keep, &answers[0]), -EINVAL);
	settle(h);
	for (size_t i = 0; i < HELPER_WAITING_MAX; i++) {
		assert_int_equal(answers[i].times, 1);
		expect_text(&answers[i], "|203.0.113.5/32|");
	}
	helper_free(h);
}

static void test_a_wrong_message_ends_the_helper(void **state)
{
	struct helper *h = make(HELPER_RUNNER);
	pid_t pid = helper_pid(h);
	struct answer a = {0};
	struct helper_args args = args_of(NULL, SCRIPT_LATE);

	(void)state;
	assert_int_equal(helper_ask(h, JOB_SHELL, &args, keep, &a), 0);
	args = args_of("203.0.113.0/24", 0);
	args.prefixes[0].addr.b[15] = 1; /* beyond its bits */
	assert_int_equal(helper_ask(h, JOB_BORN, &args, keep, &a), 0);
	settle(h);
	assert_int_equal(a.times, 2);
	assert_int_equal(a.err, -EPIPE);
	assert_string_equal(
		helper_gone(h), "the runner has ended: it refused a network that is none");
	assert_int_equal(helper_ask(h, JOB_BORN, &args, keep, &a), -EPIPE);
	expect_end(pid);
	helper_free(h);
}

static void test_death_is_noticed(void **state)
{
	struct helper *h = make(HELPER_RUNNER);
	struct answer a = {0};
	struct helper_args args = args_of(NULL, SCRIPT_LATE);

	(void)state;
	assert_null(helper_gone(h));
	assert_int_equal(helper_ask(h, JOB_SHELL, &args, keep, &a), 0);
	kill(helper_pid(h), SIGKILL);
	settle(h);
	assert_int_equal(a.err, -EPIPE);
	assert_string_equal(helper_gone(h), "the runner has ended: it was killed by signal 9");
	helper_free(h);
}

/* In a process that is killed: its helper, and what that runs, says who they are first. */
static void be_killed(int said)
{
	int err;
	struct helper *h = helper_new(HELPER_RUNNER, jobs, ARRAY_LEN(jobs), true, &err);
	struct helper_args args = args_of(NULL, SCRIPT_LATE);
	static struct answer a;
	int pid = h ? helper_pid(h) : 0;

	if (h && helper_ask(h, JOB_SHELL, &args, keep, &a) == 0 &&
		write(said, &pid, sizeof pid) == sizeof pid)
		for (;;)
			pause();
	_exit(1);
}

static void test_the_end_of_the_console_ends_it(void **state)
{
	int said[2], helper = 0;

	(void)state;
	assert_int_equal(pipe(said), 0);
	pid_t console = fork();
	if (console == 0)
		be_killed(said[1]);
	assert_int_equal(read(said[0], &helper, sizeof helper), sizeof helper);
	assert_true(runs(helper));
	kill(console, SIGKILL);
	waitpid(console, NULL, 0);
	expect_end(helper);
	close(said[0]);
	close(said[1]);
}

static enum wire_fault check(const struct wire_ask *ask)
{
	const struct wire_side side = {.is_helper = true, .jobs = 2};

	return wire_check(&(union wire_message){.ask = *ask}, sizeof *ask, &side);
}

static void test_messages_are_checked(void **state)
{
	const struct helper_args args = args_of("203.0.113.0/24", 0);
	const struct wire_side side = {.is_helper = true, .jobs = 2}, console = {0};
	struct wire_ask fine = {.kind = WIRE_ASK, .id = 1, .job = 1};
	struct wire_ask ask;

	(void)state;
	wire_put_args(&fine, &args);
	assert_int_equal(check(&fine), WIRE_FINE);
	ask = fine, ask.job = 2;
	assert_int_equal(check(&ask), WIRE_BAD_JOB);
	ask = fine, ask.count = HELPER_PREFIXES_MAX + 1;
	assert_int_equal(check(&ask), WIRE_BAD_COUNT);
	ask = fine, ask.seconds = UINT32_MAX;
	assert_int_equal(check(&ask), WIRE_BAD_TIME);
	ask = fine, ask.prefixes[0].bits = 129;
	assert_int_equal(check(&ask), WIRE_BAD_PREFIX);
	ask = fine, ask.prefixes[0].bits = 90; /* part of IPv4's mark */
	assert_int_equal(check(&ask), WIRE_BAD_PREFIX);
	ask = fine, ask.prefixes[0].addr[15] = 1;
	assert_int_equal(check(&ask), WIRE_BAD_PREFIX);
	ask = fine, ask.prefixes[0].zero[1] = 1;
	assert_int_equal(check(&ask), WIRE_BAD_PREFIX);
	ask = fine, ask.prefixes[1].bits = 3; /* beyond the count */
	assert_int_equal(check(&ask), WIRE_BAD_PREFIX);
	ask = fine, ask.count = 0;
	assert_int_equal(check(&ask), WIRE_BAD_PREFIX);
	ask = fine, ask.prefixes[0] = (struct wire_prefix){.bits = 128};
	assert_int_equal(check(&ask), WIRE_BAD_PREFIX);
	ask.prefixes[0].bits = 0;
	assert_int_equal(check(&ask), WIRE_FINE);

	const union wire_message m = {.ask = fine};
	assert_int_equal(wire_check(&m, 0, &side), WIRE_BAD_SIZE);
	assert_int_equal(wire_check(&m, sizeof fine - 1, &side), WIRE_BAD_SIZE);
	assert_int_equal(wire_check(&m, sizeof fine, &console), WIRE_BAD_KIND);
	for (int fault = WIRE_FINE; fault < WIRE_FAULTS; fault++)
		assert_true(wire_fault_text((enum wire_fault)fault)[0] != '\0');
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_program_gets_its_values_and_nothing_else),
		cmocka_unit_test(test_runner_has_no_capability),
		cmocka_unit_test(test_blocker_has_its_capabilities),
		cmocka_unit_test(test_results),
		cmocka_unit_test(test_programs_are_found_on_a_fixed_path),
		cmocka_unit_test(test_time_is_up_for_grandchildren_too),
		cmocka_unit_test(test_output_is_bounded_and_its_end_no_condition),
		cmocka_unit_test(test_what_is_left_behind),
		cmocka_unit_test(test_blocker_keeps_the_order),
		cmocka_unit_test(test_no_more_questions_than_there_is_room_for),
		cmocka_unit_test(test_a_wrong_message_ends_the_helper),
		cmocka_unit_test(test_death_is_noticed),
		cmocka_unit_test(test_the_end_of_the_console_ends_it),
		cmocka_unit_test(test_messages_are_checked),
	};

	if (argc > 1 && strcmp(argv[1], "--born") == 0)
		return be_born();
	signal(SIGPIPE, SIG_IGN);
	snprintf(lock, sizeof lock, "/tmp/helper_test.%d", getpid());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
