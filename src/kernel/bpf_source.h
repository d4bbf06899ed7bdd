/* SPDX-License-Identifier: MIT
 *
 * bpf_source: connections as BPF programs in the kernel report them.
 */
#ifndef NG_KERNEL_BPF_SOURCE_H
#define NG_KERNEL_BPF_SOURCE_H

#include "base/reason.h"
#include "event/source.h"
#include "kernel/connections_options.h"

/* For source_free(). NULL, with the reason in words, when no program loads here. */
struct source *bpf_source_new(const struct connections_options *options, struct reason *reason);

#endif
