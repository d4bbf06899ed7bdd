// SPDX-License-Identifier: (MIT OR GPL-2.0-only)
/* For a kernel that has no BTF of its own, or whose functions cannot be hooked otherwise. As
 * transitions_fentry.bpf.c. */
#include <linux/ptrace.h>

#define SOCK_READ_PROBED
#include "transitions.bpf.h"

#include <bpf/bpf_tracing.h>

SEC("kprobe/tcp_set_state")
int BPF_KPROBE(on_set_state, struct sock *sk, int state)
{
	(void)ctx; /* BPF_KPROBE's own */
	tell(sk, GET(sk, __sk_common.skc_state), state);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
