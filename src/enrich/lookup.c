// SPDX-License-Identifier: MIT
#include "enrich/lookup.h"

#include "base/container.h"
#include "base/text.h"
#include "enrich/cache.h"
#include "enrich/local_addrs.h"
#include "enrich/network_info.h"
#include "enrich/rdap_tables.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define SAVE_EVERY    (10 * USEC_PER_SEC)
#define STATUS_EVERY  (1 * USEC_PER_SEC)
#define WAIT_MOST     (30 * USEC_PER_SEC) /* for a turn; then the question is dropped */
#define FAILURES_MOST 3                   /* in a row, before the status speaks of them */
#define PLACES_KEPT   8                   /* of LOOK_NETWORKS, for what is urgent */

enum ask_state {
	ASK_FREE,
	ASK_NEW,  /* not sent yet */
	ASK_SENT, /* or under way there */
	ASK_ENDED /* the answer is here */
};

struct ask {
	enum ask_state state;
	uint32_t id;
	struct addr ip;
	struct prefix block;    /* the /24 or /48; its other addresses wait for this one */
	unsigned urgency, told; /* told: as it was sent */
	uint64_t order;         /* of arrival */
	usec_t since;
	unsigned begun; /* how often something went out */
	bool is_whois;
	enum look_outcome outcome;
	struct network_info info;
	char why[LOOK_WHY_MAX];
};

struct lookup {
	struct source source;
	struct look_link *link; /* borrowed */
	struct cache *cache;
	struct local_addrs own;
	struct rdap_tables tables;
	struct ask asks[LOOKUP_ASKS];
	unsigned used, sent;
	uint32_t last_id;
	uint64_t arrivals, from_cache, dropped;
	struct look_counts counts;
	unsigned failures;      /* in a row */
	char why[LOOK_WHY_MAX]; /* of the last */
	usec_t next_save, next_status;
	struct event_enricher reported[2]; /* the counts that were told last */
	bool is_reported;
	int save_err;
};

/* Questions. */

static struct prefix block_of(const struct addr *a)
{
	return prefix_of(a, addr_is_v4(a) ? 24 : 48);
}

static void end_ask(struct lookup *r, struct ask *i)
{
	i->state = ASK_FREE;
	r->used--;
}

static struct ask *find_block(struct lookup *r, const struct prefix *block)
{
	for (size_t i = 0; i < LOOKUP_ASKS; i++)
		if (r->asks[i].state != ASK_FREE && prefix_eq(&r->asks[i].block, block))
			return &r->asks[i];
	return NULL;
}

/* A free place; else that of the least urgent and latest that waits here, if it is less urgent. */
static struct ask *find_place(struct lookup *r, unsigned urgency)
{
	struct ask *least = NULL;

	for (size_t n = 0; n < LOOKUP_ASKS; n++) {
		struct ask *i = &r->asks[n];
		if (i->state == ASK_FREE)
			return i;
		if (i->state == ASK_NEW &&
			(!least || i->urgency < least->urgency ||
				(i->urgency == least->urgency && i->order > least->order)))
			least = i;
	}
	if (!least || least->urgency >= urgency)
		return NULL;
	r->dropped++;
	end_ask(r, least);
	return least;
}

unsigned lookup_room(const struct source *s)
{
	return LOOKUP_ASKS - container_of(s, const struct lookup, source)->used;
}

bool lookup_want(struct source *s, const struct addr *ip, enum want how)
{
	struct lookup *r = container_of(s, struct lookup, source);
	struct prefix block = block_of(ip);
	usec_t now = clock_now();

	if (!addr_is_global(ip))
		return false;
	struct ask *i = find_block(r, &block);
	if (i) {
		if (i->urgency < (unsigned)how)
			i->urgency = how;
		return true;
	}
	i = find_place(r, how);
	if (!i)
		return false;
	*i = (struct ask){.state = ASK_NEW,
		.ip = *ip,
		.block = block,
		.urgency = how,
		.order = r->arrivals++,
		.since = now};
	r->used++;
	return true;
}

/* Answers. */

static void put_note(struct event_sink *sink, usec_t now, const char *text)
{
	struct event e = event_make(EVENT_NOTE, now);

	e.note.text = str_of(text);
	event_put(sink, &e);
}

