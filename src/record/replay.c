// SPDX-License-Identifier: MIT
#include "record/replay.h"

#include "event/lost.h"
#include "record/recording.h"
#include "record/retime.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define BATCH      2048       /* records a poll */
#define POLL_BYTES (1u << 20) /* and bytes: records may be long, or be none at all */

struct replay {
	struct source source;
	struct recording recording;
	int (*restart)(void *ctx);
	void *ctx;
	double speed;
	usec_t duration;
	bool as_recorded;
	usec_t end; /* recorded; 0: not known */

	struct event next; /* read, and not yet due */
	bool have_next, ended;
	bool anew; /* it is the first of a file that has nothing to do with those before */
	struct retime retime;
	struct event clock_set; /* to be put before it */
	bool is_set;

	usec_t reached; /* recorded: the latest of all events that were put; 0: none */
	usec_t clock;   /* recorded: where it stands, at the latest poll */
	usec_t polled;  /* wall clock of the latest poll; 0: none */
	/* What pace is counted from: this was due then. */
	usec_t anchor, anchored;

	bool paused;
	bool stepping; /* to what is next; becomes a seek when that is known */
	bool seeking;
	usec_t target; /* of the seek */
};

static void anchor(struct replay *r)
{
	r->anchor = r->clock;
	r->anchored = r->polled;
}

/* The pace is kept when the clock is set back. Forward, nothing tells that from a pause. */
static void take_clock(struct replay *r, usec_t now)
{
	if (!r->polled)
		r->anchored = now;
	else if (now < r->polled)
		r->anchored -= r->polled - now;
	r->polled = now;
}

/* Events up to this recorded time are due. */
static usec_t due_until(const struct replay *r)
{
	if (r->seeking)
		return r->target;
	if (r->paused)
		return r->clock;
	if (r->speed <= 0)
		return USEC_LIMIT;
	double until = (double)r->anchor + (double)(r->polled - r->anchored) * r->speed;
	return until < (double)USEC_LIMIT ? (usec_t)until : USEC_LIMIT;
}

static void seek_to(struct replay *r, usec_t at)
{
	r->seeking = true;
	r->stepping = false;
	r->target = at;
}

static bool is_over(const struct replay *r)
{
	return r->duration && r->next.ts - r->recording.begin > r->duration;
}

/* The same, without the kinds that are derived anew; what machines of a fleet have derived is not.
 */
static int next_fact(struct replay *r, size_t *budget)
{
	int got;

	do
		got = recording_next(&r->recording, budget, &r->next);
	while (got > 0 && event_kinds[r->next.kind].derived && !r->next.machine && !r->as_recorded);
	return got;
}

/* Makes r->next the next event to be put. False at the end, and when the budget is spent. */
static bool read_next(struct replay *r, size_t *budget)
{
	if (r->have_next)
		return true;
	int got = next_fact(r, budget);
	r->have_next = got > 0;
	if (r->recording.anew) {
		r->recording.anew = false;
		r->anew = true;
		r->retime = (struct retime){0};
	}
	r->is_set = r->have_next && retime_event(&r->retime, &r->next, &r->clock_set);
	r->ended = got < 0 || (r->have_next && is_over(r));
	return r->have_next && !r->ended;
}

/* What came before is of another run. False: that cannot be, and it ends. */
static bool forget(struct replay *r)
{
	r->anew = false;
	r->reached = 0;
	r->ended = r->restart && r->restart(r->ctx) < 0;
	return !r->ended;
}

/* Puts what is due. True when that is done, false when there is more to put or to look at. */
static bool put_due(struct replay *r, struct event_sink *sink)
{
	size_t budget = POLL_BYTES;

	for (int i = 0; i < BATCH; i++) {
		if (!read_next(r, &budget))
			return r->ended;
		if (r->stepping)
			seek_to(r, r->next.ts);
		if (r->next.ts > due_until(r))
			return true;
		r->have_next = false;
		if (r->anew && !forget(r))
			return true;
		if (r->next.ts > r->reached)
			r->reached = r->next.ts;
		if (r->is_set)
			event_put(sink, &r->clock_set);
		event_put(sink, &r->next);
	}
	return false;
}

