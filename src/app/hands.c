// SPDX-License-Identifier: MIT
#include "app/hands.h"

#include "app/act_log.h"
#include "event/lost.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/epoll.h>

static const char *const names[] = {[HELPER_BLOCKER] = "blocker", [HELPER_RUNNER] = "runner"};

void hands_init(struct hands *h, const char *why)
{
	*h = (struct hands){0};
	for (size_t i = 0; i < ARRAY_LEN(h->hands); i++)
		snprintf(h->hands[i].why, sizeof h->hands[i].why, "%s", why);
}

void hands_done(struct hands *h)
{
	hands_watch(h, NULL);
	for (size_t i = 0; i < ARRAY_LEN(h->hands); i++) {
		helper_free(h->hands[i].helper);
		h->hands[i].helper = NULL;
	}
}

int hands_join(struct hands *h, enum helper_kind kind, const struct helper_job *jobs,
	uint32_t count, uint32_t *ret_first)
{
	struct hand *hand = &h->hands[kind];

	if (count > HANDS_JOBS_MAX - hand->job_count)
		return -ENOSPC;
	memcpy(hand->jobs + hand->job_count, jobs, count * sizeof *jobs);
	*ret_first = hand->job_count;
	hand->job_count += count;
	return 0;
}

static void spawn(struct hand *hand, enum helper_kind kind, bool filtered)
{
	int err;

	hand->helper = helper_new(kind, hand->jobs, hand->job_count, filtered, &err);
	if (hand->helper)
		hand->why[0] = '\0';
	else if (err == -EPERM && kind == HELPER_BLOCKER)
		snprintf(hand->why, sizeof hand->why,
			"nethergaze has no CAP_NET_ADMIN: run it as root");
	else
		snprintf(hand->why, sizeof hand->why, "the %s cannot be started: %s", names[kind],
			strerror(-err));
}

void hands_spawn(struct hands *h, bool filtered)
{
	for (size_t i = 0; i < ARRAY_LEN(h->hands); i++)
		if (h->hands[i].job_count)
			spawn(&h->hands[i], (enum helper_kind)i, filtered);
}

const char *hands_missing(const struct hands *h, enum helper_kind kind)
{
	const struct hand *hand = &h->hands[kind];

	return hand->helper && !helper_gone(hand->helper) ? NULL : hand->why;
}

void hands_tell(struct hands *h, struct event_sink *sink)
{
	h->sink = sink;
}

void hands_note(struct hands *h, const char *text)
{
	struct event e = event_make(EVENT_NOTE, clock_now());

	e.note.text = str_of(text);
	if (h->sink)
		event_put(h->sink, &e);
}

/* Watching. */

static void unwatch(struct hands *h, struct hand *hand)
{
	if (hand->watched)
		loop_unwatch(h->loop, helper_fd(hand->helper));
	hand->watched = false;
}

static void take(struct hands *h, struct hand *hand)
{
	helper_take(hand->helper);
	const char *gone = helper_gone(hand->helper);
	if (!gone || hand->why[0])
		return;
	snprintf(hand->why, sizeof hand->why, "%s", gone);
	unwatch(h, hand);
	hands_note(h, gone);
}

static void take_blocker(void *ctx, uint32_t events)
{
	struct hands *h = ctx;

	(void)events;
	take(h, &h->hands[HELPER_BLOCKER]);
}

static void take_runner(void *ctx, uint32_t events)
{
	struct hands *h = ctx;

	(void)events;
	take(h, &h->hands[HELPER_RUNNER]);
}

int hands_watch(struct hands *h, struct loop *loop)
{
	static void (*const takes[])(void *ctx, uint32_t events) = {
		[HELPER_BLOCKER] = take_blocker, [HELPER_RUNNER] = take_runner};
	int err = 0;

	for (size_t i = 0; i < ARRAY_LEN(h->hands); i++)
		unwatch(h, &h->hands[i]);
	h->loop = loop;
	for (size_t i = 0; loop && i < ARRAY_LEN(h->hands) && !err; i++) {
		struct hand *hand = &h->hands[i];
		if (hands_missing(h, (enum helper_kind)i))
			continue;
		err = loop_watch(loop, helper_fd(hand->helper), EPOLLIN, takes[i], h);
		hand->watched = !err;
	}
	return err;
}

/* Doing. */

int hands_ask(struct hands *h, enum helper_kind kind, uint32_t job, const struct helper_args *args,
	helper_done_fn *done, void *ctx)
{
	struct helper *helper = h->hands[kind].helper;

	return helper ? helper_ask(helper, job, args, done, ctx) : -EPIPE;
}

bool hands_wait(struct hands *h, enum helper_kind kind, int ms)
{
	struct hand *hand = &h->hands[kind];
	struct pollfd polled = {.events = POLLIN};

	if (hands_missing(h, kind))
		return false;
	polled.fd = helper_fd(hand->helper);
	int n = poll(&polled, 1, ms);
	if (n > 0)
		take(h, hand);
	return n > 0 || (n < 0 && errno == EINTR);
}

void hands_act(struct hands *h, const struct event_act *act)
{
	struct event e = event_make(EVENT_ACT, clock_now());
	char text[160];

	e.act = *act;
	if (h->sink)
		event_put(h->sink, &e);
	int err = act_log_append(act, e.ts);
	if (!err)
		return;
	if (h->sink)
		put_lost(h->sink, e.ts, "actions.log", 1);
	if (h->unlogged++)
		return;
	snprintf(text, sizeof text, "%s cannot be written: %s", ACT_LOG_NAME, strerror(-err));
	hands_note(h, text);
}
