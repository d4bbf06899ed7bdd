/* SPDX-License-Identifier: MIT
 *
 * bpf_syns: a program on tcp_conn_request(), or the filter of raw sockets, and the counts that it
 * keeps in the kernel. Kernel memory is bounded by its maps, ours by what the caller keeps of them:
 * a flood costs neither.
 *
 * The program counts on one of two sides. begin() turns it to the other; what it has counted so
 * far is then read, in slices, and given back. Counting goes on meanwhile and nothing is missed.
 */
#ifndef NG_KERNEL_BPF_SYNS_H
#define NG_KERNEL_BPF_SYNS_H

#include "base/topk.h"
#include "kernel/bpf_taps.h"
#include "kernel/probe.h"

struct bpf_syns;

/* Loads and attaches one of GROUP_SYNS. btf: as for bpf_load_open. 0, or -errno with nothing left
 * behind. */
int bpf_syns_new(enum probe_id id, const char *btf, struct bpf_syns **ret_syns);
void bpf_syns_free(struct bpf_syns *b);

/* Where the program is one that sockets carry: these. Else NULL. They belong to b. */
struct bpf_taps *bpf_syns_taps(const struct bpf_syns *b);

/* SYNs since the last call, each one of them. */
uint64_t bpf_syns_total(struct bpf_syns *b);

/* Turns the program to the other side. A SYN that is being counted at this moment may still reach
 * the old side; step() had better come a little later. 0 or -errno. */
int bpf_syns_begin(struct bpf_syns *b);

/* Reads and empties the old side, until `deadline` (CLOCK_MONOTONIC, ns): each source, each /24 and
 * /48. Returns 1 when there is more, 0 at the end, or -errno, after which it is over too. */
int bpf_syns_step(struct bpf_syns *b, uint64_t deadline, struct topk *sources, struct topk *nets);

#endif
