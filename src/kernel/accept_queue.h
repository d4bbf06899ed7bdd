/* SPDX-License-Identifier: MIT
 *
 * accept_queue: the listener that is closest to turning connections away. A connection whose
 * handshake is complete waits there for accept(2); a server that is too busy to take it lets the
 * queue grow to its limit (listen(2)'s backlog, capped by net.core.somaxconn).
 *
 * sock_diag(7) tells length and limit, also without privilege. Where the kernel lacks it,
 * /proc/net/tcp tells the length alone.
 */
#ifndef NG_KERNEL_ACCEPT_QUEUE_H
#define NG_KERNEL_ACCEPT_QUEUE_H

#include "event/event.h"

struct accept_queue {
	uint64_t port, queue, limit; /* ABSENT: not known */
};

struct accept_queues {
	int netlink; /* -1: not to be had */
	uint32_t sequence;
};

void accept_queues_init(struct accept_queues *q);
void accept_queues_done(struct accept_queues *q);

/* The fullest now, by its share of its limit. False when nobody listens or nothing tells. */
bool accept_queues_fullest(struct accept_queues *q, struct accept_queue *ret);

/* Takes a listener into account: *worst, all ABSENT at first, becomes it when it is fuller. */
void accept_queue_offer(struct accept_queue *worst, uint64_t port, uint64_t queue, uint64_t limit);

/* Offers what sock_diag answered, n bytes of netlink messages. 0: more is to come; 1: that was
 * all; -EBADMSG: it makes no sense; or the error that the kernel answered. */
int accept_queue_parse(struct accept_queue *worst, const void *messages, size_t n);

/* Offers the listeners of /proc/net/tcp or tcp6, whose rows come before all others. False when
 * another row was met, or one that was cut off. */
bool accept_queue_parse_proc(struct accept_queue *worst, struct str text);

#endif
