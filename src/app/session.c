// SPDX-License-Identifier: MIT
#include "app/session.h"

#include "base/text.h"
#include "event/json_write.h"
#include "kernel/connections.h"
#include "kernel/netstat.h"
#include "record/replay.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define STREAM_BATCH    (64u << 10)
#define STREAM_PATIENCE 100 /* ms between two looks for a signal while the reader sleeps */

/* The hub. */

/* The stream is a view: it leaves out what the console would not show. The recording is whole. */
static bool is_hidden(const struct session *s, const struct event *event)
{
	const struct addr *ip = event_address(event);

	return ip && !s->show_private && addr_is_private(ip);
}

static void stop_recording(struct session *s)
{
	char text[160];

	recorder_free(s->recorder);
	s->recorder = NULL;
	snprintf(text, sizeof text, "recording stopped: %s", strerror(-s->recorder_err));
	session_note(s, text);
}

static void hub_put(struct event_sink *sink, const struct event *event)
{
	struct session *s = (struct session *)sink;

	/* A recording says what its own run showed; a flag given here has the last word. */
	if (event->kind == EVENT_START && s->replaying && !s->view_given)
		s->show_private = event->start.show_private;
	model_apply(s->model, event);
	if (s->recorder) {
		s->recorder_err = recorder_event(s->recorder, event);
		if (s->recorder_err)
			stop_recording(s);
	}
	if (s->streaming && !is_hidden(s, event)) {
		json_put_event(&s->stream, event);
		if (s->stream.n >= STREAM_BATCH)
			session_flush(s);
	}
	if (s->model->newcomer_count && !s->replaying)
		geo_feed_newcomers(&s->geo, s->model, event->ts, &s->sink);
}

static void hub_prefetch(struct event_sink *sink, const struct event *events, size_t n)
{
	model_prefetch(((struct session *)sink)->model, events, n);
}

void session_note(struct session *s, const char *text)
{
	struct event e = event_make(EVENT_NOTE, clock_now());

	e.note.text = str_of(text);
	event_put(&s->sink, &e);
}

/* The signals are blocked (loop.h), so that nothing would interrupt a write(2) to a reader that
 * sleeps. */
static bool is_told_to_stop(const struct session *s)
{
	sigset_t set;

	if (s->stopping)
		return true;
	return sigpending(&set) == 0 &&
	       (sigismember(&set, SIGINT) || sigismember(&set, SIGTERM) ||
		       sigismember(&set, SIGHUP) || sigismember(&set, SIGQUIT));
}

/* Waits until stdout takes something. 0, or -ECANCELED when the run is to end. */
static int await_stdout(const struct session *s)
{
	struct pollfd p = {.fd = STDOUT_FILENO, .events = POLLOUT};

	while (poll(&p, 1, STREAM_PATIENCE) == 0)
		if (is_told_to_stop(s))
			return -ECANCELED;
	return 0;
}

/* A pipe that poll(2) calls writable has room for PIPE_BUF bytes; more could block. */
static size_t stdout_chunk(void)
{
	struct stat st;
	bool waits = fstat(STDOUT_FILENO, &st) < 0 || S_ISFIFO(st.st_mode) ||
		     S_ISSOCK(st.st_mode) || isatty(STDOUT_FILENO);

	return waits ? PIPE_BUF : SIZE_MAX;
}

void session_flush(struct session *s)
{
	size_t at = 0, chunk = s->stream.n ? stdout_chunk() : 0;

	while (at < s->stream.n && !s->stream_err) {
		size_t left = s->stream.n - at;
		s->stream_err = await_stdout(s);
		if (s->stream_err)
			break;
		ssize_t n = write(STDOUT_FILENO, s->stream.p + at, left < chunk ? left : chunk);
		if (n > 0)
			at += (size_t)n;
		else if (n < 0 && errno != EINTR && errno != EAGAIN)
			s->stream_err = -errno;
	}
	jsonw_clear(&s->stream);
}

/* Opening. */

static void add_source(struct session *s, struct source *source)
{
	s->sources[s->source_count++] = source;
}

static int open_replay(struct session *s, char reason[static 512])
{
	const struct options *o = s->options;
	char why[SOURCE_REASON_MAX];
	struct source *replay = replay_new(&(struct replay_options){.path = o->replay,
						   .speed = o->speed,
						   .duration = o->duration > 0 ? o->duration : 0},
		why);

	if (!replay) {
		snprintf(reason, 512, "%s: %s", o->replay, why);
		return -EINVAL;
	}
	s->replaying = true;
	add_source(s, replay);
	return 0;
}

static enum connections_want find_source(const struct options *o)
{
	if (strcmp(o->source, "ebpf") == 0)
		return CONNECTIONS_EBPF;
	return strcmp(o->source, "proc") == 0 ? CONNECTIONS_PROC : CONNECTIONS_AUTO;
}

static int open_logs(struct session *s, char reason[static 512])
{
	struct source *logs = NULL;
	const struct text_list *trusted = &s->options->trusted_proxies;
	int err = logs_plan_init(&s->logs, s->options);

	if (!err)
		err = trusted_proxies_init(&s->proxies, trusted->items, trusted->count);
	if (!err)
		logs = log_tail_new(&(struct log_tail_options){.inputs = s->logs.inputs,
					    .input_count = s->logs.input_count,
					    .look_up = server_confs_look_up,
					    .look_up_context = s->logs.confs,
					    .trusted = &s->proxies,
					    .from_start = s->options->from_start},
			&err);
	if (logs)
		add_source(s, logs);
	else
		snprintf(reason, 512, "following logs: %s", strerror(-err));
	return err;
}

