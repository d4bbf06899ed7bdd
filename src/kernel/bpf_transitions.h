/* SPDX-License-Identifier: MIT
 *
 * bpf_transitions: a program that tells each change of state, and its ring.
 */
#ifndef NG_KERNEL_BPF_TRANSITIONS_H
#define NG_KERNEL_BPF_TRANSITIONS_H

#include "kernel/probe.h"
#include "kernel/socktab.h"
#include "kernel/stirs.h"

struct bpf_transitions;

/* Loads and attaches one of GROUP_TRANSITIONS. btf: as for bpf_load_open. looks_up: another process
 * whose connections are our own; 0: none. 0, or -errno with nothing left behind. */
int bpf_transitions_new(enum probe_id id, const char *btf, pid_t looks_up,
	struct bpf_transitions **ret_transitions);
void bpf_transitions_free(struct bpf_transitions *b);

/* Applies up to `most` records to t. Returns how many. */
size_t bpf_transitions_drain(
	struct bpf_transitions *b, struct socktab *t, struct event_sink *sink, size_t most);

/* Where records came from since the caller cleared it. */
struct stirs *bpf_transitions_stirs(struct bpf_transitions *b);

/* Records since the last call that found the ring full. */
uint64_t bpf_transitions_dropped(struct bpf_transitions *b);

/* Transitions since the last call for which the program did not run (bpf_load_misses), including
 * those that it would not have reported. */
uint64_t bpf_transitions_missed(struct bpf_transitions *b);

/* Makes the program leave out, or report again, transitions between two states of a connection that
 * neither begins nor ends: to FIN_WAIT1 and 2, CLOSE_WAIT, LAST_ACK, CLOSING. */
void bpf_transitions_set_reduced(struct bpf_transitions *b, bool reduced);

/* More records than the ring can hold at once. */
size_t bpf_transitions_capacity(const struct bpf_transitions *b);

#endif
