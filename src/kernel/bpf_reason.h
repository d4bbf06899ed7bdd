/* SPDX-License-Identifier: MIT
 *
 * bpf_reason: why a BPF program does not load here, and what would help, in one line. The
 * errors of bpf(2) say little by themselves (EPERM has six causes), so they are read together
 * with what is known of the host.
 */
#ifndef NG_KERNEL_BPF_REASON_H
#define NG_KERNEL_BPF_REASON_H

#include "base/reason.h"
#include "base/str.h"

struct bpf_host {
	bool may_bpf; /* CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN, are effective */
	bool may_raw; /* CAP_NET_RAW is */
	bool has_btf;
	bool has_kprobes;          /* CONFIG_KPROBE_EVENTS */
	bool is_filtered;          /* a seccomp filter is in force */
	int unprivileged_disabled; /* kernel.unprivileged_bpf_disabled, or -1 */
	int perf_paranoid;         /* kernel.perf_event_paranoid, or -2 */
	char lockdown[24];         /* "none", "integrity", "confidentiality"; empty: unknown */
};

void bpf_host_look(struct bpf_host *ret_host);

/* From the content of /sys/kernel/security/lockdown, "none [integrity] confidentiality", the
 * chosen word; absent when there is none. */
struct str bpf_lockdown_word(struct str text);

/* The verifier's last words in a load log: the line before its statistics; absent when the log
 * holds none. */
struct str bpf_verifier_word(struct str log);

/* err is negative; log is what the loader printed meanwhile. Clean text. */
void bpf_reason(const struct bpf_host *host, int err, struct str log, struct reason *reason);

#endif
