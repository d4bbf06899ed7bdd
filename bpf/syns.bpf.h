/* SPDX-License-Identifier: (MIT OR GPL-2.0-only)
 *
 * syns: SYNs counted by source and by network, whoever sees them. On tcp_conn_request() these are
 * all that find a listener, IPv4 and IPv6, also when the kernel will answer with a cookie and keep
 * nothing; not a SYN repeated while its request socket lives, which that one takes.
 *
 * The counts of about a second lie on one side, while the reader empties the other: nothing is
 * counted into a map that is being emptied. `count` misses nobody.
 */
#ifndef NG_SYNS_BPF_H
#define NG_SYNS_BPF_H

#include "sources.bpf.h"

#define AF_INET6 10 /* linux/socket.h */

#define SOURCES_MAX 65536
#define NETS_MAX    32768

MAP_OF_COUNTS(sources_0, SOURCES_MAX);
MAP_OF_COUNTS(sources_1, SOURCES_MAX);
MAP_OF_COUNTS(nets_0, NETS_MAX);
MAP_OF_COUNTS(nets_1, NETS_MAX);

/* Which side is counted on: 0 or 1. The only variable, for the loader sets its whole section. */
__u32 side = 0;

static __always_inline void count_source(struct source_key *key, int v6)
{
	complete_source(key, v6);
	count_in(side ? (void *)&sources_1 : (void *)&sources_0, key, 1);
	cut_to_network(key, v6);
	count_in(side ? (void *)&nets_1 : (void *)&nets_0, key, 1);
}

static __always_inline void count_syn(int family, const unsigned char *packet)
{
	struct source_key key = {};
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
