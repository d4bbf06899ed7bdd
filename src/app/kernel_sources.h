/* SPDX-License-Identifier: MIT
 *
 * kernel_sources: all that is watched of the kernel: what counts SYNs and QUIC packets,
 * connections, the machine's TCP statistics, the interface.
 */
#ifndef NG_APP_KERNEL_SOURCES_H
#define NG_APP_KERNEL_SOURCES_H

#include "config/options.h"
#include "kernel/tcp_counters.h"

#define KERNEL_SOURCES_MAX 5

struct kernel_sources {
	struct source *at[KERNEL_SOURCES_MAX]; /* owned, until they are taken */
	size_t count;
	struct tcp_counters_report handshakes; /* the connections' source borrows it */
	struct quic_taps *quic;                /* of the source of QUIC's counts; NULL: none */
};

/* Opens them. looks_up: a process of ours whose connections are our own (0: none). 0 or a negative
 * errno, with the reason in words. k must not move, and is to be given to kernel_sources_done
 * either way. */
int kernel_sources_open(
	struct kernel_sources *k, const struct options *o, pid_t looks_up, char reason[static 512]);
void kernel_sources_done(struct kernel_sources *k);

/* Raw sockets will be opened when they are needed. */
bool kernel_sources_tap(const struct kernel_sources *k);

#endif
