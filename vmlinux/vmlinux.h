/* SPDX-License-Identifier: (MIT OR GPL-2.0-only)
 *
 * vmlinux: the kernel types that the programs in bpf/ touch, and of these only the members they
 * read. The loader finds the true offsets in the running kernel's BTF (CO-RE), so neither the
 * order nor the size of anything here matters; only names and types of members do. Kept by
 * hand, so that the build needs no BTF of the machine it runs on.
 *
 * Sources: include/net/sock.h, inet_sock.h, inet_connection_sock.h, inet_timewait_sock.h,
 * request_sock.h, rstreason.h, include/linux/tcp.h, skbuff.h, net.h, ns_common.h, fs.h, bpf.h,
 * types.h.
 */
#ifndef NG_VMLINUX_H
#define NG_VMLINUX_H

#include <linux/types.h>

/* From enum bpf_map_type and the UAPI's flags: linux/bpf.h is not included, because its types
 * would clash with the kernel's own. */
enum {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_RINGBUF = 27,
};

enum {
	BPF_NOEXIST = 1,
	BPF_RB_NO_WAKEUP = 1,
	BPF_HDR_START_NET = 1,
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct in6_addr {
	union {
		__be32 u6_addr32[4];
	} in6_u;
};

struct ns_common {
	unsigned int inum;
};

struct net {
	struct ns_common ns;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct sock_common {
	union {
		struct {
			__be32 skc_daddr;
			__be32 skc_rcv_saddr;
		};
	};
	union {
		struct {
			__be16 skc_dport;
			__u16 skc_num;
		};
	};
	unsigned short skc_family;
	volatile unsigned char skc_state;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	union {
		unsigned long skc_flags;
	};
};

struct inode {
	unsigned long i_ino;
};

struct file {
	struct inode *f_inode;
};

struct socket {
	struct file *file;
};

struct sock {
	struct sock_common __sk_common;
	struct socket *sk_socket;
	unsigned long sk_ino;
	int sk_err;
	__u16 sk_protocol;
};

struct inet_sock {
	struct sock sk;
	__be16 inet_sport;
};

typedef struct {
	int counter;
} atomic_t;

struct fastopen_queue {
	int qlen;
};

struct request_sock_queue {
	atomic_t qlen;
	struct fastopen_queue fastopenq;
};

struct inet_connection_sock {
	struct inet_sock icsk_inet;
	struct request_sock_queue icsk_accept_queue;
};

struct tcp_sock {
	struct inet_connection_sock inet_conn;
	__u32 srtt_us;
	__u32 total_retrans;
	__u32 segs_out;
	__u32 rcv_nxt;
	__u32 copied_seq;
	__u32 write_seq;
	__u32 snd_una;
	__u32 chrono_start;
	__u32 chrono_stat[3];
	__u8 chrono_type : 2;
	__u64 bytes_received;
	__u64 bytes_acked;
};

/* What a connection that wants to send waits for (include/linux/tcp.h). */
enum tcp_chrono {
	TCP_CHRONO_UNSPEC,
	TCP_CHRONO_BUSY,
	TCP_CHRONO_RWND_LIMITED,
};

struct inet_timewait_sock {
	struct sock_common __tw_common;
	unsigned char tw_substate;
};

struct tcp_timewait_sock {
	struct inet_timewait_sock tw_sk;
};

struct request_sock_ops {
	int family;
};

/* Since 6.10. */
enum sk_rst_reason {
	SK_RST_REASON_NO_SOCKET = 2,
};

struct sk_buff {
	__be16 protocol;
	__u16 network_header;
	unsigned char *head;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__tcp {
	struct bpf_iter_meta *meta;
	struct sock_common *sk_common;
};

#pragma clang attribute pop

/* Named by the helpers' prototypes only. */
struct tcp_request_sock;
struct tcp_request_sock_ops;

/* UAPI, so fixed. */
struct bpf_raw_tracepoint_args {
	__u64 args[3];
};

struct __sk_buff {
	__u32 len, pkt_type, mark, queue_mapping, protocol;
	__u32 others[36];
	__u32 gso_segs; /* and more */
};

struct bpf_pidns_info {
	__u32 pid;
	__u32 tgid;
};

#endif
