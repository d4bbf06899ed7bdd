// SPDX-License-Identifier: MIT
/* no_exec: the process that takes the terminal is killed by the kernel (SIGSYS) when it executes
 * anything from then on, or starts a process that does. LD_PRELOAD names it. */
#include <dlfcn.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static void forbid_exec(void)
{
	static struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execve, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execveat, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	static const struct sock_fprog program = {sizeof code / sizeof code[0], code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		abort();
}

/* Of curses: what a console begins with, once its helpers are there. */
void *newterm(const char *type, FILE *out, FILE *in);

void *newterm(const char *type, FILE *out, FILE *in)
{
	void *(*real)(const char *, FILE *, FILE *);

	*(void **)&real = dlsym(RTLD_NEXT, "newterm");
	if (!real)
		abort();
	forbid_exec();
	return real(type, out, in);
}
