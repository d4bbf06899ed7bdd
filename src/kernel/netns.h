/* SPDX-License-Identifier: MIT
 *
 * netns: the network namespaces of this machine that a way leads into: those of processes
 * (/proc/PID/ns/net) and those that `ip netns` keeps mounted. Looked for in slices, again every
 * few seconds.
 *
 * None but our own is held open: a descriptor would keep a namespace, its links and addresses,
 * alive after the last that used it is gone (namespaces(7)). Each is opened anew for each listing,
 * and recognised by its inode, which is the number that sockets carry.
 */
#ifndef NG_KERNEL_NETNS_H
#define NG_KERNEL_NETNS_H

#include "kernel/netns_set.h"

/* Begins with our own alone. 0 or -errno, after which there is nothing to be done with. */
int netns_init(struct netns_set *set);
void netns_done(struct netns_set *set);

/* Looks for namespaces. After the last step those that came are in the set, `renamed` says whose
 * name is news, and netns_is_gone() which ones no way leads into any more. */
void netns_scan_begin(struct netns_set *set);

/* Goes on until `deadline` (CLOCK_MONOTONIC, ns). True when there is more. */
bool netns_scan_step(struct netns_set *set, uint64_t deadline);

/* True when the last scan has not found it. */
bool netns_is_gone(const struct netns_set *set, const struct netns *n);

/* Takes it out. */
void netns_remove(struct netns_set *set, uint32_t id);

/* Its id, or POOL_NONE. */
uint32_t netns_find(const struct netns_set *set, uint32_t ino);

/* Goes into a namespace (setns(2), this thread). 0, or -errno and still at home: -EPERM when it is
 * not allowed, -ENOENT when it is no more. After it always netns_leave(), which fails only if the
 * kernel does not let us back; until it does, netns_enter() fails, too. */
int netns_enter(struct netns_set *set, const struct netns *n);
int netns_leave(struct netns_set *set);

/* Opens a namespace's /proc/net/tcp and tcp6, without going there where that can be. ret_fds[1] is
 * -1 where there is no IPv6. 0 or -errno as above. */
int netns_open_tables(struct netns_set *set, const struct netns *n, int ret_fds[static 2]);

/* The same of its /proc/net/udp and udp6. */
int netns_open_datagrams(struct netns_set *set, const struct netns *n, int ret_fds[static 2]);

/* The same of its /proc/net/netstat. Close it soon: it keeps the namespace alive. */
int netns_open_netstat(struct netns_set *set, const struct netns *n);

#endif
