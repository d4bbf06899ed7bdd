/* SPDX-License-Identifier: MIT
 *
 * loop: the one thread's one epoll loop. Work is done in rounds on a tick, so that a busy kernel or
 * log does not wake the process for every record; watched descriptors and signals are handled at
 * once. What the work is, the loop does not know.
 */
#ifndef NG_APP_LOOP_H
#define NG_APP_LOOP_H

#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

#define LOOP_WATCHES_MAX 64
#define LOOP_TICK        (50 * USEC_PER_MSEC) /* between two rounds while something happens */

struct loop;

enum loop_left {
	LOOP_DONE,  /* nothing */
	LOOP_WAITS, /* something that is not there yet */
	LOOP_MORE   /* something that can be done at once */
};

/* What the loop runs. Each function gets ctx; a time `now` is by CLOCK_MONOTONIC. */
struct loop_work {
	void *ctx;

	/* A round, of a few milliseconds. After how many microseconds the next one is due: 0 when
	 * there is more to do at once, else LOOP_TICK or more. */
	usec_t (*poll)(void *ctx, usec_t now);

	/* A round once the run is over: what has been begun is brought to its end. */
	enum loop_left (*finish)(void *ctx);

	/* False when there is nothing left to run for. */
	bool (*goes_on)(void *ctx);

	/* Draws, if that is due. After how many microseconds it wants to be called again, or -1. */
	usec_t (*draw)(void *ctx, usec_t now);

	/* SIGWINCH, SIGUSR1, or one that may end the loop. True: it does. */
	bool (*signal)(void *ctx, int signo);
};

/* Call first of all: SIGINT, SIGTERM, SIGHUP, SIGQUIT and SIGWINCH then wait until the loop takes
 * them, so that at no moment they end the program half-way. */
void loop_block_signals(void);

/* A signal that ends the loop is waiting to be taken. but_hangup: SIGHUP is none. */
bool loop_is_signalled(bool but_hangup);

/* NULL with *ret_err. */
struct loop *loop_new(int *ret_err);
void loop_free(struct loop *l);

/* Has fn called with the events (of epoll_ctl(2)) whenever fd has some of those asked for. 0,
 * -ENOSPC when LOOP_WATCHES_MAX are watched, or another negative errno. */
int loop_watch(
	struct loop *l, int fd, uint32_t events, void (*fn)(void *ctx, uint32_t events), void *ctx);

/* Has the next round begin when fd can be read. One that stays ready is let rest for a moment, so
 * that it does not make rounds of its own. Returns as loop_watch. */
int loop_watch_source(struct loop *l, int fd);

/* Before fd is closed, at the latest. Does nothing when it is not watched. */
void loop_unwatch(struct loop *l, int fd);

/* Runs the work (borrowed) until the duration is over (usec, -1: none), it does not go on, a signal
 * ends it, or loop_stop was called; then finishes it, except after a signal or a stop. */
void loop_run(struct loop *l, const struct loop_work *work, usec_t duration);

/* After the current call. */
void loop_stop(struct loop *l);

#endif
