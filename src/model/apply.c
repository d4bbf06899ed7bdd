// SPDX-License-Identifier: MIT
#include "model/parts.h"

#include "base/text.h"
#include "event/quic.h"
#include "model/figures.h"

#define SWEEP_EVERY (10 * USEC_PER_SEC)

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
	if (n + path.n < HOST_LAST_MAX)
		h->last[n + path.n] = '\0';
}

/* In every tally that the host's requests count in. */
static void count_of_host(struct model *m, struct host *h, const struct event_request *r, usec_t at)
{
	struct log_tally *const tallies[] = {&h->log, &totals_of(m, h)->log,
		&geo_system_tally(&m->geo, h)->log, &geo_country_tally(&m->geo, h)->log,
		networks_log(&m->networks, network_at(&m->networks, h->network))};
	struct window_bucket bucket = window_bucket(at);
	uint64_t bytes = r->bytes == ABSENT ? 0 : r->bytes;
	unsigned class = status_class(r->status);

	for (size_t i = 0; i < ARRAY_LEN(tallies); i++)
		if (tallies[i]) /* memory may be out for the network's */
			log_tally_request(tallies[i], bytes, class, bucket);
}

static void apply_request(struct model *m, const struct event *event)
{
	const struct event_request *r = &event->request;
	const struct addr *ip = request_address(r), *peer = request_peer(r);
	/* A clock that runs ahead must not move the windows past the present. */
	usec_t at = r->logged && r->logged < m->now ? r->logged : m->now;

	if (addr_is_unset(ip)) {
		m->machine->unaddressed++;
		log_tally_request(&m->machine->totals[0].log, r->bytes == ABSENT ? 0 : r->bytes,
			status_class(r->status), window_bucket(at));
		journal_add(&m->journal, event, log_of(m, r->log), 0);
		return;
	}
	if (peer)
		proxies_count(m, peer, at);
	uint32_t id = hosts_touch(m, ip, at);
	if (id == POOL_NONE) {
		m->machine->lost++;
		return;
	}
	struct host *h = model_host(m, id);
	count_of_host(m, h, r, at);
	gateways_asked(m, ip, r->log);
	set_last(h, r);
	if (r->port && !addr_is_unset(&r->ip))
		conns_count_request(m, peer ? model_find_host(m, peer) : id, (uint16_t)r->port);
	/* Behind a proxy it is the proxy that has the server's connections. */
	h->quic |= !peer && request_is_quic(r);
	if (peer || h->proxy != POOL_NONE)
		proxies_set_via(m, h, peer);
	h->last_request = journal_add(&m->journal, event, log_of(m, r->log), h->last_request);
}

/* SYNs. */

static void apply_syn(struct model *m, const struct event *event)
{
	const struct event_syn *e = &event->syn;
	uint32_t id = hosts_touch(m, &e->ip, m->now);

	m->machine->syns_told = m->now;
	if (id == POOL_NONE) {
		m->machine->lost += e->n;
		return;
	}
	struct host *h = model_host(m, id);
	struct window_bucket bucket = window_bucket(m->now);
	tcp_tally_syns(&h->tcp, e->n, bucket);
	tcp_tally_syns(&totals_of(m, h)->tcp, e->n, bucket);
	tcp_tally_syns(&geo_system_tally(&m->geo, h)->tcp, e->n, bucket);
	tcp_tally_syns(&geo_country_tally(&m->geo, h)->tcp, e->n, bucket);
	network_count_syns(network_at(&m->networks, h->network), e->n, false, m->now);
}

static void apply_syn_net(struct model *m, const struct event *event)
{
	const struct event_syn_net *e = &event->syn_net;
	uint32_t id = networks_touch(&m->networks, &e->net, m->now);
	bool is_private = id == POOL_NONE ? addr_is_private(&e->net.addr)
					  : network_at(&m->networks, id)->is_private;
	struct totals *t = &m->machine->totals[is_private];

	m->machine->syns_told = m->now;
	t->net_syns += e->n;
	window_add(&t->net_syn_rate, m->now, e->n);
	if (id == POOL_NONE)
		m->machine->lost += e->n;
	else
		network_count_syns(network_at(&m->networks, id), e->n, true, m->now);
}

/* QUIC. */

static void apply_quic(struct model *m, const struct event *event)
{
	const struct event_quic *e = &event->quic;

	if (!e->net.bits) {
		quic_tally_add(&m->machine->quic, e, m->now);
		return;
	}
	if (e->net.bits == ADDR_BITS && hosts_touch(m, &e->net.addr, m->now) == POOL_NONE) {
		m->machine->lost += e->packets;
		return;
	}
	m->machine->lost += quics_apply(&m->quics, e, m->now) ? 0 : e->packets;
}

