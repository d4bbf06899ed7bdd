// SPDX-License-Identifier: MIT
/*
 * What is wrong with the machine itself, whoever caused it.
 */
#include "detect/parts.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

#define SPAN10    (10 * USEC_PER_SEC)
#define OVERFLOWS 5.0 /* of a listen queue in 5 s: one alone may be a crowd that was let in */
#define SPAN30    (30 * USEC_PER_SEC)
static struct finding *find(struct detect *d, enum flag_id flag, double level, double value)
{
	struct finding *f = found(d, flag, SCOPE_MACHINE, 0, level, rounded(value));

	if (f) {
		f->prefix_count = 0;
		f->who[0] = '\0';
	}
	return f;
}

static void judge_accept_queue(struct detect *d)
{
	const struct tcp_stats *stats = &model_machine(d->model)->tcp_stats;
	const struct event_tcp_stats *now = &stats->latest;
	uint64_t share = tcp_stats_accept_share(stats);
	double overflows = window_sum(&stats->overflows, d->model->now, 5 * USEC_PER_SEC);

	if (share == ABSENT || now->accept_port == ABSENT)
		return;
	double level = reach(d, FLAG_ACCEPT_QUEUE, 0, (double)share / 100);
	if (overflows / OVERFLOWS > level)
		level = overflows / OVERFLOWS;
	struct finding *f = find(d, FLAG_ACCEPT_QUEUE, level, (double)now->accept_queue);
	if (f)
		SAY(f,
			"accept queue of :%" PRIu64 " holds %" PRIu64 " of %" PRIu64
			"; %.0f overflows in 5 s; %" PRIu64 " connections are open",
			now->accept_port, now->accept_queue, now->accept_limit, overflows,
			d->walked->open);
}

static void judge_errors(struct detect *d)
{
	struct whole *w = &d->whole;
	usec_t now = d->model->now;
	/* What a limit refused is no failure. */
	double refused = window_sum(&w->limit_errors, now, SPAN10);
	double broken = window_sum(&w->of_class[5], now, SPAN10);
	broken = broken > refused ? broken - refused : 0;
	double all = window_sum(&w->requests, now, SPAN10);
	double sources = trail_sources(&w->broken_to, now);
	double level = least(least(reach(d, FLAG_ERROR_SURGE, 0, broken),
				     reach(d, FLAG_ERROR_SURGE, 1, all > 0 ? broken / all : 0)),
		reach(d, FLAG_ERROR_SURGE, 2, sources));
	bool named = w->upstream[0] && window_sum(&w->upstream_errors, now, SPAN10) > 0;
	struct finding *f = find(d, FLAG_ERROR_SURGE, level, broken);

	if (f)
		SAY(f, "%.0f of %.0f answers in 10 s are 5xx, to %.0f addresses%s%s", broken, all,
			sources, named ? "; the error log names the backend " : "",
			named ? w->upstream : "");
}

static void judge_gone(struct detect *d)
{
	struct whole *w = &d->whole;
	usec_t now = d->model->now;
	double usual = baseline_slow(&w->usual);
	double fast = window_sum(&w->requests, now, 15 * USEC_PER_SEC) / 15;
	double shaken = baseline_fast(&w->usual_handshakes, now);
	double usually = baseline_slow(&w->usual_handshakes);

	if (baseline_learning(&w->usual, now) || now - w->rotated < SPAN10 || usually <= 0)
		return;
	/* Nobody comes at all: at a quiet hour, or past this machine. An hour does not come at
	 * once. */
	bool nobody = shaken < usually * 0.5;
	double level = least(reach(d, FLAG_TRAFFIC_GONE, 0, usual),
		reach(d, FLAG_TRAFFIC_GONE, 1, usual / (fast > 0.01 ? fast : 0.01)) /
			(nobody ? 2 : 1));
	struct finding *f = find(d, FLAG_TRAFFIC_GONE, level, usual);
	if (f)
		SAY(f, "%.1f requests/s, %.1f are usual; %s (%.1f handshakes/s, %.1f are usual)",
			fast, usual,
			nobody ? "nobody connects: network, DNS, or what stands before this machine"
			       : "but clients connect as ever",
			shaken, usually);
}

