/* SPDX-License-Identifier: MIT
 *
 * open_wire: what the console and the process that opens files for it (base/opener) say to each
 * other: one question to a packet, and one answer to each, in their order. Descriptors go along
 * (SCM_RIGHTS, unix(7)). Neither side trusts the other: a packet counts only if open_wire_check_*
 * says so, with the descriptors that belong to it and no others.
 */
#ifndef NG_HELPER_OPEN_WIRE_H
#define NG_HELPER_OPEN_WIRE_H

#include "base/opener.h"

#include <limits.h>

#define OPEN_WIRE_FDS 2 /* at most, of one packet */

enum open_op { /* the calls of struct opener_ops */
	OPEN_OP_OPEN = 1,
	OPEN_OP_STAT,
	OPEN_OP_LSTAT,
	OPEN_OP_DIRECTORY,
	OPEN_OP_LINK,
	OPEN_OP_LINK_AT,  /* with the descriptor of the process */
	OPEN_OP_STAT_AT,  /* the same */
	OPEN_OP_OPEN_AT,  /* the same */
	OPEN_OP_WATCH,    /* with the descriptor of inotify */
	OPEN_OP_WATCH_FD, /* with that, and the file's */
	OPEN_OP_REOPEN,   /* with the FIFO's */
	OPEN_OP_MAKE,     /* the root is the directory; events: enum opener_make */
	OPEN_OP_MOVE,     /* the same; path: "NAME/TO", or "NAME"; events: over */
	OPEN_OPS
};

/* Ends behind the path's NUL. */
struct open_ask {
	uint32_t op;
	uint32_t events;                       /* of inotify(7) */
	uint64_t root_dev, root_ino;           /* what is known of the root; inode 0: nothing */
	char root[OPENER_ROOT_MAX + PATH_MAX]; /* "": none */
	char path[PATH_MAX];
};

/* Ends behind the link's text, which has no NUL. */
struct open_answer {
	int64_t value; /* what the call returns; a descriptor is 0 here, and goes along */
	struct stat st;
	char link[PATH_MAX];
};

/* A packet of n bytes, with so many descriptors. */
bool open_wire_is_ask(const struct open_ask *ask, size_t n, size_t fds);

/* The same of what answers the operation. */
bool open_wire_is_answer(const struct open_answer *answer, enum open_op op, size_t n, size_t fds);

/* Descriptors that a question has with it. */
size_t open_wire_fds(enum open_op op);

/* Whether its answer brings one. */
bool open_wire_gives(enum open_op op);

/* Sends n bytes and the descriptors, which stay open here; waits for room. 0 or a negative
 * errno. */
int open_wire_send(int fd, const void *p, size_t n, const int *fds, size_t fd_count);

/* Waits for a packet. Its length, which may be more than cap; 0: the other side is gone; or a
 * negative errno. The descriptors are the caller's; what comes beyond OPEN_WIRE_FDS is closed, and
 * the packet is -EBADMSG. */
ssize_t open_wire_receive(
	int fd, void *p, size_t cap, int ret_fds[static OPEN_WIRE_FDS], size_t *ret_fd_count);

#endif