/* All that was due has been put. */
static void settle(struct replay *r)
{
	bool arrived = r->seeking || r->ended;

	r->clock = r->ended ? r->reached : due_until(r);
	if (r->ended)
		r->end = r->reached;
	r->seeking = r->stepping = false;
	if (arrived)
		anchor(r);
}

static int replay_poll(struct source *s, usec_t now, struct event_sink *sink)
{
	struct replay *r = (struct replay *)s;

	take_clock(r, now);
	if (r->ended)
		return -EPIPE;
	bool done = put_due(r, sink);
	if (done)
		settle(r);
	else
		r->clock = r->reached;
	uint64_t bad = r->recording.bad;
	r->recording.bad = 0;
	put_lost(sink, r->reached, "recording", bad);
	return r->ended ? -EPIPE : !done;
}

/* Control. */

void replay_pause(struct source *s, bool on)
{
	struct replay *r = (struct replay *)s;

	r->paused = on;
	anchor(r);
}

void replay_step(struct source *s)
{
	struct replay *r = (struct replay *)s;

	replay_pause(s, true);
	r->stepping = !r->seeking && !r->ended;
}

/* With the file that has this moment. */
static int begin_anew(struct replay *r, usec_t at)
{
	int err = recording_go(&r->recording, at);

	if (!err)
		err = r->restart(r->ctx);
	r->have_next = r->anew = false;
	r->retime = (struct retime){0};
	r->ended = err != 0;
	r->reached = 0;
	r->clock = recording_begin_of(&r->recording, at);
	return err;
}

int replay_seek(struct source *s, usec_t at)
{
	struct replay *r = (struct replay *)s;

	if (at < r->recording.begin)
		at = r->recording.begin;
	bool back = at < r->reached;
	if (back && !r->restart)
		return -ENOTSUP;
	bool jumps = back || (r->restart && recording_is_far(&r->recording, at));
	int err = jumps ? begin_anew(r, at) : 0;
	if (!r->ended)
		seek_to(r, at);
	return err;
}

void replay_speed(struct source *s, double speed)
{
	struct replay *r = (struct replay *)s;

	r->speed = speed > 0 ? speed : REPLAY_SPEED_MAX;
	anchor(r);
}

struct replay_status replay_status(const struct source *s)
{
	const struct replay *r = (const struct replay *)s;

	return (struct replay_status){
		.state = r->seeking  ? REPLAY_SEEKING
			 : r->ended  ? REPLAY_ENDED
			 : r->paused ? REPLAY_PAUSED
				     : REPLAY_PLAYING,
		.at = r->clock,
		.begin = r->recording.begin,
		.end = r->end,
		.read = recording_read(&r->recording),
		.size = r->recording.size,
		.speed = r->speed,
	};
}

/* The source. */

static void replay_free(struct source *s)
{
	struct replay *r = (struct replay *)s;

	recording_done(&r->recording);
	free(r);
}

static const struct source_ops replay_ops = {
	.name = "replay",
	.poll = replay_poll,
	.free = replay_free,
};

static void init(struct replay *r, const struct replay_options *options)
{
	r->source.ops = &replay_ops;
	r->restart = options->restart;
	r->ctx = options->ctx;
	r->speed = options->speed;
	r->duration = options->duration;
	r->as_recorded = options->as_recorded;
	r->clock = r->anchor = r->recording.begin;
	r->end = r->recording.end;
	if (r->duration && r->end - r->recording.begin > r->duration)
		r->end = r->recording.begin + r->duration;
}

struct source *replay_new(
	const struct replay_options *options, char reason[static SOURCE_REASON_MAX])
{
	struct replay *r = calloc(1, sizeof *r);

	if (!r) {
		snprintf(reason, SOURCE_REASON_MAX, "%s", strerror(ENOMEM));
		return NULL;
	}
	if (recording_init(&r->recording, options->path, options->open, reason) < 0) {
		replay_free(&r->source);
		return NULL;
	}
	init(r, options);
	return &r->source;
}
