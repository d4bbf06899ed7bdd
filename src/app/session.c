// SPDX-License-Identifier: MIT
#include "app/session.h"

#include "app/demo.h"
#include "app/file_opener.h"
#include "app/fleet_key.h"
#include "app/loop.h"
#include "app/session_parts.h"
#include "base/text.h"
#include "record/look_ahead.h"
#include "record/replay.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#define MARK_EVERY       (300 * USEC_PER_SEC)
#define HISTORY_SETTLE   USEC_PER_SEC       /* for the answers that a report is to have */
#define HISTORY_PATIENCE (2 * USEC_PER_SEC) /* for what is still to be written */

/* Takers. */

static void take_model(struct taker *taker, const struct event *event)
{
	model_apply(((struct session_taker *)taker)->session->model, event);
}

static void prefetch_model(struct taker *taker, const struct event *events, size_t n)
{
	model_prefetch(((struct session_taker *)taker)->session->model, events, n);
}

/* A recording says what its own run showed; a flag given here has the last word. */
static void take_view(struct taker *taker, const struct event *event)
{
	struct session *s = ((struct session_taker *)taker)->session;

	if (s->replay && !s->view_given)
		s->show_private = s->stream.show_private = event->start.show_private;
}

/* A replay judges anew: what it finds, and the recorded run did not, is a moment to go to as well.
 */
static void take_flag(struct taker *taker, const struct event *event)
{
	const struct session *s = ((struct session_taker *)taker)->session;
	const struct event_flag *e = &event->flag;

	if (s->ahead && e->on && !e->cause.n)
		look_ahead_note(s->ahead, event);
}

bool session_wants_console(const struct options *o)
{
	return !o->once && !o->json && !o->daemon && !fleet_is_piped(fleet_options_set());
}

void session_note(struct session *s, const char *text)
{
	struct event e = event_make(EVENT_NOTE, s->replay ? s->model->now : clock_now());

	e.note.text = str_of(text);
	event_put(&s->hub.sink, &e);
}

static void put_mark(struct session *s, usec_t at, struct str name, bool by_itself)
{
	struct event e = event_make(EVENT_MARK, at);

	e.mark.name = name;
	e.mark.by_itself = by_itself;
	event_put(&s->hub.sink, &e);
}

void session_mark(struct session *s, struct str name)
{
	put_mark(s, s->replay ? s->model->now : clock_now(), name, false);
}

/* The signals are blocked, so that nothing would interrupt a write(2) to a reader that sleeps. */
static bool is_told_to_stop(void *ctx)
{
	const struct session *s = ctx;

	return s->stopping || publish_stdin_is_over(&s->asker) ||
	       loop_is_signalled(session_reopens(s));
}

/* The order in which each event is seen: the model first, then what looks at what has come of it,
 * what puts events of its own last. Once nothing is opened any more, before the first event. */
static int join_takers(struct session *s, char reason[static 512])
{
	struct taker *const takers[] = {
		&s->model_taker.taker,
		&s->view_taker.taker,
		s->detect ? detect_taker(s->detect) : NULL,
		&s->flag_taker.taker,
		&s->recordings.past.taker,
		s->recordings.full.recorder ? &s->recordings.full.taker : NULL,
		s->recordings.flight.flight ? &s->recordings.flight.taker : NULL,
		&s->recordings.late.taker,
		&s->recordings.taker,
		s->streaming ? &s->stream.taker : NULL,
		publish_is_on(&s->publish) ? &s->publish.taker : NULL,
		publish_is_on(&s->publish) ? &s->questions.taker : NULL,
		s->geo.geoip ? &s->geo.taker : NULL,
		s->history.history ? &s->history.taker : NULL,
		&s->crawlers.taker,
	};
	int err = 0;

	for (size_t i = 0; i < ARRAY_LEN(takers) && !err; i++)
		if (takers[i])
			err = hub_join(&s->hub, takers[i]);
	if (err)
		snprintf(reason, 512, "too many takers of events (at most %d)", HUB_TAKERS_MAX);
	return err;
}

/* Opening (session_open.c), and closing. */

static uint64_t draw_seed(void)
{
	const struct fleet_options *fleet = fleet_options_set();
	uint64_t seed = 0;

	if (fleet_is_on(fleet))
		return fleet_seed(fleet); /* what several machines count is to add up */
	if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed)
		seed = (uint64_t)clock_now();
	return seed & (((uint64_t)1 << 53) - 1); /* what every reader of JSON can hold */
}

