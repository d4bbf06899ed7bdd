// SPDX-License-Identifier: MIT
#include "kernel/tcp_moves.h"

/* tcp_time_wait() hashes a timewait socket
 * and then closes the socket. It is called when the peer's FIN meets FIN_WAIT2 (tcp_fin) and when
 * the last ACK meets CLOSING (tcp_rcv_state_process), both of which leave a TIME_WAIT; and when
 * an orphan is in FIN_WAIT2 and the FIN is still to come (tcp_close, tcp_rcv_state_process,
 * tcp_keepalive_timer), which leaves a FIN_WAIT2. A reset closes for good and sets the error. */
uint8_t tcp_state_after(const struct event_conn *c, unsigned marks, bool *ret_timewait)
{
	*ret_timewait = false;
	if (c->state != TCP_CLOSE || marks & SOCK_ERROR)
		return c->state;
	if (c->was == TCP_FIN_WAIT2)
		*ret_timewait = marks & (SOCK_FIN_SEEN | SOCK_ORPHAN);
	else
		*ret_timewait = c->was == TCP_CLOSING;
	if (!*ret_timewait)
		return TCP_CLOSE;
	return c->was == TCP_CLOSING || marks & SOCK_FIN_SEEN ? TCP_TIME_WAIT : TCP_FIN_WAIT2;
}

unsigned tcp_rank(uint8_t state)
{
	static const uint8_t ranks[TCP_STATES] = {
		[TCP_SYN_SENT] = 1,
		[TCP_SYN_RECV] = 2,
		[TCP_ESTABLISHED] = 3,
		[TCP_FIN_WAIT1] = 4,
		[TCP_CLOSE_WAIT] = 4,
		[TCP_FIN_WAIT2] = 5,
		[TCP_CLOSING] = 5,
		[TCP_LAST_ACK] = 5,
		[TCP_TIME_WAIT] = 6,
	};
	return ranks[state];
}

bool tcp_is_opening(const struct event_conn *c)
{
	return c->state == TCP_ESTABLISHED && (c->was == TCP_SYN_SENT || c->was == TCP_SYN_RECV);
}
