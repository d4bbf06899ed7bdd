/* SPDX-License-Identifier: MIT
 *
 * netstat_parse: the kernel's TCP counters as /proc/net/netstat and /proc/net/snmp print them.
 * Pairs of lines, names and then values, each behind the name of its group. Kernels differ in
 * which names there are and in what order, so that a counter is found by name alone.
 */
#ifndef NG_KERNEL_NETSTAT_PARSE_H
#define NG_KERNEL_NETSTAT_PARSE_H

#include "event/event.h"

#define NETSTAT_COUNTERS 8

struct netstat {
	uint64_t at[NETSTAT_COUNTERS]; /* totals since the host started; ABSENT: not there */
};

/* Everything ABSENT. */
void netstat_clear(struct netstat *n);

/* Takes what a file's text says; the rest stays as it was. A line that was cut off gives what
 * stands before the cut. */
void netstat_parse(struct netstat *n, struct str text);

/* What was counted between two readings, into the fields of ret that both know. */
void netstat_delta(
	const struct netstat *before, const struct netstat *after, struct event_tcp_stats *ret);

/* How far a counter moved that may be 32 or 64 bits wide and wrap. 0 when it went back by more
 * than a wrap explains: then it has started anew, and from where is not known. */
uint64_t netstat_moved(uint64_t before, uint64_t after);

#endif
