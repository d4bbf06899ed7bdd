// SPDX-License-Identifier: MIT
/*
 * A server writes a request to each log of the context that it came to: the server block, the
 * virtual host. Each request is to be counted once. So of the logs of a context one is followed,
 * the one that says most; a log that has requests of several contexts counts for all of them.
 */
#include "conf/build.h"

#include <fnmatch.h>

#define USABLE 64 /* one that can be read before any that cannot */

struct choice {
	struct conf_build *b;
	unsigned weight[SERVER_LOGS_MAX]; /* 0: it cannot be followed, or has no requests */
	bool chosen[SERVER_LOGS_MAX];     /* alike for all logs of one path */
};

static bool is_same_file(const struct conf_log *a, const struct conf_log *b)
{
	return strcmp(a->path, b->path) == 0;
}

static bool is_of(const struct conf_log *log, uint32_t context)
{
	return log->context == context || log->context == CONF_EVERYWHERE;
}

/* The file that was chosen for all requests of the context, or NULL. */
static const struct conf_log *covering(const struct choice *c, uint32_t context)
{
	for (size_t i = 0; i < c->b->log_count; i++)
		if (c->chosen[i] && !c->b->logs[i].conditional && is_of(&c->b->logs[i], context))
			return &c->b->logs[i];
	return NULL;
}

/* Whether all requests of the one context, or some, are of the other. */
static bool overlap(uint32_t a, uint32_t b)
{
	return a == b || a == CONF_EVERYWHERE || b == CONF_EVERYWHERE;
}

/* To follow this file would count requests twice that another one has, which is followed. */
static bool would_repeat(const struct choice *c, const struct conf_log *log)
{
	for (size_t i = 0; i < c->b->log_count; i++) {
		const struct conf_log *same = &c->b->logs[i];
		for (size_t k = 0; k < c->b->log_count && is_same_file(same, log); k++)
			if (c->chosen[k] && !is_same_file(&c->b->logs[k], log) &&
				overlap(same->context, c->b->logs[k].context))
				return true;
	}
	return false;
}

static void choose(struct choice *c, const struct conf_log *log)
{
	for (size_t i = 0; i < c->b->log_count; i++)
		c->chosen[i] |= is_same_file(&c->b->logs[i], log);
}

/* The one that says most of those that have all requests of the context; NULL: none has. */
static const struct conf_log *best_of(const struct choice *c, uint32_t context, bool may_repeat)
{
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < c->b->log_count; i++) {
		const struct conf_log *log = &c->b->logs[i];
		if (!is_of(log, context) || log->conditional || !c->weight[i] ||
			(!may_repeat && would_repeat(c, log)))
			continue;
		if (best == SIZE_MAX || c->weight[i] > c->weight[best])
			best = i;
	}
	return best == SIZE_MAX ? NULL : &c->b->logs[best];
}

/* Where each log has only some requests, each is needed. */
static void choose_parts(struct choice *c, uint32_t context)
{
	for (size_t i = 0; i < c->b->log_count; i++)
		if (is_of(&c->b->logs[i], context))
			choose(c, &c->b->logs[i]);
}

static void settle(struct choice *c, uint32_t context)
{
	if (covering(c, context))
		return;
	const struct conf_log *best = best_of(c, context, false);
	if (!best)
		best = best_of(c, context, true);
	if (best)
		choose(c, best);
	else
		choose_parts(c, context);
}

static void say(struct choice *c, const struct conf_log *log)
{
	const struct conf_log *other = covering(c, log->context);

	if (other)
		conf_note(c->b, "%s: not followed, %s has %s requests", log->path, other->path,
			log->conditional ? "all of its" : "the same");
	else
		conf_note(c->b, "%s: not followed, others have its requests", log->path);
}

/* How many files have all requests of the context and can be followed. */
static size_t eligible(const struct choice *c, uint32_t context, bool everywhere)
{
	const struct conf_log *logs = c->b->logs;
	size_t n = 0;

	for (size_t i = 0; i < c->b->log_count; i++) {
		bool of = everywhere ? is_of(&logs[i], context) : logs[i].context == context;
		bool first = true;
		if (!of || logs[i].conditional || !c->weight[i])
			continue;
		for (size_t k = 0; k < i && first; k++)
			first = !is_same_file(&logs[k], &logs[i]) || !is_of(&logs[k], context);
		n += first;
	}
	return n;
}

/* "/var/log/nginx/$host.log" is a pattern here, which may match the other log of the context: then
 * that one is enough, and the pattern would be both. */
static void prefer_names(struct choice *c)
{
	const struct conf_log *logs = c->b->logs;

	for (size_t i = 0; i < c->b->log_count; i++)
		for (size_t k = 0; k < c->b->log_count; k++)
			if (c->weight[i] > 1 && c->weight[k] && logs[i].context &&
				logs[i].context == logs[k].context &&
				!is_same_file(&logs[i], &logs[k]) &&
				fnmatch(logs[i].path, logs[k].path, FNM_PATHNAME) == 0)
				c->weight[i] = 1;
}

void conf_once(struct conf_build *b, unsigned (*weigh)(struct conf_build *b, const char *format))
{
	struct choice c = {.b = b};

	for (size_t i = 0; i < b->log_count; i++)
		c.weight[i] = b->logs[i].no_file ? 0
						 : weigh(b, b->logs[i].format) *
							   (b->logs[i].no_use ? 1 : USABLE);
	prefer_names(&c);
	for (size_t i = 0; i < b->log_count; i++)
		if (b->logs[i].context == 0)
			choose(&c, &b->logs[i]);
	/* Hosts without a log of their own are nowhere else. */
	if (!eligible(&c, CONF_MAIN, false))
		settle(&c, CONF_EVERYWHERE);
	/* Where there is no choice, first: it may be enough for others, too. */
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < b->log_count; i++) {
			uint32_t context = b->logs[i].context;
			if (context && context != CONF_EVERYWHERE &&
				(pass || eligible(&c, context, true) == 1))
				settle(&c, context);
		}
	for (size_t i = 0; i < b->log_count; i++) {
		b->logs[i].repeats = !c.chosen[i] && c.weight[i];
		if (b->logs[i].repeats)
			say(&c, &b->logs[i]);
	}
}
