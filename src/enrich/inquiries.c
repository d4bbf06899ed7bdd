// SPDX-License-Identifier: MIT
#include "enrich/inquiries.h"

#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define WAIT_MOST         (30 * USEC_PER_SEC) /* for a turn; then the question is dropped */
#define FAMILY_CONTEXT(f) (&family_contexts[f])

/* What a transfer of a bootstrap table has for a context: all others have a query. */
static char family_contexts[FAMILIES];

_Static_assert(FAMILIES == LOOK_TABLES, "a table of each");

static bool is_waiting(const struct lookup_query *i)
{
	return i->state == LOOKUP_QUERY_NEW || i->state == LOOKUP_QUERY_WAITING;
}

static bool has_ended(const struct lookup_query *i)
{
	return i->state >= LOOKUP_QUERY_FOUND;
}

static struct lookup_query *find(struct inquiries *q, uint32_t id)
{
	for (size_t n = 0; n < LOOK_NETWORKS; n++)
		if (q->at[n].state != LOOKUP_QUERY_FREE && q->at[n].id == id)
			return &q->at[n];
	return NULL;
}

bool inquiries_ask(struct inquiries *q, const struct look_ask *ask, usec_t now)
{
	if (find(q, ask->id))
		return false;
	for (size_t n = 0; n < LOOK_NETWORKS; n++) {
		if (q->at[n].state != LOOKUP_QUERY_FREE)
			continue;
		q->at[n] = (struct lookup_query){.state = LOOKUP_QUERY_NEW,
			.id = ask->id,
			.ip = addr_from_v6(ask->ip),
			.urgency = ask->urgency,
			.order = q->arrivals++,
			.since = now};
		q->used++;
		return true;
	}
	return false;
}

void inquiries_urge(struct inquiries *q, uint32_t id, unsigned urgency)
{
	struct lookup_query *i = find(q, id);

	if (i && i->urgency < urgency)
		i->urgency = urgency;
}

/* The other questions that this answer serves. */
static void serve_neighbours(struct inquiries *q, const struct lookup_query *i)
{
	if (i->state != LOOKUP_QUERY_FOUND)
		return;
	for (size_t n = 0; n < LOOK_NETWORKS; n++)
		if (is_waiting(&q->at[n]) && prefix_contains(&i->info.net, &q->at[n].ip))
			q->at[n].state = LOOKUP_QUERY_SERVED;
}

/* The network. */

static bool open_network(struct inquiries *q)
{
	struct epoll_event e = {.events = EPOLLIN};

	if (q->inquirer.fetch)
		return true;
	struct fetch *f = fetch_new(q->workers);
	if (!f)
		return false;
	if (epoll_ctl(q->epoll, EPOLL_CTL_ADD, fetch_fd(f), &e) < 0) {
		fetch_free(f);
		return false;
	}
	q->inquirer.fetch = f;
	return true;
}

static void fetch_tables(struct inquiries *q, usec_t now)
{
	struct rdap_services *s = &q->inquirer.services;
	char url[FETCH_URL_MAX];
	enum family f;

	while (fetch_room(q->inquirer.fetch) && rdap_services_next(s, now, &f, url)) {
		struct fetch_request request = {.url = url,
			.body_max = BOOTSTRAP_BYTES_MAX,
			.trusted = s->own,
			.context = FAMILY_CONTEXT(f)};
		if (fetch_start(q->inquirer.fetch, &request) < 0)
			rdap_services_take(s, f, &(struct fetch_result){.err = -EPERM}, now);
	}
}

/* For want of memory it is fetched another time. */
static void keep_table(struct inquiries *q, enum family f, struct str body)
{
	if (q->tables[f].text || !body.n)
		return;
	q->tables[f].text = malloc(body.n);
	if (!q->tables[f].text)
		return;
	memcpy(q->tables[f].text, body.p, body.n);
	q->tables[f].n = body.n;
	q->tables[f].told = 0;
}

