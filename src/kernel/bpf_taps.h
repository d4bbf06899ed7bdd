/* SPDX-License-Identifier: MIT
 *
 * bpf_taps: raw sockets whose filter counts SYNs (bpf/syns_socket.bpf.c), where nothing better
 * counts them. A filter sees every TCP segment of its network namespace, so there is one only while
 * it is needed: since TCP there has sent a SYN cookie or dropped a SYN, until it has done neither
 * for ten seconds. Where SYNs end in none of that, half-open connections have their sources.
 *
 * The namespaces are the schedule's. An open socket keeps its namespace alive; ten seconds after
 * the last cookie at most.
 */
#ifndef NG_KERNEL_BPF_TAPS_H
#define NG_KERNEL_BPF_TAPS_H

#include "event/source.h"
#include "kernel/bpf_load.h"
#include "kernel/listeners.h"
#include "kernel/netns.h"

/* Namespaces that are listened to at a time; others find no place, and a note says so. */
#define BPF_TAPS_MAX 64

struct bpf_taps;

/* load: the program, loaded; borrowed. 0 or -errno. */
int bpf_taps_new(const struct bpf_load *load, struct bpf_taps **ret_taps);
void bpf_taps_free(struct bpf_taps *t);

/* Once a second asks some namespaces with listeners how TCP fares there, ours and those with a
 * socket each time, and opens and closes sockets. A millisecond's work. A note says where and why
 * one could not be opened. */
void bpf_taps_poll(struct bpf_taps *t, struct netns_set *nets, const struct listeners *listeners,
	struct event_sink *sink);

/* How many namespaces have one now. */
size_t bpf_taps_open(const struct bpf_taps *t);

#endif
