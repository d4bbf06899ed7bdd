/* SPDX-License-Identifier: MIT
 *
 * bpf_log: what libbpf would print, kept for bpf_reason(). Nothing of it reaches the terminal.
 */
#ifndef NG_KERNEL_BPF_LOG_H
#define NG_KERNEL_BPF_LOG_H

#include "base/str.h"

/* Catches from here on, starting empty. */
void bpf_log_begin(void);

/* The warnings since then, the latest 16 KiB of them; good until the next libbpf call. */
struct str bpf_log_text(void);

#endif
