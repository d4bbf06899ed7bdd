// SPDX-License-Identifier: MIT
#include "kernel/connections.h"

#include "kernel/bpf_source.h"
#include "kernel/proc_net.h"

#include <stdio.h>

struct source *connections_open(const struct connections_options *options, struct reason *reason)
{
	struct reason note = {""};
	struct source *s;

	if (options->want != CONNECTIONS_PROC) {
		s = bpf_source_new(options, &note);
		if (s || options->want == CONNECTIONS_EBPF) {
			if (!s)
				*reason = note;
			return s;
		}
	}
	return proc_source_new(options, note.text, reason);
}
