/* SPDX-License-Identifier: MIT
 *
 * connections: the two sources of connections, and the ladder between them.
 */
#ifndef NG_SOURCE_CONNECTIONS_H
#define NG_SOURCE_CONNECTIONS_H

#include "source/source.h"

enum connections_want {
	CONNECTIONS_AUTO, /* the best that loads */
	CONNECTIONS_EBPF, /* or fail */
	CONNECTIONS_PROC
};

struct connections_options {
	enum connections_want want;
	usec_t interval; /* between two listings of /proc/net/tcp */
};

/* Opens the best source that is wanted and loads. Returns NULL when none does, with the true
 * reason in words in reason (what failed, why, what would help). A source that is not the first
 * choice says why in its `source` event, which is the first that its poll puts. */
struct source *connections_open(
	const struct connections_options *options, char reason[static SOURCE_REASON_MAX]);

/* The two rungs. NULL with the reason in words when it cannot work here. */
struct source *bpf_source_new(char reason[static SOURCE_REASON_MAX]);
struct source *proc_source_new(usec_t interval, const char *note, char reason[static SOURCE_REASON_MAX]);

#endif
