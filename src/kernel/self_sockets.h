/* SPDX-License-Identifier: MIT
 *
 * self_sockets: the sockets of this very process, by inode, so that looking things up never looks
 * like traffic of the machine.
 */
#ifndef NG_KERNEL_SELF_SOCKETS_H
#define NG_KERNEL_SELF_SOCKETS_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* More than this program ever opens; of more, some would show. */
#define OWN_SOCKETS_MAX 256

struct self_sockets {
	bool stale; /* they are looked at again when somebody asks */
	size_t count;
	uint64_t inodes[OWN_SOCKETS_MAX];
};

/* Looks at what is open now. */
void self_sockets_refresh(struct self_sockets *own);

/* Looks first when they are stale: most listings of a quiet machine have nothing to ask for. */
bool self_sockets_has(struct self_sockets *own, uint64_t inode);

/* The inode in the target of a link in /proc/PID/fd, "socket:[4711]"; 0 for what is no socket. */
uint64_t socket_inode(struct str link);

#endif
