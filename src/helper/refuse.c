// SPDX-License-Identifier: MIT
#include "helper/refuse.h"

#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/socket.h>
#include <unistd.h>

#define TYPE_MASK 0xf /* SOCK_TYPE_MASK of the kernel: without SOCK_CLOEXEC and the like */

/* A call that libseccomp does not know on this machine is none that can be made. */
static const struct {
	unsigned what;
	const char *call;
} refused[] = {
	{REFUSE_MOUNTS, "mount"},
	{REFUSE_MOUNTS, "umount"},
	{REFUSE_MOUNTS, "umount2"},
	{REFUSE_MOUNTS, "pivot_root"},
	{REFUSE_MOUNTS, "chroot"},
	{REFUSE_MOUNTS, "move_mount"},
	{REFUSE_MOUNTS, "open_tree"},
	{REFUSE_MOUNTS, "mount_setattr"},
	{REFUSE_MOUNTS, "fsopen"},
	{REFUSE_MOUNTS, "fsconfig"},
	{REFUSE_MOUNTS, "fsmount"},
	{REFUSE_MOUNTS, "fspick"},
	{REFUSE_MOUNTS, "unshare"},
	{REFUSE_MODULES, "init_module"},
	{REFUSE_MODULES, "finit_module"},
	{REFUSE_MODULES, "delete_module"},
	{REFUSE_MODULES, "kexec_load"},
	{REFUSE_MODULES, "kexec_file_load"},
	{REFUSE_MODULES, "reboot"},
	{REFUSE_MODULES, "swapon"},
	{REFUSE_MODULES, "swapoff"},
	{REFUSE_MODULES, "acct"},
	{REFUSE_MODULES, "quotactl"},
	{REFUSE_MODULES, "quotactl_fd"},
	{REFUSE_MODULES, "sethostname"},
	{REFUSE_MODULES, "setdomainname"},
	{REFUSE_MODULES, "settimeofday"},
	{REFUSE_MODULES, "clock_settime"},
	{REFUSE_MODULES, "clock_settime64"},
	{REFUSE_MODULES, "clock_adjtime"},
	{REFUSE_MODULES, "adjtimex"},
	{REFUSE_MODULES, "syslog"},
	{REFUSE_MODULES, "vhangup"},
	{REFUSE_MODULES, "iopl"},
	{REFUSE_MODULES, "ioperm"},
	{REFUSE_MODULES, "modify_ldt"},
	{REFUSE_NODES, "mknod"},
	{REFUSE_NODES, "mknodat"},
	{REFUSE_MODULES, "ptrace"},
	{REFUSE_MODULES, "process_vm_readv"},
	{REFUSE_MODULES, "process_vm_writev"},
	{REFUSE_MODULES, "process_madvise"},
	{REFUSE_MODULES, "pidfd_getfd"},
	{REFUSE_MODULES, "kcmp"},
	{REFUSE_MODULES, "userfaultfd"},
	{REFUSE_MODULES, "add_key"},
	{REFUSE_MODULES, "request_key"},
	{REFUSE_MODULES, "keyctl"},
	{REFUSE_MODULES, "io_uring_setup"},
	{REFUSE_MODULES, "io_uring_enter"},
	{REFUSE_MODULES, "io_uring_register"},
	{REFUSE_MODULES, "name_to_handle_at"},
	{REFUSE_MODULES, "open_by_handle_at"},
	{REFUSE_MODULES, "fanotify_init"},
	{REFUSE_PROGRAMS, "execve"},
	{REFUSE_PROGRAMS, "execveat"},
	{REFUSE_PROGRAMS, "fork"},
	{REFUSE_PROGRAMS, "vfork"},
	{REFUSE_SOCKETS, "socket"},
	{REFUSE_SOCKETS, "bind"},
	{REFUSE_CALLS, "connect"},
	{REFUSE_LISTEN, "listen"},
	{REFUSE_LISTEN, "accept"},
	{REFUSE_ACCEPT, "accept4"},
	{REFUSE_BPF, "bpf"},
	{REFUSE_BPF, "perf_event_open"},
	{REFUSE_SETNS, "setns"},
	{REFUSE_SIGNALS, "pidfd_send_signal"},
	{REFUSE_WRITES, "openat2"}, /* whose flags no filter can read */
	{REFUSE_WRITES, "creat"},
	{REFUSE_WRITES, "truncate"},
	{REFUSE_WRITES, "ftruncate"},
	{REFUSE_WRITES, "mkdir"},
	{REFUSE_WRITES, "mkdirat"},
	{REFUSE_WRITES, "rmdir"},
	{REFUSE_WRITES, "unlink"},
	{REFUSE_WRITES, "unlinkat"},
	{REFUSE_WRITES, "rename"},
	{REFUSE_WRITES, "renameat"},
	{REFUSE_WRITES, "renameat2"},
	{REFUSE_WRITES, "link"},
	{REFUSE_WRITES, "linkat"},
	{REFUSE_WRITES, "symlink"},
	{REFUSE_WRITES, "symlinkat"},
	{REFUSE_WRITES, "chmod"},
	{REFUSE_WRITES, "fchmod"},
	{REFUSE_WRITES, "fchmodat"},
	{REFUSE_WRITES, "fchmodat2"},
	{REFUSE_WRITES, "chown"},
	{REFUSE_WRITES, "lchown"},
	{REFUSE_WRITES, "fchown"},
	{REFUSE_WRITES, "fchownat"},
	{REFUSE_WRITES, "setxattr"},
	{REFUSE_WRITES, "lsetxattr"},
	{REFUSE_WRITES, "fsetxattr"},
};

