/* SPDX-License-Identifier: (MIT OR GPL-2.0-only)
 *
 * sock_read: from the kernel's sockets to struct wire_sock. Every read is a plain load through
 * a BTF-typed pointer: cheaper than bpf_probe_read_kernel, and what lets the programs load
 * under lockdown=confidentiality, which refuses that helper (security/security.c,
 * LOCKDOWN_BPF_READ_KERNEL).
 */
#ifndef NG_SOCK_READ_BPF_H
#define NG_SOCK_READ_BPF_H

#include "vmlinux.h"

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "wire.h"

#define AF_INET6 10 /* linux/socket.h */

/* enum sock_flags in include/net/sock.h; the first two since Linux 2.6. */
#define SOCK_DEAD_BIT 1u
#define SOCK_DONE_BIT 2u

static __always_inline void read_v4(__u8 to[4], __be32 from)
{
	*(__u32 *)to = from;
}

static __always_inline void read_v6(__u8 to[16], const struct in6_addr *from)
{
	__u32 *words = (__u32 *)to;

	words[0] = from->in6_u.u6_addr32[0];
	words[1] = from->in6_u.u6_addr32[1];
	words[2] = from->in6_u.u6_addr32[2];
	words[3] = from->in6_u.u6_addr32[3];
}

/* Sockets, request sockets and time-wait sockets all begin with a sock_common, which holds the
 * tuple. */
static __always_inline void read_common(struct wire_head *to, struct sock_common *skc)
{
	to->ns = skc->skc_net.net->ns.inum;
	to->lport = skc->skc_num;
	to->rport = bpf_ntohs(skc->skc_dport);
	to->reserved = 0;
	to->segs = 0;
}

static __always_inline void read_tcp(struct wire_head *to, struct tcp_sock *tp)
{
	/* skc_num is 0 as soon as the port is given back (inet_put_port), which comes before
	 * the move to CLOSE is told; inet_sport stays. A socket that just began to listen has
	 * only skc_num. */
	__u16 sport = bpf_ntohs(tp->inet_conn.icsk_inet.inet_sport);

	if (sport)
		to->lport = sport;
	to->rx = tp->bytes_received;
	to->tx = tp->bytes_acked;
	to->rtt_us = tp->srtt_us >> 3; /* kept eightfold, RFC 6298 in fixed point */
	to->retrans = tp->total_retrans;
	to->segs = tp->segs_out;
}

#endif
