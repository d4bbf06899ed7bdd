// SPDX-License-Identifier: (MIT OR GPL-2.0-only)
/* Lists the TCP sockets of the reader's network namespace, one struct wire_row each: sockets,
 * half-open connections (request sockets) and time-wait ones. */
#include "sock_read.bpf.h"

#include <bpf/bpf_core_read.h>

#define TCP_TIME_WAIT 6
#define TCP_LISTEN    10

/* Which states to list, a bit each (1 << state); the loader sets it before each reading. A
 * time-wait socket counts by the state it stands for. */
__u32 wanted_states = 0;

/* A time-wait socket may stand for one in FIN_WAIT2 (tcp_time_wait). */
static __always_inline __u8 mini_state(struct sock_common *skc)
{
	struct tcp_timewait_sock *tw = bpf_skc_to_tcp_timewait_sock(skc);

	return tw ? tw->tw_sk.tw_substate : TCP_TIME_WAIT;
}

/* An IPv6 socket that talks IPv4 holds the mapped form already (RFC 4291, 2.5.5.2). */
static __always_inline void read_addrs(struct wire_sock *to, struct sock_common *skc)
{
	if (skc->skc_family == AF_INET6) {
		read_v6(to->laddr, &skc->skc_v6_rcv_saddr);
		read_v6(to->raddr, &skc->skc_v6_daddr);
		return;
	}
	to->laddr[10] = to->laddr[11] = to->raddr[10] = to->raddr[11] = 0xff;
	read_v4(to->laddr + 12, skc->skc_rcv_saddr);
	read_v4(to->raddr + 12, skc->skc_daddr);
}

/* The kernel keeps the number with the socket since 6.17 (sk_ino, written by sock_graft and
 * sock_orphan); before, it is three loads away. */
static __always_inline __u64 read_inode(struct sock *sk)
{
	struct socket *socket;
	struct file *file;
	struct inode *inode;

	if (bpf_core_field_exists(sk->sk_ino))
		return sk->sk_ino;
	socket = sk->sk_socket;
	if (!socket)
		return 0;
	file = socket->file;
	if (!file)
		return 0;
	inode = file->f_inode;
	return inode ? inode->i_ino : 0;
}

/* As tcp_get_info_chrono_stats: what it waits for now is in none of the sums yet. */
static __always_inline void read_limited(struct wire_row *to, struct tcp_sock *tp)
{
	__u32 limited;

	if (!bpf_core_field_exists(tp->chrono_stat) || !bpf_core_field_exists(tp->chrono_type))
		return;
	limited = tp->chrono_stat[TCP_CHRONO_RWND_LIMITED - 1];
	if (BPF_CORE_READ_BITFIELD(tp, chrono_type) == TCP_CHRONO_RWND_LIMITED)
		limited += (__u32)bpf_jiffies64() - tp->chrono_start;
	to->limited = limited;
	to->sock.head.marks |= WIRE_LIMITED;
}

/* As tcp_diag_get_info, where a listener's are of another kind. The sequence numbers are read while
 * the socket works: one may be past the other. */
static __always_inline void read_queues(struct wire_row *to, struct tcp_sock *tp)
{
	__s32 txq = tp->write_seq - tp->snd_una, rxq = tp->rcv_nxt - tp->copied_seq;

	if (to->sock.head.state == TCP_LISTEN)
		return;
	to->txq = txq > 0 ? txq : 0;
	to->rxq = rxq > 0 ? rxq : 0;
	to->sock.head.marks |= WIRE_QUEUES;
	read_limited(to, tp);
}

SEC("iter/tcp")
int list_sockets(struct bpf_iter__tcp *ctx)
{
	struct sock_common *skc = ctx->sk_common;
	struct wire_row row = {};
	struct wire_head *head = &row.sock.head;
	struct tcp_sock *tp;
	__u8 state;

	if (!skc)
		return 0;
	state = skc->skc_state;
	if (state == TCP_TIME_WAIT) {
		state = mini_state(skc);
		head->marks = WIRE_TIMEWAIT;
	}
	if (!(wanted_states & 1u << (state & 31)))
		return 0;
	head->state = state;
	read_common(head, skc);
	read_addrs(&row.sock, skc);
	tp = bpf_skc_to_tcp_sock(skc);
	if (tp) {
		read_tcp(head, tp);
		head->marks |= WIRE_TCP_INFO;
		read_queues(&row, tp);
		row.sock.inode = read_inode(&tp->inet_conn.icsk_inet.sk);
	}
	bpf_seq_write(ctx->meta->seq, &row, sizeof row);
	return 0;
}

/* Half-open connections in the queues of all listeners; the loader sets it to 0 before. */
__u64 queued = 0;

/* Writes nothing. The listeners come first (tcp_seek_last_pos, TCP_SEQ_STATE_LISTENING), and at
 * the first socket of this namespace that is none the walk ends: 1 asks for the same one again,
 * later (bpf_iter_run_prog), which nobody does. Connections by TCP Fast Open have a count of their
 * own (reqsk_fastopen_remove). */
SEC("iter/tcp")
int sum_queues(struct bpf_iter__tcp *ctx)
{
	struct sock_common *skc = ctx->sk_common;
	struct tcp_sock *tp;

	if (!skc)
		return 0;
	if (skc->skc_state != TCP_LISTEN)
		return 1;
	tp = bpf_skc_to_tcp_sock(skc);
	if (tp)
		queued += tp->inet_conn.icsk_accept_queue.qlen.counter +
			  tp->inet_conn.icsk_accept_queue.fastopenq.qlen;
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
