// SPDX-License-Identifier: MIT
/*
 * A server writes a request to each log of the context that it came to: the server block, the
 * virtual host. Each request is to be counted once. So of the logs of a context one is followed,
 * the one that says most; a log that has requests of several contexts counts for all of them.
 */
#include "conf/build.h"

#include <fnmatch.h>
#include <stdlib.h>

#define USABLE 64 /* one that can be read before any that cannot */

static bool is_same_file(const struct conf_log *a, const struct conf_log *b)
{
	return a->file == b->file;
}

static bool is_chosen(const struct conf_build *b, const struct conf_log *log)
{
	return b->logs[log->file].chosen;
}

static void choose(struct conf_build *b, const struct conf_log *log)
{
	b->logs[log->file].chosen = true;
}

/* Contexts: there may be thousands, each with few logs. */

/* Logs that lie beside each other in the order: from `first` up to `end`. */
struct group {
	size_t first, end;
};

/* The first place in the order of a log whose context is at least so. */
static size_t place_of(const struct conf_build *b, uint64_t context)
{
	size_t low = 0, high = b->log_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (b->logs[b->order[mid]].context < context)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct group group_of(const struct conf_build *b, uint32_t context)
{
	return (struct group){place_of(b, context), place_of(b, (uint64_t)context + 1)};
}

/* A walk over the logs that have requests of a context: its own, then those of every one. */
struct walk {
	struct conf_build *b;
	struct group now, then;
};

static struct walk walk_over(struct conf_build *b, uint32_t context)
{
	struct walk w = {.b = b, .now = group_of(b, context)};

	if (context != CONF_EVERYWHERE)
		w.then = group_of(b, CONF_EVERYWHERE);
	return w;
}

static struct conf_log *next(struct walk *w)
{
	if (w->now.first == w->now.end) {
		w->now = w->then;
		w->then = (struct group){0};
	}
	return w->now.first == w->now.end ? NULL : &w->b->logs[w->b->order[w->now.first++]];
}

static int by_context(const void *a, const void *b, void *context)
{
	const struct conf_log *logs = context;
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	uint32_t x = logs[i].context, y = logs[k].context;

	return x != y ? (x > y) - (x < y) : (i > k) - (i < k);
}

static void put_in_order(struct conf_build *b)
{
	for (uint32_t i = 0; i < b->log_count; i++)
		b->order[i] = i;
	qsort_r(b->order, b->log_count, sizeof *b->order, by_context, b->logs);
}

/* The choice. */

/* The file that was chosen for all requests of the context, or NULL. */
static const struct conf_log *covering(struct conf_build *b, uint32_t context)
{
	struct walk w = walk_over(b, context);
	const struct conf_log *log;

	while ((log = next(&w)))
		if (is_chosen(b, log) && !log->conditional)
			return log;
	return NULL;
}

static bool has_other_chosen(struct conf_build *b, struct walk w, const struct conf_log *log)
{
	const struct conf_log *other;

	while ((other = next(&w)))
		if (is_chosen(b, other) && !is_same_file(other, log))
			return true;
	return false;
}

/* To follow this file would count requests twice that another one has, which is followed. */
static bool would_repeat(struct conf_build *b, const struct conf_log *log)
{
	for (uint32_t i = log->file; i != CONF_NO_LOG; i = b->logs[i].next_of_file) {
		uint32_t context = b->logs[i].context;
		struct walk w = walk_over(b, context);
		if (context == CONF_EVERYWHERE)
			w.now = (struct group){0, b->log_count};
		if (has_other_chosen(b, w, log))
			return true;
	}
	return false;
}

/* The one that says most of those that have all requests of the context; NULL: none has. */
static const struct conf_log *best_of(struct conf_build *b, uint32_t context, bool may_repeat)
{
	struct walk w = walk_over(b, context);
	const struct conf_log *log, *best = NULL;

	while ((log = next(&w))) {
		if (log->conditional || !log->weight || (best && log->weight < best->weight) ||
			(best && log->weight == best->weight && log > best) ||
			(!may_repeat && would_repeat(b, log)))
			continue;
		best = log;
	}
	return best;
}

/* Where each log has only some requests, each is needed. */
static void choose_parts(struct conf_build *b, uint32_t context)
{
	struct walk w = walk_over(b, context);
	const struct conf_log *log;

	while ((log = next(&w)))
		choose(b, log);
}

static void settle(struct conf_build *b, uint32_t context)
{
	if (covering(b, context))
		return;
	const struct conf_log *best = best_of(b, context, false);
	if (!best)
		best = best_of(b, context, true);
	if (best)
		choose(b, best);
	else
		choose_parts(b, context);
}

static void say(struct conf_build *b, const struct conf_log *log)
{
	const struct conf_log *other = covering(b, log->context);

	if (other)
		conf_note(b, "%s: not followed, %s has %s requests", log->path, other->path,
			log->conditional ? "all of its" : "the same");
	else
		conf_note(b, "%s: not followed, others have its requests", log->path);
}

/* How many files have all requests of the context and can be followed: 0, 1, or 2 for more. */
static size_t eligible(struct walk w)
{
	const struct conf_log *log, *first = NULL;

	while ((log = next(&w))) {
		if (log->conditional || !log->weight)
			continue;
		if (first && !is_same_file(first, log))
			return 2;
		first = log;
	}
	return first != NULL;
}

/* "/var/log/nginx/$host.log" is a pattern here, which may match the other log of the context: then
 * that one is enough, and the pattern would be both. */
static void prefer_name(struct conf_build *b, struct conf_log *log)
{
	struct group g = group_of(b, log->context);

	for (size_t i = g.first; i < g.end && log->weight > 1; i++) {
		const struct conf_log *other = &b->logs[b->order[i]];
		if (other->weight && !is_same_file(log, other) &&
			fnmatch(log->path, other->path, FNM_PATHNAME) == 0)
			log->weight = 1;
	}
}

static void weigh_all(
	struct conf_build *b, unsigned (*weigh)(struct conf_build *b, const char *format))
{
	for (size_t i = 0; i < b->log_count; i++) {
		struct conf_log *log = &b->logs[i];
		log->weight = log->no_file ? 0 : weigh(b, log->format) * (log->no_use ? 1 : USABLE);
	}
	for (size_t i = 0; i < b->log_count; i++)
		if (b->logs[i].context && strpbrk(b->logs[i].path, "*?["))
			prefer_name(b, &b->logs[i]);
}

void conf_once(struct conf_build *b, unsigned (*weigh)(struct conf_build *b, const char *format))
{
	put_in_order(b);
	weigh_all(b, weigh);
	for (size_t i = 0; i < b->log_count; i++)
		if (b->logs[i].context == 0)
			choose(b, &b->logs[i]);
	/* Hosts without a log of their own are nowhere else. */
	if (!eligible((struct walk){.b = b, .now = group_of(b, CONF_MAIN)}))
		settle(b, CONF_EVERYWHERE);
	/* Where there is no choice, first: it may be enough for others, too. */
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < b->log_count; i++) {
			uint32_t context = b->logs[i].context;
			if (context && context != CONF_EVERYWHERE &&
				(pass || eligible(walk_over(b, context)) == 1))
				settle(b, context);
		}
	for (size_t i = 0; i < b->log_count; i++) {
		struct conf_log *log = &b->logs[i];
		log->repeats = !is_chosen(b, log) && log->weight;
		if (log->repeats)
			say(b, log);
	}
}
