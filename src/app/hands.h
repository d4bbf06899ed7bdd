/* SPDX-License-Identifier: MIT
 *
 * hands: what nethergaze does, not only sees. It owns the helpers (helper/helper.h), which are
 * spawned before anything is opened, and it is the one place that says what was done: as an act
 * event, and as a line of actions.log.
 *
 * Whoever has something to do joins with a table of jobs before the helpers are spawned, and asks
 * for one of them afterwards.
 */
#ifndef NG_APP_HANDS_H
#define NG_APP_HANDS_H

#include "app/loop.h"
#include "event/event.h"
#include "helper/helper.h"

#define HANDS_JOBS_MAX 64 /* of one helper */
#define HANDS_WHY_MAX  192

struct hand {
	struct helper_job jobs[HANDS_JOBS_MAX];
	uint32_t job_count;
	struct helper *helper;   /* NULL: there is none */
	char why[HANDS_WHY_MAX]; /* why not */
	bool watched;
};

struct hands {
	struct hand hands[HELPER_RUNNER + 1]; /* by enum helper_kind */
	struct event_sink *sink;              /* borrowed; NULL: not yet */
	struct loop *loop;                    /* that watches the helpers; or NULL */
	uint64_t unlogged;                    /* acts that are not in actions.log */
};

/* No helper yet; why says so until there is one, and for good when none is to be spawned ("this is
 * a replay"). */
void hands_init(struct hands *h, const char *why);

/* Ends the helpers. */
void hands_done(struct hands *h);

/* Adds jobs, which are copied (their ctx is borrowed, and must not change once the helpers are
 * spawned). *ret_first is the number of the first of them, for hands_ask. 0, or -ENOSPC. */
int hands_join(struct hands *h, enum helper_kind kind, const struct helper_job *jobs,
	uint32_t count, uint32_t *ret_first);

/* Spawns the helpers that have jobs; one that cannot be is missing. Before threads, the terminal,
 * and what is opened for the run, and before privileges are dropped. filtered: as of helper_new. h
 * must not move afterwards. */
void hands_spawn(struct hands *h, bool filtered);

/* Why there is no such helper, in words; NULL: there is one. */
const char *hands_missing(const struct hands *h, enum helper_kind kind);

/* Where events go (borrowed). */
void hands_tell(struct hands *h, struct event_sink *sink);

/* Has the loop (borrowed) watch the helpers; NULL: no loop does any more. 0 or a negative errno. */
int hands_watch(struct hands *h, struct loop *loop);

/* Asks for a job, as helper_ask does; -EPIPE when there is no such helper. */
int hands_ask(struct hands *h, enum helper_kind kind, uint32_t job, const struct helper_args *args,
	helper_done_fn *done, void *ctx);

/* Waits for what such a helper says, ms at most, and takes it. False: it said nothing, or there is
 * none. Only when nothing else is to be done any more. */
bool hands_wait(struct hands *h, enum helper_kind kind, int ms);

/* Tells the operator something. */
void hands_note(struct hands *h, const char *text);

/* Says that something was done, or could not be: to the model and its views, and to actions.log. */
void hands_act(struct hands *h, const struct event_act *act);

#endif
