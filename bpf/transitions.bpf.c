// SPDX-License-Identifier: (MIT OR GPL-2.0-only)
/* The first choice: the tracepoint is told each change of state by name. */
#include "transitions.bpf.h"

#include <bpf/bpf_tracing.h>

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(on_set_state, struct sock *sk, int was, int state)
{
	(void)ctx; /* BPF_PROG's own */
	tell(sk, was, state);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
