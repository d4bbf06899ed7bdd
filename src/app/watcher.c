// SPDX-License-Identifier: MIT
#include "app/watcher.h"

#include "app/kernel_sources.h"
#include "app/loop.h"
#include "app/privilege.h"
#include "base/file.h"
#include "record/relay.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define START_MS  20000 /* programs are verified by the kernel, on a machine that is busy */
#define LOSE_MS   100   /* for it to end, while somebody looks at the screen */
#define REST_MOST (4 * LOOP_TICK)

/* In the process. */

struct watch {
	const struct options *options;
	pid_t looks_up;
	struct kernel_sources kernel;
	struct relay_out out;
	bool ended[KERNEL_SOURCES_MAX];
	struct loop *loop;
	usec_t rest;
	bool blocked; /* nobody takes what waits */
	bool put;     /* events came in this round */
	bool is_over;
};

/* Where nothing happens, rounds come further apart, as in run.c. */
static usec_t next_round(struct watch *w)
{
	w->rest = w->put ? LOOP_TICK : w->rest + LOOP_TICK;
	if (w->rest > REST_MOST)
		w->rest = REST_MOST;
	return w->rest;
}

static void flush(struct watch *w)
{
	int waits = relay_out_flush(&w->out);

	w->is_over |= waits < 0;
	w->blocked = waits > 0;
}

static usec_t poll_sources(void *ctx, usec_t now)
{
	struct watch *w = ctx;
	usec_t clock = clock_now();
	bool more = false;

	(void)now;
	flush(w);
	if (w->blocked)
		return LOOP_TICK;
	for (size_t i = 0; i < w->kernel.count; i++) {
		int got = w->ended[i] ? 0 : source_poll(w->kernel.at[i], clock, &w->out.sink);
		w->ended[i] |= got == -EPIPE;
		more |= got > 0;
	}
	w->put = w->out.first != NULL;
	flush(w);
	return more ? 0 : next_round(w);
}

static void say_last_words(struct watch *w)
{
	for (size_t i = 0; i < w->kernel.count; i++)
		source_finish(w->kernel.at[i], clock_now(), &w->out.sink);
	w->is_over |= relay_say_last(&w->out) < 0;
}

static void take_request(void *ctx, uint32_t events)
{
	struct watch *w = ctx;
	int asked = relay_asked(&w->out);

	(void)events;
	if (asked == RELAY_FINISH)
		say_last_words(w);
	else if (asked == RELAY_REFRESH)
		for (size_t i = 0; i < w->kernel.count; i++)
			source_refresh(w->kernel.at[i]);
	else if (asked != -EAGAIN)
		w->is_over = true;
	if (w->is_over)
		loop_stop(w->loop);
	flush(w);
}

static enum loop_left finish(void *ctx)
{
	(void)ctx;
	return LOOP_DONE;
}

static bool goes_on(void *ctx)
{
	return !((const struct watch *)ctx)->is_over;
}

static usec_t draw(void *ctx, usec_t now)
{
	(void)ctx;
	(void)now;
	return -1;
}

static bool take_signal(void *ctx, int signo)
{
	(void)ctx;
	return signo == SIGTERM;
}

static int watch_sources(struct watch *w)
{
	int err = 0;

	w->loop = loop_new(&err);
	if (!err)
		err = loop_watch(w->loop, w->out.fd, EPOLLIN, take_request, w);
	for (size_t i = 0; i < w->kernel.count && !err; i++)
		if (source_fd(w->kernel.at[i]) >= 0)
			err = loop_watch_source(w->loop, source_fd(w->kernel.at[i]));
	return err;
}

static enum privilege privilege_of(const struct watch *w)
{
	if (strcmp(w->options->source, "proc") == 0)
		return PRIVILEGE_WATCH_PROC;
	return kernel_sources_tap(&w->kernel) ? PRIVILEGE_WATCH_RAW : PRIVILEGE_WATCH;
}

/* 0, or a negative errno with the reason. What it cannot give up the console cannot, either, and
 * says so. */
static int begin(struct watch *w, char why[static 512])
{
	struct reason lacks;

	file_want_descriptors();
	int err = kernel_sources_open(&w->kernel, w->options, w->looks_up, why);
	if (!err) {
		err = watch_sources(w);
		snprintf(why, 512, "%s", err ? strerror(-err) : "");
	}
	if (!err && privilege_drop(privilege_of(w), w->options, &lacks) < 0 &&
		w->options->sandbox == OPTION_SANDBOX_STRICT) {
		snprintf(why, 512, "%s", lacks.text);
		err = -EPERM;
	}
	return err;
}

static void watch(void *ctx, int fd, pid_t parent)
{
	static const struct loop_work work = {.poll = poll_sources,
		.finish = finish,
		.goes_on = goes_on,
		.draw = draw,
		.signal = take_signal};
	struct watch *w = ctx;
	struct loop_work its = work;
	char why[512] = "";

	its.ctx = w;
	int err = process_leave(fd, "ng-watcher");
	if (!err)
		err = process_follow(parent);
	if (err || relay_out_init(&w->out, PROCESS_FD) < 0)
		_exit(1);
	err = begin(w, why);
	relay_say_ready(&w->out, err, why);
	if (relay_await_begin(&w->out) == 0 && !err)
		loop_run(w->loop, &its, -1);
	kernel_sources_done(&w->kernel);
	_exit(err ? 1 : 0);
}

/* Here. */

int watcher_spawn(struct watcher *w, const struct options *o, pid_t looks_up)
{
	struct watch *its = calloc(1, sizeof *its);

	*w = (struct watcher){.process.fd = -1};
	if (!its)
		return -ENOMEM;
	its->options = o;
	its->looks_up = looks_up;
	int err = process_spawn(&w->process, "watcher", watch, its);
	free(its);
	return err;
}

/* The screen says that nothing is seen any more, and why. */
static void lose(void *ctx, usec_t now, struct event_sink *sink)
{
	struct watcher *w = ctx;
	struct event e = event_make(EVENT_SOURCE, now);
	char text[SOURCE_REASON_MAX];

	process_say_end(&w->process, process_collect(&w->process, LOSE_MS), text, sizeof text);
	e.source.source = STR_LIT("none");
	e.source.note = str_of(text);
	event_put(sink, &e);
	e = event_make(EVENT_NOTE, now);
	strncat(text, ": connections are no longer seen", sizeof text - strlen(text) - 1);
	e.note.text = str_of(text);
	event_put(sink, &e);
}

int watcher_await(struct watcher *w, char reason[static 512])
{
	struct relay_ready ready;
	int err = relay_await_ready(w->process.fd, START_MS, &ready);

	if (err) {
		snprintf(reason, 512, "the watcher could not be started: %s", strerror(-err));
		return err;
	}
	snprintf(reason, 512, "%s", ready.why);
	if (ready.err)
		return ready.err;
	w->source = relay_in_new("watcher", w->process.fd, lose, w);
	if (!w->source)
		snprintf(reason, 512, "the watcher: out of memory");
	return w->source ? 0 : -ENOMEM;
}

void watcher_done(struct watcher *w)
{
	source_free(w->source);
	w->source = NULL;
	process_end(&w->process);
}
