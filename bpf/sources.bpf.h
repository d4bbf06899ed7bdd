/* SPDX-License-Identifier: (MIT OR GPL-2.0-only)
 *
 * sources: counts by the address that a packet came from, and by its network. A flood of forged
 * sources pushes the lightest ones out (LRU); the heavy ones are touched too often to go.
 */
#ifndef NG_SOURCES_BPF_H
#define NG_SOURCES_BPF_H

#include "count.bpf.h"

/* Where the source lies in the packet: RFC 791, 3.1; RFC 8200, 3. */
#define IPV4_SOURCE 12
#define IPV6_SOURCE 8

/* IPv4 addresses in their mapped form (RFC 4291, 2.5.5.2). Words, as the loads are. */
struct source_key {
	__u32 words[4];
};

#define MAP_OF_COUNTS(name, size)                    \
	struct {                                     \
		__uint(type, BPF_MAP_TYPE_LRU_HASH); \
		__uint(max_entries, size);           \
		__type(key, struct source_key);      \
		__type(value, __u64);                \
	} name SEC(".maps")

static __always_inline void count_in(void *map, const struct source_key *key, __u64 by)
{
	__u64 *n = bpf_map_lookup_elem(map, key);

	if (!n) {
		if (bpf_map_update_elem(map, key, &by, BPF_NOEXIST) == 0)
			return;
		/* Another CPU was faster, or the map is full of what may not go just now. */
		n = bpf_map_lookup_elem(map, key);
	}
	if (n)
		__sync_fetch_and_add(n, by);
}

/* IPv4 lies in words[3]; the rest of its form is added here. */
static __always_inline void complete_source(struct source_key *key, int v6)
{
	if (!v6)
		((__u8 *)key->words)[10] = ((__u8 *)key->words)[11] = 0xff;
}

/* A /48 or a /24: what one site is given, and the least that is routed. */
static __always_inline void cut_to_network(struct source_key *key, int v6)
{
	if (v6) {
		((__u16 *)key->words)[3] = 0;
		key->words[2] = key->words[3] = 0;
	} else {
		((__u8 *)key->words)[15] = 0;
	}
}

#endif
