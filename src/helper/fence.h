/* SPDX-License-Identifier: MIT
 *
 * fence: a process keeps to some files, and to some ports of others (landlock(7)). What is open
 * already stays open; stat(2) still sees everything. Holds for the thread that calls it, and for
 * the threads and processes that it makes from then on.
 */
#ifndef NG_HELPER_FENCE_H
#define NG_HELPER_FENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FENCE_PATHS_MAX 48
#define FENCE_PORTS_MAX 16

enum fence_right {
	FENCE_READ,  /* a file, or what lies below a directory */
	FENCE_WRITE, /* and write, make and remove files there */
};

struct fence {
	struct {
		char path[512];
		enum fence_right right;
	} at[FENCE_PATHS_MAX];
	size_t count;
	uint16_t ports[FENCE_PORTS_MAX]; /* of others, over TCP: may be connected to */
	size_t port_count;
	bool any_port;
};

/* A path that is "", too long or not there needs no place; neither does what the fence has no room
 * for (it stays outside: the fence is then closer than it was meant to be). */
void fence_allow(struct fence *f, enum fence_right right, const char *path);

/* 0, and what there is no room for, is none. */
void fence_allow_port(struct fence *f, unsigned port);

/* The version of Landlock that the kernel has; 0: none, or it is switched off. */
int fence_version(void);

/* From now on. The version that stands, which tells what it could not be asked for: ports need 4,
 * abstract UNIX sockets and signals to processes outside 6. Or a negative errno: -ENOSYS,
 * -EOPNOTSUPP without Landlock. Sets no_new_privs. */
int fence_raise(const struct fence *f);

#endif
