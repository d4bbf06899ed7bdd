/* SPDX-License-Identifier: MIT
 *
 * process: a process of our own: a fork that is made before anything is opened, gives up what it
 * does not need, and is spoken to over a SOCK_SEQPACKET pair. It ends when the console's end of the
 * pair is closed.
 */
#ifndef NG_HELPER_PROCESS_H
#define NG_HELPER_PROCESS_H

#include "helper/identity.h"

#include <stddef.h>
#include <sys/types.h>

#define PROCESS_FD 3 /* the only descriptor that it keeps, after stdin, stdout and stderr */

/* Of the console's side. */
struct process {
	const char *name; /* in messages: "blocker"; borrowed */
	int fd;           /* our end of the pair; -1: none */
	pid_t pid;        /* 0: has been waited for */
};

/* What it runs, with its end of the pair; it does not return. */
typedef void process_main_fn(void *ctx, int fd, pid_t parent);

/* Forks. Before any thread is started. 0 or a negative errno; p is to be given to process_end
 * either way. */
int process_spawn(struct process *p, const char *name, process_main_fn *main, void *ctx);

#define PROCESS_STAYS \
	(-1) /* it has not ended, and runs as somebody whom this process may not kill */

/* Shuts the pair, waits some ms for the process to end, kills it when it does not. Its status
 * (waitpid(2)), or PROCESS_STAYS; once it has been waited for, 0. */
int process_collect(struct process *p, int ms);

/* The same with patience, and closes the pair. */
void process_end(struct process *p);

/* "the blocker has ended: it was killed by signal 9" */
void process_say_end(const struct process *p, int status, char *buf, size_t cap);

/* In the process: nothing of the console's stays, no terminal, no socket, no file but the pair,
 * which becomes PROCESS_FD; it has that name (of prctl(2), 15 characters). 0 or a negative errno.
 */
int process_leave(int fd, const char *name);

/* A descriptor that tells of SIGCHLD and SIGTERM; all other signals are blocked. Or a negative
 * errno.
 */
int process_open_signals(void);

/* Has SIGTERM sent when the parent ends: the pair says so, too, but not while a program that was
 * forked with the console holds its end open. 0, or -ESRCH: it has ended. */
int process_follow(pid_t parent);

/* What only calls others over the network: no capability, no privileged user, no file written. Who
 * it is afterwards goes to ret_uid. 0 or a negative errno. That the user could not be changed (a
 * user namespace may know no other) is none. */
int process_confine(uid_t *ret_uid);

#endif