static void put_start(struct session *s)
{
	struct event e = event_make(EVENT_START, clock_now());

	char name[HOST_NAME_MAX + 1] = ""; /* any bytes: sethostname(2) checks none */

	gethostname(name, sizeof name - 1);
	s->host[text_sanitise(s->host, sizeof s->host - 1, str_of(name))] = '\0';
	e.start.version = STR_LIT(NG_VERSION);
	e.start.host = str_of(s->host);
	e.start.show_private = s->show_private;
	e.start.schema = EVENT_SCHEMA;
	e.start.seed = draw_seed();
	s->began = e.start;
	s->began_at = e.ts;
	event_put(&s->hub.sink, &e);
	s->next_mark = e.ts + MARK_EVERY;
}

static void put_stdout(void *ctx, enum fleet_what what, uint64_t token, struct str text)
{
	(void)what;
	(void)token;
	stream_put(ctx, text);
}

static uint64_t dropped_stdout(void *ctx)
{
	return ((const struct stream *)ctx)->dropped;
}

static void flush_stdout(void *ctx)
{
	stream_flush(ctx);
}

/* A live run waits for no reader; a replay does, as with --json. */
static void open_publish(struct session *s)
{
	const struct fleet_options *fleet = fleet_options_set();
	struct carrying *carrying = s->doers.carrying ? &s->doers.carrying[CARRYING_PUBLISH] : NULL;
	bool piped = fleet_is_piped(fleet);
	struct publish_options options = {.fleet = fleet,
		.model = s->model,
		.detect = s->detect,
		.show_private = &s->show_private,
		.to = {&s->stream, put_stdout, dropped_stdout, flush_stdout},
		.replaying = s->replay != NULL,
		.sets_only = piped && s->streaming,
		.starts = piped && !s->streaming};

	if (!piped && !(carrying && carrying->carrier))
		return;
	if (!piped) {
		publish_carried_init(&s->carried, carrying, &s->questions, &s->hub.sink);
		options.to = publish_carried_to(&s->carried);
	}
	publish_init(&s->publish, &options);
	publish_ask_init(&s->questions, &s->publish);
	if (piped)
		publish_stdin_init(&s->asker, &s->questions);
	if (piped && !s->replay && !s->streaming)
		s->stream.most = fleet->queue;
}

int session_init(struct session *s, const struct session_doers *doers,
	const struct options_state *options, char reason[static 512])
{
	const struct options *o = &options->values;

	*s = (struct session){
		.model_taker = {{.name = "model",
					.kinds = TAKER_ALL,
					.take = take_model,
					.prefetch = prefetch_model},
			s},
		.view_taker =
			{{.name = "view", .kinds = TAKER_KIND(EVENT_START), .take = take_view}, s},
		.flag_taker =
			{{.name = "flags", .kinds = TAKER_KIND(EVENT_FLAG), .take = take_flag}, s},
		.options = o,
		.doers = doers ? *doers : (struct session_doers){0},
		.show_private = o->show_private,
		/* The demo's addresses are all documentation ones: what a file says is no matter.
		 */
		.view_given = options_was_set(
			options, "show-private-ips", o->demo ? LEVEL_FLAG : LEVEL_FILE),
		.streaming = o->json && !o->once,
	};
	s->model = session_make_model(s);
	hub_init(&s->hub);
	stream_init(&s->stream, s->model, is_told_to_stop, s);
	s->stream.show_private = s->show_private;
	s->stream.ecs = o->json == OPTION_JSON_ECS;
	recordings_init(&s->recordings, o, &s->hub.sink, s->model, &s->began);
	if (!s->model) {
		snprintf(reason, 512, "the tables: %s", strerror(ENOMEM));
		return -ENOMEM;
	}
	s->metrics = s->doers.metrics;
	if (s->metrics)
		metrics_feed_of(s->metrics, &s->model, &s->show_private);
	int err = session_open_parts(s, options, reason);
	if (!err)
		open_publish(s);
	if (!err && s->replay)
		err = join_takers(s, reason);
	if (!err && s->replay)
		session_poll(s, clock_now()); /* the first record may decide what is shown */
	return err;
}