/* The other questions that this answer serves; those that are sent are served there. */
static void end_neighbours(struct lookup *r, const struct prefix *net)
{
	for (size_t n = 0; n < LOOKUP_ASKS; n++)
		if (r->asks[n].state == ASK_NEW && prefix_contains(net, &r->asks[n].ip))
			end_ask(r, &r->asks[n]);
}

static void put_failure(struct lookup *r, const struct ask *i, usec_t now, struct event_sink *sink)
{
	struct event e = event_make(EVENT_REGISTRATION, now);

	e.registration.net = i->block;
	e.registration.by = i->is_whois ? STR_LIT("whois") : STR_LIT("rdap");
	e.registration.note = str_of(i->why[0] ? i->why : "nobody answered");
	/* That nobody answers says nothing of the network: it is not kept beyond this run. */
	if (i->outcome == LOOK_UNKNOWN)
		cache_put(r->cache, &e);
	event_put(sink, &e);
	if (i->outcome == LOOK_UNKNOWN)
		return;
	r->failures++;
	text_copy(r->why, sizeof r->why, str_of(i->why));
}

static void conclude(struct lookup *r, struct ask *i, usec_t now, struct event_sink *sink)
{
	if (i->outcome == LOOK_FOUND) {
		struct event e = network_info_event(&i->info, i->is_whois ? "whois" : "rdap", now);
		cache_put(r->cache, &e);
		event_put(sink, &e);
		r->failures = 0;
		end_ask(r, i);
		end_neighbours(r, &e.registration.net);
		return;
	}
	if (i->outcome == LOOK_DROPPED)
		r->dropped++;
	else if (i->outcome != LOOK_SERVED)
		put_failure(r, i, now, sink);
	end_ask(r, i);
}

static void conclude_all(struct lookup *r, usec_t now, struct event_sink *sink)
{
	for (size_t n = 0; n < LOOKUP_ASKS; n++)
		if (r->asks[n].state == ASK_ENDED)
			conclude(r, &r->asks[n], now, sink);
}

void lookup_recall(struct source *s, const struct addr *ip, usec_t now, struct event_sink *sink)
{
	struct lookup *r = container_of(s, struct lookup, source);
	struct event e;

	if (!addr_is_global(ip) || !cache_find(r->cache, ip, now, &e))
		return;
	r->from_cache++;
	event_put(sink, &e);
}

/* Nobody is asked about the host's own. */
static bool answer_own(struct lookup *r, struct ask *i, usec_t now, struct event_sink *sink)
{
	struct event e = event_make(EVENT_REGISTRATION, now);

	if (!local_addrs_has(&r->own, &i->ip, now))
		return false;
	e.registration.net = (struct prefix){i->ip, 128};
	e.registration.note = STR_LIT(REGISTRATION_OWN);
	event_put(sink, &e);
	end_ask(r, i);
	return true;
}

/* Who insists wants to hear it from the registry. */
static void answer_from_cache(struct lookup *r, struct ask *i, usec_t now, struct event_sink *sink)
{
	struct event e;

	if (i->urgency == WANT_NOW || !cache_find(r->cache, &i->ip, now, &e))
		return;
	r->from_cache++;
	event_put(sink, &e);
	end_ask(r, i);
}

/* Before anybody is asked: no question gets past this that may not be. */
static void answer_here(struct lookup *r, usec_t now, struct event_sink *sink)
{
	for (size_t n = 0; n < LOOKUP_ASKS; n++)
		if (r->asks[n].state == ASK_NEW && !answer_own(r, &r->asks[n], now, sink))
			answer_from_cache(r, &r->asks[n], now, sink);
}

/* Asking. */

static struct ask *find_id(struct lookup *r, uint32_t id)
{
	for (size_t n = 0; n < LOOKUP_ASKS; n++)
		if (r->asks[n].state == ASK_SENT && r->asks[n].id == id)
			return &r->asks[n];
	return NULL;
}

static uint32_t next_id(struct lookup *r)
{
	do
		r->last_id++;
	while (r->last_id == 0 || find_id(r, r->last_id));
	return r->last_id;
}

/* The most urgent, then the longest waiting. */
static struct ask *next_new(struct lookup *r)
{
	struct ask *best = NULL;

	for (size_t n = 0; n < LOOKUP_ASKS; n++) {
		struct ask *i = &r->asks[n];
		if (i->state == ASK_NEW &&
			(!best || i->urgency > best->urgency ||
				(i->urgency == best->urgency && i->order < best->order)))
			best = i;
	}
	return best;
}

