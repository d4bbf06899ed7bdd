// SPDX-License-Identifier: MIT
#include "app/picture.h"

#include "base/text.h"
#include "model/figures.h"

#include <inttypes.h>
#include <stdio.h>

/* Whoever tells it. */
struct teller {
	const struct model *m;
	usec_t now;
	struct event_sink *sink;
};

static struct str or_absent(const char *text)
{
	return text[0] ? str_of(text) : STR_ABSENT;
}

static void tell(const struct teller *t, const struct event *e)
{
	event_put(t->sink, e);
}

static void tell_source(const struct teller *t)
{
	const struct machine *machine = model_machine(t->m);
	struct event e = event_make(EVENT_SOURCE, t->now);

	if (!machine->source[0])
		return;
	e.source.source = str_of(machine->source);
	e.source.sees = machine->sees;
	e.source.probes = or_absent(machine->probes);
	e.source.note = or_absent(machine->note);
	tell(t, &e);
}

/* What passed so far is no fact of one moment: a recording counts from where it begins. */
static void tell_traffic(const struct teller *t)
{
	const struct traffic *known = &model_machine(t->m)->traffic;
	struct event e = event_make(EVENT_INTERFACE, t->now);
	struct event month = e;

	if (known->told) {
		e.interface.name = or_absent(known->name);
		e.interface.note = or_absent(known->note);
		e.interface.rx = known->in;
		e.interface.tx = known->out;
		e.interface.us = known->in == ABSENT ? ABSENT : (uint64_t)USEC_PER_SEC;
		e.interface.speed = known->speed;
		tell(t, &e);
	}
	month.interface.name = or_absent(known->name);
	month.interface.month_rx = known->month_rx;
	month.interface.month_tx = known->month_tx;
	month.interface.month = or_absent(known->month);
	month.interface.month_note = or_absent(known->month_note);
	if (known->month_rx != ABSENT || known->month_note[0])
		tell(t, &month);
}

static void tell_logs(const struct teller *t)
{
	const struct machine *machine = model_machine(t->m);

	for (uint32_t i = 0; i < machine->log_count; i++) {
		const struct model_log *log = &machine->logs[i];
		struct event e = event_make(EVENT_LOG, t->now);
		e.log = (struct event_log){
			.log = str_of(log->name),
			.state = log->state,
			.lines = log->lines,
			.rejected = log->rejected,
			.ignored = log->ignored,
			.skipped = log->skipped,
			.rotated = log->rotated,
			.missed = log->missed ? log->missed : ABSENT,
			.lag = log->lag,
			.sample = or_absent(log->sample),
			.note = or_absent(log->note),
			.format = or_absent(log->format),
			.buffered = or_absent(log->buffered),
			.errors = log->errors,
		};
		tell(t, &e);
	}
	if (!machine->logs_not_followed)
		return;
	struct event e = event_make(EVENT_LOGS, t->now);
	e.logs.followed = machine->logs_followed;
	e.logs.not_followed = machine->logs_not_followed;
	tell(t, &e);
}

static void tell_labels(const struct teller *t, const struct labels *labels, enum event_kind kind)
{
	const struct pool *pool = &labels->pool;

	for (uint32_t id = pool_next(pool, 0); id != POOL_NONE; id = pool_next(pool, id + 1)) {
		const struct label *label = pool_at(pool, id);
		struct event e = event_make(kind, t->now);
		if (label->gone)
			continue;
		if (kind == EVENT_OWNER)
			e.owner = (struct event_owner){label->key, label->pid, str_of(label->text)};
		else
			e.netns = (struct event_netns){(uint32_t)label->key, str_of(label->text)};
		tell(t, &e);
	}
}

static void tell_enrichers(const struct teller *t)
{
	for (uint32_t i = 0; i < t->m->enrichers.n; i++) {
		const struct enricher *known = &t->m->enrichers.at[i];
		struct event e = event_make(EVENT_ENRICHER, t->now);
		e.enricher = (struct event_enricher){
			.what = str_of(known->what),
			.state = str_of(known->state),
			.note = or_absent(known->note),
			.asked = known->asked,
			.answered = known->answered,
			.failed = known->failed,
			.waiting = known->waiting,
			.dropped = known->dropped,
		};
		tell(t, &e);
	}
}

static uint64_t wide(uint32_t n)
{
	return n == CONN_ABSENT ? ABSENT : n;
}

