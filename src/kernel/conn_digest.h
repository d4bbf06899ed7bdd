/* SPDX-License-Identifier: MIT
 *
 * conn_digest: the numbers of a connection in 32 bits, by which a listing finds out whether it has
 * any news of them. One change in four thousand million goes unnoticed until the next; keeping the
 * numbers themselves would double the table of sockets.
 */
#ifndef NG_KERNEL_CONN_DIGEST_H
#define NG_KERNEL_CONN_DIGEST_H

#include "base/hash.h"
#include "event/event.h"

static inline bool conn_has_any(uint64_t n)
{
	return n != ABSENT && n != 0;
}

/* Of the queues, that one has filled or emptied is news: while nothing moves, each listing says by
 * itself that it is still so, and its length comes along with other numbers. The time with a full
 * window runs on even then, and is news whenever it has doubled, from a second on. */
static inline uint64_t conn_queues_digest(const struct event_conn *c)
{
	uint64_t seconds = c->limited_us == ABSENT ? 0 : c->limited_us >> 20, doublings = 0;

	for (; seconds; seconds >>= 1)
		doublings++;
	return doublings << 2 | (uint64_t)conn_has_any(c->txq) << 1 |
	       (uint64_t)conn_has_any(c->rxq);
}

/* Of the numbers that may change while the state does not. */
static inline uint32_t conn_digest(const struct event_conn *c)
{
	uint64_t h = hash_two(c->rx, c->tx);

	h = hash_two(h ^ c->rtt_us, c->retrans ^ conn_queues_digest(c) << 32);
	return (uint32_t)hash_two(h ^ c->segs, c->inode);
}

#endif
