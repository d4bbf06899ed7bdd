/* SPDX-License-Identifier: MIT
 *
 * loop: the one thread's one epoll loop. Sources are polled on a tick, so that a busy kernel or
 * log does not wake the process for every record; keys and signals are taken at once.
 */
#ifndef NG_APP_LOOP_H
#define NG_APP_LOOP_H

#include "app/session.h"
#include "console/console.h"

struct loop;

/* Call first of all: SIGINT, SIGTERM, SIGHUP, SIGQUIT and SIGWINCH then wait until the loop takes
 * them, so that at no moment they end the program half-way. */
void loop_block_signals(void);

/* NULL with *ret_err. */
struct loop *loop_new(struct session *session, int *ret_err);
void loop_free(struct loop *loop);

/* Runs until the duration is over (usec, -1: none), every source has ended (unless there is a
 * console, which goes on showing), the user quits or a signal ends it. */
void loop_run(struct loop *loop, struct console *console, usec_t duration);

#endif
