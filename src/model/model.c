// SPDX-License-Identifier: MIT
#include "model/model.h"

#include "base/hash.h"
#include "base/text.h"

#include <stdlib.h>

#define SWEEP_EVERY  (10 * USEC_PER_SEC)
#define EVICT_SAMPLE 16 /* hosts looked at when one must go */

struct model *model_new(const struct model_limits *limits)
{
	struct model *m = calloc(1, sizeof *m);

	if (!m)
		return NULL;
	m->limits = *limits;
	m->recorded_show_private = -1;
	if (pool_init(&m->hosts, sizeof(struct host), limits->hosts) < 0 ||
		pool_init(&m->conns, sizeof(struct conn), limits->conns) < 0 ||
		journal_init(&m->journal, limits->journal_bytes) < 0) {
		model_free(m);
		return NULL;
	}
	return m;
}

void model_free(struct model *m)
{
	if (!m)
		return;
	pool_done(&m->hosts);
	pool_done(&m->conns);
	index_done(&m->host_index);
	index_done(&m->conn_index);
	journal_done(&m->journal);
	free(m);
}

static struct totals *totals_of(struct model *m, const struct host *h)
{
	return &m->totals[h->is_private];
}

/* Hosts. */

uint32_t model_find_host(const struct model *m, const struct addr *ip)
{
	index_for_each_match (&m->host_index, addr_hash(ip), id)
		if (addr_eq(&model_host(m, id)->ip, ip))
			return id;
	return POOL_NONE;
}

static void forget_host(struct model *m, uint32_t id)
{
	struct host *h = model_host(m, id);

	totals_of(m, h)->ips--;
	index_remove(&m->host_index, addr_hash(&h->ip), id);
	pool_put(&m->hosts, id);
}

/* How little would be lost with a host; the least goes first. Hosts with connections stay. */
static uint64_t worth(const struct host *h)
{
	return (uint64_t)h->conns << 40 | (h->requests < 0xff ? h->requests : 0xff) << 32 |
	       (uint32_t)(h->touched / USEC_PER_SEC);
}

/* Frees the least of a few hosts. A sample finds a poor one without walking the table, and its
 * start wanders so that nobody can hide. Returns false when all of them have connections. */
static bool evict_host(struct model *m)
{
	uint32_t from = (uint32_t)(hash_mix(m->evicted + 1, hash_secret[3]) % m->hosts.made);
	uint32_t victim = POOL_NONE;

	for (uint32_t i = 0; i < EVICT_SAMPLE; i++) {
		uint32_t id = pool_next(&m->hosts, (from + i) % m->hosts.made);
		if (id == POOL_NONE)
			continue;
		const struct host *h = model_host(m, id);
		if (!h->conns && (victim == POOL_NONE || worth(h) < worth(model_host(m, victim))))
			victim = id;
	}
	if (victim == POOL_NONE)
		return false;
	forget_host(m, victim);
	m->evicted++;
	return true;
}

static uint32_t new_host(struct model *m, const struct addr *ip, usec_t seen)
{
	if (m->hosts.live == m->limits.hosts && !evict_host(m))
		return POOL_NONE;
	uint32_t id = pool_get(&m->hosts);
	if (id == POOL_NONE)
		return id;
	if (index_add(&m->host_index, addr_hash(ip), id) < 0) {
		pool_put(&m->hosts, id);
		return POOL_NONE;
	}
	struct host *h = model_host(m, id);
	h->ip = *ip;
	h->is_private = addr_is_private(ip);
	h->first_seen = h->last_seen = seen;
	h->syns = ABSENT;
	h->first_conn = POOL_NONE;
	totals_of(m, h)->ips++;
	window_add(&totals_of(m, h)->arrivals, seen, 1);
	return id;
}

/* The host of an address, made when new. `seen` is the fact's own time. */
static uint32_t touch_host(struct model *m, const struct addr *ip, usec_t seen)
{
	uint32_t id = model_find_host(m, ip);

	if (id == POOL_NONE)
		id = new_host(m, ip, seen);
	if (id == POOL_NONE)
		return id;
	struct host *h = model_host(m, id);
	if (seen < h->first_seen)
		h->first_seen = seen;
	if (seen > h->last_seen)
		h->last_seen = seen;
	h->touched = m->now;
	return id;
}

