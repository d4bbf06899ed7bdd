// SPDX-License-Identifier: MIT
/* Mapped files that are cut off while they are read. */
#include "base/fault.h"

#include "unit.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static size_t page;

/* A mapping of two pages, of a file that has `left` of them. */
static const volatile char *map(int left)
{
	char name[] = "/tmp/fault_test.XXXXXX";
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	unlink(name);
	assert_int_equal(ftruncate(fd, (off_t)(2 * page)), 0);
	assert_int_equal(pwrite(fd, "ab", 2, 0), 2);
	void *p = mmap(NULL, 2 * page, PROT_READ, MAP_SHARED, fd, 0);
	assert_true(p != MAP_FAILED);
	assert_int_equal(ftruncate(fd, (off_t)page * left), 0);
	close(fd);
	return p;
}

static void unmap(const volatile char *p)
{
	munmap((void *)(uintptr_t)p, 2 * page);
}

static void a_page_that_is_gone_reads_as_zeros(void **state)
{
	const volatile char *p = map(1);

	(void)state;
	fault_begin();
	assert_int_equal(p[1], 'b');
	assert_int_equal(p[page], 0);
	assert_int_equal(p[2 * page - 1], 0);
	assert_true(fault_end());
	unmap(p);
}

static void nothing_happens_where_nothing_is_missing(void **state)
{
	const volatile char *p = map(2);

	(void)state;
	for (int i = 0; i < 3; i++) {
		fault_begin();
		assert_int_equal(p[page], 0);
		assert_int_equal(p[0], 'a');
		assert_false(fault_end());
	}
	unmap(p);
}

static void all_of_it_may_go(void **state)
{
	const volatile char *p = map(0);

	(void)state;
	fault_begin();
	assert_int_equal(p[0] + p[page], 0);
	assert_true(fault_end());
	fault_begin();
	assert_int_equal(p[0], 0); /* it stays */
	assert_false(fault_end());
	unmap(p);
}

static _Noreturn void leave(int signo)
{
	_exit(signo);
}

/* Whoever had the signal before has it again, and for what is none of ours all the time. */
static void other_faults_are_whose_they_were(void **state)
{
	(void)state;
	for (int raised = 0; raised < 2; raised++) {
		const volatile char *p = map(1);
		pid_t pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			signal(SIGBUS, leave);
			fault_begin();
			if (raised)
				raise(SIGBUS); /* no read of ours */
			fault_end();
			_exit(raised ? 0 : p[page]);
		}
		int status = 0;
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), SIGBUS);
		unmap(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_that_is_gone_reads_as_zeros),
		cmocka_unit_test(nothing_happens_where_nothing_is_missing),
		cmocka_unit_test(all_of_it_may_go),
		cmocka_unit_test(other_faults_are_whose_they_were),
	};

	page = (size_t)sysconf(_SC_PAGESIZE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
