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

#define NEAR 64 /* logs of a context that are compared with each; of all contexts, that count */

static bool is_same_file(const struct conf_log *a, const struct conf_log *b)
{
	return a->file == b->file;
}

static bool is_chosen(const struct conf_build *b, const struct conf_log *log)
{
	return b->logs[log->file].chosen;
}

static void note_chosen(struct conf_group *g, uint32_t file)
{
	if (g->chosen == CONF_NO_LOG)
		g->chosen = file;
	g->more |= g->chosen != file;
}

static void choose(struct conf_build *b, const struct conf_log *log)
{
	struct conf_log *first = &b->logs[log->file];

	if (first->chosen)
		return;
	first->chosen = true;
	b->choices++;
	note_chosen(&b->all, log->file);
	for (uint32_t i = log->file; i != CONF_NO_LOG; i = b->logs[i].next_of_file) {
		struct conf_group *g = &b->groups[b->logs[i].group];
		note_chosen(g, log->file);
		if (!b->logs[i].conditional && i < g->covered)
			g->covered = i;
	}
}

/* Contexts: there may be thousands, each with few logs; or one with thousands. */

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
	if (w.then.end - w.then.first > NEAR)
		w.then.end = w.then.first + NEAR;
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
	b->all = (struct conf_group){.covered = CONF_NO_LOG, .chosen = CONF_NO_LOG};
	b->choices = 1;
	for (uint32_t i = 0, first = 0; i < b->log_count; i++) {
		struct conf_log *log = &b->logs[b->order[i]];
		if (log->context != b->logs[b->order[first]].context)
			first = i;
		log->group = first;
		b->groups[i] = b->all;
	}
}

/* NULL: no log is of this context. */
static struct conf_group *known_of(struct conf_build *b, uint32_t context)
{
	struct group g = group_of(b, context);

	return g.first < g.end ? &b->groups[g.first] : NULL;
}

/* The choice. */

/* The file that was chosen for all requests of the context, or NULL. */
static const struct conf_log *covering(struct conf_build *b, uint32_t context)
{
	const struct conf_group *own = known_of(b, context), *every = known_of(b, CONF_EVERYWHERE);

	if (own && own->covered != CONF_NO_LOG)
		return &b->logs[own->covered];
	return every && every->covered != CONF_NO_LOG ? &b->logs[every->covered] : NULL;
}

static bool has_other_chosen(const struct conf_group *g, uint32_t file)
{
	return g && g->chosen != CONF_NO_LOG && (g->more || g->chosen != file);
}

/* To follow this file would count requests twice that another one has, which is followed. It stays
 * so; and until the next choice nothing changes. */
static bool would_repeat(struct conf_build *b, const struct conf_log *log)
{
	const struct conf_group *every = known_of(b, CONF_EVERYWHERE);
	struct conf_log *first = &b->logs[log->file];

	if (first->would_repeat || first->not_since == b->choices)
		return first->would_repeat;
	first->not_since = b->choices;
	first->would_repeat = has_other_chosen(every, log->file);
	for (uint32_t i = log->file; i != CONF_NO_LOG && !first->would_repeat;
		i = b->logs[i].next_of_file) {
		bool all = b->logs[i].context == CONF_EVERYWHERE;
		first->would_repeat =
			has_other_chosen(all ? &b->all : &b->groups[b->logs[i].group], log->file);
	}
	return first->would_repeat;
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

	for (size_t i = g.first; i < g.end && i - g.first < NEAR && log->weight > 1; i++) {
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

/* Each context once: in the order in which they come up. */
static void settle_all(struct conf_build *b, bool with_choice)
{
	for (size_t i = 0; i < b->log_count; i++) {
		uint32_t context = b->logs[i].context;
		struct conf_group *g = &b->groups[b->logs[i].group];
		if (!context || context == CONF_EVERYWHERE || g->looked > with_choice)
			continue;
		g->looked = with_choice ? 2 : 1;
		if (!with_choice && eligible(walk_over(b, context)) != 1)
			continue;
		settle(b, context);
		g->looked = 2;
	}
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
		settle_all(b, pass > 0);
	for (size_t i = 0; i < b->log_count; i++) {
		struct conf_log *log = &b->logs[i];
		log->repeats = !is_chosen(b, log) && log->weight;
		if (log->repeats)
			say(b, log);
	}
}
