/* SPDX-License-Identifier: (MIT OR GPL-2.0-only)
 *
 * elsewhere: counts what happens to the sockets of other network namespaces.
 */
#ifndef NG_ELSEWHERE_BPF_H
#define NG_ELSEWHERE_BPF_H

#include "count.bpf.h"

/* The reader's network namespace; the loader sets it. */
const volatile __u32 own_netns = 0;

/* sk is NULL for what concerns no socket. */
static __always_inline void count_elsewhere(struct sock *sk)
{
	if (sk && sk->__sk_common.skc_net.net->ns.inum != own_netns)
		count_one();
}

#endif