static int add_named(scmp_filter_ctx filter, unsigned what)
{
	int err = 0;

	for (size_t i = 0; i < ARRAY_LEN(refused) && !err; i++) {
		int call = seccomp_syscall_resolve_name(refused[i].call);
		if (what & refused[i].what && call != __NR_SCMP_ERROR)
			err = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0);
	}
	return err;
}

/* A thread is born by the same call as a process. The flags of clone3(2) lie in memory, which a
 * filter cannot read; without that call the C library takes clone(2). */
static int add_births(scmp_filter_ctx filter)
{
	int err = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
		SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));

	return err ? err : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

static int add_calls(scmp_filter_ctx filter)
{
	static const unsigned families[] = {AF_INET, AF_INET6}, types[] = {SOCK_STREAM, SOCK_DGRAM};
	int err = 0;

	for (size_t i = 0; i < ARRAY_LEN(families) && !err; i++)
		for (size_t k = 0; k < ARRAY_LEN(types) && !err; k++)
			err = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(socket), 2,
				SCMP_A0(SCMP_CMP_EQ, families[i], 0),
				SCMP_A1(SCMP_CMP_MASKED_EQ, TYPE_MASK, types[k]));
	return err;
}

static int add_signals(scmp_filter_ctx filter)
{
	static const int calls[] = {SCMP_SYS(kill), SCMP_SYS(tgkill), SCMP_SYS(rt_sigqueueinfo),
		SCMP_SYS(rt_tgsigqueueinfo)};
	int err = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(tkill), 0);

	for (size_t i = 0; i < ARRAY_LEN(calls) && !err; i++)
		err = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), calls[i], 1,
			SCMP_A0(SCMP_CMP_NE, (scmp_datum_t)getpid(), 0));
	return err;
}

static int add_opening(scmp_filter_ctx filter)
{
	static const struct {
		scmp_datum_t mask, is;
	} writes[] = {
		{O_ACCMODE, O_WRONLY}, {O_ACCMODE, O_RDWR}, {O_CREAT, O_CREAT}, {O_TRUNC, O_TRUNC}};
	int err = 0;

	for (size_t i = 0; i < ARRAY_LEN(writes) && !err; i++) {
		const struct scmp_arg_cmp first =
			SCMP_A1(SCMP_CMP_MASKED_EQ, writes[i].mask, writes[i].is);
		const struct scmp_arg_cmp second =
			SCMP_A2(SCMP_CMP_MASKED_EQ, writes[i].mask, writes[i].is);
		err = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(openat), 1, second);
		if (!err)
			err = seccomp_rule_add(
				filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(open), 1, first);
	}
	return err;
}

/* Or a program for the other architecture would be killed by its first call. */
static int add_architecture(scmp_filter_ctx filter)
{
	uint32_t native = seccomp_arch_native();
	uint32_t other = native == SCMP_ARCH_X86_64    ? SCMP_ARCH_X86
			 : native == SCMP_ARCH_AARCH64 ? SCMP_ARCH_ARM
						       : 0;

	return other ? seccomp_arch_add(filter, other) : 0;
}

int refuse(unsigned what)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	if (!filter)
		return -ENOMEM;
#ifdef __SANITIZE_ADDRESS__ /* looks for leaks from a process of its own, which traces this one */
	what &= ~(unsigned)(REFUSE_PROGRAMS | REFUSE_MODULES | REFUSE_SIGNALS);
#endif
	int err = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	if (!err && !(what & REFUSE_PROGRAMS))
		err = add_architecture(filter);
	if (!err)
		err = add_named(filter, what);
	if (!err && what & REFUSE_PROGRAMS)
		err = add_births(filter);
	if (!err && what & REFUSE_CALLS && !(what & REFUSE_SOCKETS))
		err = add_calls(filter);
	if (!err && what & REFUSE_SIGNALS)
		err = add_signals(filter);
	if (!err && what & REFUSE_WRITES)
		err = add_opening(filter);
	if (!err)
		err = seccomp_load(filter);
	seccomp_release(filter);
	return err;
}
