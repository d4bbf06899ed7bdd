// SPDX-License-Identifier: (MIT OR GPL-2.0-only)
/* Tells every change of state of every TCP socket of the machine, whatever its network
 * namespace. Half-open connections are not sockets yet and do not pass here: sockets.bpf.c lists
 * them. */
#include "sock_read.bpf.h"

#include <bpf/bpf_tracing.h>

#define IPPROTO_TCP  6
#define TCP_SYN_SENT 2
#define TCP_SYN_RECV 3
#define TCP_CLOSE    7
#define TCP_LISTEN   10

/* The loader sets the size: what the machine grants. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} dropped SEC(".maps");

static __always_inline void count_drop(void)
{
	__u32 zero = 0;
	__u64 *n = bpf_map_lookup_elem(&dropped, &zero);

	if (n)
		*n += 1;
}

/* LISTEN→SYN_RECV is the newborn clone of a listener, told before it has a peer
 * (inet_csk_clone_lock); its move to ESTABLISHED follows at once, with the whole tuple. */
static __always_inline int is_newborn(int was, int state)
{
	return was == TCP_LISTEN && state == TCP_SYN_RECV;
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

/* The reader's pid, and the pid namespace that it is counted in; the loader sets them. */
__u64 own_pidns_dev = 0, own_pidns_ino = 0;
__u32 own_pid = 0;

/* Only connect() runs in the context of the process that asks for the move. */
static __always_inline int is_own(int state)
{
	struct bpf_pidns_info us;

	if (state != TCP_SYN_SENT)
		return 0;
	return bpf_get_ns_current_pid_tgid(own_pidns_dev, own_pidns_ino, &us, sizeof us) == 0 &&
	       us.tgid == own_pid;
}

/* Of use only at the ends. */
static __always_inline __u8 read_marks(struct sock *sk, int state)
{
	__u8 marks = WIRE_TCP_INFO;
	unsigned long flags;

	if (is_own(state))
		marks |= WIRE_OWN;
	if (state != TCP_CLOSE)
		return marks;
	flags = sk->__sk_common.skc_flags;
	if (flags & SOCK_DEAD_BIT)
		marks |= WIRE_ORPHAN;
	if (flags & SOCK_DONE_BIT)
		marks |= WIRE_FIN_SEEN;
	if (sk->sk_err)
		marks |= WIRE_ERROR;
	return marks;
}

static __always_inline void fill(
	struct wire_head *to, struct sock *sk, struct tcp_sock *tp, int was, int state)
{
	to->ktime = about_now();
	read_common(to, &sk->__sk_common);
	read_tcp(to, tp);
	to->was = was;
	to->state = state;
	to->marks = read_marks(sk, state);
}

/* Waking the reader for each record costs ten times the record (BPF_RB_NO_WAKEUP); it comes by
 * itself. */
static __always_inline void tell_v4(struct sock *sk, struct tcp_sock *tp, int was, int state)
{
	struct wire_sock4 *to = bpf_ringbuf_reserve(&ring, sizeof *to, 0);

	if (!to) {
		count_drop();
		return;
	}
	fill(&to->head, sk, tp, was, state);
	read_v4(to->laddr, sk->__sk_common.skc_rcv_saddr);
	read_v4(to->raddr, sk->__sk_common.skc_daddr);
	bpf_ringbuf_submit(to, BPF_RB_NO_WAKEUP);
}

static __always_inline void tell_v6(struct sock *sk, struct tcp_sock *tp, int was, int state)
{
	struct wire_sock *to = bpf_ringbuf_reserve(&ring, sizeof *to, 0);

	if (!to) {
		count_drop();
		return;
	}
	fill(&to->head, sk, tp, was, state);
	read_v6(to->laddr, &sk->__sk_common.skc_v6_rcv_saddr);
	read_v6(to->raddr, &sk->__sk_common.skc_v6_daddr);
	to->inode = 0;
	bpf_ringbuf_submit(to, BPF_RB_NO_WAKEUP);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(on_set_state, struct sock *sk, int was, int state)
{
	struct tcp_sock *tp;

	(void)ctx; /* BPF_PROG's own */
	/* DCCP, SCTP and MPTCP share the tracepoint. */
	if (sk->sk_protocol != IPPROTO_TCP || was == state || is_newborn(was, state))
		return 0;
	tp = bpf_skc_to_tcp_sock(sk);
	if (!tp)
		return 0;
	/* connect() moves to SYN_SENT before it has chosen a port (tcp_v4_connect): without one
	 * the connection has no name yet. */
	if (state == TCP_SYN_SENT && !tp->inet_conn.icsk_inet.inet_sport)
		return 0;
	if (sk->__sk_common.skc_family == AF_INET6)
		tell_v6(sk, tp, was, state);
	else
		tell_v4(sk, tp, was, state);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
