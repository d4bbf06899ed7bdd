/* SPDX-License-Identifier: MIT
 *
 * connections: opens the best source of connections that works here.
 */
#ifndef NG_KERNEL_CONNECTIONS_H
#define NG_KERNEL_CONNECTIONS_H

#include "base/reason.h"
#include "event/source.h"
#include "kernel/connections_options.h"

/* Opens the best source that is wanted and loads. Returns NULL when none does, with the true
 * reason in words in reason (what failed, why, what would help). A source that is not the first
 * choice says why in its `source` event, which is the first that its poll puts. */
struct source *connections_open(const struct connections_options *options, struct reason *reason);

#endif
