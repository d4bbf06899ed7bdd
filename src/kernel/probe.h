/* SPDX-License-Identifier: MIT
 *
 * probe: every place where nethergaze can listen to the kernel, in one table. Loaders, the source
 * record and --doctor read it. Probes of one group give the same thing; the first of them that
 * works is the one to use, unless the group says that they add up.
 */
#ifndef NG_KERNEL_PROBE_H
#define NG_KERNEL_PROBE_H

#include "kernel/bpf_image.h"
#include "kernel/bpf_reason.h"

#include <stdbool.h>

enum probe_group {
	GROUP_TRANSITIONS, /* connections, as they come and go */
	GROUP_LISTINGS,    /* connections that are there, half-open ones included */
	GROUP_SYNS,        /* SYNs by source */
	GROUP_RESETS,      /* packets for which no socket was there, by peer */
	GROUP_COUNTS,      /* what else TCP goes through; these add up */
	GROUP_QUIC,        /* QUIC packets by source */
	PROBE_GROUPS
};

enum probe_id {
	PROBE_TRANSITIONS_TP,
	PROBE_TRANSITIONS_FENTRY,
	PROBE_TRANSITIONS_KPROBE,
	PROBE_LIST_ITER,
	PROBE_LIST_PROC,
	PROBE_SYNS_FENTRY,
	PROBE_SYNS_KPROBE,
	PROBE_SYNS_SOCKET,
	PROBE_RESETS_BY_PEER,
	PROBE_SYNACKS,
	PROBE_RESETS_RECEIVED,
	PROBE_RESETS_SENT,
	PROBE_RETRANSMITS,
	PROBE_QUIC,
	PROBES
};

struct probe {
	const char *name; /* as shown: "tp_btf/inet_sock_set_state" */
	enum probe_group group;
	bpf_image_of *image; /* NULL: no BPF but the file of that name */
	const char *gives;   /* in plain words */
};

struct probe_group_info {
	const char *title;
	const char *without; /* what is missing when none of its probes works */
	bool adds_up;
};

extern const struct probe probes[PROBES];
extern const struct probe_group_info probe_groups[PROBE_GROUPS];

/* Whether the probe works here, and if not, why: loads, attaches and lets go again. btf: as
 * for bpf_load_open. 0, or -errno with the reason in words. */
int probe_try(
	enum probe_id id, const char *btf, const struct bpf_host *host, struct reason *reason);

#endif
