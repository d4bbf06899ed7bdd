/* SPDX-License-Identifier: MIT
 *
 * proc_net_parse: a row of /proc/net/tcp or tcp6 (Documentation/networking/proc_net_tcp.rst).
 */
#ifndef NG_KERNEL_PROC_NET_PARSE_H
#define NG_KERNEL_PROC_NET_PARSE_H

#include "event/event.h"

/* Reads a line (no newline): ip, port, lip, lport, state, both queues of a connection and, when a
 * process holds the socket, its inode; dir, ns and was are 0 and the other numbers ABSENT. Only
 * what comes after the state may be missing. 0, or -EINVAL with *ret untouched. */
int proc_net_parse(struct str line, struct event_conn *ret);

#endif
