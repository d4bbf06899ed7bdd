/* SPDX-License-Identifier: (MIT OR GPL-2.0-only)
 *
 * wire: what the programs in the kernel tell the program in user space. Fixed widths, host byte
 * order. Both sides are built from one tree, so there is no version: the asserts see to it that
 * both compilers agree.
 */
#ifndef NG_WIRE_H
#define NG_WIRE_H

#include <linux/types.h>

/* The states are the kernel's (include/net/tcp_states.h). 12 never leaves the iterator. */
#define WIRE_NEW_SYN_RECV 12

/* What a socket was like when it moved or was listed. */
enum wire_marks {
	WIRE_ORPHAN = 1,    /* no process holds it any more (SOCK_DEAD) */
	WIRE_FIN_SEEN = 2,  /* the peer's FIN has arrived (SOCK_DONE) */
	WIRE_ERROR = 4,     /* it is being reset or has timed out (sk_err) */
	WIRE_TIMEWAIT = 8,  /* not a socket but what is left of one (inet_timewait_sock) */
	WIRE_TCP_INFO = 16, /* rx, tx, rtt_us, retrans, segs are set */
	WIRE_OWN = 32,      /* our own process has opened it (transitions only) */
	WIRE_QUEUES = 64,   /* txq and rxq are set (listings only) */
	WIRE_LIMITED = 128, /* limited is set (listings only) */
};

/* What is told of a socket; its addresses follow. */
struct wire_head {
	__u64 ktime;   /* ns, CLOCK_MONOTONIC, as of the latest timer tick; 0 in listings */
	__u64 rx, tx;  /* bytes received; bytes sent and acknowledged */
	__u32 rtt_us;  /* smoothed; 0 before the first measurement */
	__u32 retrans; /* segments sent again */
	__u32 ns;      /* inode of the network namespace */
	__u16 lport, rport;
	__u8 state, was; /* was: in transitions only */
	__u8 marks;      /* enum wire_marks */
	__u8 reserved;
	__u32 segs; /* segments sent, those sent again included; wraps */
};

/* A record of the ring for an AF_INET6 socket, or the larger part of a listing's row. */
struct wire_sock {
	struct wire_head head;
	__u8 laddr[16], raddr[16];
	__u64 inode; /* in listings; 0: no process holds it */
};

/* A row of a listing. */
struct wire_row {
	struct wire_sock sock;
	__u32 txq, rxq; /* bytes that the peer has not acknowledged, nor the process read */
	__u64 limited;  /* jiffies so far in which the peer's window was full */
};

/* A record of the ring for an AF_INET socket: with the ring's own header it takes exactly one
 * cache line, which is a fifth of the whole cost of a transition. */
struct wire_sock4 {
	struct wire_head head;
	__u8 laddr[4], raddr[4];
};

/* What the programs must know to tell our own connections from others': our pid, that
 * of the process of ours that looks addresses up (0: none), and the pid namespace that they are
 * counted in. */
struct wire_own {
	__u64 pidns_dev, pidns_ino;
	__u32 pid;
	__u32 looks_up;
};

_Static_assert(sizeof(struct wire_own) == 24, "no hidden padding");
_Static_assert(sizeof(struct wire_head) == 48, "no hidden padding");
_Static_assert(sizeof(struct wire_sock) == 88, "no hidden padding");
_Static_assert(sizeof(struct wire_row) == 104, "no hidden padding");
_Static_assert(sizeof(struct wire_sock4) == 56, "no hidden padding");
_Static_assert(__builtin_offsetof(struct wire_head, rtt_us) == 24, "same layout on both sides");
_Static_assert(__builtin_offsetof(struct wire_head, lport) == 36, "same layout on both sides");
_Static_assert(__builtin_offsetof(struct wire_head, state) == 40, "same layout on both sides");
_Static_assert(__builtin_offsetof(struct wire_head, segs) == 44, "same layout on both sides");
_Static_assert(__builtin_offsetof(struct wire_sock, laddr) == 48, "same layout on both sides");
_Static_assert(__builtin_offsetof(struct wire_sock, inode) == 80, "same layout on both sides");

#endif
