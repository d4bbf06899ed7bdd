// SPDX-License-Identifier: MIT
#include "detect/detect.h"

#include "base/text.h"
#include "detect/parts.h"
#include "model/suspicion.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define SAY_DROPPED (10 * USEC_PER_SEC)
/* Of severity 2, but to be measured against what was before them all the same. */
#define FLOODS (UINT64_C(1) << FLAG_AGENT_FLOOD | UINT64_C(1) << FLAG_BURST)

#define TRAIL_SLICE 16384 /* trails that are judged at a tick */

#define WANTED                                                                               \
	(TAKER_KIND(EVENT_START) | TAKER_KIND(EVENT_TICK) | TAKER_KIND(EVENT_CONN) |         \
		TAKER_KIND(EVENT_REQUEST) | TAKER_KIND(EVENT_AUTH) | TAKER_KIND(EVENT_LOG) | \
		TAKER_KIND(EVENT_RESETS) | TAKER_KIND(EVENT_WEB_ERROR) |                     \
		TAKER_KIND(EVENT_CRAWLER) | TAKER_KIND(EVENT_MARK) | TAKER_KIND(EVENT_CONNS))

static bool is_judged(const struct detect *d, const struct trail *t)
{
	const struct addr *a = &t->prefix.addr;
	usec_t idle = d->model->now - t->last;

	return idle <= 70 * USEC_PER_SEC && !machine_is_own(model_machine(d->model), a) &&
	       !addr_is_loopback(a);
}

/* With more trails than a slice, each is judged at every second tick, or third, … */
static void judge_trails(struct detect *d, struct trails *trails)
{
	uint32_t turns = trails->pool.live / TRAIL_SLICE + 1, turn = d->slice % turns;

	for (uint32_t id = pool_next(&trails->pool, 0); id != POOL_NONE;
		id = pool_next(&trails->pool, id + 1)) {
		struct trail *t = trails_at(trails, id);
		if (id % turns == turn && is_judged(d, t))
			judge_trail(d, t);
	}
}

/* What found no place, where the inputs are listed: said when there is more of it. */
static void say_dropped(struct detect *d)
{
	uint64_t dropped = d->hosts.evicted + d->networks.evicted + d->findings.lost;
	struct event e = event_make(EVENT_ENRICHER, d->model->now);

	if (dropped == d->dropped || d->model->now - d->dropped_said < SAY_DROPPED)
		return;
	d->dropped = dropped;
	d->dropped_said = d->model->now;
	e.enricher.what = STR_LIT("judgement");
	e.enricher.state = STR_LIT("ready");
	e.enricher.note = STR_LIT("more addresses at once than it can remember");
	e.enricher.dropped = dropped;
	event_put(d->sink, &e);
}

static void judge(struct detect *d)
{
	d->missing = needs_missing(d);
	judge_machine(d);
	judge_quic(d);
	if (walk_on(d))
		judge_conns(d);
	judge_trails(d, &d->hosts);
	judge_trails(d, &d->networks);
	judge_herds(d);
	findings_settle(d);
	verdict_say(d);
	say_dropped(d);
	d->each = d->crowd / TAKEN_WHOLE + 1;
	d->crowd = 0;
	d->judged = d->model->now;
	d->slice++;
	for (int i = 0; i < HERD_KINDS; i++)
		d->herds[i].is_frozen = d->severe || (d->findings.holding & FLOODS);
}

static void take(struct taker *taker, const struct event *event)
{
	struct detect *d = (struct detect *)taker;

	if (!d->began)
		d->began = event->ts;
	if (event->kind == EVENT_TICK)
		judge(d);
	else if (event->kind == EVENT_MARK)
		since_take_mark(d, &event->mark);
	else
		senses_take(d, event);
}

/* Memory. */

static const uint32_t herd_keys[HERD_TABLES] = {
	[HERD_PATHS] = HERDS_MAX,
	[HERD_AGENTS] = HERDS_MAX,
	[HERD_REFERERS] = HERDS_MAX,
	[HERD_VHOSTS] = HERDS_MAX,
	[HERD_STATUSES] = HERD_STATUSES_MAX,
	[HERD_DIRS] = HERD_DIRS_MAX,
};

static int init_tables(struct detect *d)
{
	int err = trails_init(&d->hosts, TRAILS_HOSTS);

	if (!err)
		err = trails_init(&d->networks, TRAILS_NETWORKS);
	for (int i = 0; i < HERD_TABLES && !err; i++)
		err = herds_init(&d->herds[i], herd_keys[i]);
	for (int i = 0; i < FOCUSES && !err; i++)
		err = focus_init(&d->focuses[i]);
	if (!err)
		err = zoom_init(&d->zoom, ZOOM_LEAVES);
	if (!err)
		err = findings_init(&d->findings);
	if (!err && !(d->marks = calloc(1, sizeof *d->marks)))
		err = -ENOMEM;
	d->trail_of = calloc(d->model->limits.hosts, sizeof *d->trail_of);
	return err ? err : d->trail_of ? 0 : -ENOMEM;
}

