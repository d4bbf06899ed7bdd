/* SPDX-License-Identifier: (MIT OR GPL-2.0-only)
 *
 * count: one number that only grows, kept for each CPU by itself, so that counting costs no more
 * than an addition.
 */
#ifndef NG_COUNT_BPF_H
#define NG_COUNT_BPF_H

#include "vmlinux.h"

#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} count SEC(".maps");

static __always_inline void count_one(void)
{
	__u32 zero = 0;
	__u64 *n = bpf_map_lookup_elem(&count, &zero);

	if (n)
		*n += 1;
}

#endif
