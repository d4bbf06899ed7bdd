// SPDX-License-Identifier: (MIT OR GPL-2.0-only)
/* Tells every change of state of every TCP socket of the machine, whatever its network
 * namespace. Half-open connections are not sockets yet and do not pass here: sockets.bpf.c lists
 * them. */
#include "sock_read.bpf.h"

#include <bpf/bpf_tracing.h>

#define IPPROTO_TCP     6
#define TCP_ESTABLISHED 1
#define TCP_SYN_SENT    2
#define TCP_SYN_RECV    3
#define TCP_LISTEN      10

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

static __always_inline __u8 read_marks(struct sock *sk)
{
	unsigned long flags = sk->__sk_common.skc_flags;
	__u8 marks = WIRE_TCP_INFO;

	if (flags & SOCK_DEAD_BIT)
		marks |= WIRE_ORPHAN;
	if (flags & SOCK_DONE_BIT)
		marks |= WIRE_FIN_SEEN;
	if (sk->sk_err)
		marks |= WIRE_ERROR;
	return marks;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(on_set_state, struct sock *sk, int was, int state)
{
	struct wire_transition *t;
	struct tcp_sock *tp;

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
	t = bpf_ringbuf_reserve(&ring, sizeof *t, 0);
	if (!t) {
		count_drop();
		return 0;
	}
	t->ktime = bpf_ktime_get_ns();
	read_common(&t->sock, &sk->__sk_common);
	read_tcp(&t->sock, tp);
	t->sock.was = was;
	t->sock.state = state;
	t->sock.marks = read_marks(sk);
	/* Waking the reader for each record costs ten times the record; it comes by itself. */
	bpf_ringbuf_submit(t, BPF_RB_NO_WAKEUP);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
