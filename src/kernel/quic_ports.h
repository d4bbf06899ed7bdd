/* SPDX-License-Identifier: MIT
 *
 * quic_ports: where HTTP/3 may be served: a UDP socket that is connected to nobody, on a port that
 * somebody listens on by TCP as well, in the same network namespace. HTTP/3 is announced by the
 * server that answers by TCP (RFC 9114, 3.1.1), and nearly all serve both on one port. What else is
 * like that (DNS) is told apart by what comes there (bpf/quic.bpf.c).
 *
 * /proc/net/udp and udp6 of one namespace after the other are read every few seconds, a slice at a
 * time, in a bounded part of one CPU.
 */
#ifndef NG_KERNEL_QUIC_PORTS_H
#define NG_KERNEL_QUIC_PORTS_H

#include "kernel/listeners.h"
#include "kernel/netns.h"
#include "kernel/proc_listing.h"

struct quic_ports {
	struct listeners found; /* those ports, by namespace */
	/* The namespace that is being read. */
	struct proc_listing listing;
	const struct listeners *tcp; /* borrowed, during a call */
	uint32_t ns;                 /* 0: none */
	uint32_t next;               /* id of the namespace to be read next */
	uint64_t due;
};

/* 0 or -ENOMEM; quic_ports_done() either way. */
int quic_ports_init(struct quic_ports *p);
void quic_ports_done(struct quic_ports *p);

/* Goes on reading, if it is time. tcp: who listens by TCP; a namespace that it does not know yet is
 * passed over. */
void quic_ports_poll(struct quic_ports *p, struct netns_set *nets, const struct listeners *tcp);

/* A namespace is no more. */
void quic_ports_forget(struct quic_ports *p, uint32_t ns);

/* A row of these files: true when it is such a socket. */
bool quic_ports_is_one(const struct event_conn *row, const struct listeners *tcp, uint32_t ns);

#endif
