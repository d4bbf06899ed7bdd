/* SPDX-License-Identifier: MIT
 *
 * bpf_resets: who sends packets that are answered with a reset because no socket is there for
 * them, as to a closed port. The program counts them by source address, of which the kernel keeps
 * the 4096 that came last.
 */
#ifndef NG_KERNEL_BPF_RESETS_H
#define NG_KERNEL_BPF_RESETS_H

#include "event/event.h"

/* The most addresses that are named in one call; the packets of the others are lost (event/lost.h,
 * "resets"). */
#define RESETS_PEERS 256

struct bpf_resets;

/* Loads and attaches. btf: as for bpf_load_open. 0, or -errno with nothing left behind. */
int bpf_resets_new(const char *btf, struct bpf_resets **ret_resets);
void bpf_resets_free(struct bpf_resets *b);

/* Puts a resets event for each of the heaviest addresses since the last call: a millisecond's work
 * at most. */
void bpf_resets_put(struct bpf_resets *b, struct event_sink *sink);

#endif