/* Connections. */

static uint64_t conn_hash(const struct event_conn *c)
{
	uint64_t ports = (uint64_t)c->ns << 32 | (uint32_t)c->port << 16 | c->lport;

	return hash_two(addr_hash(&c->ip) ^ ports, addr_hash(&c->lip));
}

static uint32_t find_conn(const struct model *m, const struct event_conn *e, uint64_t hash)
{
	index_for_each_match (&m->conn_index, hash, id) {
		const struct conn *c = model_conn(m, id);
		if (c->port == e->port && c->lport == e->lport && c->ns == e->ns &&
			addr_eq(&c->ip, &e->ip) && addr_eq(&c->lip, &e->lip))
			return id;
	}
	return POOL_NONE;
}

/* Moves a connection's weight from one state to another in its host and the totals. */
static void count_state(struct model *m, struct host *h, uint8_t from, uint8_t to)
{
	struct totals *t = totals_of(m, h);

	if (from) {
		h->states[from]--;
		t->states[from]--;
	}
	if (to) {
		h->states[to]++;
		t->states[to]++;
	}
}

static void link_conn(struct model *m, struct host *h, uint32_t id)
{
	struct conn *c = model_conn(m, id);

	c->newer = POOL_NONE;
	c->older = h->first_conn;
	if (c->older != POOL_NONE)
		model_conn(m, c->older)->newer = id;
	h->first_conn = id;
	h->conns++;
	totals_of(m, h)->conns++;
}

static void unlink_conn(struct model *m, struct host *h, const struct conn *c)
{
	if (c->newer != POOL_NONE)
		model_conn(m, c->newer)->older = c->older;
	else
		h->first_conn = c->older;
	if (c->older != POOL_NONE)
		model_conn(m, c->older)->newer = c->newer;
	h->conns--;
	totals_of(m, h)->conns--;
}

static uint32_t new_conn(struct model *m, const struct event_conn *e, uint64_t hash)
{
	uint32_t host = touch_host(m, &e->ip, m->now);
	uint32_t id = host == POOL_NONE ? POOL_NONE : pool_get(&m->conns);

	if (id != POOL_NONE && index_add(&m->conn_index, hash, id) < 0) {
		pool_put(&m->conns, id);
		id = POOL_NONE;
	}
	if (id == POOL_NONE) {
		m->lost++;
		return id;
	}
	struct conn *c = model_conn(m, id);
	*c = (struct conn){
		.ip = e->ip,
		.lip = e->lip,
		.ns = e->ns,
		.port = e->port,
		.lport = e->lport,
		.host = host,
		.first_seen = m->now,
		.rtt_us = ABSENT,
		.rx = ABSENT,
		.tx = ABSENT,
		.retrans = ABSENT,
	};
	link_conn(m, model_host(m, host), id);
	return id;
}

static void end_conn(struct model *m, uint32_t id, uint64_t hash)
{
	const struct conn *c = model_conn(m, id);
	struct host *h = model_host(m, c->host);

	count_state(m, h, c->state, 0);
	unlink_conn(m, h, c);
	h->touched = h->last_seen = m->now;
	index_remove(&m->conn_index, hash, id);
	pool_put(&m->conns, id);
}

static void take(uint64_t *held, uint64_t said)
{
	if (said != ABSENT)
		*held = said;
}

static void apply_conn(struct model *m, const struct event_conn *e)
{
	if (e->state == TCP_STATE_NONE || e->state >= TCP_STATES || e->state == TCP_LISTEN)
		return;
	uint64_t hash = conn_hash(e);
	uint32_t id = find_conn(m, e, hash);
	if (e->state == TCP_CLOSE) {
		if (id != POOL_NONE)
			end_conn(m, id, hash);
		return;
	}
	if (id == POOL_NONE)
		id = new_conn(m, e, hash);
	if (id == POOL_NONE)
		return;
	struct conn *c = model_conn(m, id);
	struct host *h = model_host(m, c->host);
	count_state(m, h, c->state, e->state);
	c->state = e->state;
	c->changed = h->touched = h->last_seen = m->now;
	if (e->dir)
		c->dir = e->dir;
	take(&c->rtt_us, e->rtt_us);
	take(&c->rx, e->rx);
	take(&c->tx, e->tx);
	take(&c->retrans, e->retrans);
}

