/* SPDX-License-Identifier: (MIT OR GPL-2.0-only)
 *
 * syns: SYNs counted by source and by network, whoever sees them. On tcp_conn_request() these are
 * all that find a listener, IPv4 and IPv6, also when the kernel will answer with a cookie and keep
 * nothing; not a SYN repeated while its request socket lives, which that one takes.
 *
 * The counts of about a second lie on one side, while the reader empties the other: nothing is
 * counted into a map that is being emptied. A flood of forged sources pushes the lightest ones
 * out (LRU); the heavy ones are touched too often to go, and `count` misses nobody.
 */
#ifndef NG_SYNS_BPF_H
#define NG_SYNS_BPF_H

#include "count.bpf.h"

#define AF_INET6 10 /* linux/socket.h */

/* Where the source lies in the packet: RFC 791, 3.1; RFC 8200, 3. */
#define IPV4_SOURCE 12
#define IPV6_SOURCE 8

#define SOURCES_MAX 65536
#define NETS_MAX    32768

/* IPv4 addresses in their mapped form (RFC 4291, 2.5.5.2). Words, as the loads are. */
struct syn_key {
	__u32 words[4];
};

#define MAP_OF_COUNTS(name, size)                    \
	struct {                                     \
		__uint(type, BPF_MAP_TYPE_LRU_HASH); \
		__uint(max_entries, size);           \
		__type(key, struct syn_key);         \
		__type(value, __u64);                \
	} name SEC(".maps")

MAP_OF_COUNTS(sources_0, SOURCES_MAX);
MAP_OF_COUNTS(sources_1, SOURCES_MAX);
MAP_OF_COUNTS(nets_0, NETS_MAX);
MAP_OF_COUNTS(nets_1, NETS_MAX);

/* Which side is counted on: 0 or 1. The only variable, for the loader sets its whole section. */
__u32 side = 0;

static __always_inline void count_in(void *map, const struct syn_key *key)
{
	__u64 one = 1, *n = bpf_map_lookup_elem(map, key);

	if (!n) {
		if (bpf_map_update_elem(map, key, &one, BPF_NOEXIST) == 0)
			return;
		/* Another CPU was faster, or the map is full of what may not go just now. */
		n = bpf_map_lookup_elem(map, key);
	}
	if (n)
		__sync_fetch_and_add(n, 1);
}

/* IPv4 lies in words[3]; the rest of its form is added here. */
static __always_inline void count_source(struct syn_key *key, int v6)
{
	if (!v6)
		((__u8 *)key->words)[10] = ((__u8 *)key->words)[11] = 0xff;
	count_in(side ? (void *)&sources_1 : (void *)&sources_0, key);
	/* A /48 or a /24: what one site is given, and the least that is routed. */
	if (v6) {
		((__u16 *)key->words)[3] = 0;
		key->words[2] = key->words[3] = 0;
	} else {
		((__u8 *)key->words)[15] = 0;
	}
	count_in(side ? (void *)&nets_1 : (void *)&nets_0, key);
}

static __always_inline void count_syn(int family, const unsigned char *packet)
{
	struct syn_key key = {};
	int v6 = family == AF_INET6;
	long err;

	count_one();
	if (v6)
		err = bpf_probe_read_kernel(key.words, 16, packet + IPV6_SOURCE);
	else
		err = bpf_probe_read_kernel(&key.words[3], 4, packet + IPV4_SOURCE);
	if (!err)
		count_source(&key, v6);
}

#endif
