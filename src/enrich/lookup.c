// SPDX-License-Identifier: MIT
#include "enrich/lookup.h"

#include "base/container.h"
#include "base/text.h"
#include "enrich/cache.h"
#include "enrich/local_addrs.h"
#include "enrich/query.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define SAVE_EVERY        (10 * USEC_PER_SEC)
#define STATUS_EVERY      (1 * USEC_PER_SEC)
#define WAIT_MOST         (30 * USEC_PER_SEC) /* for a turn; then the question is dropped */
#define FAILURES_MOST     3                   /* in a row, before the status speaks of them */
#define FAMILY_CONTEXT(f) (&family_contexts[f])

/* What a transfer of a bootstrap table has for a context: all others have an inquiry. */
static char family_contexts[FAMILIES];

struct lookup {
	struct source source;
	struct inquirer inquirer;
	struct cache *cache;
	struct local_addrs own;
	unsigned workers;
	int epoll; /* of it the fetch's descriptor is a part, once there is one */
	struct lookup_query asks[LOOKUP_ASKS];
	unsigned used;
	uint64_t arrivals, from_cache, dropped;
	unsigned failures;              /* in a row */
	char why[LOOKUP_QUERY_WHY_MAX]; /* of the last */
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

static void end_ask(struct lookup *r, struct lookup_query *i)
{
	i->state = LOOKUP_QUERY_FREE;
	r->used--;
}

static bool is_waiting(const struct lookup_query *i)
{
	return i->state == LOOKUP_QUERY_NEW || i->state == LOOKUP_QUERY_WAITING;
}

static struct lookup_query *find_block(struct lookup *r, const struct prefix *block)
{
	for (size_t i = 0; i < LOOKUP_ASKS; i++)
		if (r->asks[i].state != LOOKUP_QUERY_FREE && r->asks[i].block.bits == block->bits &&
			addr_eq(&r->asks[i].block.addr, &block->addr))
			return &r->asks[i];
	return NULL;
}

/* A free place; else that of the least urgent and latest that waits, if it is less urgent. */
static struct lookup_query *find_place(struct lookup *r, unsigned urgency)
{
	struct lookup_query *least = NULL;

