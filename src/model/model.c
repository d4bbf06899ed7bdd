// SPDX-License-Identifier: MIT
#include "model/parts.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>

#define SWEEP_EVERY (10 * USEC_PER_SEC)

struct model *model_new(const struct model_limits *limits)
{
	struct model *m = calloc(1, sizeof *m);

	if (!m)
		return NULL;
	m->limits = *limits;
	m->recorded_show_private = -1;
	m->closed_newest = m->closed_oldest = POOL_NONE;
	tcp_stats_init(&m->tcp_stats);
	if (pool_init(&m->hosts, sizeof(struct host), limits->hosts) < 0 ||
		pool_init(&m->conns, sizeof(struct conn), limits->conns) < 0 ||
		pool_init(&m->mores, sizeof(struct host_more), limits->hosts) < 0 ||
		networks_init(&m->networks, limits->hosts, limits->idle_networks) < 0 ||
		labels_init(&m->owners, limits->owners) < 0 ||
		labels_init(&m->netns, limits->netns) < 0 || registry_init(&m->registry) < 0 ||
		geo_init(&m->geo, limits->places) < 0 ||
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
	pool_done(&m->mores);
	index_done(&m->host_index);
	index_done(&m->conn_index);
	networks_done(&m->networks);
	labels_done(&m->owners);
	labels_done(&m->netns);
	registry_done(&m->registry);
	geo_done(&m->geo);
	journal_done(&m->journal);
	free(m);
}

/* Requests. */

static void set_last(struct host *h, const struct event_request *r)
{
	struct str method = text_clip(request_verb(r), 16);
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
	const struct addr *ip = request_address(r), *peer = request_peer(r);
	/* A clock that runs ahead must not move the windows past the present. */
	usec_t at = r->logged && r->logged < m->now ? r->logged : m->now;

	if (addr_is_unset(ip)) {
		m->unaddressed++;
		count_request(&m->totals[0], r, at);
		journal_add(&m->journal, event, 0);
		return;
	}
	if (peer)
		proxies_count(m, peer, at);
	uint32_t id = hosts_touch(m, ip, at);
	if (id == POOL_NONE) {
		m->lost++;
		return;
	}
	struct host *h = model_host(m, id);
	h->requests++;
	network_at(&m->networks, h->network)->requests++;
	if (r->bytes != ABSENT)
		h->bytes += r->bytes;
	h->status[status_class(r->status)]++;
	window_add(&h->rate, at, 1);
	count_request(totals_of(m, h), r, at);
	set_last(h, r);
	if (r->port && !addr_is_unset(&r->ip))
		conns_count_request(m, peer ? model_find_host(m, peer) : id, (uint16_t)r->port);
	if (peer || h->more != POOL_NONE)
		proxies_set_via(m, h, peer);
	h->last_request = journal_add(&m->journal, event, h->last_request);
}

/* SYNs. */

static uint32_t few(uint64_t n)
{
	return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

static void apply_syn(struct model *m, const struct event *event)
{
	const struct event_syn *e = &event->syn;
	uint32_t id = hosts_touch(m, &e->ip, m->now);

	m->syns_told = true;
	if (id == POOL_NONE) {
		m->lost += e->n;
		return;
	}
	struct host *h = model_host(m, id);
	h->syns = h->syns == ABSENT ? e->n : h->syns + e->n;
	window_add(&h->syn_rate, m->now, few(e->n));
	totals_of(m, h)->host_syns += e->n;
	window_add(&totals_of(m, h)->host_syn_rate, m->now, few(e->n));
	network_count_syns(network_at(&m->networks, h->network), e->n, false, m->now);
}

static void apply_syn_net(struct model *m, const struct event *event)
{
	const struct event_syn_net *e = &event->syn_net;
	uint32_t id = networks_touch(&m->networks, &e->net, m->now);
	struct totals *t = &m->totals[addr_is_private(&e->net.addr)];

	m->syns_told = true;
	t->net_syns += e->n;
	window_add(&t->net_syn_rate, m->now, few(e->n));
	if (id == POOL_NONE)
		m->lost += e->n;
	else
		network_count_syns(network_at(&m->networks, id), e->n, true, m->now);
}

static void apply_tcp_stats(struct model *m, const struct event *event)
{
	const struct event_tcp_stats *e = &event->tcp_stats;

	m->syns_told |= e->syns != ABSENT;
	/* Told every second, also of a host where nothing happens: no reason to draw. */
	if (!tcp_stats_apply(&m->tcp_stats, e, m->now))
		m->version--;
}

static void apply_netns(struct model *m, const struct event *event)
{
	const struct event_netns *e = &event->netns;

	if (e->name.p)
		labels_set(&m->netns, e->ns, 0, e->name);
	else
		labels_end(&m->netns, e->ns, m->now);
}

static void apply_place(struct model *m, const struct event *event)
{
	const struct event_place *e = &event->place;
	uint32_t id = model_find_host(m, &e->ip);

	if (id != POOL_NONE)
		geo_put(&m->geo, model_host(m, id), e);
}

/* Logs, sources, time. */

static struct model_log *log_named(struct model *m, struct str name)
{
	char key[MODEL_NAME_MAX];

	text_copy(key, sizeof key, name);
	for (uint32_t i = 0; i < m->log_count; i++)
		if (strcmp(m->logs[i].name, key) == 0)
			return &m->logs[i];
	if (m->log_count == EVENT_LOGS_MAX)
		return NULL;
	struct model_log *log = &m->logs[m->log_count++];
	text_copy(log->name, sizeof log->name, name);
	return log;
}

static void apply_log(struct model *m, const struct event *event)
{
	const struct event_log *e = &event->log;
	struct model_log *log = log_named(m, e->log);

	if (!log) {
		m->lost++;
		return;
	}
	log->state = e->state;
	log->lines = e->lines;
	log->rejected = e->rejected;
	log->ignored = e->ignored == ABSENT ? 0 : e->ignored;
	log->skipped = e->skipped;
	log->rotated = e->rotated;
	log->lag = e->lag;
	if (e->sample.n)
		text_copy(log->sample, sizeof log->sample, e->sample);
	text_copy(log->note, sizeof log->note, e->note);
	text_copy(log->format, sizeof log->format, e->format);
	text_copy(log->buffered, sizeof log->buffered, e->buffered);
}

static void apply_source(struct model *m, const struct event *event)
{
	const struct event_source *e = &event->source;

	text_copy(m->source, sizeof m->source, e->source);
	text_copy(m->probes, sizeof m->probes, e->probes);
	text_copy(m->note, sizeof m->note, e->note);
}

static void apply_start(struct model *m, const struct event *event)
{
	const struct event_start *e = &event->start;

	text_copy(m->machine_name, sizeof m->machine_name, e->host);
	m->recorded_show_private = e->show_private;
}

static void apply_lost(struct model *m, const struct event *event)
{
	const struct event_lost *e = &event->lost;

	if (str_eq(e->what, STR_LIT("missed"))) {
		m->missed += e->n;
		return;
	}
	m->lost += e->n;
	if (str_eq(e->what, STR_LIT("ring")))
		m->lost_ring += e->n;
}

/* What is old goes. Bound to ticks, so that a replay does the same. */
static void apply_tick(struct model *m, usec_t before)
{
	if (conns_expire(m) || model_is_decaying(m))
		m->version++;
	if (m->now / SWEEP_EVERY == before / SWEEP_EVERY)
		return;
	hosts_sweep(m);
	networks_sweep(&m->networks, m->now - m->limits.idle_after);
	labels_sweep(&m->netns, m->now - m->limits.closed_for);
}

static void apply_conn(struct model *m, const struct event *event)
{
	conns_apply(m, &event->conn);
}

static void apply_note(struct model *m, const struct event *event)
{
	text_copy(m->notice, sizeof m->notice, event->note.text);
}

static void apply_owner(struct model *m, const struct event *event)
{
	const struct event_owner *e = &event->owner;

	labels_set(&m->owners, e->inode, e->pid, e->name);
}

static void apply_enricher(struct model *m, const struct event *event)
{
	m->lost += !enrichers_apply(&m->enrichers, &event->enricher);
}

static void apply_registration(struct model *m, const struct event *event)
{
	registry_apply(&m->registry, &event->registration, event->ts);
}

static void apply_rdns(struct model *m, const struct event *event)
{
	registry_apply_name(&m->registry, &event->rdns, event->ts);
}

/* EVENT_TICK is time itself and has none. */
static void (*const appliers[EVENT_KINDS])(struct model *m, const struct event *event) = {
	[EVENT_START] = apply_start,
	[EVENT_SOURCE] = apply_source,
	[EVENT_CONN] = apply_conn,
	[EVENT_SYN] = apply_syn,
	[EVENT_REQUEST] = apply_request,
	[EVENT_LOG] = apply_log,
	[EVENT_LOST] = apply_lost,
	[EVENT_NOTE] = apply_note,
	[EVENT_SYN_NET] = apply_syn_net,
	[EVENT_TCP_STATS] = apply_tcp_stats,
	[EVENT_NETNS] = apply_netns,
	[EVENT_OWNER] = apply_owner,
	[EVENT_AUTH] = logins_apply,
	[EVENT_PLACE] = apply_place,
	[EVENT_REGISTRATION] = apply_registration,
	[EVENT_RDNS] = apply_rdns,
	[EVENT_ENRICHER] = apply_enricher,
};

void model_apply(struct model *m, const struct event *event)
{
	usec_t before = m->now;

	if (!m->started)
		m->started = event->ts;
	if (event->ts > m->now)
		m->now = event->ts;
	m->newcomer_count = 0;
	if (event->kind == EVENT_TICK) {
		apply_tick(m, before);
	} else if (event->kind < EVENT_KINDS && appliers[event->kind]) {
		m->version++;
		appliers[event->kind](m, event);
	}
}

/* All slots first, then all hosts: each loop's misses overlap instead of waiting in line. */
void model_prefetch(const struct model *m, const struct event *events, size_t n)
{
	if (n > MODEL_PREFETCHED)
		n = MODEL_PREFETCHED;
	conns_prefetch(m, events, n);
	for (size_t i = 0; i < n; i++)
		if (events[i].kind == EVENT_REQUEST)
			index_prefetch(
				&m->host_index, addr_hash(request_address(&events[i].request)));
	for (size_t i = 0; i < n; i++) {
		struct index_walk w;
		if (events[i].kind != EVENT_REQUEST)
			continue;
		uint32_t id = index_first(
			&m->host_index, addr_hash(request_address(&events[i].request)), &w);
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

bool model_knows_syns(const struct model *m)
{
	return m->syns_told || model_sees_syn_sources(m);
}

bool model_sees_syn_sources(const struct model *m)
{
	return strstr(m->probes, "tcp_conn_request") != NULL;
}

bool model_knows_proxies(const struct model *m)
{
	return m->forwarded > 0;
}

bool model_knows_logins(const struct model *m)
{
	return m->logins_told;
}

bool model_knows_handshakes(const struct model *m)
{
	return strcmp(m->source, "ebpf") == 0;
}

const struct label *model_owner(const struct model *m, const struct conn *c)
{
	return c->inode ? labels_find(&m->owners, c->inode) : NULL;
}

const struct label *model_netns(const struct model *m, const struct conn *c)
{
	return c->ns ? labels_find(&m->netns, c->ns) : NULL;
}

const struct registration *model_registration(const struct model *m, const struct addr *ip)
{
	return registry_find(&m->registry, ip);
}

const struct address_name *model_address_name(const struct model *m, const struct addr *ip)
{
	return registry_find_name(&m->registry, ip);
}

/* Several may count SYNs, each missing some that another has: whoever saw the most is right. */
static void add_syns(struct model_sums *s, const struct model *m, const struct totals *t)
{
	const struct window *of_hosts = &t->host_syn_rate, *of_nets = &t->net_syn_rate;

	s->syns += t->net_syns > t->host_syns ? t->net_syns : t->host_syns;
	s->syns_per_sec += fmax(window_sum(of_hosts, m->now, 10 * USEC_PER_SEC),
				   window_sum(of_nets, m->now, 10 * USEC_PER_SEC)) /
			   10;
	s->syns_per_min += fmax(window_sum(of_hosts, m->now, WINDOW_SPAN),
		window_sum(of_nets, m->now, WINDOW_SPAN));
}

/* A count of the whole host says nothing of private or public. */
static void add_tcp_stats(struct model_sums *s, const struct tcp_stats *w, usec_t now)
{
	if (w->totals.syns != ABSENT && w->totals.syns > s->syns)
		s->syns = w->totals.syns;
	s->syns_per_sec = fmax(s->syns_per_sec, window_sum(&w->syns, now, 10 * USEC_PER_SEC) / 10);
	s->syns_per_min = fmax(s->syns_per_min, window_sum(&w->syns, now, WINDOW_SPAN));
}

struct model_sums model_sum(const struct model *m, bool show_private)
{
	struct model_sums s = {0};

	for (int i = 0; i <= show_private; i++) {
		const struct totals *t = &m->totals[i];
		s.requests += t->requests;
		s.bytes += t->bytes;
		s.handshakes += t->handshakes;
		s.auth_failed += t->auth_failed;
		s.auth_accepted += t->auth_accepted;
		s.conns += t->conns;
		s.half_open += t->states[TCP_SYN_RECV];
		s.established += t->states[TCP_ESTABLISHED];
		s.ips += t->ips;
		s.requests_per_sec += window_sum(&t->rate, m->now, 10 * USEC_PER_SEC) / 10;
		s.requests_per_min += window_sum(&t->rate, m->now, WINDOW_SPAN);
		s.arrivals_per_sec += window_sum(&t->arrivals, m->now, 10 * USEC_PER_SEC) / 10;
		add_syns(&s, m, t);
	}
	add_tcp_stats(&s, &m->tcp_stats, m->now);
	for (uint32_t i = 0; i < m->log_count; i++) {
		s.log_lines += m->logs[i].lines;
		s.log_rejected += m->logs[i].rejected;
		s.log_ignored += m->logs[i].ignored;
		s.log_skipped += m->logs[i].skipped;
		s.log_lag += m->logs[i].lag == ABSENT ? 0 : m->logs[i].lag;
	}
	return s;
}

bool model_is_decaying(const struct model *m)
{
	for (int i = 0; i < 2; i++)
		if (window_sum(&m->totals[i].rate, m->now, WINDOW_SPAN) > 0 ||
			window_sum(&m->totals[i].arrivals, m->now, WINDOW_SPAN) > 0 ||
			window_sum(&m->totals[i].host_syn_rate, m->now, WINDOW_SPAN) > 0 ||
			window_sum(&m->totals[i].net_syn_rate, m->now, WINDOW_SPAN) > 0)
			return true;
	return tcp_stats_is_decaying(&m->tcp_stats, m->now);
}