static bool has_place(const struct lookup *r, const struct ask *i)
{
	return r->sent < LOOK_NETWORKS - (i->urgency == WANT_SOME ? PLACES_KEPT : 0);
}

static void send_new(struct lookup *r)
{
	union look_message m;
	struct ask *i;

	while ((i = next_new(r)) && has_place(r, i)) {
		look_begin(&m, LOOK_ASK);
		m.ask.id = next_id(r);
		m.ask.urgency = i->urgency;
		memcpy(m.ask.ip, i->ip.b, sizeof m.ask.ip);
		if (look_link_send(r->link, &m) < 0)
			return;
		i->state = ASK_SENT;
		i->id = m.ask.id;
		i->told = i->urgency;
		r->sent++;
	}
}

static void urge_some(struct lookup *r)
{
	union look_message m;

	for (size_t n = 0; n < LOOKUP_ASKS; n++) {
		struct ask *i = &r->asks[n];
		if (i->state != ASK_SENT || i->told >= i->urgency)
			continue;
		look_begin(&m, LOOK_URGE);
		m.urge.id = i->id;
		m.urge.urgency = i->urgency;
		if (look_link_send(r->link, &m) < 0)
			return;
		i->told = i->urgency;
	}
}

static void drop_late(struct lookup *r, usec_t now)
{
	for (size_t n = 0; n < LOOKUP_ASKS; n++) {
		if (r->asks[n].state != ASK_NEW || now - r->asks[n].since < WAIT_MOST)
			continue;
		r->dropped++;
		end_ask(r, &r->asks[n]);
	}
}

/* Nobody is there to ask. Who is looked at hears why; of the others, whom the scan brings again and
 * again, nothing is said. */
static void give_up(struct lookup *r, const char *gone)
{
	for (size_t n = 0; n < LOOKUP_ASKS; n++) {
		struct ask *i = &r->asks[n];
		if (i->state == ASK_NEW && i->urgency == WANT_SOME) {
			end_ask(r, i);
		} else if (i->state == ASK_NEW || i->state == ASK_SENT) {
			r->sent -= i->state == ASK_SENT;
			i->state = ASK_ENDED;
			i->outcome = LOOK_FAILED;
			text_copy(i->why, sizeof i->why, str_of(gone));
		}
	}
}

/* What is said. Each answer must be one to what was asked. */

static enum look_fault take_begun(void *ctx, const union look_message *m)
{
	struct lookup *r = ctx;
	struct ask *i = find_id(r, m->begun.id);

	if (!i)
		return LOOK_BAD_ID;
	if (++i->begun > LOOK_BEGUN_MOST)
		return LOOK_BAD_NUMBER;
	i->is_whois = m->begun.is_whois;
	r->counts = m->begun.counts;
	return LOOK_FINE;
}

static enum look_fault take_answer(void *ctx, const union look_message *m)
{
	struct lookup *r = ctx;
	const struct look_answer *a = &m->answer;
	struct ask *i = find_id(r, a->id);

	if (!i)
		return LOOK_BAD_ID;
	if (memcmp(a->ip, i->ip.b, sizeof a->ip) != 0)
		return LOOK_BAD_ADDRESS;
	r->counts = a->counts;
	i->is_whois = a->is_whois;
	i->outcome = a->outcome;
	if (a->outcome == LOOK_FOUND)
		look_take_info(a, &i->info);
	i->why[text_sanitise(i->why, sizeof i->why - 1, str_of(a->why))] = '\0';
	i->state = ASK_ENDED;
	r->sent--;
	return LOOK_FINE;
}

static enum look_fault take_table(void *ctx, const union look_message *m)
{
	struct lookup *r = ctx;

	return rdap_tables_take(&r->tables, &m->table, clock_now());
}

/* What is told of itself. */

static void count_waiting(const struct lookup *r, uint64_t ret_waiting[2])
{
	ret_waiting[0] = ret_waiting[1] = 0;
	for (size_t n = 0; n < LOOKUP_ASKS; n++)
		if (r->asks[n].state != ASK_FREE)
			ret_waiting[r->asks[n].is_whois]++;
}

static bool is_same(const struct event_enricher *a, const struct event_enricher *b)
{
	return str_eq(a->state, b->state) && a->asked == b->asked && a->answered == b->answered &&
	       a->failed == b->failed && a->waiting == b->waiting && a->dropped == b->dropped;
}