static void take_result(struct inquiries *q, const struct fetch_result *r, usec_t now)
{
	for (int f = 0; f < FAMILIES; f++)
		if (r->context == FAMILY_CONTEXT(f)) {
			if (rdap_services_take(&q->inquirer.services, (enum family)f, r, now))
				keep_table(q, (enum family)f, r->body);
			return;
		}
	struct lookup_query *i = r->context;
	lookup_query_take(&q->inquirer, i, r, now);
	serve_neighbours(q, i);
}

/* The most urgent, then the longest waiting of those not yet tried this time. */
static struct lookup_query *next_waiting(struct inquiries *q, const bool *tried)
{
	struct lookup_query *best = NULL;

	for (size_t n = 0; n < LOOK_NETWORKS; n++) {
		struct lookup_query *i = &q->at[n];
		if (i->state == LOOKUP_QUERY_WAITING && !tried[n] &&
			(!best || i->urgency > best->urgency ||
				(i->urgency == best->urgency && i->order < best->order)))
			best = i;
	}
	return best;
}

static void start_some(struct inquiries *q, usec_t now)
{
	bool tried[LOOK_NETWORKS] = {false};
	struct lookup_query *i;

	while (fetch_room(q->inquirer.fetch) && (i = next_waiting(q, tried))) {
		/* One that fails over to another server has its turn in the next round. */
		tried[i - q->at] = true;
		i->begun |= lookup_query_start(&q->inquirer, i, now);
		serve_neighbours(q, i);
	}
}

static void begin_new(struct inquiries *q, usec_t now)
{
	for (size_t n = 0; n < LOOK_NETWORKS; n++)
		if (q->at[n].state == LOOKUP_QUERY_NEW)
			lookup_query_begin(&q->inquirer, &q->at[n], now);
}

static void drop_late(struct inquiries *q, usec_t now)
{
	for (size_t n = 0; n < LOOK_NETWORKS; n++)
		if (is_waiting(&q->at[n]) && now - q->at[n].since >= WAIT_MOST)
			q->at[n].state = LOOKUP_QUERY_DROPPED;
}

void inquiries_turn(struct inquiries *q, usec_t now)
{
	struct fetch_result result;

	if (q->inquirer.fetch) {
		fetch_turn(q->inquirer.fetch);
		while (fetch_take(q->inquirer.fetch, &result))
			take_result(q, &result, now);
	}
	if (!q->used)
		return;
	if (open_network(q)) {
		fetch_tables(q, now);
		begin_new(q, now);
		start_some(q, now);
	}
	drop_late(q, now);
}

bool inquiries_wait(const struct inquiries *q)
{
	for (size_t n = 0; n < LOOK_NETWORKS; n++)
		if (is_waiting(&q->at[n]))
			return true;
	return false;
}

/* What is told. */

static const enum look_outcome outcomes[] = {
	[LOOKUP_QUERY_FOUND] = LOOK_FOUND,
	[LOOKUP_QUERY_UNKNOWN] = LOOK_UNKNOWN,
	[LOOKUP_QUERY_FAILED] = LOOK_FAILED,
	[LOOKUP_QUERY_DROPPED] = LOOK_DROPPED,
	[LOOKUP_QUERY_SERVED] = LOOK_SERVED,
};

static void put_counts(const struct inquiries *q, struct look_counts *ret_counts)
{
	const struct lookup_query_counts *c = &q->inquirer.counts;

	for (int i = 0; i < 2; i++) {
		ret_counts->asked[i] = c->asked[i];
		ret_counts->answered[i] = c->answered[i];
		ret_counts->failed[i] = c->failed[i];
	}
}

static void put_begun(
	const struct inquiries *q, const struct lookup_query *i, union look_message *m)
{
	look_begin(m, LOOK_BEGUN);
	m->begun.id = i->id;
	m->begun.is_whois = i->is_whois;
	put_counts(q, &m->begun.counts);
}

