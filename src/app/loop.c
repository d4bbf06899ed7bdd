// SPDX-License-Identifier: MIT
#include "app/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define TICK      (50 * USEC_PER_MSEC) /* sources are polled this often */
#define TICK_REST (5 * USEC_PER_MSEC)  /* a descriptor that keeps being ready waits this long */

struct loop {
	struct session *session;
	int epoll, signals;
	struct console *console;
	bool stop;
	bool sources_armed; /* the sources' descriptors may wake us */
	usec_t next_poll;   /* monotonic */
	usec_t rest_until;
};

enum wake {
	WAKE_SIGNAL,
	WAKE_KEYS,
	WAKE_SOURCE /* and up: the number of the source */
};

static int watch(struct loop *l, int fd, uint32_t events, uint32_t what)
{
	struct epoll_event e = {.events = events, .data.u32 = what};

	return epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &e) < 0 ? -errno : 0;
}

/* Sources with a descriptor wake the loop, but only while armed. */
static void arm_sources(struct loop *l, bool on)
{
	for (size_t i = 0; i < l->session->source_count; i++) {
		int fd = source_fd(l->session->sources[i]);
		struct epoll_event e = {
			.events = on && !l->session->ended[i] ? EPOLLIN : 0,
			.data.u32 = WAKE_SOURCE + (uint32_t)i,
		};
		if (fd >= 0)
			epoll_ctl(l->epoll, EPOLL_CTL_MOD, fd, &e);
	}
	l->sources_armed = on;
}

static sigset_t taken_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT); /* a core for Ctrl-\ would leave the terminal as it is */
	sigaddset(&set, SIGWINCH);
	return set;
}

void loop_block_signals(void)
{
	sigset_t set = taken_signals();

	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static int open_signals(void)
{
	sigset_t set = taken_signals();
	int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);

	return fd < 0 ? -errno : fd;
}

struct loop *loop_new(struct session *session, int *ret_err)
{
	struct loop *l = calloc(1, sizeof *l);

	*ret_err = -ENOMEM;
	if (!l)
		return NULL;
	l->session = session;
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->signals = open_signals();
	*ret_err = l->epoll < 0 ? -errno : l->signals < 0 ? l->signals : 0;
	if (!*ret_err)
		*ret_err = watch(l, l->signals, EPOLLIN, WAKE_SIGNAL);
	for (size_t i = 0; i < session->source_count && !*ret_err; i++)
		if (source_fd(session->sources[i]) >= 0)
			*ret_err = watch(
				l, source_fd(session->sources[i]), 0, WAKE_SOURCE + (uint32_t)i);
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

static void take_signals(struct loop *l)
{
	struct signalfd_siginfo info;

	while (read(l->signals, &info, sizeof info) == sizeof info) {
		if (info.ssi_signo != SIGWINCH)
			l->stop = l->session->stopping = true;
		else if (l->console)
			console_resize(l->console);
	}
}

/* Waits at most `timeout` for something and takes signals and keys. True when a source called. */
static bool wait(struct loop *l, usec_t timeout)
{
	struct epoll_event ready[8];
	/* Rounded up, or the last fraction of a millisecond would be spun away. */
	int ms = timeout <= 0 ? 0 : (int)((timeout + USEC_PER_MSEC - 1) / USEC_PER_MSEC);
	int n = epoll_wait(l->epoll, ready, 8, ms);
	bool called = false;

	for (int i = 0; i < n; i++) {
		if (ready[i].data.u32 == WAKE_SIGNAL)
			take_signals(l);
		else if (ready[i].data.u32 == WAKE_KEYS)
			l->stop |= console_input(l->console) == CONSOLE_QUIT;
		else
			called = true;
	}
	return called;
}

static usec_t earlier(usec_t a, usec_t b)
{
	return a < b ? a : b;
}

/* Whoever called may still be ready, or again at once: descriptors then rest for a moment. */
static void poll_sources(struct loop *l, usec_t now, bool called)
{
	lookups_feed(&l->session->lookups, l->session->model, l->console, now);
	bool more = session_poll(l->session, clock_now());

	hub_flush(&l->session->hub);
	l->next_poll = more ? now : now + TICK;
	l->rest_until = now + TICK_REST;
	if (called)
		arm_sources(l, false);
}

/* One round: wait for the next thing that is due, then do what is due. */
static void turn(struct loop *l, usec_t until)
{
	usec_t now = clock_usec(CLOCK_MONOTONIC), due = earlier(l->next_poll, until);
	usec_t frame = l->console ? console_draw(l->console, now) : -1;

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
		poll_sources(l, now, called);
}

/* Logs that are read from their start are read to what was their end, unless told to stop. Of a
 * pipe that is where its writer ends, however slow the writer is. */
static void finish(struct loop *l)
{
	while (!l->stop && !l->session->stream.err) {
		bool more = session_poll(l->session, clock_now());
		bool owes = !l->console && session_is_pending(l->session);
		hub_flush(&l->session->hub);
		if (!more && !owes)
			return;
		if (!more && !l->sources_armed)
			arm_sources(l, true);
		wait(l, more ? 0 : TICK);
	}
}

void loop_run(struct loop *l, struct console *console, usec_t duration)
{
	usec_t now = clock_usec(CLOCK_MONOTONIC);
	usec_t until = duration < 0 ? INT64_MAX : now + duration;

	l->console = console;
	if (console)
		watch(l, console_fd(console), EPOLLIN, WAKE_KEYS);
	while (!l->stop && !l->session->stream.err && now < until) {
		if (!console && !session_is_alive(l->session))
			break;
		turn(l, until);
		now = clock_usec(CLOCK_MONOTONIC);
	}
	finish(l);
}
