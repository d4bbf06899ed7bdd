/* SPDX-License-Identifier: MIT
 *
 * quic_taps: raw sockets whose filter counts QUIC packets (bpf_quic), opened for a tenth of a
 * second at a time (quic_sample) in each network namespace that may serve HTTP/3 (quic_ports);
 * while none does, there are none.
 *
 * The namespaces are the schedule's.
 */
#ifndef NG_KERNEL_QUIC_TAPS_H
#define NG_KERNEL_QUIC_TAPS_H

#include "event/source.h"
#include "kernel/bpf_quic.h"
#include "kernel/quic_ports.h"
#include "kernel/quic_sample.h"

/* Namespaces that are looked at; others find no place, and a note says so. */
#define QUIC_TAPS_MAX 64

struct quic_taps {
	struct bpf_quic *bpf; /* borrowed */
	struct quic_ports ports;
	struct quic_sample sample;
	int fds[QUIC_TAPS_MAX][2];
	size_t count;
	uint64_t spent; /* CPU time, for opening them */
	int said;       /* the last error that a note has told */
	/* A look is over, and what was counted is yet to be read: the reader clears it. No other
	 * begins before. */
	bool is_over;
	struct quic_counts counts;
	struct quic_share share;
};

/* 0 or -ENOMEM; quic_taps_done() either way. */
int quic_taps_init(struct quic_taps *t, struct bpf_quic *bpf);
void quic_taps_done(struct quic_taps *t);

/* Looks for ports, and opens and closes sockets when it is time. A note says where and why they
 * could not be opened. */
void quic_taps_poll(struct quic_taps *t, struct netns_set *nets, const struct listeners *tcp,
	struct event_sink *sink);

/* A namespace is no more. */
void quic_taps_forget(struct quic_taps *t, uint32_t ns);

/* Ends the look that is under way, if one is. */
void quic_taps_close(struct quic_taps *t);

#endif