static int open_geo(struct session *s, char reason[static 512])
{
	int err = geo_feed_init(&s->geo, s->options);

	if (err)
		snprintf(reason, 512, "GeoIP: %s", strerror(-err));
	return err;
}

static int open_live(struct session *s, char reason[static 512])
{
	const struct options *o = s->options;
	struct reason why;

	int err = open_geo(s, reason);
	if (err)
		return err;
	struct source *handshakes = find_source(o) != CONNECTIONS_PROC
					    ? tcp_counters_new(o->btf, &s->handshakes)
					    : NULL;
	if (handshakes)
		add_source(s, handshakes);
	struct source *connections =
		connections_open(&(struct connections_options){.want = find_source(o),
					 .interval = o->connections_interval,
					 .btf = o->btf,
					 .every_transition = s->streaming || o->record,
					 .more_probes = s->handshakes.probes,
					 .more_sees = s->handshakes.sees,
					 .more_note = s->handshakes.note},
			&why);
	if (!connections) {
		snprintf(reason, 512, "--source %s: %s", o->source, why.text);
		return -ENOTSUP;
	}
	add_source(s, connections);
	struct source *netstat = netstat_new();
	if (netstat)
		add_source(s, netstat);
	err = open_logs(s, reason);
	if (err)
		return err;
	err = lookups_open(&s->lookups, o, reason);
	if (s->lookups.lookup)
		add_source(s, s->lookups.lookup);
	if (s->lookups.rdns)
		add_source(s, s->lookups.rdns);
	return err;
}

static int open_recorder(struct session *s, char reason[static 512])
{
	int err;

	if (!s->options->record)
		return 0;
	s->recorder = recorder_new(s->options->record, &err);
	if (s->recorder)
		return 0;
	snprintf(reason, 512, "--record %s: %s", s->options->record,
		err == -EINVAL ? "not a file; expected one that can be written without waiting"
			       : strerror(-err));
	return err;
}

static void put_start(struct session *s)
{
	struct event e = event_make(EVENT_START, clock_now());
	char name[64] = "";

	gethostname(name, sizeof name - 1);
	e.start.version = STR_LIT(NG_VERSION);
	e.start.host = str_of(name);
	e.start.show_private = s->show_private;
	event_put(&s->sink, &e);
}

int session_init(struct session *s, const struct options_state *options, char reason[static 512])
{
	const struct options *o = &options->values;

	*s = (struct session){
		.sink = {hub_put, hub_prefetch},
		.options = o,
		.show_private = o->show_private,
		.view_given = options_was_set(options, "show-private-ips", LEVEL_FILE),
		.streaming = o->json && !o->once,
		.model = model_new(&MODEL_LIMITS_DEFAULT),
	};
	if (!s->model) {
		snprintf(reason, 512, "the tables: %s", strerror(ENOMEM));
		return -ENOMEM;
	}
	int err = o->replay ? open_replay(s, reason) : open_live(s, reason);
	if (!err && s->replaying)
		session_poll(s, clock_now()); /* the first record may decide what is shown */
	return err;
}

int session_begin(struct session *s, char reason[static 512])
{
	int err = open_recorder(s, reason);

	if (!err && !s->replaying) {
		put_start(s);
		geo_feed_tell(&s->geo, clock_now(), &s->sink);
	}
	return err;
}

void session_done(struct session *s)
{
	for (size_t i = 0; i < s->source_count; i++)
		source_free(s->sources[i]);
	logs_plan_done(&s->logs);
	int err = recorder_free(s->recorder);
	if (err && !s->recorder_err)
		s->recorder_err = err;
	s->recorder = NULL;
	geo_feed_done(&s->geo);
	lookups_done(&s->lookups);
	jsonw_done(&s->stream);
	trusted_proxies_done(&s->proxies);
	model_free(s->model);
	s->model = NULL;
}

/* Running. */

/* Time is an event too; a recording brings its own. */
static void put_tick(struct session *s, usec_t now)
{
	struct event e = event_make(EVENT_TICK, now);

	if (s->replaying)
		return;
	event_put(&s->sink, &e);
	s->next_tick = now + USEC_PER_SEC;
	if (s->recorder) {
		s->recorder_err = recorder_flush(s->recorder);
		if (s->recorder_err)
			stop_recording(s);
	}
}

bool session_poll(struct session *s, usec_t now)
{
	bool more = false;

	for (size_t i = 0; i < s->source_count; i++) {
		if (s->ended[i])
			continue;
		int got = source_poll(s->sources[i], now, &s->sink);
		s->ended[i] = got == -EPIPE;
		more |= got > 0;
	}
	if (!s->replaying)
		more |= geo_feed_poll(&s->geo, s->model, now, &s->sink);
	if (now >= s->next_tick)
		put_tick(s, now);
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

void session_finish(struct session *s)
{
	lookups_recall(&s->lookups, s->model, clock_now(), &s->sink);
	for (size_t i = 0; i < s->source_count; i++)
		source_finish(s->sources[i], clock_now(), &s->sink);
	put_tick(s, clock_now());
	session_flush(s);
}
