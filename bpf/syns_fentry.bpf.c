// SPDX-License-Identifier: (MIT OR GPL-2.0-only)
/* Counts SYNs. The packet is no typed object, so it takes bpf_probe_read_kernel, which
 * lockdown=confidentiality refuses. */
#include "syns.bpf.h"

#include <bpf/bpf_tracing.h>

SEC("fentry/tcp_conn_request")
int BPF_PROG(on_conn_request, struct request_sock_ops *ops, struct tcp_request_sock_ops *af_ops,
	struct sock *listener, struct sk_buff *skb)
{
	(void)ctx; /* BPF_PROG's own */
	(void)af_ops;
	(void)listener;
	count_syn(ops->family, skb->head + skb->network_header);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
