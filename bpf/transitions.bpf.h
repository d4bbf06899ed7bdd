/* SPDX-License-Identifier: (MIT OR GPL-2.0-only)
 *
 * transitions: tells every change of state of every TCP socket of the machine, whatever its
 * network namespace and whoever hooks it. Half-open connections are not sockets yet and do not
 * pass here: sockets.bpf.c lists them.
 */
#ifndef NG_TRANSITIONS_BPF_H
#define NG_TRANSITIONS_BPF_H

#include "count.bpf.h"
#include "sock_read.bpf.h"

#define IPPROTO_TCP  6
#define TCP_SYN_SENT 2
#define TCP_SYN_RECV 3
#define TCP_CLOSE    7
#define TCP_LISTEN   10

/* The loader sets the size: what the machine grants. Records that find it full are in `count`. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

/* LISTEN→SYN_RECV is the newborn clone of a listener, told before it has a peer
 * (inet_csk_clone_lock); its move to ESTABLISHED follows at once, with the whole tuple. */
static __always_inline int is_newborn(int was, int state)
{
	return was == TCP_LISTEN && state == TCP_SYN_RECV;
}

/* Not 0 while the reader wants to hear of beginnings and ends only; it sets it when there are more
 * moves than it can take in without taking the machine's time from the server. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} reduced SEC(".maps");

static __always_inline int is_reduced(void)
{
	__u32 zero = 0, *on = bpf_map_lookup_elem(&reduced, &zero);

	return on && *on;
}

/* Between a beginning and an end: FIN_WAIT1 and 2, CLOSE_WAIT, LAST_ACK, CLOSING. */
static __always_inline int is_passing(int state)
{
	return state > TCP_SYN_RECV && state != TCP_CLOSE && state != TCP_LISTEN;
}

/* The time of the latest timer tick. Reading the clock at each record would be a sixth of the
 * record's cost, bpf_ktime_get_coarse_ns() is not for tracing programs, and nothing depends on
 * more: the order of records is the ring's. Several CPUs may set it at once, to about the same. */
__u64 tick = 0, tick_ktime = 0;

static __always_inline __u64 about_now(void)
{
	__u64 now = bpf_jiffies64();

	if (now != tick) {
		tick_ktime = bpf_ktime_get_ns();
		tick = now;
	}
	return tick_ktime;
}

/* Whose connections are our own; the loader sets it. */
const volatile struct wire_own own = {};

/* Our own sockets that are open, by address, and how many: without any nobody looks. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u64);
	__type(value, __u8);
} own_socks SEC(".maps");

__u32 own_open = 0;

/* In the first pid namespace (include/linux/proc_ns.h, PROC_PID_INIT_INO) pids are the kernel's
 * own; asking for another's takes as long as a whole record. */
#define FIRST_PIDNS_INO 0xeffffffc

static __always_inline int is_our_pid(__u32 pid)
{
	return pid == own.pid || (own.looks_up && pid == own.looks_up);
}

static __always_inline int is_us(void)
{
	struct bpf_pidns_info us;

	if (own.pidns_ino == FIRST_PIDNS_INO)
		return is_our_pid(bpf_get_current_pid_tgid() >> 32);
	return bpf_get_ns_current_pid_tgid(own.pidns_dev, own.pidns_ino, &us, sizeof us) == 0 &&
	       is_our_pid(us.tgid);
}

/* Only connect() runs in the context of the process that asks for the move; there the socket is
 * noted, for all moves that follow. */
static __always_inline int is_own(struct sock *sk, int state)
{
	__u64 key = (__u64)sk;
	__u8 one = 1;

	if (state == TCP_SYN_SENT && is_us()) {
		if (bpf_map_update_elem(&own_socks, &key, &one, BPF_NOEXIST) == 0)
			__sync_fetch_and_add(&own_open, 1);
		return 1;
	}
	if (!own_open || !bpf_map_lookup_elem(&own_socks, &key))
		return 0;
	if (state == TCP_CLOSE && bpf_map_delete_elem(&own_socks, &key) == 0)
		__sync_fetch_and_add(&own_open, -1);
	return 1;
}

