/* SPDX-License-Identifier: MIT
 *
 * refuse: system calls that a process has no more use for (seccomp(2)), refused for good, in all
 * its threads and in whatever it forks. A refused call fails with EPERM: what tried it goes on, and
 * says so, as it would on a machine that does not allow it.
 *
 * A list of what is refused, not of what is allowed: libraries change the calls that they make, and
 * a console that is killed by a new one at 3 a.m. protects nobody. So the lists name what gives
 * more power than there is, or reaches other processes. Where programs may be run, they may be for
 * the shorter words of the machine, too (x86 on x86-64), and are refused the same.
 */
#ifndef NG_HELPER_REFUSE_H
#define NG_HELPER_REFUSE_H

enum {
	/* Modules, reboot, clocks, ptrace and the memory of others, keys, io_uring (which would
	 * make calls that no filter sees), files by handle. */
	REFUSE_MODULES = 1 << 0,
	REFUSE_MOUNTS = 1 << 1,   /* and namespaces of its own */
	REFUSE_PROGRAMS = 1 << 2, /* execve(2), and new processes; threads remain */
	REFUSE_SOCKETS = 1 << 3,  /* any but pairs */
	REFUSE_CALLS = 1 << 4, /* TCP and UDP, and connect(2): nobody is called. Others remain, such
				  as netlink(7) and raw ones */
	REFUSE_LISTEN = 1 << 5,  /* nobody is listened to */
	REFUSE_BPF = 1 << 6,     /* bpf(2), perf_event_open(2) */
	REFUSE_SETNS = 1 << 7,   /* setns(2) */
	REFUSE_SIGNALS = 1 << 8, /* to any process but itself */
	REFUSE_ACCEPT = 1 << 9, /* accept4(2): nobody is taken who calls where it listens already */
	REFUSE_NODES = 1 << 10, /* device nodes; and pipes with a name, which are made alike */
	REFUSE_WRITES = 1 << 11, /* files are only read; what is open already can be written to */
	REFUSE_ALL = (1 << 11) - 1, /* but for those that write */
	REFUSE_MACHINE = REFUSE_MODULES | REFUSE_MOUNTS | REFUSE_NODES
};

/* 0; or a negative errno, and then nothing is refused: -ENOSYS, -EINVAL on a kernel without it.
 * Needs no_new_privs, which confine() sets, and sets it itself. */
int refuse(unsigned what);

#endif
