/* SPDX-License-Identifier: MIT
 *
 * owners: which process holds a socket. The kernel's own hooks cannot say it (they run in whatever
 * process a packet interrupts), so it is read from /proc/PID/fd, in slices, again and again: only
 * for sockets that somebody wants to know about, which the caller says by their inodes.
 *
 * Of several processes that hold one socket the one met first is named, as long as it does.
 */
#ifndef NG_KERNEL_OWNERS_H
#define NG_KERNEL_OWNERS_H

#include "base/index.h"
#include "base/pool.h"
#include "event/event.h"
#include "kernel/proc_walk.h"

struct owners {
	struct pool pool; /* struct owner */
	struct index index;
	struct proc_walk walk;
	/* The process that is being read. */
	int process;
	DIR *fds;
	uint32_t pid;
	uint32_t name_hash;
	bool named; /* its name has been read */
	char name[PROC_COMM_MAX];

	uint32_t pass; /* number of the latest pass through all processes */
	bool passing;
	bool wanted;   /* somebody wants what no pass has looked for yet */
	uint64_t due;  /* when the next pass may begin, CLOCK_MONOTONIC ns */
	uint64_t rest; /* when one begins though there is no news */
	uint64_t spent;
	uint32_t denied, denied_now; /* processes that do not show what they hold */
	bool saw_init, sees_init;    /* pid 1 is there for all to see, but for hidepid= */
};

/* At most cap sockets; of more, some stay without owner. 0 or -ENOMEM. */
int owners_init(struct owners *o, uint32_t cap);
void owners_done(struct owners *o);

/* Somebody wants to know about this socket; each want is to be followed by a drop. */
void owners_want(struct owners *o, uint64_t inode);
void owners_drop(struct owners *o, uint64_t inode);

/* Goes on with a pass, or begins one that is due, until `deadline` (CLOCK_MONOTONIC, ns), and puts
 * an owner event for each socket whose holder is news. */
void owners_poll(struct owners *o, uint64_t deadline, struct event_sink *sink);

/* Goes once through all processes, whether due or not, if anything is wanted that no pass has
 * looked for. At most until the deadline. */
void owners_settle(struct owners *o, uint64_t deadline, struct event_sink *sink);

#endif
