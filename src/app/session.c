// SPDX-License-Identifier: MIT
#include "app/session.h"

#include "app/demo.h"
#include "app/flag_options.h"
#include "app/loop.h"
#include "app/range_files.h"
#include "base/text.h"
#include "kernel/connections.h"
#include "kernel/netstat.h"
#include "record/look_ahead.h"
#include "record/replay.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#define MARK_EVERY (300 * USEC_PER_SEC)

static bool is_replay(const struct options *o)
{
	return o->demo || o->replay;
}

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

static void note_recording_failed(void *ctx, int err)
{
	char text[160];

	snprintf(text, sizeof text, "recording stopped: %s", strerror(-err));
	session_note(ctx, text);
}

/* The signals are blocked, so that nothing would interrupt a write(2) to a reader that sleeps. */
static bool is_told_to_stop(void *ctx)
{
	return ((const struct session *)ctx)->stopping || loop_is_signalled();
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
		s->recorder ? recorder_taker(s->recorder) : NULL,
		&s->late.taker,
		s->streaming ? &s->stream.taker : NULL,
		s->geo.geoip ? &s->geo.taker : NULL,
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

/* Opening. */

/* The session owns the source from here on, also when there is no place for it. NULL is none. */
static int add_source(struct session *s, struct source *source, char reason[static 512])
{
	if (!source)
		return 0;
	if (s->source_count == SESSION_SOURCES_MAX) {
		snprintf(reason, 512, "%s: too many sources (at most %d)", source->ops->name,
			SESSION_SOURCES_MAX);
		source_free(source);
		return -ENOSPC;
	}
	s->sources[s->source_count++] = source;
	return 0;
}

/* A replay begins anew. */
static int restart(void *ctx)
{
	struct session *s = ctx;
	struct model *old = s->model, *fresh = model_new(&old->limits);

	if (!fresh)
		return -ENOMEM;
	s->model = fresh;
	hub_restart(&s->hub, fresh);
	model_free(old);
	return 0;
}

static int open_replay(struct session *s, char reason[static 512])
{
	const struct options *o = s->options;
	char why[SOURCE_REASON_MAX];
	const char *path = o->demo ? DEMO_NAME : o->replay;

	s->replay = replay_new(&(struct replay_options){.path = path,
				       .open = o->demo ? demo_open : NULL,
				       .speed = o->speed,
				       .as_recorded = o->as_recorded,
				       .duration = o->duration > 0 ? o->duration : 0,
				       .restart = restart,
				       .ctx = s},
		why);
	if (!s->replay) {
		snprintf(reason, 512, "%s: %s", path, why);
		return -EINVAL;
	}
	return add_source(s, s->replay, reason);
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
		return add_source(s, logs, reason);
	snprintf(reason, 512, "following logs: %s", strerror(-err));
	return err;
}

/* All files are read here, before privileges go; a replay reads those that it was given. */
static int open_crawlers(struct session *s, char reason[static 512])
{
	int err = range_files_read(&s->ranges, &s->options->ranges, reason);

	if (err)
		return err;
	err = crawlers_init(&s->crawlers, &(struct crawlers_options){.ranges = &s->ranges,
						  .model = s->model,
						  .sink = &s->hub.sink,
						  .replaying = is_replay(s->options)});
	if (err)
		snprintf(reason, 512, "crawlers: %s", strerror(-err));
	return err;
}

static int open_geo(struct session *s, char reason[static 512])
{
	int err = geo_feed_init(&s->geo, s->options, s->model, &s->hub.sink);

	if (err)
		snprintf(reason, 512, "GeoIP: %s", strerror(-err));
	return err;
}

static int open_connections(struct session *s, char reason[static 512])
{
	const struct options *o = s->options;
	enum connections_want want = find_source(o);
	struct reason why;
	int err = 0;

	if (want != CONNECTIONS_PROC)
		err = add_source(s, tcp_counters_new(o->btf, &s->handshakes), reason);
	if (err)
		return err;
	struct source *connections =
		connections_open(&(struct connections_options){.want = want,
					 .interval = o->connections_interval,
					 .btf = o->btf,
					 .every_transition = s->streaming || o->record,
					 .more_probes = s->handshakes.probes,
					 .more_sees = s->handshakes.sees,
					 .more_note = s->handshakes.note},
			&why);
	if (connections)
		return add_source(s, connections, reason);
	snprintf(reason, 512, "--source %s: %s", o->source, why.text);
	return -ENOTSUP;
}

/* The session owns what was opened, whether all of it was or not. */
static int open_lookups(struct session *s, char reason[static 512])
{
	int opened = lookups_open(&s->lookups, s->options, reason);
	int lookup = add_source(s, s->lookups.lookup, reason);
	int rdns = add_source(s, s->lookups.rdns, reason);

	return opened ? opened : lookup ? lookup : rdns;
}

static int open_live(struct session *s, char reason[static 512])
{
	int err = open_geo(s, reason);

	if (!err)
		err = open_connections(s, reason);
	if (!err)
		err = add_source(s, netstat_new(), reason);
	if (!err)
		err = open_logs(s, reason);
	if (!err)
		err = open_lookups(s, reason);
	return err;
}

/* The texts, borrowed, in an array to be freed; NULL: memory is out. */
static struct str *texts_of(const struct text_list *list)
{
	struct str *texts = calloc(list->count + 1, sizeof *texts);

	for (size_t i = 0; texts && i < list->count; i++)
		texts[i] = str_of(list->items[i]);
	return texts;
}

/* A replay that shows what was judged then does not judge. */
static int open_detect(
	struct session *s, const struct options_state *options, char reason[static 512])
{
	const struct options *o = s->options;
	char why[160] = "the judgement: out of memory";
	int err;

	if (o->as_recorded)
		return 0;
	struct str *scanners = texts_of(&o->scanner_agents),
		   *exploits = texts_of(&o->exploit_paths);
	struct detect_options given = {.model = s->model,
		.sink = &s->hub.sink,
		.flags = flag_options_set(options),
		.scanners = scanners,
		.scanner_count = o->scanner_agents.count,
		.exploits = exploits,
		.exploit_count = o->exploit_paths.count};
	err = scanners && exploits ? 0 : -ENOMEM;
	if (!err)
		s->detect = detect_new(&given, &err, why);
	free(scanners);
	free(exploits);
	if (err)
		snprintf(reason, 512, "%s", why);
	return err == -E2BIG ? -EINVAL : err;
}

static int open_recorder(struct session *s, char reason[static 512])
{
	int err;

	if (!s->options->record)
		return 0;
	s->recorder = recorder_new(
		&(struct recorder_options){
			.path = s->options->record, .failed = note_recording_failed, .ctx = s},
		&err);
	if (s->recorder)
		return 0;
	snprintf(reason, 512, "--record %s: %s", s->options->record,
		err == -EINVAL ? "not a regular file" : strerror(-err));
	return err;
}

static uint64_t draw_seed(void)
{
	uint64_t seed = 0;

	if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed)
		seed = (uint64_t)clock_now();
	return seed & (((uint64_t)1 << 53) - 1); /* what every reader of JSON can hold */
}

