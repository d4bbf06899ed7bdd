// SPDX-License-Identifier: (MIT OR GPL-2.0-only)
/* Counts SYNs where the kernel has no BTF of its own, which fentry needs, and the loader is given
 * one; or where functions cannot be hooked otherwise. */
#include <linux/ptrace.h>

#include "syns.bpf.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

SEC("kprobe/tcp_conn_request")
int BPF_KPROBE(on_conn_request, struct request_sock_ops *ops, struct tcp_request_sock_ops *af_ops,
	struct sock *listener, struct sk_buff *skb)
{
	(void)ctx; /* BPF_KPROBE's own */
	(void)af_ops;
	(void)listener;
	count_syn(BPF_CORE_READ(ops, family),
		BPF_CORE_READ(skb, head) + BPF_CORE_READ(skb, network_header));
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
