/* SPDX-License-Identifier: MIT
 *
 * netns_quota: which namespaces have a place in the set, where there are more than it holds.
 * Anybody who may make a user namespace can make network namespaces by the thousand: so each user
 * has a quota, and root, whose containers they are, the rest. Of a user's, those with listeners
 * stay; what has none makes way for those that were not looked into yet, some at each scan.
 */
#ifndef NG_KERNEL_NETNS_QUOTA_H
#define NG_KERNEL_NETNS_QUOTA_H

#include "kernel/netns_set.h"

#define NETNS_TRIED 32 /* of one user beyond his quota, until they have been looked into */

/* The user who made the outermost user namespace, inside our own, that the file's network namespace
 * belongs to (ioctl_ns(2)): whoever makes others inside of it has no further quota. 0 for our own
 * user namespace, where only root makes any; and where the kernel does not tell, the owner of the
 * file's directory. dir, path: of a file like /proc/PID/ns/net. */
uint32_t netns_owner_at(uint64_t own_userns, int dir, const char *path);

/* The inode of our own user namespace; 0: not known. */
uint64_t netns_own_userns(void);

/* A namespace that is met for the first time in the running scan may be looked into. Counts it in
 * `overflowed` when not. */
bool netns_quota_admits(struct netns_set *set, uint32_t ino, uint32_t owner);

/* The scan is over: those beyond the quotas lose their places, as if they were gone. */
void netns_quota_trim(struct netns_set *set);

#endif