/* As a listing finds it. */
static void tell_conn(const struct teller *t, const struct conn *c)
{
	struct event e = event_make(EVENT_CONN, t->now);

	e.conn.tuple = c->tuple;
	e.conn.state = c->state;
	e.conn.dir = c->dir;
	e.conn.rtt_us = c->rtt_us ? c->rtt_us : ABSENT;
	e.conn.rx = c->rx;
	e.conn.tx = c->tx;
	e.conn.retrans = wide(c->retrans);
	e.conn.segs = wide(c->segs);
	e.conn.inode = c->inode ? c->inode : ABSENT;
	e.conn.txq = wide(c->txq);
	e.conn.rxq = wide(c->rxq);
	e.conn.limited_us = c->limited_us;
	tell(t, &e);
	if (!model_conn_is_rewritten(t->m, c))
		return;
	e = event_make(EVENT_NAT, t->now);
	e.nat.tuple = c->tuple;
	e.nat.client = model_host(t->m, c->host)->ip;
	tell(t, &e);
}

static void tell_conns(const struct teller *t)
{
	const struct machine *machine = model_machine(t->m);
	const struct pool *conns = &t->m->conns;

	for (uint32_t id = pool_next(conns, 0); id != POOL_NONE; id = pool_next(conns, id + 1))
		if (!conn_is_closed(model_conn(t->m, id)))
			tell_conn(t, model_conn(t->m, id));
	for (uint32_t i = 0; i < machine->listing_count; i++) {
		struct event e = event_make(EVENT_LISTING, t->now);
		e.listing.ns = machine->listings[i].ns;
		e.listing.full = true;
		tell(t, &e);
	}
}

static void tell_registrations(const struct teller *t)
{
	const struct prefixes *nets = &t->m->registry.nets;
	const struct registration *r = prefixes_oldest(nets);

	for (; r; r = prefixes_newer(nets, r)) {
		struct event e = event_make(EVENT_REGISTRATION, r->told ? r->told : r->failed);
		e.registration = (struct event_registration){
			.net = r->at.prefix,
			.by = or_absent(r->by),
			.name = or_absent(r->name),
			.handle = or_absent(r->handle),
			.country = or_absent(r->country),
			.org = or_absent(r->org),
			.abuse = or_absent(r->abuse),
			.registered = or_absent(r->registered),
			.note = or_absent(r->note),
		};
		tell(t, &e);
	}
}

/* That nobody could tell is found out again. */
static void tell_names(const struct teller *t)
{
	const struct prefixes *names = &t->m->registry.names;
	const struct address_name *n = prefixes_oldest(names);

	for (; n; n = prefixes_newer(names, n)) {
		struct event e = event_make(EVENT_RDNS, n->told);
		if (!n->told)
			continue;
		e.rdns.ip = n->at.prefix.addr;
		e.rdns.name = or_absent(n->name);
		e.rdns.confirmed = n->confirmed;
		tell(t, &e);
	}
}

static void tell_guards(const struct teller *t)
{
	for (uint32_t i = 0; i < t->m->guards.n; i++) {
		const struct guard *guard = &t->m->guards.at[i];
		struct event e = event_make(EVENT_GUARD, t->now);
		e.guard = (struct event_guard){guard->net, guard->role, true};
		tell(t, &e);
	}
}

static void tell_blocks(const struct teller *t)
{
	const struct blocks *blocks = &t->m->blocks;

	for (const struct block *k = blocks_first(blocks); k; k = blocks_next(blocks, k))
		for (uint32_t i = 0; i < k->n; i++) {
			const struct blocker *by = &k->by[i];
			struct event e = event_make(EVENT_BLOCK, t->now);
			e.block = (struct event_block){
				.net = k->item.prefix,
				.on = true,
				.way = str_of(by->way),
				.by = or_absent(by->by),
				.ours = by->ours,
				.since = by->since,
				.until = by->until,
				.packets = by->packets,
			};
			tell(t, &e);
		}
}

static void tell_clock(const struct teller *t)
{
	const struct machine *machine = model_machine(t->m);
	struct event e = event_make(EVENT_CLOCK, t->now);

	if (!machine->clock_steps)
		return;
	e.clock = (struct event_clock){
		machine->clock_ahead, machine->clock_behind, machine->clock_steps};
	tell(t, &e);
}

static void tell_note(const struct teller *t)
{
	struct event e = event_make(EVENT_NOTE, t->now);

	e.note.text = str_of(model_machine(t->m)->notice);
	if (e.note.text.n)
		tell(t, &e);
}

static void tell_marks(const struct teller *t)
{
	const struct timeline_entry *all[TIMELINE_MAX];
	size_t n = timeline_list(&t->m->timeline, all, TIMELINE_MAX);

	for (size_t i = 0; i < n; i++) {
		struct event e = event_make(EVENT_MARK, all[i]->from);
		if (all[i]->kind != TIMELINE_MARK)
			continue;
		e.mark.name = or_absent(all[i]->name);
		tell(t, &e);
	}
}

