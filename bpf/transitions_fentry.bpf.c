// SPDX-License-Identifier: (MIT OR GPL-2.0-only)
/* For a kernel without the tracepoint. When tcp_set_state() begins, the socket still has its old
 * state. Sockets that begin to listen do not pass there: listings tell of them. */
#include "transitions.bpf.h"

#include <bpf/bpf_tracing.h>

SEC("fentry/tcp_set_state")
int BPF_PROG(on_set_state, struct sock *sk, int state)
{
	(void)ctx; /* BPF_PROG's own */
	tell(sk, sk->__sk_common.skc_state, state);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
