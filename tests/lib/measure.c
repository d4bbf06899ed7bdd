// SPDX-License-Identifier: MIT
/*
 * measure COMMAND [ARG...]: runs it, with its stdout going to memory, and prints "seconds peak-KiB
 * CPU-seconds" of it to stdout. time(1) is not everywhere, and the shell's own has no peak. Not
 * /dev/null: grep sees that, and stops at its first match.
 */
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double of_timeval(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void run(char *const argv[])
{
	int out = memfd_create("stdout", MFD_CLOEXEC);

	if (out >= 0)
		dup2(out, STDOUT_FILENO);
	execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

int main(int argc, char *argv[])
{
	struct rusage usage;
	double start = seconds();
	int status;
	pid_t pid;

	if (argc < 2)
		return 2;
	pid = fork();
	if (pid == 0)
		run(argv + 1);
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid) {
		perror("measure");
		return 1;
	}
	printf("%.3f %ld %.3f\n", seconds() - start, usage.ru_maxrss,
		of_timeval(usage.ru_utime) + of_timeval(usage.ru_stime));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
