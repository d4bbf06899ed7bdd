// SPDX-License-Identifier: MIT
#include "app/run.h"

#include "base/text.h"
#include "model/cell.h"
#include "model/sums.h"

#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#define REST_MOST (4 * LOOP_TICK)

/* Where nothing happens, rounds come further apart, but none is late for the tick. What wakes the
 * loop does so as ever, and the kernel's ring has room for more than what comes meanwhile. */
static usec_t next_round(struct run *r, uint64_t news, usec_t now)
{
	usec_t tick = r->session->next_tick - now;
	bool quiet = !r->session->replay && r->session->hub.news == news;

	r->rest = quiet ? r->rest + LOOP_TICK : LOOP_TICK;
	if (r->rest > REST_MOST)
		r->rest = REST_MOST;
	return r->rest > tick && tick > LOOP_TICK ? tick : r->rest;
}

static usec_t poll(void *ctx, usec_t now)
{
	struct run *r = ctx;
	uint64_t news = r->session->hub.news;
	usec_t clock = clock_now();

	lookups_feed(&r->session->lookups, r->session->model, r->console, now);
	bool more = session_poll(r->session, clock);
	if (r->console)
		more |= reports_poll(&r->reports, r->session, r->console);
	more |= daemon_poll(r->daemon, now);
	session_flush(r->session);
	return more ? 0 : next_round(r, news, clock);
}

static bool goes_on(void *ctx)
{
	const struct run *r = ctx;

	return !r->session->stream.err && !publish_stdin_has_ended(&r->session->asker) &&
	       (r->console || session_is_alive(r->session));
}

static void take_room(void *ctx, uint32_t events)
{
	const struct run *r = ctx;

	(void)events;
	console_drain(r->console);
}

/* A terminal that has room is no news; only one that something waits for is. */
static void watch_room(struct run *r)
{
	int fd = console_out_fd(r->console);
	bool waits = console_waits(r->console);

	if (waits && !r->awaits_room)
		waits = loop_watch(r->loop, fd, EPOLLOUT, take_room, r) == 0;
	else if (!waits && r->awaits_room)
		loop_unwatch(r->loop, fd);
	r->awaits_room = waits;
}

static void show_recording(struct run *r)
{
	struct recordings *recordings = &r->session->recordings;
	char said[RECORDINGS_SAID];
	uint64_t bytes;

	if (recordings_failed(recordings, said))
		console_say(r->console, true, said);
	usec_t since = recordings_since(recordings, &bytes);
	console_set_recording(r->console, since, bytes);
	bool unsaved = !r->session->replay && recordings_unsaved(recordings, said);
	console_set_unsaved(r->console, unsaved ? said : NULL);
}

/* Of a replay, what was played of its time, if it is known when it ends; else what was read of the
 * file, which is ahead of that: all of a small one is at once. */
static double replayed(const struct run *r, const struct replay_status *status)
{
	usec_t asked = r->session->options->duration, whole = status->end - status->begin;

	if (asked > 0 && (!status->end || asked < whole))
		whole = asked;
	if (whole > 0)
		return (double)(status->at - status->begin) / (double)whole;
	return status->read < status->size ? (double)status->read / (double)status->size : -1;
}

static void show_replay(struct run *r, const struct replay_status *status)
{
	char clock[32], detail[48] = "";

	if (status->at) {
		struct cell at = {.kind = CELL_TIME, .t = status->at};
		cell_text(&at, clock, sizeof clock);
		snprintf(detail, sizeof detail, "at %s", clock);
	}
	progress_show(&r->progress, "replaying", replayed(r, status), detail);
}

/* Of a live run, what is yet to be read of logs that are read whole; else the time. */
static void show_live(struct run *r, usec_t now)
{
	uint64_t behind = model_sum(r->session->model, true).log_lag;
	char left[8], detail[32];

	r->behind = behind > r->behind ? behind : r->behind;
	if (behind && r->session->options->from_start) {
		text_bytes(left, behind);
		snprintf(detail, sizeof detail, "%s left", left);
		progress_show(&r->progress, "reading logs", 1 - (double)behind / (double)r->behind,
			detail);
	} else if (r->duration > 0) {
		progress_show(&r->progress, "observing",
			(double)(now - r->began) / (double)r->duration, "");
	} else {
		progress_hide(&r->progress);
	}
}

static void show_progress(struct run *r, usec_t now)
{
	struct replay_status status;

	if (!r->progress.on)
		return;
	if (session_replay_status(r->session, &status))
		show_replay(r, &status);
	else
		show_live(r, now);
}

/* Logs that are read from their start are read to what was their end. Of a pipe that is where its
 * writer ends, however slow the writer is; a console's user need not wait for it. */
static enum loop_left finish(void *ctx)
{
	struct run *r = ctx;

