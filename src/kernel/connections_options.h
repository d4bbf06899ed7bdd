/* SPDX-License-Identifier: MIT
 *
 * connections_options: what is wanted of a source of connections, whichever it is.
 */
#ifndef NG_KERNEL_CONNECTIONS_OPTIONS_H
#define NG_KERNEL_CONNECTIONS_OPTIONS_H

#include "base/clock.h"

#include <stdbool.h>
#include <sys/types.h>

enum connections_want {
	CONNECTIONS_AUTO, /* the best that loads */
	CONNECTIONS_EBPF, /* or fail */
	CONNECTIONS_PROC
};

struct bpf_taps;
struct quic_taps;

struct connections_options {
	enum connections_want want;
	usec_t interval; /* between two listings of /proc/net/tcp */
	/* A file that describes the kernel's types, for a kernel that does not do so itself, or
	 * NULL. What hooks typed objects (tp_btf, fentry, iter) still needs the kernel's own:
	 * the kernel checks by that. Kprobes do with the file. */
	const char *btf;
	/* Each transition is wanted, however many there are: somebody reads the stream, or it is
	 * recorded. Else states between ESTABLISHED and CLOSE may wait for a listing while
	 * transitions come by the ten thousand; the `source` event says so then. */
	bool every_transition;
	/* What the `source` event says besides: probes that other sources have attached, space-
	 * separated, and what is not seen for want of one. NULL or "" when there is nothing.
	 * Both must live as long as the source. */
	const char *more_probes, *more_note;
	uint32_t more_sees; /* enum capability: what those probes let us see */
	pid_t looks_up;     /* the process of ours whose connections are our own, too; 0: none */
	/* Network namespaces of one user but root that are looked into, at most; 0: as the program
	 * has it. */
	uint32_t namespaces_per_user;
	/* Sockets that are to be opened where SYNs must be counted, and where QUIC packets are;
	 * borrowed. NULL: none. */
	struct bpf_taps *taps;
	struct quic_taps *quic;
};

#endif
