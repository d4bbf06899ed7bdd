// SPDX-License-Identifier: MIT
#include "app/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* A source that called is not heard again for a while: longer from call to call, up to a tick, so
 * that a log that is written all the time wakes us no more often than the clock does. Whoever wakes
 * takes a CPU from the server that has written. */
#define REST_FIRST (5 * USEC_PER_MSEC)
#define REST_MOST  LOOP_TICK

struct watch {
	int fd;                                 /* -1: a free place */
	uint32_t generation;                    /* grows with each use of the place */
	void (*fn)(void *ctx, uint32_t events); /* NULL: a source's */
	void *ctx;
};

struct loop {
	int epoll, signals;
	const struct loop_work *work; /* while it runs */
	struct watch watches[LOOP_WATCHES_MAX];
	bool stop;
	bool called;        /* a source's descriptor was ready */
	bool sources_armed; /* the sources' descriptors may wake us */
	usec_t next_poll;   /* monotonic */
	usec_t rest, rest_until, called_at;
};

/* Signals. */

static sigset_t ending_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT); /* a core for Ctrl-\ would leave the terminal as it is */
	return set;
}

static sigset_t taken_signals(void)
{
	sigset_t set = ending_signals();

	sigaddset(&set, SIGWINCH);
	sigaddset(&set, SIGUSR1);
	return set;
}

void loop_block_signals(void)
{
	sigset_t set = taken_signals();

	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

bool loop_is_signalled(bool but_hangup)
{
	sigset_t ending = ending_signals(), pending, both;

	if (but_hangup)
		sigdelset(&ending, SIGHUP);
	return sigpending(&pending) == 0 && sigandset(&both, &ending, &pending) == 0 &&
	       !sigisemptyset(&both);
}

static int open_signals(void)
{
	sigset_t set = taken_signals();
	int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);

	return fd < 0 ? -errno : fd;
}

static void take_signals(void *ctx, uint32_t events)
{
	struct loop *l = ctx;
	struct signalfd_siginfo info;

	(void)events;
	while (read(l->signals, &info, sizeof info) == sizeof info)
		l->stop |= l->work->signal(l->work->ctx, (int)info.ssi_signo);
}

/* Watches. */

static struct watch *find_watch(struct loop *l, int fd)
{
	for (size_t i = 0; i < LOOP_WATCHES_MAX; i++)
		if (l->watches[i].fd == fd)
			return &l->watches[i];
	return NULL;
}

/* What comes back tells a watch from one that had its place before. */
static struct epoll_event event_of(const struct loop *l, const struct watch *w, uint32_t events)
{
	uint64_t place = (uint64_t)(w - l->watches);

	return (struct epoll_event){
		.events = events, .data.u64 = (uint64_t)w->generation << 32 | place};
}

static int add_watch(struct loop *l, struct watch want, uint32_t events)
{
	struct watch *w = find_watch(l, -1);

	if (!w)
		return -ENOSPC;
	want.generation = w->generation + 1;
	*w = want;
	struct epoll_event e = event_of(l, w, events);
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, w->fd, &e) == 0)
		return 0;
	w->fd = -1;
	return -errno;
}

int loop_watch(
	struct loop *l, int fd, uint32_t events, void (*fn)(void *ctx, uint32_t events), void *ctx)
{
	return add_watch(l, (struct watch){.fd = fd, .fn = fn, .ctx = ctx}, events);
}

int loop_watch_source(struct loop *l, int fd)
{
	return add_watch(l, (struct watch){.fd = fd}, l->sources_armed ? EPOLLIN : 0);
}

void loop_unwatch(struct loop *l, int fd)
{
	struct watch *w = fd < 0 ? NULL : find_watch(l, fd);

	if (!w)
		return;
	epoll_ctl(l->epoll, EPOLL_CTL_DEL, fd, NULL);
	w->fd = -1;
}

/* Sources wake the loop, but only while armed. */
static void arm_sources(struct loop *l, bool on)
{
	for (size_t i = 0; i < LOOP_WATCHES_MAX; i++) {
		const struct watch *w = &l->watches[i];
		struct epoll_event e = event_of(l, w, on ? EPOLLIN : 0);
		if (w->fd >= 0 && !w->fn)
			epoll_ctl(l->epoll, EPOLL_CTL_MOD, w->fd, &e);
	}
	l->sources_armed = on;
}