	if (r->session->stream.err || publish_stdin_has_ended(&r->session->asker))
		return LOOP_DONE;
	bool more = session_poll(r->session, clock_now());
	bool pending = !r->console && session_is_pending(r->session);
	if (!r->console)
		show_progress(r, clock_usec(CLOCK_MONOTONIC));
	session_flush(r->session);
	return more ? LOOP_MORE : pending ? LOOP_WAITS : LOOP_DONE;
}

static usec_t draw(void *ctx, usec_t now)
{
	struct run *r = ctx;

	if (!r->console) {
		show_progress(r, now);
		return -1;
	}
	struct replay_status status;
	if (session_replay_status(r->session, &status))
		console_set_replay(r->console, status);
	show_recording(r);
	usec_t next = console_draw(r->console, now);
	watch_room(r);
	return next;
}

static bool take_signal(void *ctx, int signo)
{
	struct run *r = ctx;
	bool ends = false;

	if (signo == SIGUSR1)
		session_mark(r->session, STR_ABSENT);
	else if (signo == SIGHUP && r->daemon->on)
		daemon_reload(r->daemon);
	else if (signo == SIGHUP && session_reopens(r->session))
		recordings_reopen(&r->session->recordings, clock_now());
	else if (signo != SIGWINCH)
		ends = r->session->stopping = true;
	else if (r->console)
		console_resize(r->console);
	r->hung_up |= ends && signo == SIGHUP;
	return ends;
}

static void refresh(struct run *r)
{
	char said[RECORDINGS_SAID];

	session_refresh(r->session, said);
	console_say(r->console, false, said);
}

static void record(struct run *r)
{
	char said[256];
	bool done = session_record(r->session, said);

	console_say(r->console, !done, said);
}

/* Its answer is an event, when it comes. */
static void ask(struct run *r, const struct command_ask *ask)
{
	const struct event_answer none = {
		.ask = str_of(ask->text), .note = STR_LIT("nobody here carries questions to it")};

	if (r->session->fleet)
		fleet_feed_ask(
			r->session->fleet, ask->member, str_of(ask->text), &r->session->hub.sink);
	else
		console_answer(r->console, ask->member, &none);
}

static void obey(struct run *r, const struct command *command)
{
	switch (command->kind) {
	case COMMAND_RECORD:
		record(r);
		break;
	case COMMAND_REFRESH:
		refresh(r);
		break;
	case COMMAND_REPORT:
		reports_begin(&r->reports, r->session, r->console);
		break;
	case COMMAND_ASK:
		ask(r, &command->ask);
		break;
	case COMMAND_ABUSE:
		reports_abuse(r->session, r->console, &command->net);
		break;
	default:
		if (!doing_obey(r->doing, r->session->model, command))
			session_command(r->session, command);
	}
	if (r->session->wants_demo)
		loop_stop(r->loop);
}

static void take_keys(void *ctx, uint32_t events)
{
	struct run *r = ctx;
	struct command command;

	(void)events;
	if (console_input(r->console) == CONSOLE_QUIT)
		loop_stop(r->loop);
	while (console_take_command(r->console, &command))
		obey(r, &command);
}

/* Of a machine of the fleet, to what the operator has asked. */
static void take_answer(struct taker *taker, const struct event *event)
{
	struct run *r = (struct run *)taker;

	console_answer(r->console, event->machine, &event->answer);
}

static void restart(struct taker *taker, const struct model *model)
{
	struct run *r = (struct run *)taker;

	reports_drop(&r->reports);
	console_set_model(r->console, model);
}

int run_init(struct run *r, struct session *session, struct console *console, struct doing *doing,
	struct daemon *daemon)
{
	int err;

	*r = (struct run){
		.taker = {.name = "console",
			.kinds = TAKER_KIND(EVENT_ANSWER),
			.take = take_answer,
			.restart = restart},
		.session = session,
		.console = console,
		.doing = doing,
		.daemon = daemon,
	};
	r->loop = loop_new(&err);
	if (!err)
		err = session_watch(session, r->loop);
	if (!err)
		err = doing_begin(doing, session, r->loop, console);
	if (!err && console)
		err = hub_join(&session->hub, &r->taker);
	if (!err && console)
		err = loop_watch(r->loop, console_fd(console), EPOLLIN, take_keys, r);
	return err;
}

void run_done(struct run *r)
{
	reports_drop(&r->reports);
	session_watch(r->session, NULL);
	doing_end(r->doing);
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

	/* Records that run over the same terminal are progress enough. */
	progress_begin(
		&r->progress, !r->console && !(r->session->streaming && isatty(STDOUT_FILENO)));
	r->began = clock_usec(CLOCK_MONOTONIC);
	r->duration = duration;
	loop_run(r->loop, &work, duration);
	progress_end(&r->progress);
	daemon_stop(r->daemon);
	doing_settle(r->doing);
}
