// SPDX-License-Identifier: (MIT OR GPL-2.0-only)
/* Counts QUIC packets and, of these, Initials: what a SYN is to TCP. The filter of raw sockets
 * (raw(7)), as in syns_socket: each datagram comes once, put together from its fragments, and none
 * that a firewall has dropped. Nothing is read but the packet, and the sockets receive none.
 *
 * Looking at each datagram would cost too much. The sockets are there for a part of the time, and
 * whoever reads the counts knows how large a part.
 *
 * A port counts from the first Initial on whose version is a known one: on the ports of DNS, TCP
 * and UDP have a listener, too, and what comes there is no QUIC. */
#include "ports.bpf.h"
#include "sources.bpf.h"

#include <bpf/bpf_endian.h>

#define SOURCES_MAX 16384
#define NETS_MAX    8192

#define UDP_HEAD  8 /* RFC 768 */
#define LONG_HEAD 5 /* the first byte and the version: RFC 8999, 5.1 */

/* RFC 9000, 17.2.2. The fixed bit may be anything (RFC 9287). */
#define LONG_AND_TYPE 0xB0
#define INITIAL       0x80
#define INITIAL_V2    0x90 /* RFC 9369, 3.2 */

#define VERSION_1 0x00000001
#define VERSION_2 0x6b3343cf

/* Packets in the upper half, Initials in the lower: neither comes to 2^32 in one look, and the
 * heaviest by packets are the greatest numbers. */
MAP_OF_COUNTS(sources, SOURCES_MAX);
MAP_OF_COUNTS(nets, NETS_MAX);

/* Ports on which QUIC has been spoken. */
MAP_OF_PORTS spoken SEC(".maps");

/* `count` is what was looked at, whatever it was: that is what the looking costs. */
#define MAP_OF_SUM(name)                                 \
	struct {                                         \
		__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); \
		__uint(max_entries, 1);                  \
		__type(key, __u32);                      \
		__type(value, __u64);                    \
	} name SEC(".maps")

MAP_OF_SUM(packets);
MAP_OF_SUM(initials);

struct datagram {
	__u16 port;
	__u8 first; /* this and the version are 0 when it is too short for them */
	__u32 version;
};

static __always_inline int read_datagram(struct __sk_buff *skb, __u32 at, struct datagram *d)
{
	__u8 head[LONG_HEAD];
	__be16 port;

	if (bpf_skb_load_bytes(skb, at + 2, &port, 2) < 0)
		return 0;
	d->port = bpf_ntohs(port);
	if (bpf_skb_load_bytes(skb, at + UDP_HEAD, head, LONG_HEAD) < 0)
		return 1;
	d->first = head[0];
	d->version = (__u32)head[1] << 24 | (__u32)head[2] << 16 | (__u32)head[3] << 8 | head[4];
	return 1;
}

/* Version 0 is a negotiation's, which clients do not send. */
static __always_inline int is_initial(const struct datagram *d)
{
	return (d->first & LONG_AND_TYPE) == (d->version == VERSION_2 ? INITIAL_V2 : INITIAL) &&
	       d->version != 0;
}

/* Drafts are 0xff0000.., and 0x?a?a?a?a asks for a negotiation (RFC 9000, 15). */
static __always_inline int is_known_version(__u32 version)
{
	return version == VERSION_1 || version == VERSION_2 || version >> 8 == 0xff0000 ||
	       (version & 0x0f0f0f0f) == 0x0a0a0a0a;
}

static __always_inline void note_spoken(__u16 port)
{
	__u32 word = port / 64;
	__u64 *bits = bpf_map_lookup_elem(&spoken, &word);

	if (bits)
		*bits |= 1ULL << port % 64; /* what another CPU writes over comes again */
}

static __always_inline int is_quic(const struct datagram *d, int initial)
{
	if (!is_listened_on(d->port))
		return 0;
	if (has_port(&spoken, d->port))
		return 1;
	if (!initial || !is_known_version(d->version))
		return 0;
	note_spoken(d->port);
	return 1;
}

static __always_inline void add(void *map, __u64 by)
{
	__u32 zero = 0;
	__u64 *n = bpf_map_lookup_elem(map, &zero);

	if (n)
		*n += by;
}

/* Datagrams of one flow may come in one (UDP_GRO, udp(7)). */
static __always_inline void see(struct __sk_buff *skb, __u32 at, int v6)
{
	struct source_key key = {};
	struct datagram d = {};
	__u64 n = skb->gso_segs ? skb->gso_segs : 1;
	long err;

	if (!read_datagram(skb, at, &d))
		return;
	int initial = is_initial(&d);
	if (!is_quic(&d, initial))
		return;
	add(&packets, n);
	if (initial)
		add(&initials, n);
	if (v6)
		err = bpf_skb_load_bytes_relative(
			skb, IPV6_SOURCE, key.words, 16, BPF_HDR_START_NET);
	else
		err = bpf_skb_load_bytes(skb, IPV4_SOURCE, &key.words[3], 4);
	if (err < 0)
		return;
	__u64 by = n << 32 | (initial ? n : 0);
	complete_source(&key, v6);
	count_in(&sources, &key, by);
	cut_to_network(&key, v6);
	count_in(&nets, &key, by);
}

SEC("socket")
int on_datagram(struct __sk_buff *skb)
{
	__u8 version;

	count_one();
	if (skb->protocol == bpf_htons(ETH_P_IPV6)) {
		see(skb, 0, 1); /* begins behind all extension headers (ipv6_raw_deliver) */
		return 0;
	}
	if (bpf_skb_load_bytes(skb, 0, &version, 1) == 0)
		see(skb, (version & 0xfu) * 4, 0); /* begins with the IP header (raw_rcv) */
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
