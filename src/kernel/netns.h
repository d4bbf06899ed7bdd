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

#include "base/index.h"
#include "base/pool.h"
#include "kernel/proc_walk.h"

#define NETNS_MAX      1024 /* namespaces; more are counted, and not looked into */
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
	bool own;     /* the one we are in; it has no name */
	uint32_t pid; /* a process in it, or 0 */
	uint32_t scan;
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
	uint64_t overflowed;         /* namespaces that found no place, in the latest scan */
};

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

/* Every namespace of the set has an id; walk them with pool_next(). */
static inline struct netns *netns_at(const struct netns_set *set, uint32_t id)
{
	return pool_at(&set->pool, id);
}

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