static void call(struct loop *l, const struct epoll_event *e)
{
	const struct watch *w = &l->watches[e->data.u64 % LOOP_WATCHES_MAX];

	if (w->fd < 0 || w->generation != e->data.u64 >> 32)
		return; /* one that was called before ended it */
	if (w->fn)
		w->fn(w->ctx, e->events);
	else
		l->called = true;
}

/* Waits at most `timeout` for something and has it handled. True when a source called. */
static bool wait(struct loop *l, usec_t timeout)
{
	struct epoll_event ready[8];
	/* Rounded up, or the last fraction of a millisecond would be spun away. */
	int ms = timeout <= 0 ? 0 : (int)((timeout + USEC_PER_MSEC - 1) / USEC_PER_MSEC);
	int n = epoll_wait(l->epoll, ready, 8, ms);

	l->called = false;
	for (int i = 0; i < n; i++)
		call(l, &ready[i]);
	return l->called;
}

/* The loop. */

struct loop *loop_new(int *ret_err)
{
	struct loop *l = calloc(1, sizeof *l);

	*ret_err = -ENOMEM;
	if (!l)
		return NULL;
	for (size_t i = 0; i < LOOP_WATCHES_MAX; i++)
		l->watches[i].fd = -1;
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->signals = open_signals();
	*ret_err = l->epoll < 0 ? -errno : l->signals < 0 ? l->signals : 0;
	if (!*ret_err)
		*ret_err = loop_watch(l, l->signals, EPOLLIN, take_signals, l);
	if (*ret_err) {
		loop_free(l);
		return NULL;
	}
	return l;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	if (l->epoll >= 0)
		close(l->epoll);
	if (l->signals >= 0)
		close(l->signals);
	free(l);
}

void loop_stop(struct loop *l)
{
	l->stop = true;
}

static usec_t earlier(usec_t a, usec_t b)
{
	return a < b ? a : b;
}

/* Whoever called may still be ready, or again at once: descriptors then rest for a moment. */
static void poll_work(struct loop *l, usec_t now, bool called)
{
	l->next_poll = now + l->work->poll(l->work->ctx, now);
	if (called) {
		bool again = now - l->called_at < 2 * REST_MOST;
		l->rest = again ? earlier(2 * l->rest, REST_MOST) : REST_FIRST;
		l->called_at = now;
		arm_sources(l, false);
	}
	l->rest_until = now + l->rest;
}

/* One round: wait for the next thing that is due, then do what is due. */
static void turn(struct loop *l, usec_t until)
{
	usec_t now = clock_usec(CLOCK_MONOTONIC), due = earlier(l->next_poll, until);
	usec_t frame = l->work->draw(l->work->ctx, now);

	if (frame >= 0)
		due = earlier(due, now + frame);
	if (!l->sources_armed && l->next_poll > now) {
		if (now >= l->rest_until)
			arm_sources(l, true);
		else
			due = earlier(due, l->rest_until);
	}
	bool called = wait(l, due - now);
	now = clock_usec(CLOCK_MONOTONIC);
	if (called || now >= l->next_poll)
		poll_work(l, now, called);
}

/* What stopped the loop leaves no time to finish. */
static void finish(struct loop *l)
{
	while (!l->stop) {
		enum loop_left left = l->work->finish(l->work->ctx);
		if (left == LOOP_DONE)
			return;
		if (left == LOOP_WAITS && !l->sources_armed)
			arm_sources(l, true);
		wait(l, left == LOOP_MORE ? 0 : LOOP_TICK);
	}
}

void loop_run(struct loop *l, const struct loop_work *work, usec_t duration)
{
	usec_t now = clock_usec(CLOCK_MONOTONIC);
	usec_t until = duration < 0 ? INT64_MAX : now + duration;

	l->work = work;
	while (!l->stop && now < until && work->goes_on(work->ctx)) {
		turn(l, until);
		now = clock_usec(CLOCK_MONOTONIC);
	}
	finish(l);
}
