// SPDX-License-Identifier: MIT
#include "app/run.h"

#include <signal.h>
#include <sys/epoll.h>

static bool poll(void *ctx, usec_t now)
{
	struct run *r = ctx;

	lookups_feed(&r->session->lookups, r->session->model, r->console, now);
	bool more = session_poll(r->session, clock_now());
	session_flush(r->session);
	return more;
}

/* Logs that are read from their start are read to what was their end. Of a pipe that is where its
 * writer ends, however slow the writer is; a console's user need not wait for it. */
static enum loop_left finish(void *ctx)
{
	struct run *r = ctx;

	if (r->session->stream.err)
		return LOOP_DONE;
	bool more = session_poll(r->session, clock_now());
	bool pending = !r->console && session_is_pending(r->session);
	session_flush(r->session);
	return more ? LOOP_MORE : pending ? LOOP_WAITS : LOOP_DONE;
}

static bool goes_on(void *ctx)
{
	const struct run *r = ctx;

	return !r->session->stream.err && (r->console || session_is_alive(r->session));
}

static usec_t draw(void *ctx, usec_t now)
{
	const struct run *r = ctx;

	return r->console ? console_draw(r->console, now) : -1;
}

static void take_signal(void *ctx, int signo)
{
	struct run *r = ctx;

	if (signo == SIGUSR1)
		session_mark(r->session, STR_ABSENT);
	else if (signo != SIGWINCH)
		r->session->stopping = true;
	else if (r->console)
		console_resize(r->console);
}

static void take_keys(void *ctx, uint32_t events)
{
	struct run *r = ctx;
	struct command command;

	(void)events;
	if (console_input(r->console) == CONSOLE_QUIT)
		loop_stop(r->loop);
	while (console_take_command(r->console, &command))
		session_command(r->session, &command);
}

static void restart(struct taker *taker, const struct model *model)
{
	console_set_model(((struct run *)taker)->console, model);
}

int run_init(struct run *r, struct session *session, struct console *console)
{
	int err;

	*r = (struct run){
		.taker = {.name = "console", .restart = restart},
		.session = session,
		.console = console,
	};
	r->loop = loop_new(&err);
	if (!err)
		err = session_watch(session, r->loop);
	if (!err && console)
		err = hub_join(&session->hub, &r->taker);
	if (!err && console)
		err = loop_watch(r->loop, console_fd(console), EPOLLIN, take_keys, r);
	return err;
}

void run_done(struct run *r)
{
	session_watch(r->session, NULL);
	loop_free(r->loop);
	r->loop = NULL;
}

void run_loop(struct run *r, usec_t duration)
{
	const struct loop_work work = {
		.ctx = r,
		.poll = poll,
		.finish = finish,
		.goes_on = goes_on,
		.draw = draw,
		.signal = take_signal,
	};

	loop_run(r->loop, &work, duration);
}
