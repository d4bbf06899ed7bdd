// SPDX-License-Identifier: MIT
#include "app/demo.h"
#include "app/flag_options.h"
#include "app/fleet_key.h"
#include "app/guard_feed.h"
#include "app/logs_watch.h"
#include "app/range_files.h"
#include "app/session.h"
#include "app/session_parts.h"
#include "base/file.h"
#include "record/replay.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static bool is_replay(const struct options *o)
{
	return o->demo || o->replay;
}

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

static int open_logs(struct session *s, char reason[static 512])
{
	struct source *logs = NULL;
	const struct text_list *trusted = &s->options->trusted_proxies;
	int err = logs_plan_init(&s->logs, s->options);

	if (!err)
		err = trusted_proxies_init(&s->proxies, trusted->items, trusted->count);
	file_want_descriptors();
	const struct log_tail_options options =
		logs_plan_tail_options(&s->logs, s->options, &s->proxies);
	if (!err)
		logs = log_tail_new(&options, &err);
	if (logs) {
		s->tail = logs;
		return add_source(s, logs, reason);
	}
	snprintf(reason, 512, "following logs: %s", strerror(-err));
	return err;
}

/* After those that it tells of changes. */
static int open_logs_watch(struct session *s, char reason[static 512])
{
	return add_source(s, logs_watch_new(&s->logs, s->options, s->tail, s->journal), reason);
}

static int open_journal(struct session *s, char reason[static 512])
{
	const struct journal_plan *plan = s->logs.journal;
	const struct options *o = s->options;
	int err = 0;

	if (plan->dropped) {
		snprintf(reason, 512, "--journal: too many units (at most %d)", JOURNAL_INPUTS_MAX);
		return -EINVAL;
	}
	if (!plan->count)
		return 0;
	s->journal_options = (struct log_journal_options){.inputs = plan->inputs,
		.input_count = plan->count,
		.place = plan->place,
		.from_start = o->from_start,
		.trusted = &s->proxies,
		.others = s->logs.others,
		.other_count = s->logs.other_count};
	s->journal_options.lib = journal_lib_load(&s->journal_options.lib_missing);
	s->journal = log_journal_new(&s->journal_options, &err);
	if (s->journal)
		return add_source(s, s->journal, reason);
	snprintf(reason, 512, "following the journal: %s", strerror(-err));
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

static int open_history(struct session *s, char reason[static 512])
{
	int err = history_feed_init(&s->history, s->options, s->model, &s->hub.sink);

	if (err)
		snprintf(reason, 512, "history: %s", strerror(-err));
	return err;
}

/* The session owns what was opened, whether all of it was or not. */
static int open_here(struct session *s, char reason[static 512])
{
	pid_t looks_up = s->doers.look_ups ? look_ups_pid(s->doers.look_ups) : 0;
	int err = kernel_sources_open(&s->kernel, s->options, looks_up, reason);

	for (size_t i = 0; i < s->kernel.count; i++) {
		int full = add_source(s, s->kernel.at[i], reason);
		err = err ? err : full;
	}
	s->kernel.count = 0;
	return err;
}

/* By a process of its own, where there is one. */
static int open_kernel(struct session *s, char reason[static 512])
{
	struct watcher *w = s->doers.watcher;

	if (!w || !watcher_is_there(w))
		return open_here(s, reason);
	int err = watcher_await(w, reason);
	if (err)
		return err;
	struct source *source = w->source;
	w->source = NULL;
	return add_source(s, source, reason);
}

/* The session owns what was opened, whether all of it was or not. */
static int open_lookups(struct session *s, char reason[static 512])
{
	int opened = lookups_open(&s->lookups, s->doers.look_ups, s->options, reason);
	int link = add_source(s, s->lookups.link, reason); /* before those whom it brings news */
	int lookup = add_source(s, s->lookups.lookup, reason);
	int rdns = add_source(s, s->lookups.rdns, reason);

	return opened ? opened : link ? link : lookup ? lookup : rdns;
}

/* Without it the model says that it does not know, and nothing is blocked unasked. */
static int open_guards(struct session *s, char reason[static 512])
{
	const struct text_list *trusted = &s->options->trusted_proxies;

	return add_source(
		s, guard_feed_new(trusted->items, trusted->count, s->doers.ssh_peers), reason);
}

static int open_live(struct session *s, char reason[static 512])
{
	int err = open_geo(s, reason);

	if (!err)
		err = open_history(s, reason);
	if (!err)
		err = open_kernel(s, reason);
	if (!err)
		err = open_guards(s, reason);
	if (!err)
		err = open_logs(s, reason);
	if (!err)
		err = open_journal(s, reason);
	if (!err)
		err = open_logs_watch(s, reason);
	if (!err)
		err = open_lookups(s, reason);
	return err;
}

/* Nothing of this machine: what others say of theirs. What earlier runs saw is not told, either: it
 * was of this one. */
static int open_hub(struct session *s, char reason[static 512])
{
	struct carrying *carrying = s->doers.carrying + CARRYING_HUB;
	int err = open_geo(s, reason), none;

	if (err)
		return err;
	s->fleet = fleet_feed_new(s->doers.ssh, carrying, &none);
	if (!s->fleet) {
		snprintf(reason, 512, "the fleet: %s", strerror(-none));
		return none;
	}
	err = add_source(s, s->fleet, reason);
	return err ? err : open_lookups(s, reason);
}

static int open_sources(struct session *s, char reason[static 512])
{
	if (is_replay(s->options))
		return open_replay(s, reason);
	return fleet_options_set()->hub.count ? open_hub(s, reason) : open_live(s, reason);
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
	const struct fleet_options *fleet = fleet_options_set();
	const uint64_t seed = fleet_seed(fleet);
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
		.exploit_count = o->exploit_paths.count,
		.seed = fleet_is_on(fleet) ? &seed : NULL};
	err = scanners && exploits ? 0 : -ENOMEM;
	if (!err)
		s->detect = detect_new(&given, &err, why);
	free(scanners);
	free(exploits);
	if (err)
		snprintf(reason, 512, "%s", why);
	return err == -E2BIG ? -EINVAL : err;
}