/* Requests. */

static void set_last(struct host *h, const struct event_request *r)
{
	struct str method = text_clip(r->method, 16);
	struct str path = text_clip(r->path, HOST_LAST_MAX - 16 - 1);
	size_t n = method.n;

	if (n) {
		memcpy(h->last, method.p, n);
		h->last[n++] = ' ';
	}
	if (path.n)
		memcpy(h->last + n, path.p, path.n);
	h->last_n = (uint8_t)(n + path.n);
}

static unsigned status_class(uint64_t status)
{
	return status >= 100 && status < 600 ? (unsigned)(status / 100) : 0;
}

static void count_request(struct totals *t, const struct event_request *r, usec_t at)
{
	t->requests++;
	if (r->bytes != ABSENT)
		t->bytes += r->bytes;
	window_add(&t->rate, at, 1);
}

static void apply_request(struct model *m, const struct event *event)
{
	const struct event_request *r = &event->request;
	/* A clock that runs ahead must not move the windows past the present. */
	usec_t at = r->logged && r->logged < m->now ? r->logged : m->now;

	if (addr_is_unset(&r->ip)) {
		m->unaddressed++;
		count_request(&m->totals[0], r, at);
		journal_add(&m->journal, event, 0);
		return;
	}
	uint32_t id = touch_host(m, &r->ip, at);
	if (id == POOL_NONE) {
		m->lost++;
		return;
	}
	struct host *h = model_host(m, id);
	h->requests++;
	if (r->bytes != ABSENT)
		h->bytes += r->bytes;
	h->status[status_class(r->status)]++;
	window_add(&h->rate, at, 1);
	count_request(totals_of(m, h), r, at);
	set_last(h, r);
	h->last_request = journal_add(&m->journal, event, h->last_request);
}

static void apply_syn(struct model *m, const struct event_syn *e)
{
	uint32_t id = touch_host(m, &e->ip, m->now);

	if (id == POOL_NONE) {
		m->lost += e->n;
		return;
	}
	struct host *h = model_host(m, id);
	h->syns = h->syns == ABSENT ? e->n : h->syns + e->n;
}

/* Logs, sources, time. */

static struct model_log *log_named(struct model *m, struct str name)
{
	char key[MODEL_NAME_MAX];

	text_copy(key, sizeof key, name);
	for (uint32_t i = 0; i < m->log_count; i++)
		if (strcmp(m->logs[i].name, key) == 0)
			return &m->logs[i];
	if (m->log_count == MODEL_LOGS_MAX)
		return NULL;
	struct model_log *log = &m->logs[m->log_count++];
	text_copy(log->name, sizeof log->name, name);
	return log;
}

static void apply_log(struct model *m, const struct event_log *e)
{
	struct model_log *log = log_named(m, e->log);

	if (!log) {
		m->lost++;
		return;
	}
	log->state = e->state;
	log->lines = e->lines;
	log->rejected = e->rejected;
	log->skipped = e->skipped;
	if (e->sample.n)
		text_copy(log->sample, sizeof log->sample, e->sample);
	text_copy(log->note, sizeof log->note, e->note);
}

static void apply_source(struct model *m, const struct event_source *e)
{
	text_copy(m->source, sizeof m->source, e->source);
	text_copy(m->probes, sizeof m->probes, e->probes);
	text_copy(m->note, sizeof m->note, e->note);
}

static void apply_start(struct model *m, const struct event_start *e)
{
	text_copy(m->host_name, sizeof m->host_name, e->host);
	m->recorded_show_private = e->show_private;
}

