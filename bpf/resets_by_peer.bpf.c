// SPDX-License-Identifier: (MIT OR GPL-2.0-only)
/* Counts the packets that were answered with a reset because no socket was there for them, by the
 * address that they came from.
 *
 * Before 6.10 the tracepoint says nothing of these (kernel commit 19822a980e19), nor has it a
 * reason for the reset: there this program does not load, because the loader does not find the
 * reason's type. It takes the raw tracepoint, because these resets have no socket: of typed
 * arguments the verifier of 6.12 and before believes that they are never NULL, and leaves checks
 * out (kernel commit 838a10bd2ebf). The packet is no typed object in either case. */
#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ETH_P_IPV6 0x86dd

/* Where the source lies in the packet: RFC 791, 3.1; RFC 8200, 3. */
#define IPV4_SOURCE 12
#define IPV6_SOURCE 8

#define PEERS_MAX 4096

/* IPv4 addresses in their mapped form (RFC 4291, 2.5.5.2). */
struct peer_key {
	__u8 ip[16];
};

/* The reader takes out what it has read. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, PEERS_MAX);
	__type(key, struct peer_key);
	__type(value, __u64);
} peers SEC(".maps");

static __always_inline void count_in(const struct peer_key *key)
{
	__u64 one = 1, *n = bpf_map_lookup_elem(&peers, key);

	if (!n) {
		if (bpf_map_update_elem(&peers, key, &one, BPF_NOEXIST) == 0)
			return;
		n = bpf_map_lookup_elem(&peers, key); /* another CPU was faster */
	}
	if (n)
		__sync_fetch_and_add(n, 1);
}

SEC("raw_tp/tcp_send_reset")
int on_tcp_send_reset(struct bpf_raw_tracepoint_args *ctx)
{
	struct sk_buff *skb = (struct sk_buff *)ctx->args[1];
	const unsigned char *packet;
	struct peer_key key = {};
	long err;

	if (!skb || (__u32)ctx->args[2] !=
			    bpf_core_enum_value(enum sk_rst_reason, SK_RST_REASON_NO_SOCKET))
		return 0;
	packet = BPF_CORE_READ(skb, head) + BPF_CORE_READ(skb, network_header);
	if (BPF_CORE_READ(skb, protocol) == bpf_htons(ETH_P_IPV6)) {
		err = bpf_probe_read_kernel(key.ip, 16, packet + IPV6_SOURCE);
	} else {
		key.ip[10] = key.ip[11] = 0xff;
		err = bpf_probe_read_kernel(key.ip + 12, 4, packet + IPV4_SOURCE);
	}
	if (!err)
		count_in(&key);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
