/* SPDX-License-Identifier: MIT
 *
 * netns_set: network namespaces, and what is known of each; see netns.h.
 */
#ifndef NG_KERNEL_NETNS_SET_H
#define NG_KERNEL_NETNS_SET_H

#include "base/index.h"
#include "base/noted.h"
#include "base/pool.h"
#include "kernel/proc_walk.h"

#define NETNS_MAX      1024 /* namespaces; more are counted, and not looked into */
#define NETNS_PER_USER 128  /* of these, of one user but root, unless told otherwise */
#define NETNS_NAME_MAX 64   /* of a name, clean, NUL included */
#define NETNS_FILE_MAX 256  /* of a file in /run/netns, NUL included */

/* Where a name comes from; a better one replaces a worse. */
enum netns_name_from {
	NETNS_NAMELESS,
	NETNS_NAME_PROCESS,   /* "PID:COMM", the first process in it */
	NETNS_NAME_CONTAINER, /* by control group */
	NETNS_NAME_FILE,      /* ip-netns(8) */
};

/* When it is listed; the owner's. The times are CLOCK_MONOTONIC in nanoseconds. */
struct netns_plan {
	uint64_t full_due, half_open_due;
	/* The same as full_due, once something has happened, and once much has. */
	uint64_t full_moved, full_stirred;
	uint32_t stirs;       /* transitions since the last full listing */
	uint64_t full_listed; /* when the last full listing ended, well or not */
	uint64_t open;        /* sockets in it, all but listening and TIME_WAIT ones */
	uint64_t half_open;   /* connections, at the last listing of them */
	uint64_t listed;      /* when that ended */
	bool listening;       /* the latest full listing has found a listener */
	bool tried;           /* a full listing has been begun */
	bool seeded;          /* one has ended well */
	bool closed;          /* may not be entered: the last attempt was refused */
};

/* What TCP does there under stress; bpf_taps' own. */
struct netns_stress {
	uint64_t count; /* cookies sent, SYNs dropped, as last read */
	bool known;     /* it has been read */
};

struct netns {
	uint32_t ino;
	bool own;                            /* the one we are in; it has no name */
	uint32_t pid;                        /* a process in it, or 0 */
	uint32_t owner;                      /* the user who made it; see netns_owner_at */
	uint32_t scan, born;                 /* the latest that has met it, and the first */
	uint8_t looks;                       /* at processes for a name, in the running scan */
	enum netns_name_from from, from_now; /* of the name; the best of the running scan */
	bool renamed;                        /* the name has not been told */
	char file[NETNS_FILE_MAX];           /* in /run/netns; empty: none */
	char name[NETNS_NAME_MAX], name_now[NETNS_NAME_MAX];
	struct netns_plan plan;
	struct netns_stress stress;
};

struct netns_set {
	struct pool pool; /* struct netns */
	struct index index;
	uint32_t own_ino, own_id;
	uint64_t dev;  /* of the file system that namespaces are files of */
	int own_fd;    /* the way back */
	bool away;     /* not in our own: the way back failed */
	uint32_t scan; /* number of the latest */
	bool scanning;
	struct proc_walk walk;
	uint32_t hidden, hidden_now; /* processes whose namespace may not be seen */
	/* Namespaces that found no place in the latest scan, in the one before, and whose the last
	 * of them was (netns_quota.h). */
	uint64_t overflowed, overflowed_before;
	uint32_t overflowed_owner;
	struct noted refused; /* in the running scan, by inode */
	uint32_t per_user;    /* the owner may set it */
	uint64_t own_userns;  /* inode */
};

/* Every namespace of the set has an id; walk them with pool_next(). */
static inline struct netns *netns_at(const struct netns_set *set, uint32_t id)
{
	return pool_at(&set->pool, id);
}

#endif