static void done_tables(struct detect *d)
{
	trails_done(&d->hosts);
	trails_done(&d->networks);
	for (int i = 0; i < HERD_TABLES; i++)
		herds_done(&d->herds[i]);
	for (int i = 0; i < FOCUSES; i++)
		focus_done(&d->focuses[i]);
	zoom_done(&d->zoom);
	findings_done(&d->findings);
	free(d->marks);
	free(d->trail_of);
	d->marks = NULL;
	d->trail_of = NULL;
}

static int init_words(struct detect *d, const struct detect_options *o, char reason[static 160])
{
	size_t bad = 0;
	int err = patterns_init(&d->patterns, o->exploits, o->exploit_count, &bad);

	if (err == -EINVAL)
		snprintf(reason, 160, "exploit_path_patterns: \"%.*s\" is in too many paths",
			(int)text_clip(o->exploits[bad], 60).n, o->exploits[bad].p);
	if (err == -E2BIG)
		snprintf(reason, 160,
			"exploit_path_patterns: too many or too long; expected at most %d",
			PATTERN_EXTRA);
	if (err)
		return err;
	err = agents_init(&d->agents, o->scanners, o->scanner_count, &bad);
	if (err == -EINVAL)
		snprintf(reason, 160, "scanner_user_agents: an empty word");
	if (err == -E2BIG)
		snprintf(reason, 160,
			"scanner_user_agents: too many or too long; expected at most %d",
			AGENT_EXTRA);
	return err;
}

/* All but what is its own is at its beginning. */
static int start(struct detect *d, const struct model *model)
{
	d->model = model;
	if (!d->keyed)
		d->key = hash_key_of(0);
	d->each = 1;
	d->walk = &d->walks[0];
	d->walked = &d->walks[1];
	return init_tables(d);
}

static void restart(struct taker *taker, const struct model *model)
{
	struct detect *d = (struct detect *)taker;
	struct event_sink *sink = d->sink;
	struct flag_settings settings = d->settings;
	struct patterns patterns = d->patterns;
	struct agents agents = d->agents;
	struct taker own = d->taker;
	struct hash_key key = d->key;
	bool keyed = d->keyed;
	struct event note = event_make(EVENT_NOTE, model->now);

	done_tables(d);
	memset(d, 0, sizeof *d);
	d->taker = own;
	d->sink = sink;
	d->settings = settings;
	d->patterns = patterns;
	d->agents = agents;
	d->key = key;
	d->keyed = keyed;
	if (start(d, model) == 0)
		return;
	d->taker.kinds = 0;
	note.note.text = STR_LIT("nothing is judged any more: out of memory");
	event_put(sink, &note);
}

struct detect *detect_new(
	const struct detect_options *options, int *ret_err, char reason[static 160])
{
	struct detect *d = calloc(1, sizeof *d);

	*ret_err = -ENOMEM;
	snprintf(reason, 160, "the judgement: out of memory");
	if (!d)
		return NULL;
	d->taker = (struct taker){
		.name = "judgement", .kinds = WANTED, .take = take, .restart = restart};
	d->sink = options->sink;
	if (options->flags)
		d->settings = *options->flags;
	else
		flag_settings_init(&d->settings);
	d->keyed = options->seed != NULL;
	if (options->seed)
		d->key = hash_key_of(*options->seed);
	*ret_err = start(d, options->model);
	if (!*ret_err)
		*ret_err = init_words(d, options, reason);
	if (!*ret_err)
		return d;
	detect_free(d);
	return NULL;
}

void detect_free(struct detect *d)
{
	if (!d)
		return;
	done_tables(d);
	patterns_done(&d->patterns);
	agents_done(&d->agents);
	free(d);
}

struct taker *detect_taker(struct detect *d)
{
	return &d->taker;
}

const struct herds *detect_herds(const struct detect *d, enum herd_kind kind)
{
	return d ? &d->herds[kind] : NULL;
}

const struct ports *detect_ports(const struct detect *d)
{
	return d ? &d->ports : NULL;
}

uint32_t detect_asked(const struct detect *d, const struct addr *ip)
{
	struct prefix p = trail_host(ip);
	uint32_t id = trails_find(&d->hosts, &p);
	const struct trail *t = id == POOL_NONE ? NULL : trails_at(&d->hosts, id);
	bool scans = t && t->agent &&
		     (t->agent->class == AGENT_SCANNER || t->agent->class == AGENT_SURVEY);

	return (scans ? SUSPECT_AGENT : 0) |
	       (t && trail_kinds(t, d->model->now) ? SUSPECT_PATH : 0);
}
