// SPDX-License-Identifier: MIT
#include "app/guard_feed.h"

#include "base/container.h"
#include "base/mono.h"
#include "kernel/links.h"
#include "model/guards.h"

#include <stdlib.h>

#define READ_EVERY (30 * NSEC_PER_SEC)
#define READ_SOON  NSEC_PER_SEC       /* after a change: more of them are on their way */
#define READ_AGAIN (5 * NSEC_PER_SEC) /* after a failure */
#define FACTS_MAX  (GUARDS_MAX + 1)   /* with one too many the model knows that it has not all */

struct fact {
	struct prefix net;
	uint8_t role;
};

struct facts {
	struct fact at[FACTS_MAX];
	uint32_t n;
};

struct guard_feed {
	struct source source;
	struct links links;
	struct facts told, found;
	struct fact fixed[GUARD_SSH_PEERS]; /* the operator's */
	uint32_t fixed_count;
	struct prefix *proxies; /* owned */
	size_t proxy_count;
	bool reading;
	bool files_whole; /* what the files say is all in `found` */
	bool links_told;  /* all that rtnetlink says was told at least once */
	uint64_t due;
};

static bool has(const struct facts *f, const struct fact *fact)
{
	for (uint32_t i = 0; i < f->n; i++)
		if (f->at[i].role == fact->role && prefix_eq(&f->at[i].net, &fact->net))
			return true;
	return false;
}

static void find(void *ctx, enum guard_role role, const struct prefix *net)
{
	struct guard_feed *s = ctx;
	struct facts *f = &s->found;
	const struct fact fact = {*net, (uint8_t)role};

	/* Routes name the same next hop by the hundred thousand, one after the other. */
	if (f->n && f->at[f->n - 1].role == role && prefix_eq(&f->at[f->n - 1].net, net))
		return;
	if (role == GUARD_NEIGHBOUR)
		for (uint32_t i = 0; i < f->n; i++)
			if (f->at[i].role == GUARD_LINK &&
				prefix_contains(&f->at[i].net, &net->addr))
				return;
	if (f->n < FACTS_MAX && !has(f, &fact))
		f->at[f->n++] = fact;
}

static void put(struct event_sink *sink, usec_t now, const struct fact *fact, bool on)
{
	struct event e = event_make(EVENT_GUARD, now);

	e.guard = (struct event_guard){fact->net, fact->role, on};
	event_put(sink, &e);
}

/* What is new comes first: nothing is unguarded in between. */
static void put_changes(struct guard_feed *s, usec_t now, struct event_sink *sink)
{
	for (uint32_t i = 0; i < s->found.n; i++)
		if (!has(&s->told, &s->found.at[i]))
			put(sink, now, &s->found.at[i], true);
	for (uint32_t i = 0; i < s->told.n; i++)
		if (!has(&s->found, &s->told.at[i]))
			put(sink, now, &s->told.at[i], false);
	s->told = s->found;
}

static void begin(struct guard_feed *s)
{
	s->reading = true;
	s->found.n = 0;
	for (uint32_t i = 0; i < s->fixed_count; i++)
		find(s, s->fixed[i].role, &s->fixed[i].net);
	for (size_t i = 0; i < s->proxy_count; i++)
		find(s, GUARD_PROXY, &s->proxies[i]);
	s->files_whole = guard_files_read(find, s);
	links_begin(&s->links);
}

/* All is read that can be; r: what links_step has returned. */
static void end(struct guard_feed *s, int r)
{
	static const struct prefix nothing;

	/* Of half an answer only what is new can be believed. */
	for (uint32_t i = 0; r < 0 && i < s->told.n; i++)
		find(s, s->told.at[i].role, &s->told.at[i].net);
	s->links_told |= r == 0;
	if (!s->links_told || s->links.left_out || !s->files_whole)
		find(s, GUARD_UNREAD, &nothing);
	s->reading = false;
	s->due = mono_now() + (r < 0 ? READ_AGAIN : READ_EVERY);
}

static int feed_poll(struct source *source, usec_t now, struct event_sink *sink)
{
	struct guard_feed *s = container_of(source, struct guard_feed, source);
	uint64_t clock = mono_now();

	if (links_have_changed(&s->links) && s->due > clock + READ_SOON)
		s->due = clock + READ_SOON;
	if (!s->reading && clock < s->due)
		return 0;
	if (!s->reading)
		begin(s);
	int r = links_step(&s->links, find, s);
	if (r > 0)
		return 1;
	end(s, r);
	put_changes(s, now, sink);
	return 0;
}

static void feed_free(struct source *source)
{
	struct guard_feed *s = container_of(source, struct guard_feed, source);

	links_done(&s->links);
	free(s->proxies);
	free(s);
}

static const struct source_ops feed_ops = {
	.name = "guards",
	.poll = feed_poll,
	.free = feed_free,
};

static int keep_proxies(struct guard_feed *s, char *const *texts, size_t count)
{
	s->proxies = calloc(count + 1, sizeof *s->proxies);
	if (!s->proxies)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (prefix_parse(str_of(texts[i]), &s->proxies[s->proxy_count]) == 0)
			s->proxy_count++;
	return 0;
}

struct source *guard_feed_new(
	char *const *proxies, size_t proxy_count, const struct guard_peers *peers)
{
	struct guard_feed *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->source.ops = &feed_ops;
	links_init(&s->links);
	for (size_t i = 0; i < peers->n; i++)
		s->fixed[s->fixed_count++] = (struct fact){{peers->at[i], ADDR_BITS}, GUARD_SSH};
	if (keep_proxies(s, proxies, proxy_count) < 0) {
		source_free(&s->source);
		return NULL;
	}
	return &s->source;
}
