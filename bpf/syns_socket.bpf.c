// SPDX-License-Identifier: (MIT OR GPL-2.0-only)
/* Counts SYNs where no function can be hooked: as the filter of raw sockets (raw(7)), which the
 * kernel hands what it is about to hand to TCP. So each packet comes once, whatever interfaces it
 * has passed, put together from its fragments, and none that a firewall has dropped. Nothing is
 * read but the packet, by helpers that lockdown=confidentiality allows. The filter takes nothing:
 * the sockets receive no packet.
 *
 * A SYN repeated while its request socket lives is counted, too. */
#include "ports.bpf.h"
#include "syns.bpf.h"

#include <bpf/bpf_endian.h>

/* RFC 9293, 3.1. */
#define TCP_FLAGS  13
#define TCP_HEAD   14 /* as far as it is read */
#define FIN_TO_SYN 0x07
#define SYN        0x02
#define ACK        0x10

/* What a listener takes for a SYN (tcp_rcv_state_process). */
static __always_inline int opens(const __u8 *tcp)
{
	return (tcp[TCP_FLAGS] & (ACK | FIN_TO_SYN)) == SYN &&
	       is_listened_on((__u16)(tcp[2] << 8 | tcp[3]));
}

/* The packet begins with the IP header (raw_rcv). */
static __always_inline void see_v4(struct __sk_buff *skb)
{
	struct source_key key = {};
	__u8 version, tcp[TCP_HEAD];

	if (bpf_skb_load_bytes(skb, 0, &version, 1) < 0 ||
		bpf_skb_load_bytes(skb, (version & 0xfu) * 4, tcp, sizeof tcp) < 0 || !opens(tcp))
		return;
	count_one();
	if (bpf_skb_load_bytes(skb, IPV4_SOURCE, &key.words[3], 4) == 0)
		count_source(&key, 0);
}

/* The packet begins behind all extension headers (ipv6_raw_deliver). */
static __always_inline void see_v6(struct __sk_buff *skb)
{
	struct source_key key = {};
	__u8 tcp[TCP_HEAD];

	if (bpf_skb_load_bytes(skb, 0, tcp, sizeof tcp) < 0 || !opens(tcp))
		return;
	count_one();
	if (bpf_skb_load_bytes_relative(skb, IPV6_SOURCE, key.words, 16, BPF_HDR_START_NET) == 0)
		count_source(&key, 1);
}

SEC("socket")
int on_segment(struct __sk_buff *skb)
{
	if (skb->protocol == bpf_htons(ETH_P_IPV6))
		see_v6(skb);
	else
		see_v4(skb);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