static void put_status(struct lookup *r, usec_t now, struct event_sink *sink)
{
	const struct look_counts *c = &r->counts;
	const char *gone = look_link_gone(r->link);
	bool silent = r->failures >= FAILURES_MOST;
	uint64_t waiting[2];
	char note[LOOK_WHY_MAX + 64];

	count_waiting(r, waiting);
	if (gone)
		text_copy(note, sizeof note, str_of(gone));
	else if (silent)
		text_copy(note, sizeof note, str_of(r->why));
	else
		snprintf(note, sizeof note, "%llu answers from the cache, which holds %u networks",
			(unsigned long long)r->from_cache, cache_count(r->cache));
	for (int i = 0; i < 2; i++) {
		struct event e = event_make(EVENT_ENRICHER, now);
		e.enricher = (struct event_enricher){
			.what = i ? STR_LIT("whois") : STR_LIT("rdap"),
			.state = gone     ? STR_LIT("gone")
				 : silent ? STR_LIT("silent")
					  : STR_LIT("ready"),
			.asked = c->asked[i],
			.answered = c->answered[i],
			.failed = c->failed[i],
			.waiting = waiting[i],
			.dropped = i ? ABSENT : r->dropped,
		};
		if (r->is_reported && is_same(&e.enricher, &r->reported[i]))
			continue;
		r->reported[i] = e.enricher; /* its texts are literals */
		if (i == 0 || silent || gone)
			e.enricher.note = str_of(note);
		event_put(sink, &e);
	}
	r->is_reported = true;
}

static void save(struct lookup *r, usec_t now, bool last, struct event_sink *sink)
{
	char text[128];

	int err = cache_error(r->cache);
	if (!err && cache_is_dirty(r->cache))
		err = cache_save(r->cache, now, last);
	if (err && err != -EAGAIN && !r->save_err && sink) {
		snprintf(text, sizeof text, "whois answers cannot be kept in cache.cache_dir: %s",
			strerror(-err));
		put_note(sink, now, text);
		r->save_err = err;
	}
}

/* The source. */

static int lookup_poll(struct source *s, usec_t now, struct event_sink *sink)
{
	struct lookup *r = container_of(s, struct lookup, source);

	conclude_all(r, now, sink);
	if (r->used) {
		answer_here(r, now, sink);
		drop_late(r, now);
		urge_some(r);
		send_new(r);
	}
	const char *gone = look_link_gone(r->link);
	if (r->used && gone) {
		give_up(r, gone);
		conclude_all(r, now, sink);
	}
	if (now >= r->next_save) {
		save(r, now, false, sink);
		r->next_save = now + SAVE_EVERY;
	}
	if (now >= r->next_status) {
		put_status(r, now, sink);
		r->next_status = now + STATUS_EVERY;
	}
	return 0;
}

/* Before a report, what the cache knows. */
static void lookup_finish(struct source *s, usec_t now, struct event_sink *sink)
{
	answer_here(container_of(s, struct lookup, source), now, sink);
	put_status(container_of(s, struct lookup, source), now, sink);
}

static void lookup_free(struct source *s)
{
	struct lookup *r = container_of(s, struct lookup, source);

	if (r->cache)
		save(r, clock_now(), true, NULL);
	cache_free(r->cache);
	rdap_tables_done(&r->tables);
	free(r);
}

static const struct source_ops lookup_ops = {
	.name = "lookup",
	.poll = lookup_poll,
	.finish = lookup_finish,
	.free = lookup_free,
};

struct source *lookup_new(const struct lookup_options *o)
{
	struct lookup *r = calloc(1, sizeof *r);

	if (!r)
		return NULL;
	r->source.ops = &lookup_ops;
	r->link = o->link;
	r->cache = cache_new(
		&(struct cache_options){
			.dir = o->cache_dir, .ttl = o->cache_ttl, .short_ttl = LOOKUP_NEGATIVE},
		clock_now());
	rdap_tables_init(&r->tables, o->cache_dir);
	if (!r->cache) {
		lookup_free(&r->source);
		return NULL;
	}
	look_link_on(r->link, LOOK_BEGUN, take_begun, r);
	look_link_on(r->link, LOOK_ANSWER, take_answer, r);
	look_link_on(r->link, LOOK_TABLE, take_table, r);
	return &r->source;
}
