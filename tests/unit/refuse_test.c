// SPDX-License-Identifier: MIT
/* System calls that are refused to a process and to what it runs. Each in a process of its own. */
#include "helper/refuse.h"

#include "unit.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define OF_HELPERS ((REFUSE_MACHINE & ~REFUSE_NODES) | REFUSE_BPF | REFUSE_SETNS)
#define NOT_THERE  77 /* no seccomp on this kernel */

typedef int try_fn(void);

/* 0 or its errno, after that has been refused. */
static int tried(unsigned what, try_fn *try)
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(refuse(what) < 0 ? NOT_THERE : try() < 0 ? errno : 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == NOT_THERE) {
		printf("skip: this kernel has no seccomp\n");
		skip();
	}
	return WEXITSTATUS(status);
}

static int unshare_users(void)
{
	return unshare(CLONE_NEWUSER);
}

static int make_pipe(void)
{
	char path[64];

	snprintf(path, sizeof path, "/tmp/refuse_test.%d", getpid());
	int made = mkfifo(path, 0600);
	int err = errno;
	unlink(path);
	errno = err;
	return made;
}

static int open_bpf(void)
{
	return (int)syscall(SYS_bpf, -1, NULL, 0);
}

/* Of a program that is run: what it may not do is in its status. */
static int run_shell(const char *script)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", script, NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	errno = ECHILD;
	return status == 0 ? 0 : -1;
}

static int run_plainly(void)
{
	return run_shell("echo a | grep -q a && test -r /proc/self/status");
}

static int run_under_the_filter(void)
{
	return run_shell("grep -q '^Seccomp:.*2$' /proc/self/status");
}

static void what_helpers_are_refused(void **state)
{
	(void)state;
	assert_int_equal(tried(OF_HELPERS, unshare_users), EPERM);
	assert_int_equal(tried(OF_HELPERS, open_bpf), EPERM);
	assert_int_not_equal(tried(0, open_bpf), 0); /* the command does not exist */
}

static void a_script_may_make_pipes(void **state)
{
	(void)state;
	assert_int_equal(tried(OF_HELPERS, make_pipe), 0);
	assert_int_equal(tried(OF_HELPERS | REFUSE_NODES, make_pipe), EPERM);
}

static void programs_run_and_are_refused_the_same(void **state)
{
	(void)state;
	assert_int_equal(tried(OF_HELPERS, run_plainly), 0);
	assert_int_equal(tried(OF_HELPERS, run_under_the_filter), 0);
}

#if defined __x86_64__ && !defined __SANITIZE_ADDRESS__
/* As a program of 32 bits would: getpid(2), then ptrace(2), whose numbers are 20 and 26 there. */
static long call_32(long number)
{
	long result = number;

	__asm__ volatile("int $0x80"
			 : "+a"(result)
			 : "b"(0L), "c"(0L), "d"(0L), "S"(0L)
			 : "memory", "r8", "r9", "r10", "r11");
	return (int)result;
}

static void give_up(int signal)
{
	(void)signal;
	_exit(ENOSYS);
}

static int ask_32(void)
{
	signal(SIGSEGV, give_up); /* of a kernel that knows no such gate */
	long pid = call_32(20);

	errno = pid == -ENOSYS ? ENOSYS : pid == getpid() ? 0 : EINVAL;
	return errno ? -1 : 0;
}

static int trace_32(void)
{
	errno = (int)-call_32(26);
	return errno ? -1 : 0;
}

static void the_other_words_are_no_way_round(void **state)
{
	(void)state;
	if (tried(OF_HELPERS, ask_32) == ENOSYS) {
		printf("skip: this kernel runs no programs of 32 bits\n");
		skip();
	}
	assert_int_equal(tried(OF_HELPERS, ask_32), 0);
	assert_int_equal(tried(OF_HELPERS, trace_32), EPERM);
}
#else
static void the_other_words_are_no_way_round(void **state)
{
	(void)state;
	printf("skip: not on this machine, or not with the sanitizers\n");
	skip();
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_helpers_are_refused),
		cmocka_unit_test(a_script_may_make_pipes),
		cmocka_unit_test(programs_run_and_are_refused_the_same),
		cmocka_unit_test(the_other_words_are_no_way_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
