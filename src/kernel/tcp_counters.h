/* SPDX-License-Identifier: MIT
 *
 * tcp_counters: who sends SYNs, and what else TCP goes through that no connection tells. Once a
 * second: a syn event for each of the heaviest sources, a syn_net event for each of the heaviest
 * networks, a resets event for each address that knocks most at closed ports, and a tcp_stats event
 * with the counts, each SYN among them.
 */
#ifndef NG_KERNEL_TCP_COUNTERS_H
#define NG_KERNEL_TCP_COUNTERS_H

#include "event/source.h"
#include "kernel/bpf_taps.h"

/* The most that are put in a second; a flood of forged sources is told by its networks and its
 * sum. */
#define HANDSHAKES_SOURCES 4096
#define HANDSHAKES_NETS    1024

/* For the `source` event (kernel/source_event.h). */
struct tcp_counters_report {
	char probes[256];             /* attached ones, space-separated */
	char note[SOURCE_REASON_MAX]; /* what is not seen; empty when all is well */
	uint32_t sees;                /* enum capability: what the attached ones let us see */
	struct bpf_taps *taps;        /* the source's own, to be polled by whoever knows the
					 network namespaces; NULL: none are needed */
};

/* Attaches what loads, each probe by itself. btf: as for connections_options, borrowed until
 * then only. NULL when nothing loads or memory is out; the report is filled either way. */
struct source *tcp_counters_new(const char *btf, struct tcp_counters_report *ret_report);

#endif
