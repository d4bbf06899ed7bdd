// SPDX-License-Identifier: MIT
#include "app/logs_watch.h"

#include "base/container.h"
#include "base/mono.h"
#include "log/journal.h"

#include <stdlib.h>

#define FILES_EVERY     (2 * NSEC_PER_SEC) /* between two rounds of all files */
#define PROCESSES_EVERY (5 * NSEC_PER_SEC)
#define SETTLE          (1 * NSEC_PER_SEC) /* who writes a file, or several, has ended then */
#define FILES_STEP      64
#define PROCESSES_STEP  64
#define PART            100 /* rounds take at most this part of one CPU */

/* A round that is made again and again, in steps. */
struct round {
	uint64_t next;  /* when it begins (CLOCK_MONOTONIC, ns) */
	uint64_t spent; /* on this one, ns */
};

struct logs_watch {
	struct source source;
	struct logs_plan *plan;
	const struct options *options;
	struct source *tail, *journal; /* the second may be NULL */
	struct round files, processes, readings;
	size_t file; /* the next that is looked at */
	struct running_walk walk;
	bool is_walking;
	struct running *found; /* other servers than the plan's; or NULL */
	uint64_t due;          /* when all is read anew; 0: nothing has changed */
	struct server_reading *reading;
};

static void end_round(struct round *r, uint64_t every)
{
	uint64_t rest = r->spent * PART;

	r->next = mono_now() + (rest > every ? rest : every);
	r->spent = 0;
}

static void has_changed(struct logs_watch *w)
{
	uint64_t settled = mono_now() + SETTLE;

	w->due = settled > w->readings.next ? settled : w->readings.next;
}

/* Files. */

static void step_files(struct logs_watch *w, uint64_t now)
{
	const struct conf_stamps *stamps = &w->plan->confs->stamps;

	if (now < w->files.next)
		return;
	if (!w->due && conf_stamps_differ(stamps, w->file, FILES_STEP))
		has_changed(w);
	w->file += FILES_STEP;
	w->files.spent += mono_now() - now;
	if (w->file < stamps->n)
		return;
	w->file = 0;
	end_round(&w->files, FILES_EVERY);
}

/* Processes. */

static void begin_walk(struct logs_watch *w)
{
	const struct running_options options = {
		.proc = "/proc", .root = logs_plan_root(w->options)};

	w->is_walking = running_walk_init(&w->walk, &options) == 0;
	if (w->is_walking)
		return;
	running_walk_done(&w->walk);
	end_round(&w->processes, PROCESSES_EVERY);
}

static void end_walk(struct logs_watch *w)
{
	struct running *seen = running_walk_take(&w->walk);
	const struct running *known = w->found ? w->found : w->plan->running;

	running_walk_done(&w->walk);
	w->is_walking = false;
	end_round(&w->processes, PROCESSES_EVERY);
	if (!seen || (known && running_is_same(known, seen))) {
		running_free(seen);
		return;
	}
	running_free(w->found);
	w->found = seen;
	has_changed(w);
}

static void step_processes(struct logs_watch *w)
{
	uint64_t now = mono_now();

	if (!w->options->running_servers || now < w->processes.next)
		return;
	if (!w->is_walking)
		begin_walk(w);
	if (!w->is_walking)
		return;
	bool more = running_walk_step(&w->walk, PROCESSES_STEP);
	w->processes.spent += mono_now() - now;
	if (!more)
		end_walk(w);
}

/* Reading anew. */

static void begin_reading(struct logs_watch *w)
{
	w->due = 0;
	w->file = 0;
	w->reading = server_reading_new(
		logs_plan_root(w->options), w->found ? w->found : w->plan->running);
}

/* Without memory all stays as it was, until something changes again. */
static void end_reading(struct logs_watch *w)
{
	struct server_confs *confs = server_reading_finish(w->reading);
	struct logs_plan next;

	w->reading = NULL;
	if (!confs)
		return;
	int err = logs_plan_init_next(&next, w->options, w->plan, confs);
	if (!err) {
		const struct log_tail_options options =
			logs_plan_tail_options(&next, w->options, NULL);
		err = log_tail_change(w->tail, &options);
	}
	if (err) {
		logs_plan_drop_next(&next);
		return;
	}
	if (w->journal)
		log_journal_change(w->journal, next.others, next.other_count);
	logs_plan_replace(w->plan, &next, w->found);
	w->found = NULL;
}

static int logs_watch_poll(struct source *s, usec_t now, struct event_sink *sink)
{
	struct logs_watch *w = container_of(s, struct logs_watch, source);
	uint64_t mono = mono_now();

	(void)now;
	(void)sink;
	if (w->reading) {
		bool more = server_reading_step(w->reading);
		if (!more)
			end_reading(w);
		w->readings.spent += mono_now() - mono;
		if (!more)
			end_round(&w->readings, 0);
		return 1;
	}
	if (w->due && mono >= w->due) {
		begin_reading(w);
		return 1;
	}
	step_files(w, mono);
	step_processes(w);
	return 0;
}

/* Somebody asks: both rounds begin now. */
static void logs_watch_refresh(struct source *s)
{
	struct logs_watch *w = container_of(s, struct logs_watch, source);

	w->files.next = w->processes.next = 0;
}

static void logs_watch_free(struct source *s)
{
	struct logs_watch *w = container_of(s, struct logs_watch, source);

	server_confs_free(server_reading_finish(w->reading));
	if (w->is_walking)
		running_walk_done(&w->walk);
	running_free(w->found);
	free(w);
}

static const struct source_ops logs_watch_ops = {
	.name = "configuration",
	.poll = logs_watch_poll,
	.refresh = logs_watch_refresh,
	.free = logs_watch_free,
};

struct source *logs_watch_new(struct logs_plan *plan, const struct options *options,
	struct source *tail, struct source *journal)
{
	struct logs_watch *w = calloc(1, sizeof *w);

	if (!w)
		return NULL;
	w->source.ops = &logs_watch_ops;
	w->plan = plan;
	w->options = options;
	w->tail = tail;
	w->journal = journal;
	end_round(&w->files, FILES_EVERY);
	end_round(&w->processes, PROCESSES_EVERY);
	return &w->source;
}
