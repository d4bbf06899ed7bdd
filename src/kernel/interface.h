/* SPDX-License-Identifier: MIT
 *
 * interface: what passes the interface by which this machine is reached, from the kernel's own
 * counters (rtnetlink(7), IFLA_STATS64) in the network namespace that the program was started in.
 */
#ifndef NG_KERNEL_INTERFACE_H
#define NG_KERNEL_INTERFACE_H

#include "event/source.h"

/* name: borrowed for as long as the source lives; NULL: that of the default route, which is looked
 * for again from time to time. Opens its sockets here; none of it needs privileges. NULL when
 * memory is out. */
struct source *interface_new(const char *name);

/* One reading, for those who only want to know what there is. False with why when there is
 * nothing; *ret has the name all the same if one is known. */
#define INTERFACE_NAME_MAX 64
struct interface_look {
	char name[INTERFACE_NAME_MAX]; /* clean; "": none */
	uint64_t rx, tx;               /* bytes since it is there */
	uint64_t speed;                /* Mbit/s, or ABSENT */
	bool by_route;                 /* it was found by the default route */
};

bool interface_look(
	const char *name, struct interface_look *ret, char why[static SOURCE_REASON_MAX]);

#endif
