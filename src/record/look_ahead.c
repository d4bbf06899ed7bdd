// SPDX-License-Identifier: MIT
#include "record/look_ahead.h"

#include "event/json_read.h"
#include "record/outline.h"
#include "record/recording.h"
#include "record/retime.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* A line of which the beginning says enough costs little, one that is read whole twenty times that.
 */
#define POLL_COST  1000
#define COST_WHOLE 20
#define COST_INDEX 250
#define POLL_BYTES (256u << 10)

struct look_ahead {
	struct recording recording;
	struct outline outline;
	struct retime retime; /* as the replay of it has */
	usec_t duration;
	size_t file;           /* that is read; SIZE_MAX: none yet */
	struct overview index; /* of it */
};

void look_ahead_note(struct look_ahead *l, const struct event *e)
{
	outline_note(&l->outline, e);
}

/* False when the recording, or what is replayed of it, is over. */
static bool take(struct look_ahead *l, usec_t at, uint64_t weight)
{
	if (l->duration && at - l->recording.begin > l->duration)
		return false;
	overview_add(&l->outline.overview, at, weight);
	return true;
}

/* The same of a line; *cost grows by what it took. */
static bool take_line(struct look_ahead *l, struct str line, unsigned *cost)
{
	enum event_kind kind;
	uint64_t weight;
	struct event e, set_by;
	usec_t at;
	bool set;

	*cost += 1;
	if (record_peek(line, &kind, &at) && outline_kind_weighs(kind, &weight))
		return take(l, retime_at(&l->retime, kind, at, &set), weight);
	*cost += COST_WHOLE;
	if (recording_parse(&l->recording, line, &e) <= 0)
		return true;
	(void)retime_event(&l->retime, &e, &set_by);
	if (!take(l, e.ts, outline_weight(&l->outline, &e)))
		return false;
	look_ahead_note(l, &e);
	return true;
}

/* A file has begun. True when its index has said all of it, and it need not be read. */
static bool take_file(struct look_ahead *l, unsigned *cost)
{
	struct overview *o = &l->outline.overview;

	l->file = l->recording.at;
	if (l->recording.anew) /* another run may have had another clock */
		l->retime = (struct retime){0};
	l->recording.anew = false;
	if (!recording_overview(&l->recording, &l->index))
		return false;
	*cost += COST_INDEX;
	outline_merge(&l->outline, &l->index);
	o->whole = (l->duration && o->end - l->recording.begin > l->duration) ||
		   !recording_skip(&l->recording, l->index.end);
	o->version += o->whole;
	return true;
}

bool look_ahead_poll(struct look_ahead *l)
{
	struct overview *o = &l->outline.overview;
	size_t budget = POLL_BYTES;
	unsigned cost = 0;

	while (cost < POLL_COST && !o->whole) {
		struct str line;
		int got = recording_next_line(&l->recording, &budget, &line);
		if (got == 0)
			break;
		if (got > 0 && l->recording.at != l->file && take_file(l, &cost))
			continue;
		o->whole = got < 0 || !take_line(l, line, &cost);
		o->version += o->whole;
	}
	return !o->whole;
}

const struct overview *look_ahead_overview(const struct look_ahead *l)
{
	return &l->outline.overview;
}

void look_ahead_free(struct look_ahead *l)
{
	if (!l)
		return;
	recording_done(&l->recording);
	free(l);
}

struct look_ahead *look_ahead_new(
	const char *path, int (*open)(void), usec_t duration, char reason[static SOURCE_REASON_MAX])
{
	struct look_ahead *l = calloc(1, sizeof *l);

	if (!l) {
		snprintf(reason, SOURCE_REASON_MAX, "%s", strerror(ENOMEM));
		return NULL;
	}
	l->duration = duration;
	l->file = SIZE_MAX;
	outline_init(&l->outline);
	if (recording_init(&l->recording, path, open, reason) == 0)
		return l;
	look_ahead_free(l);
	return NULL;
}
