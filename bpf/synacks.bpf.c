// SPDX-License-Identifier: (MIT OR GPL-2.0-only)
/* Counts SYN-ACKs that are sent again, because nobody has answered the one before. */
#include "count.bpf.h"

SEC("tp_btf/tcp_retransmit_synack")
int on_tcp_retransmit_synack(void *ctx)
{
	(void)ctx;
	count_one();
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
