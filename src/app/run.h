/* SPDX-License-Identifier: MIT
 *
 * run: a session on the loop, with a console or headless: who is called, and when.
 */
#ifndef NG_APP_RUN_H
#define NG_APP_RUN_H

#include "app/daemon.h"
#include "app/doing.h"
#include "app/loop.h"
#include "app/progress.h"
#include "app/reports.h"
#include "app/session.h"
#include "console/console.h"

struct run {
	struct taker taker; /* first; tells the console of answers, and of another model */
	struct session *session;
	struct console *console; /* NULL: headless */
	struct doing *doing;     /* borrowed */
	struct daemon *daemon;   /* borrowed; off, but for --daemon */
	struct loop *loop;
	usec_t rest;              /* between the last two rounds */
	struct reports reports;   /* that are being made */
	bool hung_up;             /* SIGHUP has ended it: nobody reads the terminal any more */
	struct progress progress; /* without a console, of a run that has an end */
	usec_t began, duration;   /* monotonic; -1: none */
	uint64_t behind;          /* most bytes of logs that were ever yet to be read */
	bool awaits_room;         /* the terminal is watched, as it took not all of a frame */
};

/* Watches what is there to be watched; both are borrowed. 0 or a negative errno. r must be given
 * to run_done either way, and not move before. */
int run_init(struct run *r, struct session *session, struct console *console, struct doing *doing,
	struct daemon *daemon);
void run_done(struct run *r);

/* Until the duration is over (usec, -1: none), every source has ended (unless there is a console,
 * which goes on showing), the user quits, a signal ends it, or stdout cannot be written. */
void run_loop(struct run *r, usec_t duration);

#endif