static void put_start(struct session *s)
{
	struct event e = event_make(EVENT_START, clock_now());

	gethostname(s->host, sizeof s->host - 1);
	e.start.version = STR_LIT(NG_VERSION);
	e.start.host = str_of(s->host);
	e.start.show_private = s->show_private;
	e.start.schema = EVENT_SCHEMA;
	e.start.seed = draw_seed();
	s->began = e.start;
	event_put(&s->hub.sink, &e);
	s->next_mark = e.ts + MARK_EVERY;
}

/* What an address is marked for, by what it asked. */
static uint32_t asked(const void *ctx, const struct addr *ip)
{
	const struct session *s = ctx;

	return s->detect ? detect_asked(s->detect, ip) : 0;
}

static struct model *make_model(const struct session *s)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;

	limits.suspicious = (struct suspicion_limits){.burst_rpm = s->options->suspicious_burst_rpm,
		.min_conns = s->options->suspicious_min_conns,
		.asked = asked,
		.ctx = s};
	limits.flag_letter = flag_letter;
	return model_new(&limits);
}

enum group_by session_group(const struct session *s)
{
	static const enum group_by groups[] = {[OPTION_GROUP_NONE] = GROUP_NONE,
		[OPTION_GROUP_NET] = GROUP_NET,
		[OPTION_GROUP_AS] = GROUP_AS,
		[OPTION_GROUP_COUNTRY] = GROUP_COUNTRY};

	return groups[s->options->group];
}

/* Of the rows that --once prints, each word must be able to speak. What the options name is one
 * filter, of which the stream takes the text alone: it has no rows to look suspicious. */
static int open_filter(struct session *s, char reason[static 512])
{
	const struct options *o = s->options;
	const struct filter_env env = {.flag_at = flag_name_at,
		.utc_offset = clock_utc_offset(clock_now()),
		.has_mark = true};
	struct str text = str_of(o->filter ? o->filter : "");
	char both[FILTER_TEXT_MAX], why[FILTER_COMPLAINT_MAX];
	struct filter_error error;

	int err = filter_compile(&s->filter, text, &env, &error);
	if (!err && o->once)
		err = filter_check(&s->filter, session_group(s), &error);
	s->stream.filter = s->filter.count ? &s->filter : NULL;
	if (!err && o->suspicious && !s->streaming) {
		int n = snprintf(both, sizeof both, "%s%s%.*s", FILTER_OF_SUSPICIOUS,
			text.n ? " " : "", STR_FMT(text));
		text = (struct str){both, (size_t)n};
		err = filter_compile(&s->filter, text, &env, &error);
	}
	if (err) {
		size_t n = filter_complaint(&error, text, why);
		snprintf(reason, 512, "--filter: %.*s", (int)n, why);
	}
	return err;
}

