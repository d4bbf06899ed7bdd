/* SPDX-License-Identifier: MIT
 *
 * netstat: the TCP statistics of the machine, once a second: what TCP counted (SYN cookies,
 * overflows, drops, resets) and the fullest accept queue, of the network namespace it was started
 * in. Needs no privilege. Where a fact cannot be had, it stays absent.
 */
#ifndef NG_KERNEL_NETSTAT_H
#define NG_KERNEL_NETSTAT_H

#include "event/source.h"

/* NULL when memory is out. */
struct source *netstat_new(void);

#endif
