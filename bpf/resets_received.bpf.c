// SPDX-License-Identifier: (MIT OR GPL-2.0-only)
/* Counts RSTs that reach a connection of this host. */
#include "count.bpf.h"

SEC("tp_btf/tcp_receive_reset")
int on_tcp_receive_reset(void *ctx)
{
	(void)ctx;
	count_one();
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
