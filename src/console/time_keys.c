// SPDX-License-Identifier: MIT
#include "console/time_keys.h"

#include "console/entry.h"
#include "console/freeze.h"
#include "console/nav.h"

#include <stdio.h>

#define STEP_BY  (10 * USEC_PER_SEC)
#define JUST_NOW (3 * USEC_PER_SEC / 2) /* what began then is where one is: back goes before it */

/* Pace. */

static const double paces[] = {0.25, 0.5, 1, 2, 4, 8, 16, 32, 64};

double pace_slower(double pace)
{
	double slower = paces[0];

	if (pace <= 0)
		return paces[ARRAY_LEN(paces) - 1];
	for (size_t i = 0; i < ARRAY_LEN(paces) && paces[i] < pace; i++)
		slower = paces[i];
	return slower;
}

double pace_faster(double pace)
{
	for (size_t i = 0; i < ARRAY_LEN(paces) && pace > 0; i++)
		if (paces[i] > pace)
			return paces[i];
	return 0;
}

static void set_pace(struct view *v, double pace)
{
	commands_put(&v->commands, (struct command){.kind = COMMAND_REPLAY_SPEED, .speed = pace});
	v->replay.speed = pace; /* for the next key */
	if (pace > 0)
		view_say(v, "replay at %g times the recorded pace", pace);
	else
		view_say(v, "replay as fast as it can be read");
}

static void be_slower(struct view *v)
{
	set_pace(v, pace_slower(v->replay.speed));
}

static void be_faster(struct view *v)
{
	set_pace(v, pace_faster(v->replay.speed));
}

/* Standing still. */

static void pause_replay(struct view *v)
{
	bool on = v->replay.state != REPLAY_PAUSED;

	if (v->replay.state == REPLAY_ENDED) {
		view_refuse(v, "the recording has ended: [ goes back, t to a time");
		return;
	}
	commands_put(&v->commands, (struct command){.kind = COMMAND_REPLAY_PAUSE, .on = on});
	v->replay.state = on ? REPLAY_PAUSED : REPLAY_PLAYING;
}

static void step_replay(struct view *v)
{
	if (v->replay.state == REPLAY_ENDED)
		view_refuse(v, "the recording has ended: [ goes back, t to a time");
	else
		commands_put(&v->commands, (struct command){.kind = COMMAND_REPLAY_STEP});
}

static void freeze_or_go_on(struct view *v)
{
	if (v->frozen_at)
		freeze_end(v);
	else if (!freeze(v))
		view_refuse(v, "cannot freeze: there is no memory for a copy of what is shown");
}

/* Going. */

usec_t time_here(const struct view *v)
{
	if (!v->replaying)
		return v->m->now;
	return v->replay.state == REPLAY_SEEKING && v->seeking_to ? v->seeking_to : v->replay.at;
}

void time_go(struct view *v, usec_t at)
{
	usec_t end = v->replay.end;

	if (!v->replaying) {
		v->asked_time = at;
		v->changed = true;
		return;
	}
	if (at < v->replay.begin)
		at = v->replay.begin;
	if (end && at > end)
		at = end;
	commands_put(&v->commands, (struct command){.kind = COMMAND_REPLAY_SEEK, .at = at});
	v->seeking_to = at;
	v->replay.state = REPLAY_SEEKING;
}

static void go_back(struct view *v)
{
	time_go(v, time_here(v) - STEP_BY);
}

static void go_on(struct view *v)
{
	if (v->replay.state == REPLAY_ENDED)
		view_refuse(v, "the recording has ended: [ goes back, t to a time");
	else
		time_go(v, time_here(v) + STEP_BY);
}

/* Findings. */

