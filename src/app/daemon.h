/* SPDX-License-Identifier: MIT
 *
 * daemon: what a run with --daemon does besides recording: it tells the service manager how it is
 * doing (notify), writes to stderr what an operator would want to find in the journal, and writes a
 * report of each incident when its recording has ended.
 */
#ifndef NG_APP_DAEMON_H
#define NG_APP_DAEMON_H

#include "app/notify.h"
#include "app/reports.h"
#include "app/session.h"

/* A taker of the hub, behind those that record. */
struct daemon {
	struct taker taker; /* first */
	bool on;            /* --daemon */
	struct notify notify;
	struct session *session;
	struct reports reports; /* that is being made */
	uint64_t attacks;       /* findings of which was told */
	usec_t counted;         /* since when lines are counted; monotonic */
	unsigned lines, dropped;
	usec_t told; /* the status, last; monotonic */
};

/* Before a child is forked: none is to have the manager's socket. on: the run is one. 0; or a
 * negative errno, when the manager's socket cannot be had. d must be given to daemon_done either
 * way, and not move before. */
int daemon_init(struct daemon *d, bool on);
void daemon_done(struct daemon *d);

/* The session has begun, and all that could keep it from running is over. 0 or a negative errno. */
int daemon_begin(struct daemon *d, struct session *s);

/* In each round; now: monotonic. True while there is more to do at once. */
bool daemon_poll(struct daemon *d, usec_t now);

/* SIGHUP: the recording goes on in a new file, and what is read from time to time is read now. */
void daemon_reload(struct daemon *d);

/* The loop has ended; and so has the session: what is left to be written is written. */
void daemon_stop(struct daemon *d);
void daemon_finish(struct daemon *d);

#endif
