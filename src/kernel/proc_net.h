/* SPDX-License-Identifier: MIT
 *
 * proc_net: connections as /proc/net/tcp and tcp6 list them.
 */
#ifndef NG_KERNEL_PROC_NET_H
#define NG_KERNEL_PROC_NET_H

#include "base/reason.h"
#include "event/source.h"
#include "kernel/connections_options.h"

/* note: why it is not a better source; copied, may be "". For source_free(). NULL, with the reason
 * in words, when these files cannot be read. */
struct source *proc_source_new(
	const struct connections_options *options, const char *note, struct reason *reason);

#endif