/* What an address is marked for, by what it asked. */
static uint32_t asked(const void *ctx, const struct addr *ip)
{
	const struct session *s = ctx;

	return s->detect ? detect_asked(s->detect, ip) : 0;
}

struct model *session_make_model(const struct session *s)
{
	struct model_limits limits = MODEL_LIMITS_DEFAULT;

	limits.suspicious = (struct suspicion_limits){.burst_rpm = s->options->suspicious_burst_rpm,
		.min_conns = s->options->suspicious_min_conns,
		.asked = asked,
		.ctx = s};
	limits.flag_letter = flag_letter;
	limits.journal_lines = s->options->max_log_lines;
	return model_new(&limits);
}

enum group_by session_group(const struct session *s)
{
	static const enum group_by groups[] = {[OPTION_GROUP_NONE] = GROUP_NONE,
		[OPTION_GROUP_NET] = GROUP_NET,
		[OPTION_GROUP_AS] = GROUP_AS,
		[OPTION_GROUP_COUNTRY] = GROUP_COUNTRY,
		[OPTION_GROUP_MACHINE] = GROUP_MACHINE};

	return groups[s->options->group];
}

static int open_bounds(struct session *s, char reason[static 512])
{
	const struct text_list *allow = &s->options->cidr_allow, *deny = &s->options->cidr_deny;
	int err = filter_bounds_init(
		&s->bounds, allow->items, allow->count, deny->items, deny->count);

	if (err)
		snprintf(reason, 512, "filters.cidr_allow, cidr_deny: %s",
			err == -E2BIG ? "too many networks" : strerror(-err));
	return err == -E2BIG ? -EINVAL : err;
}

/* Of the rows that --once prints, each word must be able to speak. What the options name is one
 * filter, of which the stream takes the text alone: it has no rows to look suspicious. */
static int open_filter(struct session *s, char reason[static 512])
{
	const struct options *o = s->options;
	const struct filter_env env = {.flag_at = flag_name_at,
		.utc_offset = clock_utc_offset(clock_now()),
		.bounds = filter_bounds_hide(&s->bounds) ? &s->bounds : NULL,
		.has_mark = true};
	struct str text = str_of(o->filter ? o->filter : "");
	char both[FILTER_TEXT_MAX], why[FILTER_COMPLAINT_MAX];
	struct filter_error error;

	int err = filter_compile(&s->filter, text, &env, &error);
	if (!err && o->once)
		err = filter_check(&s->filter, session_group(s), &error);
	s->stream.filter = filter_is_open(&s->filter) ? NULL : &s->filter;
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

int session_open_parts(
	struct session *s, const struct options_state *options, char reason[static 512])
{
	int err = open_bounds(s, reason);

	if (!err)
		err = open_filter(s, reason);
	if (!err)
		err = open_detect(s, options, reason);
	if (!err)
		err = open_crawlers(s, reason);
	if (!err)
		err = open_sources(s, reason);
	return err;
}