int session_begin(struct session *s, char reason[static 512])
{
	if (s->replay)
		return 0;
	int err = recordings_open(&s->recordings, session_wants_console(s->options), reason);
	if (!err)
		err = join_takers(s, reason);
	if (err)
		return err;
	put_start(s);
	geo_feed_tell(&s->geo, clock_now());
	s->bandwidth.sink = &s->hub.sink;
	s->bandwidth.model = s->model;
	s->bandwidth.interval = s->options->bandwidth_interval;
	if (!s->fleet)
		history_feed_tell(&s->history, clock_now());
	return 0;
}

void session_done(struct session *s)
{
	for (size_t i = 0; i < s->source_count; i++)
		source_free(s->sources[i]);
	logs_plan_done(&s->logs);
	s->recorder_err = recordings_done(&s->recordings);
	look_ahead_free(s->ahead);
	geo_feed_done(&s->geo);
	history_feed_done(&s->history);
	lookups_done(&s->lookups);
	crawlers_done(&s->crawlers);
	ranges_done(&s->ranges);
	publish_ask_done(&s->questions);
	publish_done(&s->publish);
	stream_done(&s->stream);
	trusted_proxies_done(&s->proxies);
	filter_bounds_done(&s->bounds);
	hub_done(&s->hub);
	detect_free(s->detect);
	model_free(s->model);
	s->model = NULL;
}

/* Running. */

/* That the machine's clock was set is said once, with where it is now. */
static void put_clock(struct session *s, usec_t now)
{
	struct clock_account clock = clock_account();
	struct event e = event_make(EVENT_CLOCK, now);

	if (clock.steps == s->clock.steps && (clock.ahead != 0) == (s->clock.ahead != 0))
		return;
	s->clock = clock;
	e.clock.ahead_us = clock.ahead > 0 ? (uint64_t)clock.ahead : 0;
	e.clock.behind_us = clock.ahead < 0 ? (uint64_t)-clock.ahead : 0;
	e.clock.steps = clock.steps;
	event_put(&s->hub.sink, &e);
}

/* Time is an event too, and from time to time a moment to compare with; a recording brings its own.
 */
static void put_tick(struct session *s, usec_t now)
{
	struct event e = event_make(EVENT_TICK, now);

	if (s->replay)
		return;
	put_clock(s, now);
	event_put(&s->hub.sink, &e);
	s->next_tick = now + USEC_PER_SEC;
	if (now < s->next_mark)
		return;
	put_mark(s, now, STR_ABSENT, true);
	s->next_mark = now + MARK_EVERY;
}

int session_watch(struct session *s, struct loop *loop)
{
	int err = 0;

	s->loop = loop;
	for (size_t i = 0; loop && i < s->source_count && !err; i++)
		if (source_fd(s->sources[i]) >= 0)
			err = loop_watch_source(loop, source_fd(s->sources[i]));
	if (loop && !err && history_feed_fd(&s->history) >= 0)
		err = loop_watch_source(loop, history_feed_fd(&s->history));
	int served = s->metrics ? metrics_feed_watch(s->metrics, err ? NULL : loop) : 0;
	int asked = publish_stdin_watch(&s->asker, err ? NULL : loop);
	int carried = publish_carried_watch(&s->carried, err ? NULL : loop);
	return err ? err : served ? served : asked ? asked : carried;
}

static void end_source(struct session *s, size_t i)
{
	s->ended[i] = true;
	if (s->loop)
		loop_unwatch(s->loop, source_fd(s->sources[i]));
}

bool session_poll(struct session *s, usec_t now)
{
	bool more = false;

	for (size_t i = 0; i < s->source_count; i++) {
		if (s->ended[i])
			continue;
		int got = source_poll(s->sources[i], now, &s->hub.sink);
		if (got == -EPIPE)
			end_source(s, i);
		more |= got > 0;
	}
	bandwidth_poll(&s->bandwidth, clock_usec(CLOCK_MONOTONIC));
	more |= publish_stdin_poll(&s->asker);
	more |= publish_carried_poll(&s->carried, s->replay ? s->model->now : now);
	more |= hub_poll(&s->hub, now);
	more |= s->ahead && look_ahead_poll(s->ahead);
	if (now >= s->next_tick) {
		file_opener_tell(now, &s->hub.sink);
		put_tick(s, now);
	}
	if (s->metrics)
		metrics_feed_poll(s->metrics);
	return more;
}

