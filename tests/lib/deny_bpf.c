// SPDX-License-Identifier: MIT
/* deny_bpf [--kprobes|--landlock] COMMAND [ARG...]: runs it, and whatever it starts, with bpf(2)
 * answered by EPERM, as a container runtime's seccomp profile does; with --kprobes instead
 * perf_event_open(2), by which kprobes are attached; with --landlock landlock_create_ruleset(2)
 * answered by ENOSYS, as an old kernel does. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	static const struct {
		const char *option;
		unsigned call;
		int err;
	} all[] = {{"--kprobes", SYS_perf_event_open, EPERM},
		{"--landlock", SYS_landlock_create_ruleset, ENOSYS}, {NULL, SYS_bpf, EPERM}};
	size_t i = 0;

	while (all[i].option && !(argc > 1 && strcmp(argv[1], all[i].option) == 0))
		i++;
	/* One machine, one ABI: nobody here makes calls by another number. */
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, all[i].call, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)all[i].err),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {.len = sizeof code / sizeof code[0], .filter = code};

	argv += all[i].option != NULL;
	if (!argv[0] || !argv[1])
		return 2;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0) {
		perror("prctl");
		return 1;
	}
	execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
