// SPDX-License-Identifier: MIT
#include "kernel/probe.h"

#include "kernel/bpf_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const struct probe_group_info probe_groups[PROBE_GROUPS] = {
	[GROUP_TRANSITIONS] = {"Connections as they come and go",
		"what opens and closes between two listings is not seen", false},
	[GROUP_LISTINGS] = {"Connections that are there, half-open ones included",
		"no connections are shown", false},
	[GROUP_SYNS] = {"SYNs by source and network, whatever becomes of them",
		"while SYN cookies are sent, who sends the SYNs cannot be seen", false},
	[GROUP_RESETS] = {"Closed ports, by who knocks there",
		"who sends packets to closed ports is not seen, only how many were refused", false},
	[GROUP_COUNTS] = {"Counts for the header", "these counts are absent", true},
	[GROUP_QUIC] = {"QUIC (HTTP/3) by source and network",
		"who sends QUIC packets is not seen, and a flood of them is not judged", false},
};

const struct probe probes[PROBES] = {
	[PROBE_TRANSITIONS_TP] = {"tp_btf/inet_sock_set_state", GROUP_TRANSITIONS,
		bpf_image_transitions,
		"each change of state of each connection, as it happens, in every container"},
	[PROBE_TRANSITIONS_FENTRY] = {"fentry/tcp_set_state", GROUP_TRANSITIONS,
		bpf_image_transitions_fentry,
		"the same, by the function instead of its tracepoint"},
	[PROBE_TRANSITIONS_KPROBE] = {"kprobe/tcp_set_state", GROUP_TRANSITIONS,
		bpf_image_transitions_kprobe,
		"the same, also with the kernel's types from --btf FILE"},
	[PROBE_LIST_ITER] = {"iter/tcp", GROUP_LISTINGS, bpf_image_sockets,
		"all sockets, with RTT, bytes and retransmits, several times faster than /proc"},
	[PROBE_LIST_PROC] = {"/proc/net/tcp", GROUP_LISTINGS, NULL,
		"all sockets, without RTT and bytes; needs no privilege"},
	[PROBE_SYNS_FENTRY] = {"fentry/tcp_conn_request", GROUP_SYNS, bpf_image_syns_fentry,
		"SYNs counted by source, also those answered by SYN cookies"},
	[PROBE_SYNS_KPROBE] = {"kprobe/tcp_conn_request", GROUP_SYNS, bpf_image_syns_kprobe,
		"the same, also with the kernel's types from --btf FILE"},
	[PROBE_SYNS_SOCKET] = {"socket/syns", GROUP_SYNS, bpf_image_syns_socket,
		"the same on demand: only while SYN cookies are sent or SYNs dropped"},
	[PROBE_RESETS_BY_PEER] = {"raw_tp/tcp_send_reset", GROUP_RESETS, bpf_image_resets_by_peer,
		"packets answered with a reset, by their source; from Linux 6.10 on"},
	[PROBE_SYNACKS] = {"tp_btf/tcp_retransmit_synack", GROUP_COUNTS, bpf_image_synacks,
		"SYN-ACKs sent again because nobody answered, in every container"},
	[PROBE_RESETS_RECEIVED] = {"tp_btf/tcp_receive_reset", GROUP_COUNTS,
		bpf_image_resets_received, "connections that peers reset, in every container"},
	[PROBE_RESETS_SENT] = {"tp_btf/tcp_send_reset", GROUP_COUNTS, bpf_image_resets_sent,
		"resets that containers send; the host's own are in /proc/net/snmp"},
	[PROBE_RETRANSMITS] = {"tp_btf/tcp_retransmit_skb", GROUP_COUNTS, bpf_image_retransmits,
		"segments that containers send again; the host's own are in /proc/net/snmp"},
	[PROBE_QUIC] = {"socket/quic", GROUP_QUIC, bpf_image_quic,
		"packets and Initials to ports that speak QUIC, by a sample of a tenth of the "
		"time"},
};

static int try_file(const char *path, struct reason *reason)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err;
	char byte;

	err = fd < 0 || read(fd, &byte, 1) < 0 ? -errno : 0;
	if (err)
		reason_set_error(reason, err);
	if (fd >= 0)
		close(fd);
	return err;
}

static int try_image(
	bpf_image_of *image, const char *btf, const struct bpf_host *host, struct reason *reason)
{
	struct bpf_load l;
	int err;

	bpf_log_begin();
	err = bpf_load_open(&l, image(), btf);
	if (!err)
		err = bpf_load_start(&l);
	if (err)
		bpf_reason(host, err, bpf_log_text(), reason);
	bpf_load_done(&l);
	return err;
}

/* What is not BPF's doing. */
static void refine(
	const struct probe *p, int err, const struct bpf_host *host, struct reason *reason)
{
	struct str name = str_of(p->name);

	if (!host->has_kprobes && str_starts(name, STR_LIT("kprobe/")))
		reason_set(reason, "this kernel is built without kprobes (CONFIG_KPROBE_EVENTS)");
	if (err == -EPERM && !host->may_raw && str_starts(name, STR_LIT("socket/")))
		reason_set(reason, "a raw socket needs CAP_NET_RAW, which this process lacks");
}

int probe_try(enum probe_id id, const char *btf, const struct bpf_host *host, struct reason *reason)
{
	const struct probe *p = &probes[id];
	int err;

	if (!p->image)
		return try_file(p->name, reason);
	err = try_image(p->image, btf, host, reason);
	if (err && host->may_bpf)
		refine(p, err, host, reason);
	return err;
}