bool session_is_alive(const struct session *s)
{
	for (size_t i = 0; i < s->source_count; i++)
		if (!s->ended[i])
			return true;
	return false;
}

bool session_is_pending(const struct session *s)
{
	for (size_t i = 0; i < s->source_count; i++)
		if (!s->ended[i] && source_is_pending(s->sources[i]))
			return true;
	return false;
}

void session_flush(struct session *s)
{
	hub_flush(&s->hub);
}

static void seek(struct session *s, usec_t at)
{
	char text[160];
	int err = replay_seek(s->replay, at);

	if (!err)
		return;
	snprintf(text, sizeof text, "cannot restart the replay: %s", strerror(-err));
	session_note(s, text);
}

static void command_replay(struct session *s, const struct command *command)
{
	switch (command->kind) {
	case COMMAND_REPLAY_PAUSE:
		replay_pause(s->replay, command->on);
		break;
	case COMMAND_REPLAY_STEP:
		replay_step(s->replay);
		break;
	case COMMAND_REPLAY_SEEK:
		seek(s, command->at);
		break;
	case COMMAND_REPLAY_SPEED:
		replay_speed(s->replay, command->speed);
		break;
	default:
		return;
	}
	/* It may have ended, and have more to say now. */
	for (size_t i = 0; i < s->source_count; i++)
		s->ended[i] &= s->sources[i] != s->replay;
}

void session_command(struct session *s, const struct command *command)
{
	if (command->kind == COMMAND_LOOKUP)
		lookups_ask(&s->lookups, s->model, &command->ip);
	else if (command->kind == COMMAND_MARK)
		session_mark(s, STR_ABSENT);
	else if (command->kind == COMMAND_DEMO)
		s->wants_demo = true;
	else if (s->replay)
		command_replay(s, command);
}

const struct overview *session_look_ahead(struct session *s)
{
	const struct options *o = s->options;
	char why[SOURCE_REASON_MAX];

	if (s->replay && !s->ahead)
		s->ahead = look_ahead_new(o->demo ? DEMO_NAME : o->replay,
			o->demo ? demo_open : NULL, o->duration > 0 ? o->duration : 0, why);
	return s->ahead ? look_ahead_overview(s->ahead) : NULL;
}

bool session_record(struct session *s, char said[static RECORDINGS_SAID])
{
	if (!s->replay)
		return recordings_ask(&s->recordings, said);
	snprintf(said, RECORDINGS_SAID, "this is a recording already");
	return false;
}

bool session_reopens(const struct session *s)
{
	return !session_wants_console(s->options) && full_record_is_on(&s->recordings.full);
}

void session_refresh(struct session *s, char said[static 256])
{
	uint32_t logs = 0;
	const struct machine *machine = model_machine(s->model);

	for (size_t i = 0; i < s->source_count; i++)
		source_refresh(s->sources[i]);
	for (uint32_t i = 0; i < machine->log_count; i++)
		logs += machine->logs[i].state == LOG_READING;
	snprintf(said, 256,
		"read again: all connections, %" PRIu32
		" log%s, which logs there are, the server's counters",
		logs, logs == 1 ? "" : "s");
}

bool session_replay_status(const struct session *s, struct replay_status *ret_status)
{
	if (!s->replay)
		return false;
	*ret_status = replay_status(s->replay);
	return true;
}

/* A report says what it can know; nobody waits longer for the disk than this. */
static void finish_history(struct session *s)
{
	if (s->options->once)
		history_feed_settle(&s->history, HISTORY_SETTLE);
	if (s->loop && history_feed_fd(&s->history) >= 0)
		loop_unwatch(s->loop, history_feed_fd(&s->history));
	history_feed_finish(&s->history, HISTORY_PATIENCE, &s->history_lost);
}

void session_finish(struct session *s)
{
	lookups_recall(&s->lookups, s->model, clock_now(), &s->hub.sink);
	for (size_t i = 0; i < s->source_count; i++)
		source_finish(s->sources[i], clock_now(), &s->hub.sink);
	put_tick(s, clock_now());
	finish_history(s);
	recordings_finish(&s->recordings);
	if (s->metrics)
		metrics_feed_finish(s->metrics);
	if (publish_is_on(&s->publish))
		publish_finish(&s->publish);
	publish_carried_finish(&s->carried);
	hub_flush(&s->hub);
}