static void tell_acts(const struct teller *t)
{
	const struct acts *acts = &t->m->acts;

	for (uint32_t i = acts_kept(acts); i > 0; i--) {
		const struct act *a = acts_latest(acts, i - 1);
		struct event e = event_make(EVENT_ACT, a->ts);
		e.act = (struct event_act){
			.what = str_of(a->what),
			.who = or_absent(a->who),
			.command = or_absent(a->command),
			.result = or_absent(a->result),
			.ok = a->ok,
			.until = a->until,
		};
		tell(t, &e);
	}
}

/* Words "id=value", as a set has them. */
#define FIGURES_TEXT (FLEET_FIGURES * (NUMBER_NAME_MAX + 22))

static struct str figures_text(const struct member *b, char buf[static FIGURES_TEXT])
{
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < figure_count && i < FLEET_FIGURES; i++)
		if (b->figures[i] != ABSENT)
			n += (size_t)snprintf(buf + n, FIGURES_TEXT - n, "%s%s=%" PRIu64,
				n ? " " : "", figures[i].id, b->figures[i]);
	return n ? (struct str){buf, n} : STR_ABSENT;
}

static void tell_share(const struct teller *t, const struct share *s)
{
	const struct share_counts *c = &s->counts;
	bool sees_conns = s->knows & CAN_SEE_CONNS;
	struct event e = event_make(EVENT_SHARE, s->told);

	e.machine = s->member + 1;
	e.share = (struct event_share){
		.net = s->host == POOL_NONE
			       ? network_at(&t->m->networks, s->network)->prefix
			       : (struct prefix){model_host(t->m, s->host)->ip, ADDR_BITS},
		.conns = sees_conns ? c->conns : ABSENT,
		.half_open = sees_conns ? c->half_open : ABSENT,
		.held_us = c->held,
		.requests = c->requests,
		.bytes = c->bytes,
		.refused = c->refused,
		.broken = c->broken,
		.denied = s->denied,
		.syns = s->knows & CAN_SEE_SYN_SOURCES ? c->syns : ABSENT,
		.handshakes = s->knows & CAN_SEE_HANDSHAKES ? c->handshakes : ABSENT,
		.auth_failed = c->auth_failed,
		.rx = c->rx,
		.tx = c->tx,
		.paths = s->paths,
		.not_found = s->not_found,
		.agents = s->agents,
		.assets = s->assets,
		.probes = s->probes,
	};
	tell(t, &e);
}

/* The addresses first: what a network has beyond them is worked out from them. */
static void tell_shares(const struct teller *t, const struct member *b)
{
	for (int networks = 0; networks < 2; networks++)
		shares_for_each_of_member (t->m->fleet, b, s)
			if (!s->over && s->told && (s->host == POOL_NONE) == networks)
				tell_share(t, s);
}

/* Its latest set, and how it stands. */
static void tell_member(const struct teller *t, const struct member *b)
{
	struct event e = event_make(EVENT_MACHINE, b->since);
	char buf[FIGURES_TEXT];

	e.machine = b->number;
	e.machine_said.name = str_of(b->name);
	e.machine_said.state = b->state;
	e.machine_said.note = or_absent(b->note);
	if (!b->sets || b->state == MEMBER_UP)
		tell(t, &e);
	if (!b->sets)
		return;
	struct event set = e;
	set.ts = b->last;
	set.machine_said.state = MEMBER_NONE;
	set.machine_said.version = or_absent(b->version);
	set.machine_said.fleet_schema = b->schema;
	set.machine_said.seq = b->seq;
	set.machine_said.every_us = (uint64_t)b->every;
	set.machine_said.dropped = b->dropped;
	set.machine_said.left_out = b->left_out;
	set.machine_said.sketch = b->sketch;
	if (b->ahead > 0)
		set.machine_said.ahead_us = (uint64_t)b->ahead;
	else
		set.machine_said.behind_us = (uint64_t)-b->ahead;
	set.machine_said.figures = figures_text(b, buf);
	set.machine_said.verdict = or_absent(b->verdict);
	set.machine_said.severity = b->severity;
	tell(t, &set);
	if (b->state != MEMBER_UP)
		tell(t, &e);
	tell_shares(t, b);
}

static void tell_fleet(const struct teller *t)
{
	const struct fleet *f = t->m->fleet;

	for (uint32_t id = f ? fleet_next(f, 0) : POOL_NONE; id != POOL_NONE;
		id = fleet_next(f, id + 1))
		tell_member(t, fleet_at(f, id));
}

#define PREFIXES_TEXT (FLAG_PREFIXES_MAX * (PREFIX_TEXT_MAX + 1))

static struct str prefixes_text(const struct flag *f, char buf[static PREFIXES_TEXT])
{
	size_t n = 0;

	for (uint8_t i = 0; i < f->prefix_count; i++) {
		char prefix[PREFIX_TEXT_MAX];
		prefix_format(&f->prefixes[i], prefix);
		n += (size_t)snprintf(buf + n, PREFIXES_TEXT - n, "%s%s", i ? " " : "", prefix);
	}
	return n ? (struct str){buf, n} : STR_ABSENT;
}

