/* SPDX-License-Identifier: MIT
 *
 * tcp_moves: what the kernel's transitions between states mean.
 */
#ifndef NG_KERNEL_TCP_MOVES_H
#define NG_KERNEL_TCP_MOVES_H

#include "event/event.h"

/* What the kernel knew of the socket at that moment. */
enum sock_marks {
	SOCK_ORPHAN = 1,   /* no process holds it */
	SOCK_FIN_SEEN = 2, /* the peer's FIN has arrived */
	SOCK_ERROR = 4,    /* it is being reset or has timed out */
	SOCK_TIMEWAIT = 8, /* a timewait socket (listings only) */
	SOCK_OWN = 32,     /* this process has opened it (transitions only) */
};

/* The state that a transition leads to, seen through tcp_time_wait(); whether that is a timewait
 * socket's. marks: of enum sock_marks. */
uint8_t tcp_state_after(const struct event_conn *c, unsigned marks, bool *ret_timewait);

/* How far along its life a socket in this state is (RFC 9293, figure 5). */
unsigned tcp_rank(uint8_t state);

/* A handshake is complete. */
bool tcp_is_opening(const struct event_conn *c);

#endif