static void put_answer(
	const struct inquiries *q, const struct lookup_query *i, union look_message *m)
{
	look_begin(m, LOOK_ANSWER);
	m->answer.id = i->id;
	m->answer.outcome = outcomes[i->state];
	m->answer.is_whois = i->is_whois;
	memcpy(m->answer.ip, i->ip.b, sizeof m->answer.ip);
	if (i->state == LOOKUP_QUERY_FOUND)
		look_put_info(&m->answer, &i->info);
	text_copy(m->answer.why, sizeof m->answer.why, str_of(i->why));
	put_counts(q, &m->answer.counts);
}

/* Of the answers the one that serves others comes before theirs: it ended before them. */
static int next_query(const struct inquiries *q)
{
	int served = -1;

	for (int n = 0; n < LOOK_NETWORKS; n++) {
		const struct lookup_query *i = &q->at[n];
		if (i->state == LOOKUP_QUERY_SERVED)
			served = n;
		else if (i->state != LOOKUP_QUERY_FREE && (i->begun || has_ended(i)))
			return n;
	}
	return served;
}

static int next_table(const struct inquiries *q)
{
	for (int f = 0; f < FAMILIES; f++)
		if (q->tables[f].text)
			return f;
	return -1;
}

static size_t piece_size(const struct inquiries *q, int f)
{
	size_t left = q->tables[f].n - q->tables[f].told;

	return left < LOOK_PIECE_MAX ? left : LOOK_PIECE_MAX;
}

bool inquiries_next(const struct inquiries *q, union look_message *m)
{
	int n = next_query(q), f = n < 0 ? next_table(q) : -1;
	const struct lookup_query *i = n < 0 ? NULL : &q->at[n];

	if (i && has_ended(i)) {
		put_answer(q, i, m);
	} else if (i) {
		put_begun(q, i, m);
	} else if (f >= 0) {
		look_begin(m, LOOK_TABLE);
		m->table.table = (uint32_t)f;
		m->table.total = (uint32_t)q->tables[f].n;
		m->table.at = (uint32_t)q->tables[f].told;
		m->table.n = (uint32_t)piece_size(q, f);
		memcpy(m->table.bytes, q->tables[f].text + q->tables[f].told, m->table.n);
	}
	return i || f >= 0;
}

static void drop_table(struct inquiries *q, int f)
{
	free(q->tables[f].text);
	q->tables[f].text = NULL;
}

void inquiries_told(struct inquiries *q)
{
	int n = next_query(q), f = n < 0 ? next_table(q) : -1;
	struct lookup_query *i = n < 0 ? NULL : &q->at[n];

	if (i && has_ended(i)) {
		i->state = LOOKUP_QUERY_FREE;
		q->used--;
	} else if (i) {
		i->begun = false;
	} else if (f >= 0) {
		q->tables[f].told += piece_size(q, f);
		if (q->tables[f].told == q->tables[f].n)
			drop_table(q, f);
	}
}

int inquiries_init(struct inquiries *q, const struct inquiries_options *o)
{
	const char *whois = o->whois_server ? o->whois_server : WHOIS_FIRST;

	*q = (struct inquiries){.workers = o->workers};
	q->epoll = epoll_create1(EPOLL_CLOEXEC);
	q->inquirer.own_whois = strcmp(whois, WHOIS_FIRST) != 0;
	text_copy(q->inquirer.whois_server, WHOIS_HOST_MAX, str_of(whois));
	rdap_services_init(&q->inquirer.services, o->bootstrap);
	return q->epoll < 0 ? -errno : 0;
}

void inquiries_done(struct inquiries *q)
{
	fetch_free(q->inquirer.fetch);
	rdap_services_done(&q->inquirer.services);
	for (int f = 0; f < FAMILIES; f++)
		drop_table(q, f);
	if (q->epoll >= 0)
		close(q->epoll);
}