	for (size_t n = 0; n < LOOKUP_ASKS; n++) {
		struct lookup_query *i = &r->asks[n];
		if (i->state == LOOKUP_QUERY_FREE)
			return i;
		if (is_waiting(i) &&
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
	struct lookup_query *i = find_block(r, &block);
	if (i) {
		if (i->urgency < (unsigned)how)
			i->urgency = how;
		return true;
	}
	i = find_place(r, how);
	if (!i)
		return false;
	*i = (struct lookup_query){.state = LOOKUP_QUERY_NEW,
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

/* The other questions that this answer serves. */
static void end_neighbours(struct lookup *r, const struct prefix *net)
{
	for (size_t n = 0; n < LOOKUP_ASKS; n++)
		if (is_waiting(&r->asks[n]) && prefix_contains(net, &r->asks[n].ip))
			end_ask(r, &r->asks[n]);
}

static void put_failure(
	struct lookup *r, struct lookup_query *i, usec_t now, struct event_sink *sink)
{
	struct event e = event_make(EVENT_REGISTRATION, now);

	e.registration.net = i->block;
	e.registration.by = i->is_whois ? STR_LIT("whois") : STR_LIT("rdap");
	e.registration.note = str_of(i->why[0] ? i->why : "nobody answered");
	/* That nobody answers says nothing of the network: it is not kept beyond this run. */
	if (i->state == LOOKUP_QUERY_UNKNOWN)
		cache_put(r->cache, &e);
	event_put(sink, &e);
	if (i->state == LOOKUP_QUERY_UNKNOWN)
		return;
	r->failures++;
	text_copy(r->why, sizeof r->why, str_of(i->why));
}

static void conclude(struct lookup *r, struct lookup_query *i, usec_t now, struct event_sink *sink)
{
	if (i->state == LOOKUP_QUERY_FOUND) {
		struct event e = network_info_event(&i->info, i->is_whois ? "whois" : "rdap", now);
		cache_put(r->cache, &e);
		event_put(sink, &e);
		r->failures = 0;
		end_ask(r, i);
		end_neighbours(r, &e.registration.net);
	} else if (i->state == LOOKUP_QUERY_UNKNOWN || i->state == LOOKUP_QUERY_FAILED) {
		put_failure(r, i, now, sink);
		end_ask(r, i);
	}
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
static bool answer_own(
	struct lookup *r, struct lookup_query *i, usec_t now, struct event_sink *sink)
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
static void answer_from_cache(
	struct lookup *r, struct lookup_query *i, usec_t now, struct event_sink *sink)
{
	struct event e;

	if (i->urgency == WANT_NOW || !cache_find(r->cache, &i->ip, now, &e))
		return;
	r->from_cache++;
	event_put(sink, &e);
	end_ask(r, i);
}

/* The network. */

/* Libcurl is not woken up before something is to be asked. */
static bool open_network(struct lookup *r)
{
	struct epoll_event e = {.events = EPOLLIN};

	if (r->inquirer.fetch)
		return true;
	struct fetch *f = fetch_new(r->workers);
	if (!f)
		return false;
	if (epoll_ctl(r->epoll, EPOLL_CTL_ADD, fetch_fd(f), &e) < 0) {
		fetch_free(f);
		return false;
	}
	r->inquirer.fetch = f;
	return true;
}

static void fetch_tables(struct lookup *r, usec_t now)
{
	struct rdap_services *s = &r->inquirer.services;
	char url[FETCH_URL_MAX];
	enum family f;

	while (fetch_room(r->inquirer.fetch) && rdap_services_next(s, now, &f, url)) {
		struct fetch_request request = {.url = url,
			.body_max = BOOTSTRAP_BYTES_MAX,
			.trusted = s->own,
			.context = FAMILY_CONTEXT(f)};
		if (fetch_start(r->inquirer.fetch, &request) < 0)
			rdap_services_take(s, f, &(struct fetch_result){.err = -EPERM}, now);
	}
}

static void take_results(struct lookup *r, usec_t now, struct event_sink *sink)
{
	struct fetch_result result;

	fetch_turn(r->inquirer.fetch);
	while (fetch_take(r->inquirer.fetch, &result)) {
		if (result.context == FAMILY_CONTEXT(FAMILY_V4)) {
			rdap_services_take(&r->inquirer.services, FAMILY_V4, &result, now);
		} else if (result.context == FAMILY_CONTEXT(FAMILY_V6)) {
			rdap_services_take(&r->inquirer.services, FAMILY_V6, &result, now);
		} else {
			struct lookup_query *i = result.context;
			lookup_query_take(&r->inquirer, i, &result, now);
			conclude(r, i, now, sink);
		}
	}
}

/* The most urgent, then the longest waiting of those not yet tried this time. */
static struct lookup_query *next_waiting(struct lookup *r, const bool *tried)
{
	struct lookup_query *best = NULL;

	for (size_t n = 0; n < LOOKUP_ASKS; n++) {
		struct lookup_query *i = &r->asks[n];
		if (i->state == LOOKUP_QUERY_WAITING && !tried[n] &&
			(!best || i->urgency > best->urgency ||
				(i->urgency == best->urgency && i->order < best->order)))
			best = i;
	}
	return best;
}

static void start_some(struct lookup *r, usec_t now, struct event_sink *sink)
{
	bool tried[LOOKUP_ASKS] = {false};
	struct lookup_query *i;

	while (fetch_room(r->inquirer.fetch) && (i = next_waiting(r, tried))) {
		/* One that fails over to another server has its turn in the next round. */
		tried[i - r->asks] = true;
		lookup_query_start(&r->inquirer, i, now);
		conclude(r, i, now, sink);
	}
}

/* Before the network is: no question gets past this that may not be asked. */
static void answer_here(struct lookup *r, usec_t now, struct event_sink *sink)
{
	for (size_t n = 0; n < LOOKUP_ASKS; n++)
		if (r->asks[n].state == LOOKUP_QUERY_NEW && !answer_own(r, &r->asks[n], now, sink))
			answer_from_cache(r, &r->asks[n], now, sink);
}

static void begin_new(struct lookup *r, usec_t now, struct event_sink *sink)
{
	for (size_t n = 0; n < LOOKUP_ASKS; n++) {
		if (r->asks[n].state != LOOKUP_QUERY_NEW)
			continue;
		lookup_query_begin(&r->inquirer, &r->asks[n], now);
		conclude(r, &r->asks[n], now, sink);
	}
}

static void drop_late(struct lookup *r, usec_t now)
{
	for (size_t n = 0; n < LOOKUP_ASKS; n++) {
		if (!is_waiting(&r->asks[n]) || now - r->asks[n].since < WAIT_MOST)
			continue;
		r->dropped++;
		end_ask(r, &r->asks[n]);
	}
}

/* What is told of itself. */

static void count_waiting(const struct lookup *r, uint64_t ret_waiting[2])
{
	ret_waiting[0] = ret_waiting[1] = 0;
	for (size_t n = 0; n < LOOKUP_ASKS; n++)
		if (r->asks[n].state != LOOKUP_QUERY_FREE)
			ret_waiting[r->asks[n].is_whois]++;
}

static bool is_same(const struct event_enricher *a, const struct event_enricher *b)
{
	return str_eq(a->state, b->state) && a->asked == b->asked && a->answered == b->answered &&
	       a->failed == b->failed && a->waiting == b->waiting && a->dropped == b->dropped;
}

static void put_status(struct lookup *r, usec_t now, struct event_sink *sink)
{
	const struct lookup_query_counts *c = &r->inquirer.counts;
	bool silent = r->failures >= FAILURES_MOST;
	uint64_t waiting[2];
	char note[LOOKUP_QUERY_WHY_MAX + 64];

	count_waiting(r, waiting);
	if (silent)
		text_copy(note, sizeof note, str_of(r->why));
	else
		snprintf(note, sizeof note, "%llu answers from the cache, which holds %u networks",
			(unsigned long long)r->from_cache, cache_count(r->cache));
	for (int i = 0; i < 2; i++) {
		struct event e = event_make(EVENT_ENRICHER, now);
		e.enricher = (struct event_enricher){
			.what = i ? STR_LIT("whois") : STR_LIT("rdap"),
			.state = silent ? STR_LIT("silent") : STR_LIT("ready"),
			.asked = c->asked[i],
			.answered = c->answered[i],
			.failed = c->failed[i],
			.waiting = waiting[i],
			.dropped = i ? ABSENT : r->dropped,
		};
		if (r->is_reported && is_same(&e.enricher, &r->reported[i]))
			continue;
		r->reported[i] = e.enricher; /* its texts are literals */
		if (i == 0 || silent)
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

	if (r->inquirer.fetch)
		take_results(r, now, sink);
	if (r->used)
		answer_here(r, now, sink);
	if (r->used && open_network(r)) {
		fetch_tables(r, now);
		begin_new(r, now, sink);
		drop_late(r, now);
		start_some(r, now, sink);
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

static int lookup_fd(const struct source *s)
{
	return container_of(s, const struct lookup, source)->epoll;
}

static void lookup_free(struct source *s)
{
	struct lookup *r = container_of(s, struct lookup, source);

	if (r->cache)
		save(r, clock_now(), true, NULL);
	cache_free(r->cache);
	fetch_free(r->inquirer.fetch);
	rdap_services_done(&r->inquirer.services);
	if (r->epoll >= 0)
		close(r->epoll);
	free(r);
}

static const struct source_ops lookup_ops = {
	.name = "lookup",
	.poll = lookup_poll,
	.finish = lookup_finish,
	.fd = lookup_fd,
	.free = lookup_free,
};

struct source *lookup_new(const struct lookup_options *o)
{
	struct lookup *r = calloc(1, sizeof *r);
	usec_t now = clock_now();

	if (!r)
		return NULL;
	r->source.ops = &lookup_ops;
	r->workers = o->workers;
	r->epoll = epoll_create1(EPOLL_CLOEXEC);
	r->cache = cache_new(
		&(struct cache_options){
			.dir = o->cache_dir, .ttl = o->cache_ttl, .short_ttl = LOOKUP_NEGATIVE},
		now);
	r->inquirer.own_whois = o->whois_server && strcmp(o->whois_server, LOOKUP_WHOIS) != 0;
	text_copy(r->inquirer.whois_server, WHOIS_HOST_MAX,
		str_of(o->whois_server ? o->whois_server : LOOKUP_WHOIS));
	if (r->epoll < 0 || !r->cache) {
		lookup_free(&r->source);
		return NULL;
	}
	rdap_services_init(&r->inquirer.services, o->bootstrap, o->cache_dir, now);
	return &r->source;
}
