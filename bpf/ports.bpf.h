/* SPDX-License-Identifier: (MIT OR GPL-2.0-only)
 *
 * ports: which of this machine's ports a filter of packets looks at. The reader sets them.
 */
#ifndef NG_PORTS_BPF_H
#define NG_PORTS_BPF_H

#include "vmlinux.h"

#include <bpf/bpf_helpers.h>

#define ETH_P_IPV6 0x86DD /* linux/if_ether.h */

#define MAP_OF_PORTS                              \
	struct {                                  \
		__uint(type, BPF_MAP_TYPE_ARRAY); \
		__uint(max_entries, 1024);        \
		__type(key, __u32);               \
		__type(value, __u64);             \
	}

/* Those that are listened on, a bit each, wherever there is such a socket. */
MAP_OF_PORTS ports SEC(".maps");

static __always_inline int has_port(void *map, __u16 port)
{
	__u32 word = port / 64;
	const __u64 *bits = bpf_map_lookup_elem(map, &word);

	return bits && *bits >> port % 64 & 1;
}

static __always_inline int is_listened_on(__u16 port)
{
	return has_port(&ports, port);
}

#endif
