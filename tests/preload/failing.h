/* SPDX-License-Identifier: MIT
 *
 * failing: what a preload needs that makes calls of the program fail.
 *
 *	FAIL_AT=N     the N-th one fails, the next succeeds again
 *	FAIL_FROM=N   the N-th one fails and so does every one after it
 *	FAIL_COUNT=F  writes to F at the end how many there were
 *	FAIL_NOT=L-H  those between these addresses of the file do not count: the test's own
 *
 * Only what the program itself asks for counts, not what libraries ask for on their own: whether
 * they bear it is not ours to test. */
#ifndef NG_TESTS_FAILING_H
#define NG_TESTS_FAILING_H

#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALLER __builtin_return_address(0)

static uintptr_t text_start, text_end; /* of the program */
static uintptr_t not_start, not_end;   /* of what does not count */
static unsigned long at, from, count;
static long count_fd = -1, counts; /* the process that counts, not those that it forks */

#define COUNT_FD 1000 /* out of the way of those who expect the lowest one */

static unsigned long number(const char *name)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : 0;
}

/* The program is what comes first. */
static int find_text(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	(void)data;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		if (p->p_type == PT_LOAD && p->p_flags & PF_X) {
			text_start = info->dlpi_addr + p->p_vaddr;
			text_end = text_start + p->p_memsz;
		}
	}
	not_start += info->dlpi_addr;
	not_end += info->dlpi_addr;
	return 1;
}

__attribute__((constructor)) static void begin(void)
{
	const char *excluded = getenv("FAIL_NOT");
	char *rest;

	if (excluded) {
		not_start = strtoul(excluded, &rest, 16);
		not_end = strtoul(rest + 1, NULL, 16);
	}
	unsetenv("LD_PRELOAD"); /* what the program runs is not disturbed */
	counts = syscall(SYS_getpid);
	at = number("FAIL_AT");
	from = number("FAIL_FROM");
	dl_iterate_phdr(find_text, NULL);
	/* Now: at the end the program may not open a file any more. */
	const char *path = getenv("FAIL_COUNT");
	long fd =
		path ? syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
	if (fd >= 0) {
		count_fd = syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, COUNT_FD);
		syscall(SYS_close, fd);
	}
}

/* By system calls, which no preload stands in for. */
__attribute__((destructor)) static void end(void)
{
	char text[32];
	int n = snprintf(text, sizeof text, "%lu\n", count);

	if (count_fd >= 0 && counts == syscall(SYS_getpid) &&
		syscall(SYS_pwrite64, count_fd, text, n, 0) != n)
		abort();
}

/* Of any caller. */
static int fails_now(void)
{
	unsigned long n = __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);

	return n == at || (from && n >= from);
}

/* Counts one, and says whether it is to fail. */
static int fails(const void *caller)
{
	if ((uintptr_t)caller < text_start || (uintptr_t)caller >= text_end)
		return 0;
	if ((uintptr_t)caller >= not_start && (uintptr_t)caller < not_end)
		return 0;
	return fails_now();
}

#endif
