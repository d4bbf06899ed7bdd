/* SPDX-License-Identifier: MIT
 *
 * bpf_quic: the filter of raw sockets that counts QUIC packets (bpf/quic.bpf.c), and the counts
 * that it keeps in the kernel. Kernel memory is bounded by its maps, ours by what the caller keeps
 * of them: a flood costs neither.
 *
 * The counts are read while no socket carries the filter, so none is missed.
 */
#ifndef NG_KERNEL_BPF_QUIC_H
#define NG_KERNEL_BPF_QUIC_H

#include "base/topk.h"
#include "kernel/listeners.h"

struct bpf_quic;

/* Loads it. btf: as for bpf_load_open. 0, or -errno with nothing left behind. */
int bpf_quic_new(const char *btf, struct bpf_quic **ret_quic);
void bpf_quic_free(struct bpf_quic *b);

/* Opens the sockets of this network namespace, as bpf_load_taps does. */
int bpf_quic_open(const struct bpf_quic *b, int ret_fds[static 2]);

/* Packets to these ports are looked at. A port that is new has to speak QUIC first; one that has
 * gone must do so again when it comes back. */
void bpf_quic_set_ports(struct bpf_quic *b, const uint64_t words[static LISTENERS_WORDS]);

/* Since the last call, each one of them that was looked at. */
struct quic_counts {
	uint64_t packets, initials; /* these among those */
	uint64_t looked;            /* datagrams, also to other ports: what counting has cost */
};
struct quic_counts bpf_quic_total(struct bpf_quic *b);

/* What topk has of an address or network: the heaviest by packets are kept. */
static inline struct quic_counts quic_counts_of(uint64_t n)
{
	return (struct quic_counts){.packets = n >> 32, .initials = n & UINT32_MAX};
}

/* Begins to read and empty the maps. */
void bpf_quic_begin(struct bpf_quic *b);

/* Goes on until `deadline` (CLOCK_MONOTONIC, ns): each source, each /24 and /48. Returns 1 when
 * there is more, 0 at the end, or -errno, after which it is over too. */
int bpf_quic_step(struct bpf_quic *b, uint64_t deadline, struct topk *sources, struct topk *nets);

#endif