static void apply_nat(struct model *m, const struct event *event)
{
	nats_apply(m, &event->nat);
}

static void apply_tcp_stats(struct model *m, const struct event *event)
{
	const struct event_tcp_stats *e = &event->tcp_stats;

	if (e->syns != ABSENT)
		m->machine->syns_told = m->now;
	/* Told every second, also of a host where nothing happens: no reason to draw. */
	if (!tcp_stats_apply(&m->machine->tcp_stats, e, m->now))
		m->version--;
}

static void apply_interface(struct model *m, const struct event *event)
{
	if (!traffic_apply(&m->machine->traffic, &event->interface))
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

static void apply_log(struct model *m, const struct event *event)
{
	const struct event_log *e = &event->log;
	struct model_log *log = machine_log(m->machine, e->log);

	if (!log) {
		m->machine->lost++;
		return;
	}
	log->state = e->state;
	log->told = m->now;
	log->lines = e->lines;
	log->rejected = e->rejected;
	log->ignored = e->ignored == ABSENT ? 0 : e->ignored;
	log->skipped = e->skipped;
	m->machine->log_rotated -= log->rotated == ABSENT ? 0 : log->rotated;
	m->machine->log_rotated += e->rotated == ABSENT ? 0 : e->rotated;
	log->rotated = e->rotated;
	log->missed = e->missed == ABSENT ? 0 : e->missed;
	log->lag = e->lag;
	if (e->sample.n)
		text_copy(log->sample, sizeof log->sample, e->sample);
	text_copy(log->note, sizeof log->note, e->note);
	text_copy(log->format, sizeof log->format, e->format);
	text_copy(log->buffered, sizeof log->buffered, e->buffered);
	log->errors = e->errors;
}

static void apply_logs(struct model *m, const struct event *event)
{
	m->machine->logs_followed = event->logs.followed;
	m->machine->logs_not_followed = event->logs.not_followed;
}

static void apply_source(struct model *m, const struct event *event)
{
	const struct event_source *e = &event->source;

	text_copy(m->machine->source, sizeof m->machine->source, e->source);
	m->machine->sees = e->sees;
	text_copy(m->machine->probes, sizeof m->machine->probes, e->probes);
	text_copy(m->machine->note, sizeof m->machine->note, e->note);
}

static void apply_start(struct model *m, const struct event *event)
{
	const struct event_start *e = &event->start;

	text_copy(m->machine->name, sizeof m->machine->name, e->host);
	m->recorded_show_private = e->show_private;
}

static void apply_lost(struct model *m, const struct event *event)
{
	const struct event_lost *e = &event->lost;
	enum lost_what what = lost_what(e->what);

	if (what == LOST_MISSED) {
		m->machine->missed += e->n;
		return;
	}
	if (what == LOST_EVICTED) {
		m->conns_evicted += e->n;
		return;
	}
	m->machine->lost += e->n;
	if (what == LOST_RING)
		m->machine->lost_ring += e->n;
}

/* What is old goes. Bound to ticks, so that a replay does the same. */
static void apply_tick(struct model *m)
{
	figures_keep(m);
	if (conns_expire(m) || machine_is_decaying(m->machine, m->now))
		m->version++;
	relays_watch(m);
	nats_watch(m);
	if (m->now / SWEEP_EVERY == m->swept)
		return;
	m->swept = m->now / SWEEP_EVERY;
	hosts_sweep(m);
	networks_sweep(&m->networks, m->now - m->limits.idle_after);
	labels_sweep(&m->netns, m->now - m->limits.closed_for);
}

static void apply_conn(struct model *m, const struct event *event)
{
	conns_apply(m, &event->conn);
}

static void apply_conns(struct model *m, const struct event *event)
{
	conns_apply_counts(m, &event->conns);
}

static void apply_thinned(struct model *m, const struct event *event)
{
	const struct event_thinned *e = &event->thinned;

	m->machine->thinned += e->moves == ABSENT ? 0 : e->moves;
	m->machine->thinned_conns += e->conns == ABSENT ? 0 : e->conns;
	m->machine->thinned_at = m->now;
}

static void apply_note(struct model *m, const struct event *event)
{
	text_copy(m->machine->notice, sizeof m->machine->notice, event->note.text);
}

static void apply_owner(struct model *m, const struct event *event)
{
	const struct event_owner *e = &event->owner;

	labels_set(&m->owners, e->inode, e->pid, e->name);
	relays_owner(m, e->name);
}

static void apply_enricher(struct model *m, const struct event *event)
{
	m->machine->lost += !enrichers_apply(&m->enrichers, &event->enricher);
}

static void apply_registration(struct model *m, const struct event *event)
{
	registry_apply(&m->registry, &event->registration, event->ts);
}

static void apply_rdns(struct model *m, const struct event *event)
{
	registry_apply_name(&m->registry, &event->rdns, event->ts);
}

static void apply_listing(struct model *m, const struct event *event)
{
	m->machine->listings_told = true;
	if (event->listing.full)
		machine_listed(m->machine, event->listing.ns, event->ts);
	m->version--; /* what it found is told by events of its own */
}

/* A claim is kept with the host that makes it. A recording that begins in the middle of a run can
 * have the claim of a host that it tells of only later, and claims again then. */
static void apply_crawler(struct model *m, const struct event *event)
{
	const struct event_crawler *e = &event->crawler;

	if (model_find_host(m, &e->ip) != POOL_NONE)
		m->machine->lost += !claims_apply(&m->claims, e);
}

static void apply_flag(struct model *m, const struct event *event)
{
	m->machine->lost += !flags_apply(&m->flags, &event->flag, 0, m->now);
	timeline_flag(&m->timeline, &event->flag, 0, event->ts);
}

static void apply_act(struct model *m, const struct event *event)
{
	acts_apply(&m->acts, &event->act, event->ts);
}

static void apply_guard(struct model *m, const struct event *event)
{
	guards_apply(&m->guards, &event->guard);
}

static void apply_block(struct model *m, const struct event *event)
{
	blocks_apply(&m->blocks, &event->block, event->ts);
}

static void apply_clock(struct model *m, const struct event *event)
{
	const struct event_clock *e = &event->clock;

	m->machine->clock_ahead = e->ahead_us == ABSENT ? 0 : e->ahead_us;
	m->machine->clock_behind = e->behind_us == ABSENT ? 0 : e->behind_us;
	if (e->steps > m->machine->clock_steps)
		m->machine->clock_set = m->now;
	m->machine->clock_steps = e->steps;
}

static void apply_verdict(struct model *m, const struct event *event)
{
	const struct event_verdict *e = &event->verdict;
	struct verdict *v = &m->machine->verdict;

	text_copy(v->text, sizeof v->text, e->text);
	text_copy(v->cause, sizeof v->cause, e->cause);
	text_copy(v->sure, sizeof v->sure, e->sure);
	text_copy(v->held, sizeof v->held, e->held);
	v->severity = e->severity;
	v->learning_s = e->learning_s;
}

/* Of an address, that is kept with its host. */
static void apply_seen(struct model *m, const struct event *event)
{
	const struct event_seen *e = &event->seen;

	if (e->net.bits == ADDR_BITS && model_find_host(m, &e->net.addr) == POOL_NONE)
		return;
	m->machine->lost += !seen_apply(&m->seen, e);
}

/* Those that are made by themselves are no news. */
static void apply_mark(struct model *m, const struct event *event)
{
	if (event->mark.by_itself) {
		m->version--;
		return;
	}
	m->machine->mark.at = event->ts;
	text_copy(m->machine->mark.name, sizeof m->machine->mark.name, event->mark.name);
	timeline_mark(&m->timeline, event->mark.name, event->ts);
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
	[EVENT_LISTING] = apply_listing,
	[EVENT_CRAWLER] = apply_crawler,
	[EVENT_MARK] = apply_mark,
	[EVENT_FLAG] = apply_flag,
	[EVENT_VERDICT] = apply_verdict,
	[EVENT_INTERFACE] = apply_interface,
	[EVENT_ACT] = apply_act,
	[EVENT_SEEN] = apply_seen,
	[EVENT_GUARD] = apply_guard,
	[EVENT_BLOCK] = apply_block,
	[EVENT_LOGS] = apply_logs,
	[EVENT_CLOCK] = apply_clock,
	[EVENT_CONNS] = apply_conns,
	[EVENT_THINNED] = apply_thinned,
	[EVENT_QUIC] = apply_quic,
	[EVENT_NAT] = apply_nat,
};

void model_apply(struct model *m, const struct event *event)
{
	if (!m->started)
		m->started = event->ts;
	if (event->ts > m->now)
		m->now = event->ts;
	m->newcomer_count = 0;
	m->conn_made = false;
	if (event->machine) {
		m->version++;
		m->machine->lost += !fleet_apply(m, event);
	} else if (event->kind == EVENT_TICK) {
		apply_tick(m);
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
		for (size_t line = 0; line < offsetof(struct host, tcp); line += 64)
			__builtin_prefetch(h + line, 1);
	}
}
