/* SPDX-License-Identifier: MIT
 *
 * bpf_drain: takes the counts out of a map that a program keeps by address (16 bytes, IPv4 in its
 * mapped form), a few thousand at a time. What is counted into the map meanwhile is taken with the
 * rest or left for the next time; of an address that is being counted at the very moment, one count
 * may be missed.
 */
#ifndef NG_KERNEL_BPF_DRAIN_H
#define NG_KERNEL_BPF_DRAIN_H

#include "base/topk.h"

#define BPF_DRAIN_BATCH 2048

/* Starts zeroed. */
struct bpf_drain {
	bool begun;      /* the cursor is good */
	bool one_by_one; /* this kernel does not read maps by the batch */
	uint32_t cursor;
	uint64_t sum; /* of all counts taken so far; the owner clears it */
	uint8_t keys[BPF_DRAIN_BATCH][16];
	uint64_t counts[BPF_DRAIN_BATCH];
};

/* Begins at the map's front, whatever was left of another. */
void bpf_drain_begin(struct bpf_drain *d);

/* Takes some and adds them to `to`. 1: there is more; 0: that was the last, the next step begins
 * anew; or -errno. */
int bpf_drain_step(struct bpf_drain *d, int map, struct topk *to);

#endif