static void tell_flag(const struct teller *t, const struct flag *f)
{
	struct event e = event_make(EVENT_FLAG, t->now);
	char prefixes[PREFIXES_TEXT];

	e.machine = f->machine;
	e.flag = (struct event_flag){
		.flag = str_of(f->name),
		.on = true,
		.scope = f->scope,
		.who = str_of(f->who),
		.prefixes = prefixes_text(f, prefixes),
		.severity = f->severity,
		.since = f->since,
		.value = f->value,
		.evidence = or_absent(f->evidence),
		.disproof = or_absent(f->disproof),
		.cause = or_absent(f->cause),
	};
	tell(t, &e);
}

static void tell_judgements(const struct teller *t)
{
	const struct flags *flags = &t->m->flags;
	const struct verdict *v = &model_machine(t->m)->verdict;
	struct event e = event_make(EVENT_VERDICT, t->now);

	for (uint32_t id = flags_next(flags, 0); id != POOL_NONE; id = flags_next(flags, id + 1))
		tell_flag(t, flags_at(flags, id));
	e.verdict = (struct event_verdict){
		.text = or_absent(v->text),
		.cause = or_absent(v->cause),
		.severity = v->severity,
		.sure = or_absent(v->sure),
		.held = or_absent(v->held),
		.learning_s = v->learning_s,
	};
	tell(t, &e);
}

static void tell_seen(const struct teller *t, const struct seen *seen)
{
	struct event e = event_make(EVENT_SEEN, t->now);

	e.seen = (struct event_seen){
		.net = seen->at.prefix,
		.first = seen->first,
		.last = seen->last,
		.runs = seen->runs,
		.requests = seen->requests,
		.bytes = seen->bytes,
		.handshakes = seen->handshakes,
		.flagged = seen->flagged,
		.blocked = seen->blocked,
		.flags = or_absent(seen->flags),
	};
	tell(t, &e);
}

/* Those of addresses are told with their hosts. */
static void tell_seen_networks(const struct teller *t)
{
	const struct seen *seen = prefixes_oldest(&t->m->seen);

	for (; seen; seen = prefixes_newer(&t->m->seen, seen))
		if (seen->at.prefix.bits != ADDR_BITS)
			tell_seen(t, seen);
}

bool picture_has_host(const struct model *m, uint32_t host)
{
	return model_host(m, host)->tcp.conns || fleet_holds(m, host);
}

void picture_put_host(
	const struct model *m, const struct host *h, usec_t now, struct event_sink *sink)
{
	const struct teller t = {m, now, sink};
	const struct claim *claims[CLAIMS_OF_ADDRESS];
	struct event e = event_make(EVENT_PLACE, now);
	size_t n = claims_of(&m->claims, &h->ip, claims);

	e.place.ip = h->ip;
	e.place.country = geo_country(h);
	e.place.city = geo_city(&m->geo, h);
	e.place.asn = geo_asn(&m->geo, h);
	e.place.org = geo_org(&m->geo, h);
	if (e.place.country.p || e.place.city.p || e.place.asn || e.place.org.p)
		tell(&t, &e);
	for (size_t i = n; i > 0; i--) {
		e = event_make(EVENT_CRAWLER, now);
		e.crawler.ip = h->ip;
		e.crawler.name = str_of(claims[i - 1]->name);
		e.crawler.outcome = claims[i - 1]->outcome;
		e.crawler.by = or_absent(claims[i - 1]->by);
		tell(&t, &e);
	}
	const struct seen *seen = seen_find_address(&m->seen, &h->ip);
	if (seen)
		tell_seen(&t, seen);
}

void picture_put(
	const struct model *m, const struct event_start *start, usec_t now, struct event_sink *sink)
{
	const struct teller t = {m, now, sink};
	struct event e = event_make(EVENT_START, now);

	e.start = *start;
	tell(&t, &e);
	tell_source(&t);
	tell_note(&t);
	tell_traffic(&t);
	tell_labels(&t, &m->netns, EVENT_NETNS);
	tell_labels(&t, &m->owners, EVENT_OWNER);
	tell_logs(&t);
	tell_enrichers(&t);
	tell_conns(&t);
	tell_fleet(&t);
	for (uint32_t id = model_next_host(m, 0); id != POOL_NONE; id = model_next_host(m, id + 1))
		if (picture_has_host(m, id))
			picture_put_host(m, model_host(m, id), now, sink);
	tell_registrations(&t);
	tell_names(&t);
	tell_seen_networks(&t);
	tell_guards(&t);
	tell_clock(&t);
	tell_blocks(&t);
	tell_marks(&t);
	tell_acts(&t);
	tell_judgements(&t);
}
