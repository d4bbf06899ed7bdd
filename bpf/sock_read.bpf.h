/* SPDX-License-Identifier: (MIT OR GPL-2.0-only)
 *
 * sock_read: from the kernel's sockets to struct wire_sock. Every read is a plain load through
 * a BTF-typed pointer: cheaper than bpf_probe_read_kernel, and what lets the programs load
 * under lockdown=confidentiality, which refuses that helper (security/security.c,
 * LOCKDOWN_BPF_READ_KERNEL). A kprobe has no typed pointers: it defines SOCK_READ_PROBED before
 * the include, and every read is by that helper.
 */
#ifndef NG_SOCK_READ_BPF_H
#define NG_SOCK_READ_BPF_H

#include "vmlinux.h"

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "wire.h"

#ifdef SOCK_READ_PROBED
#include <bpf/bpf_core_read.h>
#define GET(from, member)           BPF_CORE_READ(from, member)
#define GET_VIA(from, link, member) BPF_CORE_READ(from, link, member)
#else
#define GET(from, member)           ((from)->member)
#define GET_VIA(from, link, member) ((from)->link->member)
#endif

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

	words[0] = GET(from, in6_u.u6_addr32[0]);
	words[1] = GET(from, in6_u.u6_addr32[1]);
	words[2] = GET(from, in6_u.u6_addr32[2]);
	words[3] = GET(from, in6_u.u6_addr32[3]);
}

/* Sockets, request sockets and time-wait sockets all begin with a sock_common, which holds the
 * tuple. */
static __always_inline void read_common(struct wire_head *to, struct sock_common *skc)
{
	to->ns = GET_VIA(skc, skc_net.net, ns.inum);
	to->lport = GET(skc, skc_num);
	to->rport = bpf_ntohs(GET(skc, skc_dport));
	to->reserved = 0;
	to->segs = 0;
}

static __always_inline void read_tcp(struct wire_head *to, struct tcp_sock *tp)
{
	to->rx = GET(tp, bytes_received);
	to->tx = GET(tp, bytes_acked);
	to->rtt_us = GET(tp, srtt_us) >> 3; /* kept eightfold, RFC 6298 in fixed point */
	to->retrans = GET(tp, total_retrans);
	to->segs = GET(tp, segs_out);
}

#endif