static void judge_slow(struct detect *d)
{
	usec_t now = d->model->now;
	double timed = window_sum(&d->whole.timed, now, SPAN10);
	double slow = window_sum(&d->whole.slow, now, SPAN10);
	double level = least(reach(d, FLAG_SLOW_ANSWERS, 0, timed > 0 ? slow / timed : 0),
		reach(d, FLAG_SLOW_ANSWERS, 1, timed));
	struct finding *f = find(d, FLAG_SLOW_ANSWERS, level, slow);

	if (f)
		SAY(f, "%.0f of %.0f requests in 10 s took 2 s and more", slow, timed);
}

static void judge_limiter(struct detect *d)
{
	usec_t now = d->model->now;
	double limited = window_sum(&d->whole.limited, now, WINDOW_SPAN);
	double said = window_sum(&d->whole.limit_errors, now, WINDOW_SPAN);
	double all = window_sum(&d->whole.requests, now, WINDOW_SPAN);
	double refused = limited > said ? limited : said;
	double level = least(reach(d, FLAG_LIMITER, 0, all > 0 ? refused / all : 0),
		reach(d, FLAG_LIMITER, 1, refused));
	struct finding *f = find(d, FLAG_LIMITER, level, refused);

	if (f)
		SAY(f, "%.0f of %.0f requests in a minute were refused by a limit", refused, all);
}

/* What has come since the last look goes into the minute; the log that most of it is of is named.
 */
static const struct model_log *take_lines(struct detect *d)
{
	const struct machine *here = model_machine(d->model);
	struct whole *w = &d->whole;
	struct window_bucket now = window_bucket(d->model->now);
	const struct model_log *worst = NULL;
	uint64_t lines = 0, rejected = 0;

	for (uint32_t i = 0; i < here->log_count; i++) {
		const struct model_log *log = &here->logs[i];
		if (log->errors)
			continue;
		lines += log->lines;
		rejected += log->rejected;
		if (!worst || log->rejected > worst->rejected)
			worst = log;
	}
	if (lines > w->lines_seen)
		window_put(&w->lines, now, lines - w->lines_seen);
	if (rejected > w->rejected_seen)
		window_put(&w->rejected, now, rejected - w->rejected_seen);
	w->lines_seen = lines;
	w->rejected_seen = rejected;
	return worst;
}

static void judge_unparsed(struct detect *d)
{
	const struct model_log *worst = take_lines(d);
	double lines = window_sum(&d->whole.lines, d->model->now, WINDOW_SPAN);
	double rejected = window_sum(&d->whole.rejected, d->model->now, WINDOW_SPAN);
	double level = least(reach(d, FLAG_UNPARSED, 0, lines > 0 ? rejected / lines : 0),
		reach(d, FLAG_UNPARSED, 1, lines));
	struct finding *f = worst ? find(d, FLAG_UNPARSED, level, rejected) : NULL;

	if (f)
		SAY(f, "%.0f of %.0f lines in a minute are in no known format, most of %.*s",
			rejected, lines, (int)text_clip(str_of(worst->name), 80).n, worst->name);
}

static void learn(struct detect *d)
{
	struct whole *w = &d->whole;
	usec_t now = d->model->now;
	double span = (double)(now - d->judged) / (double)USEC_PER_SEC;

	if (span <= 0 || span > 60)
		span = 1;
	/* What came within this second, by the windows' difference, would need a mark of its own:
	 * the rate of the last five seconds does. */
	baseline_add(&w->usual, now,
		(uint64_t)(window_sum(&w->requests, now, WINDOW_STEP) / 5 * span + 0.5), d->severe);
	baseline_add(&w->usual_handshakes, now,
		(uint64_t)(window_sum(&w->handshakes, now, WINDOW_STEP) / 5 * span + 0.5),
		d->severe);
}

void judge_machine(struct detect *d)
{
	learn(d);
	judge_accept_queue(d);
	judge_errors(d);
	judge_gone(d);
	judge_slow(d);
	judge_limiter(d);
	judge_unparsed(d);
}