static void go_to_moment(struct view *v, const struct overview_moment *moment, bool back)
{
	char clock[9];

	if (!moment) {
		view_refuse(v, "no %s finding is known%s", back ? "earlier" : "later",
			v->overview && !v->overview->whole
				? " yet: the recording is being looked through"
				: "");
		return;
	}
	clock_text(clock, moment->at);
	time_go(v, moment->at);
	view_say(v, "%s, %s", moment->name[0] ? moment->name : "a mark", clock);
}

static void to_next_moment(struct view *v)
{
	go_to_moment(v, v->overview ? overview_after(v->overview, time_here(v)) : NULL, false);
}

static void to_moment_before(struct view *v)
{
	usec_t here = time_here(v);

	if (v->replay.state != REPLAY_PAUSED && v->replay.state != REPLAY_SEEKING)
		here -= JUST_NOW;
	go_to_moment(v, v->overview ? overview_before(v->overview, here) : NULL, true);
}

/* The row that a flag is about: of several addresses or networks the first. A network may be wider
 * than those that are rows, or narrower. */
static bool row_of_flag(const struct model *m, const struct flag *f, struct subject_key *ret)
{
	if (!f->prefix_count)
		return false;
	*ret = subject_key_of_prefix(&f->prefixes[0]);
	return subject_find(m, ret) != POOL_NONE;
}

#define FINDINGS_MOST 64

/* Live: from one culprit to the next. */
static void to_culprit(struct view *v, bool back)
{
	const struct flag *top[FINDINGS_MOST];
	struct subject_key key;
	size_t n = flags_top(&v->m->flags, top, FINDINGS_MOST);

	for (size_t tries = 0; tries < n; tries++) {
		v->finding = (v->finding + (back ? n - 1 : 1)) % n;
		const struct flag *f = top[v->finding];
		if (f->cause[0] || !row_of_flag(v->m, f, &key))
			continue;
		nav_go_to(v, &key);
		view_say(v, "%s: %s", f->name, f->who);
		return;
	}
	view_refuse(v, n ? "no finding names who it is" : "there are no findings");
}

static void to_next_culprit(struct view *v)
{
	to_culprit(v, false);
}

static void to_culprit_before(struct view *v)
{
	to_culprit(v, true);
}

/* Recording, and the demo. */

static void record(struct view *v)
{
	commands_put(&v->commands, (struct command){.kind = COMMAND_RECORD});
}

static void refuse_record(struct view *v)
{
	view_refuse(v, "this is a recording already");
}

/* It would end what is watched. */
static void play_demo(struct view *v)
{
	if (v->live->hosts.live || v->recording)
		view_refuse(v, "the demo would end what is watched here: quit, and run "
			       "nethergaze --demo");
	else
		commands_put(&v->commands, (struct command){.kind = COMMAND_DEMO});
}

static void refuse_demo(struct view *v)
{
	view_refuse(v, "a recording is played already");
}

static void refuse_pace(struct view *v)
{
	view_refuse(v, "only a replay can be stepped, slowed down or sped up");
}

/* live: NULL leaves it to the panels. */
static const struct {
	enum action action;
	void (*replay)(struct view *v);
	void (*live)(struct view *v);
} keys[] = {
	{ACT_FREEZE, pause_replay, freeze_or_go_on},
	{ACT_TIME_BACK, go_back, NULL},
	{ACT_TIME_ON, go_on, NULL},
	{ACT_STEP, step_replay, refuse_pace},
	{ACT_SLOWER, be_slower, refuse_pace},
	{ACT_FASTER, be_faster, refuse_pace},
	{ACT_FINDING_NEXT, to_next_moment, to_next_culprit},
	{ACT_FINDING_BACK, to_moment_before, to_culprit_before},
	{ACT_RECORD, refuse_record, record},
	{ACT_DEMO, refuse_demo, play_demo},
};

bool time_act(struct view *v, enum action action)
{
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (keys[i].action == action) {
			void (*act)(struct view *) = v->replaying ? keys[i].replay : keys[i].live;
			if (act)
				act(v);
			return act != NULL;
		}
	return false;
}