/* Of use only at the ends. */
static __always_inline __u8 read_marks(struct sock *sk, int is_ours, int state)
{
	__u8 marks = is_ours ? WIRE_TCP_INFO | WIRE_OWN : WIRE_TCP_INFO;
	unsigned long flags;

	if (state != TCP_CLOSE)
		return marks;
	flags = GET(sk, __sk_common.skc_flags);
	if (flags & SOCK_DEAD_BIT)
		marks |= WIRE_ORPHAN;
	if (flags & SOCK_DONE_BIT)
		marks |= WIRE_FIN_SEEN;
	if (GET(sk, sk_err))
		marks |= WIRE_ERROR;
	return marks;
}

static __always_inline void fill(
	struct wire_head *to, struct sock *sk, struct tcp_sock *tp, int was, int state, int is_ours)
{
	to->ktime = about_now();
	read_common(to, &sk->__sk_common);
	/* skc_num is 0 as soon as the port is given back (inet_put_port), which comes before the
	 * move to CLOSE is told; inet_sport stays. */
	if (!to->lport)
		to->lport = bpf_ntohs(GET(tp, inet_conn.icsk_inet.inet_sport));
	read_tcp(to, tp);
	to->was = was;
	to->state = state;
	to->marks = read_marks(sk, is_ours, state);
}

/* Waking the reader for each record costs ten times the record (BPF_RB_NO_WAKEUP); it comes by
 * itself. */
static __always_inline void tell_v4(
	struct sock *sk, struct tcp_sock *tp, int was, int state, int is_ours)
{
	struct wire_sock4 *to = bpf_ringbuf_reserve(&ring, sizeof *to, 0);

	if (!to) {
		count_one();
		return;
	}
	fill(&to->head, sk, tp, was, state, is_ours);
	read_v4(to->laddr, GET(sk, __sk_common.skc_rcv_saddr));
	read_v4(to->raddr, GET(sk, __sk_common.skc_daddr));
	bpf_ringbuf_submit(to, BPF_RB_NO_WAKEUP);
}

static __always_inline void tell_v6(
	struct sock *sk, struct tcp_sock *tp, int was, int state, int is_ours)
{
	struct wire_sock *to = bpf_ringbuf_reserve(&ring, sizeof *to, 0);

	if (!to) {
		count_one();
		return;
	}
	fill(&to->head, sk, tp, was, state, is_ours);
	read_v6(to->laddr, &sk->__sk_common.skc_v6_rcv_saddr);
	read_v6(to->raddr, &sk->__sk_common.skc_v6_daddr);
	to->inode = 0;
	bpf_ringbuf_submit(to, BPF_RB_NO_WAKEUP);
}

#ifdef SOCK_READ_PROBED
#define TCP_SOCK(sk) ((struct tcp_sock *)(sk))
#else
#define TCP_SOCK(sk) bpf_skc_to_tcp_sock(sk)
#endif

static __always_inline void tell(struct sock *sk, int was, int state)
{
	struct tcp_sock *tp;
	int is_ours;

	/* DCCP, SCTP and MPTCP share the tracepoint. */
	if (GET(sk, sk_protocol) != IPPROTO_TCP || was == state || is_newborn(was, state))
		return;
	if (is_passing(state) && is_reduced())
		return;
	tp = TCP_SOCK(sk);
	if (!tp)
		return;
	is_ours = is_own(sk, state);
	/* connect() moves to SYN_SENT before it has chosen a port (tcp_v4_connect): without one
	 * the connection has no name yet. */
	if (state == TCP_SYN_SENT && !GET(tp, inet_conn.icsk_inet.inet_sport))
		return;
	if (GET(sk, __sk_common.skc_family) == AF_INET6)
		tell_v6(sk, tp, was, state, is_ours);
	else
		tell_v4(sk, tp, was, state, is_ours);
}

#endif
