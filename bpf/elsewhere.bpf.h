/* SPDX-License-Identifier: (MIT OR GPL-2.0-only)
 *
 * elsewhere: counts what happens to the sockets of other network namespaces.
 */
#ifndef NG_ELSEWHERE_BPF_H
#define NG_ELSEWHERE_BPF_H

#include "count.bpf.h"

/* The reader's network namespace; the loader sets it. */
const volatile __u32 own_netns = 0;

/* The verifier of kernels before 6.13 believes that a tracepoint's arguments are never NULL: it
 * leaves checks for NULL out, and lets loads through that need one (kernel commit 838a10bd2ebf). Of
 * the pointer's lower half, which is a plain number, it believes nothing. */
static __always_inline int is_null(const void *p)
{
	__u64 low;

	asm volatile("r0 = %1\nw0 = w0\n%0 = r0" : "=r"(low) : "r"(p) : "r0");
	return !low;
}

/* sk is NULL for what concerns no socket. */
static __always_inline void count_elsewhere(struct sock *sk)
{
	if (is_null(sk) || !sk)
		return;
	if (sk->__sk_common.skc_net.net->ns.inum != own_netns)
		count_one();
}

#endif
