/* SPDX-License-Identifier: MIT
 *
 * connections: the two sources of connections, and the ladder between them.
 */
#ifndef NG_KERNEL_CONNECTIONS_H
#define NG_KERNEL_CONNECTIONS_H

#include "event/source.h"

enum connections_want {
	CONNECTIONS_AUTO, /* the best that loads */
	CONNECTIONS_EBPF, /* or fail */
	CONNECTIONS_PROC
};

struct connections_options {
	enum connections_want want;
	usec_t interval; /* between two listings of /proc/net/tcp */
	/* A file that describes the kernel's types, for a kernel that does not do so itself, or
	 * NULL. What hooks typed objects (tp_btf, fentry, iter) still needs the kernel's own:
	 * the kernel checks by that. Kprobes do with the file. */
	const char *btf;
	/* Each move is wanted, however many there are: somebody reads the stream, or it is
	 * recorded. Else states between ESTABLISHED and CLOSE may wait for a listing while moves
	 * come by the ten thousand; the `source` event says so then. */
	bool every_move;
	/* What the `source` event says besides: probes that other sources have attached, space-
	 * separated, and what is not seen for want of one. NULL or "" when there is nothing.
	 * Both must live as long as the source. */
	const char *more_probes, *more_note;
	uint32_t more_sees; /* enum capability: what those probes let us see */
};

/* Opens the best source that is wanted and loads. Returns NULL when none does, with the true
 * reason in words in reason (what failed, why, what would help). A source that is not the first
 * choice says why in its `source` event, which is the first that its poll puts. */
struct source *connections_open(
	const struct connections_options *options, char reason[static SOURCE_REASON_MAX]);

/* The two of them. NULL with the reason in words when it cannot work here. note: why it is not the
 * other; copied. */
struct source *bpf_source_new(
	const struct connections_options *options, char reason[static SOURCE_REASON_MAX]);
struct source *proc_source_new(const struct connections_options *options, const char *note,
	char reason[static SOURCE_REASON_MAX]);

/* Puts the `source` event: with the more_... of the options. */
void connections_say(const struct connections_options *options, const char *source, uint32_t sees,
	const char *probe_names, const char *note, struct event_sink *sink);

#endif
