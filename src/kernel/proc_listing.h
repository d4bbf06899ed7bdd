/* SPDX-License-Identifier: MIT
 *
 * proc_listing: lists the sockets of a network namespace from its /proc/net/tcp and tcp6, a page at
 * a time. What sockets belong to whom does not matter, so hidepid= does not either.
 */
#ifndef NG_KERNEL_PROC_LISTING_H
#define NG_KERNEL_PROC_LISTING_H

#include "kernel/socktab.h"

#define PROC_LISTING_BUF (64u << 10)

struct proc_listing {
	int fds[2]; /* the file that is being read, and the next; -1: none */
	bool past_header, overlong;
	size_t have;
	char *buf;
	uint64_t rejected; /* rows that could not be read, not yet told; the owner clears it */
};

int proc_listing_init(struct proc_listing *l);
void proc_listing_done(struct proc_listing *l);

/* Starts on tcp and tcp6, or udp and udp6, of one namespace, whose descriptors it takes over. The
 * second may be -1: without IPv6 there is none. */
void proc_listing_begin(struct proc_listing *l, const int fds[static 2]);

/* Takes a row, whose ns is 0; NULL: one that could not be read, which is counted in rejected. */
typedef void proc_listing_row(void *ctx, struct event_conn *row);

/* Reads once and hands out the rows. Returns 1 when there is more, 0 at the end, or -errno, after
 * which the listing is over too. */
int proc_listing_read(struct proc_listing *l, proc_listing_row *take, void *ctx);

/* Reads once and adds the rows to t's listing. Returns 1 when there is more, 0 at the end, or
 * -errno, after which the listing is over too. */
int proc_listing_step(struct proc_listing *l, struct socktab *t);

#endif
