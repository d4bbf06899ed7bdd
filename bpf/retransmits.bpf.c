// SPDX-License-Identifier: (MIT OR GPL-2.0-only)
/* Counts segments that are sent again in network namespaces other than the reader's: those of its
 * own are in /proc/net/snmp (RetransSegs). */
#include "elsewhere.bpf.h"

#include <bpf/bpf_tracing.h>

SEC("tp_btf/tcp_retransmit_skb")
int BPF_PROG(on_tcp_retransmit_skb, struct sock *sk)
{
	(void)ctx; /* BPF_PROG's own */
	count_elsewhere(sk);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