/* Forgets hosts that have been idle for long. Bound to ticks, so that a replay does the same. */
static void sweep(struct model *m)
{
	uint32_t id = model_next_host(m, 0);

	for (; id != POOL_NONE; id = model_next_host(m, id + 1)) {
		const struct host *h = model_host(m, id);
		if (!h->conns && m->now - h->touched > m->limits.idle_after)
			forget_host(m, id);
	}
}

static void apply_tick(struct model *m, usec_t before)
{
	if (m->now / SWEEP_EVERY != before / SWEEP_EVERY)
		sweep(m);
	if (model_is_decaying(m))
		m->version++;
}

void model_apply(struct model *m, const struct event *event)
{
	usec_t before = m->now;

	if (!m->started)
		m->started = event->ts;
	if (event->ts > m->now)
		m->now = event->ts;
	if (event->kind == EVENT_TICK) {
		apply_tick(m, before);
		return;
	}
	m->version++;
	switch (event->kind) {
	case EVENT_START:
		apply_start(m, &event->start);
		break;
	case EVENT_SOURCE:
		apply_source(m, &event->source);
		break;
	case EVENT_CONN:
		apply_conn(m, &event->conn);
		break;
	case EVENT_SYN:
		apply_syn(m, &event->syn);
		break;
	case EVENT_REQUEST:
		apply_request(m, event);
		break;
	case EVENT_LOG:
		apply_log(m, &event->log);
		break;
	case EVENT_LOST:
		m->lost += event->lost.n;
		break;
	case EVENT_NOTE:
		text_copy(m->notice, sizeof m->notice, event->note.text);
		break;
	case EVENT_SYN_NET:
	case EVENT_WEATHER:
	case EVENT_NETNS:
	case EVENT_OWNER:
	case EVENT_TICK:
	case EVENT_NONE:
	case EVENT_KINDS:
		break;
	}
}

/* All slots first, then all hosts: each loop's misses overlap instead of waiting in line. */
void model_expect(const struct model *m, const struct event *events, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (events[i].kind == EVENT_REQUEST)
			index_prefetch(&m->host_index, addr_hash(&events[i].request.ip));
	for (size_t i = 0; i < n; i++) {
		struct index_walk w;
		if (events[i].kind != EVENT_REQUEST)
			continue;
		uint32_t id = index_first(&m->host_index, addr_hash(&events[i].request.ip), &w);
		if (id == INDEX_NONE)
			continue;
		const char *h = (const char *)model_host(m, id);
		for (size_t line = 0; line < offsetof(struct host, syns); line += 64)
			__builtin_prefetch(h + line, 1);
	}
}

/* Reading. */

bool model_knows_conns(const struct model *m)
{
	return m->source[0] && strcmp(m->source, "none") != 0;
}

struct model_sums model_sum(const struct model *m, bool show_private)
{
	struct model_sums s = {0};

	for (int i = 0; i <= show_private; i++) {
		const struct totals *t = &m->totals[i];
		s.requests += t->requests;
		s.bytes += t->bytes;
		s.conns += t->conns;
		s.half_open += t->states[TCP_SYN_RECV];
		s.established += t->states[TCP_ESTABLISHED];
		s.ips += t->ips;
		s.requests_per_sec += window_sum(&t->rate, m->now, 10 * USEC_PER_SEC) / 10;
		s.requests_per_min += window_sum(&t->rate, m->now, WINDOW_SPAN);
		s.arrivals_per_sec += window_sum(&t->arrivals, m->now, 10 * USEC_PER_SEC) / 10;
	}
	for (uint32_t i = 0; i < m->log_count; i++) {
		s.log_lines += m->logs[i].lines;
		s.log_rejected += m->logs[i].rejected;
		s.log_skipped += m->logs[i].skipped;
	}
	return s;
}

bool model_is_decaying(const struct model *m)
{
	for (int i = 0; i < 2; i++)
		if (window_sum(&m->totals[i].rate, m->now, WINDOW_SPAN) > 0 ||
			window_sum(&m->totals[i].arrivals, m->now, WINDOW_SPAN) > 0)
			return true;
	return false;
}
