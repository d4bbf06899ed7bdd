/* SPDX-License-Identifier: MIT
 *
 * netns_name: which container a process is in, by the control group that its runtime has made for
 * it (proc(5), /proc/PID/cgroup).
 */
#ifndef NG_KERNEL_NETNS_NAME_H
#define NG_KERNEL_NETNS_NAME_H

#include "base/str.h"

#define CONTAINER_ID_SHORT 12 /* as docker ps and crictl ps show it */

/* The container's id, cut short, or the name that LXC or systemd-nspawn knows it by; absent when
 * the text, a process's cgroup file, speaks of none. It points into the text and is not clean. */
struct str netns_container(struct str cgroup);

#endif