int session_init(struct session *s, const struct options_state *options, char reason[static 512])
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
		.show_private = o->show_private,
		/* The demo's addresses are all documentation ones: what a file says is no matter.
		 */
		.view_given = options_was_set(
			options, "show-private-ips", o->demo ? LEVEL_FLAG : LEVEL_FILE),
		.streaming = o->json && !o->once,
	};
	s->model = make_model(s);
	hub_init(&s->hub);
	stream_init(&s->stream, s->model, is_told_to_stop, s);
	s->stream.show_private = s->show_private;
	late_record_init(&s->late, s->model);
	if (!s->model) {
		snprintf(reason, 512, "the tables: %s", strerror(ENOMEM));
		return -ENOMEM;
	}
	int err = open_filter(s, reason);
	if (!err)
		err = open_detect(s, options, reason);
	if (!err)
		err = open_crawlers(s, reason);
	if (!err)
		err = is_replay(o) ? open_replay(s, reason) : open_live(s, reason);
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
	int err = open_recorder(s, reason);
	if (!err)
		err = join_takers(s, reason);
	if (err)
		return err;
	put_start(s);
	geo_feed_tell(&s->geo, clock_now());
	return 0;
}

void session_done(struct session *s)
{
	for (size_t i = 0; i < s->source_count; i++)
		source_free(s->sources[i]);
	logs_plan_done(&s->logs);
	s->recorder_err = recorder_free(s->recorder);
	late_record_done(&s->late);
	look_ahead_free(s->ahead);
	s->recorder = NULL;
	geo_feed_done(&s->geo);
	lookups_done(&s->lookups);
	crawlers_done(&s->crawlers);
	ranges_done(&s->ranges);
	stream_done(&s->stream);
	trusted_proxies_done(&s->proxies);
	hub_done(&s->hub);
	detect_free(s->detect);
	model_free(s->model);
	s->model = NULL;
}

/* Running. */

/* Time is an event too, and from time to time a moment to compare with; a recording brings its own.
 */
static void put_tick(struct session *s, usec_t now)
{
	struct event e = event_make(EVENT_TICK, now);

	if (s->replay)
		return;
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
	return err;
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
	more |= hub_poll(&s->hub, now);
	more |= s->ahead && look_ahead_poll(s->ahead);
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

/* Of the recording; whoever named the directory named it freely. */
static struct str late_path(const struct session *s, char buf[static 200])
{
	return (struct str){buf, text_sanitise(buf, 200, str_of(s->late.path))};
}

bool session_record(struct session *s, char said[static 256])
{
	char path[200];
	int err;

	if (s->replay) {
		snprintf(said, 256, "this is a recording already");
		return false;
	}
	if (s->recorder) {
		snprintf(said, 256, "--record has recorded since the start, and goes on");
		return false;
	}
	bool ends = late_record_is_on(&s->late);
	err = ends ? late_record_end(&s->late)
		   : late_record_begin(&s->late, &s->began, clock_now());
	struct str shown = late_path(s, path);
	if (err)
		snprintf(said, 256, "cannot %s: %s: %.*s", ends ? "finish" : "record",
			strerror(-err), STR_FMT(shown));
	else
		snprintf(said, 256, "%s %.*s", ends ? "recorded:" : "recording to", STR_FMT(shown));
	return !err;
}

usec_t session_recording(const struct session *s, uint64_t *ret_bytes)
{
	*ret_bytes = late_record_bytes(&s->late);
	return late_record_is_on(&s->late) ? s->late.since : 0;
}

bool session_recording_failed(struct session *s, char said[static 256])
{
	int err = s->late.err;
	char path[200];

	if (!late_record_is_on(&s->late) || !err)
		return false;
	late_record_end(&s->late);
	struct str shown = late_path(s, path);
	snprintf(said, 256, "recording stopped: %s: %.*s", strerror(-err), STR_FMT(shown));
	return true;
}

bool session_replay_status(const struct session *s, struct replay_status *ret_status)
{
	if (!s->replay)
		return false;
	*ret_status = replay_status(s->replay);
	return true;
}

void session_finish(struct session *s)
{
	lookups_recall(&s->lookups, s->model, clock_now(), &s->hub.sink);
	for (size_t i = 0; i < s->source_count; i++)
		source_finish(s->sources[i], clock_now(), &s->hub.sink);
	put_tick(s, clock_now());
	hub_flush(&s->hub);
}
