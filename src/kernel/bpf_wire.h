/* SPDX-License-Identifier: MIT
 *
 * bpf_wire: from the kernel's records to the fields of an event.
 */
#ifndef NG_KERNEL_BPF_WIRE_H
#define NG_KERNEL_BPF_WIRE_H

#include "kernel/socktab.h"

#include "wire.h"

_Static_assert((int)WIRE_ORPHAN == SOCK_ORPHAN && (int)WIRE_FIN_SEEN == SOCK_FIN_SEEN &&
		       (int)WIRE_ERROR == SOCK_ERROR && (int)WIRE_TIMEWAIT == SOCK_TIMEWAIT &&
		       (int)WIRE_OWN == SOCK_OWN,
	"the marks pass through");

static inline void bpf_wire_head(const struct wire_head *from, struct event_conn *to)
{
	bool info = from->marks & WIRE_TCP_INFO;

	to->ns = from->ns;
	to->port = from->rport;
	to->lport = from->lport;
	to->state = from->state == WIRE_NEW_SYN_RECV ? TCP_SYN_RECV : from->state;
	to->was = from->was;
	to->dir = DIR_UNKNOWN;
	to->rtt_us = info && from->rtt_us ? from->rtt_us : ABSENT;
	to->rx = info ? from->rx : ABSENT;
	to->tx = info ? from->tx : ABSENT;
	to->retrans = info ? from->retrans : ABSENT;
	to->segs = info ? from->segs : ABSENT;
	to->inode = ABSENT;
	to->txq = to->rxq = to->limited_us = ABSENT;
}

static inline void bpf_wire_conn(const struct wire_sock *from, struct event_conn *to)
{
	bpf_wire_head(&from->head, to);
	to->ip = addr_from_v6(from->raddr);
	to->lip = addr_from_v6(from->laddr);
	to->hash = tuple_hash(&to->tuple);
	if (from->inode)
		to->inode = from->inode;
}

/* tick_us: what a jiffy of the kernel takes. */
static inline void bpf_wire_row(
	const struct wire_row *from, uint64_t tick_us, struct event_conn *to)
{
	bpf_wire_conn(&from->sock, to);
	if (from->sock.head.marks & WIRE_QUEUES) {
		to->txq = from->txq;
		to->rxq = from->rxq;
	}
	if (from->sock.head.marks & WIRE_LIMITED)
		to->limited_us = from->limited * tick_us;
}

static inline void bpf_wire_conn4(const struct wire_sock4 *from, struct event_conn *to)
{
	bpf_wire_head(&from->head, to);
	to->ip = addr_from_v4(from->raddr);
	to->lip = addr_from_v4(from->laddr);
	to->hash = tuple_hash(&to->tuple);
}

#endif
