// SPDX-License-Identifier: MIT
#include "output/record_set.h"

#include "base/num.h"
#include "base/text.h"
#include "detect/registers.h"
#include "event/json_write.h"
#include "model/figures.h"
#include "model/flags.h"
#include "model/group.h"
#include "model/trouble.h"

#include <inttypes.h>
#include <stdio.h>

#define WEIGHT_MOST ((UINT64_C(1) << 56) - 1)
#define FLAGS_TOLD  4 /* of one address or network */
#define ASSETS_GROW 2.0

/* What it costs who does more than ask: what fails, what is tried. */
#define COST_BROKEN  2
#define COST_GUESSED 4
#define COST_MISSED  4
#define COST_PROBED  20

/* Who is heaviest. */

static uint64_t per_minute(const struct window *w, usec_t now)
{
	return (uint64_t)(window_sum(w, now, WINDOW_SPAN) + 0.5);
}

/* Places that it holds up, half-open ones twice, and what came of it in the last minute. */
static uint64_t load_of(const struct model *m, const struct subject *s)
{
	const struct quic_tally *quic = subject_quic(m, s);
	uint64_t load = tcp_tally_open(s->tcp) + tcp_tally_half_open(s->tcp);

	if (s->log->requests)
		load += per_minute(&s->log->rate, m->now);
	if (s->tcp->syns && s->tcp->syns != ABSENT)
		load += per_minute(&s->tcp->syn_rate, m->now);
	return quic ? load + per_minute(&quic->initial_rate, m->now) : load;
}

/* A login that fails takes no place and is no request. */
static uint64_t logins_of(const struct model *m, const struct subject *s)
{
	if (!s->host || s->host->login == POOL_NONE)
		return 0;
	return per_minute(&model_login(m, s->host)->rate, m->now);
}

static uint64_t cost_of(const struct model *m, const struct detect *d, const struct subject *s,
	const struct prefix *of)
{
	struct detect_lately lately;
	uint64_t cost = load_of(m, s) + logins_of(m, s) * COST_GUESSED;

	if (!cost || !detect_lately(d, of, &lately))
		return cost;
	return cost + (uint64_t)lately.broken * COST_BROKEN +
	       (uint64_t)lately.guessed * COST_GUESSED + (uint64_t)lately.not_found * COST_MISSED +
	       (uint64_t)lately.probes * COST_PROBED;
}

static gravity_t gravity_of(const struct model *m, const struct subject *s)
{
	return s->host ? trouble_of_host(m, s->host) : trouble_of_network(m, s->net, NULL);
}

static void offer(struct set_rows *rows, struct set_row row)
{
	rows->busy++;
	if (rows->n == rows->cap && row.weight <= rows->at[rows->n - 1].weight)
		return;
	uint32_t at = rows->n < rows->cap ? rows->n++ : rows->n - 1;
	for (; at > 0 && rows->at[at - 1].weight < row.weight; at--)
		rows->at[at] = rows->at[at - 1];
	rows->at[at] = row;
}

static struct prefix prefix_of_subject(const struct subject *s)
{
	return s->net ? s->net->prefix : (struct prefix){s->host->ip, ADDR_BITS};
}

static void weigh(struct set_rows *rows, const struct model *m, const struct detect *d,
	const struct subject *s)
{
	struct set_row row = {0, prefix_of_subject(s)};
	uint64_t cost = cost_of(m, d, s, &row.of);

	if (!cost)
		return;
	row.weight = (uint64_t)gravity_of(m, s) << 56 | (cost < WEIGHT_MOST ? cost : WEIGHT_MOST);
	offer(rows, row);
}

void record_set_begin(struct record_set *s)
{
	s->hosts = (struct set_rows){.cap = SET_HOSTS};
	s->networks = (struct set_rows){.cap = SET_NETWORKS};
	s->by = GROUP_NONE;
	s->next = 0;
	s->done = false;
}

bool record_set_step(
	struct record_set *s, const struct model *m, const struct detect *detect, bool show_private)
{
	struct set_rows *rows = s->by == GROUP_NONE ? &s->hosts : &s->networks;
	uint32_t end = s->next + SET_SLICE;

	if (s->done)
		return true;
	uint32_t id = subject_next(m, s->by, s->next);
	for (; id != POOL_NONE && id < end; id = subject_next(m, s->by, id + 1)) {
		struct subject row = subject_at(m, s->by, id);
		if (show_private || !row.is_private)
			weigh(rows, m, detect, &row);
	}
	s->next = id;
	if (id != POOL_NONE)
		return false;
	s->done = s->by == GROUP_NET;
	s->by = GROUP_NET;
	s->next = 0;
	return s->done;
}

/* Parts. */

/* It is to be told: it is new, its counts have changed, or it was not told in the set before. */
static bool is_due(
	struct record_set *s, uint64_t seq, uint64_t key, const uint64_t *counts, size_t n)
{
	struct set_told *told = &s->told[key % SET_TOLD];
	uint64_t hash = hash_bytes(counts, n * sizeof *counts);

	if (told->key == key && told->counts == hash && told->seq + 1 == seq)
		return false;
	*told = (struct set_told){key, hash, seq};
	return true;
}

static bool is_due_share(
	struct record_set *s, const struct set_head *head, const struct event_share *e)
{
	/* Not what only time changes. */
	const uint64_t counts[] = {e->conns, e->half_open, e->requests, e->bytes, e->syns,
		e->handshakes, e->auth_failed, e->flags.n};

	/* By the fleet's key, and not this process's: a replay tells the same at the same time. */
	uint64_t key = hash_keyed(&head->key, &e->net, sizeof e->net);

	return is_due(s, head->seq, key, counts, ARRAY_LEN(counts));
}

struct str set_text(const struct set_head *head, struct str text, char buf[static SET_TEXT_MAX])
{
	struct str cut = text_clip(text, HERD_TEXT_MAX);

	if (head->detail == SET_NONE || !text.n)
		return STR_ABSENT;
	if (head->detail == SET_FULL)
		return cut;
	int n = snprintf(buf, SET_TEXT_MAX, "#%016" PRIx64, hash_keyed(&head->key, cut.p, cut.n));
	return (struct str){buf, (size_t)n};
}

/* What is 0 is left out. */
static uint64_t some(uint64_t n)
{
	return n ? n : ABSENT;
}

/* Names of the flags that hold of it, as words. */
static struct str flags_of(const struct model *m, const struct prefix *of,
	char buf[static FLAGS_TOLD * (FLAG_NAME_MAX + 1)])
{
	const struct flag *flags[FLAGS_TOLD];
	size_t n = 0,
	       count = of->bits == ADDR_BITS
			       ? flags_of_addr(&m->flags, &of->addr, false, flags, FLAGS_TOLD)
			       : flags_of_prefix(&m->flags, of, flags, FLAGS_TOLD);

	for (size_t i = 0; i < count; i++) {
		if (of->bits != ADDR_BITS && flags[i]->scope != SCOPE_NETWORK)
			continue;
		n += (size_t)snprintf(
			buf + n, FLAG_NAME_MAX + 1, "%s%s", n ? " " : "", flags[i]->name);
	}
	return n ? (struct str){buf, n} : STR_ABSENT;
}

static void tell_tcp(struct event_share *e, const struct model *m, const struct tcp_tally *t)
{
	bool knows = model_knows_conns(m);

	e->conns = knows ? some(tcp_tally_open(t)) : ABSENT;
	e->half_open = knows ? some(tcp_tally_half_open(t)) : ABSENT;
	e->held_us = knows ? some(tcp_tally_held(t, m->now)) : ABSENT;
	e->syns = t->syns == ABSENT ? ABSENT : some(t->syns);
	e->handshakes = model_knows_handshakes(m) ? some(t->handshakes) : ABSENT;
	e->rx = t->rx == ABSENT ? ABSENT : some(t->rx);
	e->tx = t->tx == ABSENT ? ABSENT : some(t->tx);
}

static void tell_log(struct event_share *e, const struct log_tally *t)
{
	e->requests = some(t->requests);
	e->bytes = some(t->bytes);
	e->refused = some(t->status[4]);
	e->broken = some(t->status[5]);
}

static void tell_lately(struct event_share *e, const struct detect_lately *lately)
{
	e->denied = some(lately->denied);
	e->paths = some(lately->paths);
	e->not_found = some(lately->not_found);
	e->agents = some(lately->agents);
	e->assets = some(lately->assets);
	e->probes = some(lately->probes);
}

/* The addresses of the set that lie in a network are all that there is to it. */
static bool is_covered(const struct model *m, const struct set_rows *hosts, const struct subject *s)
{
	uint64_t requests = s->log->requests, conns = tcp_tally_open(s->tcp),
		 shook = s->tcp->handshakes;
	uint64_t syns = s->tcp->syns == ABSENT ? 0 : s->tcp->syns;

	for (uint32_t i = 0; i < hosts->n; i++) {
		uint32_t id = prefix_contains(&s->net->prefix, &hosts->at[i].of.addr)
				      ? model_find_host(m, &hosts->at[i].of.addr)
				      : POOL_NONE;
		if (id == POOL_NONE)
			continue;
		const struct host *h = model_host(m, id);
		requests -= h->log.requests;
		conns -= tcp_tally_open(&h->tcp);
		shook -= h->tcp.handshakes;
		syns -= h->tcp.syns == ABSENT ? 0 : h->tcp.syns;
	}
	return !requests && !conns && !shook && !syns;
}

static bool find_row(const struct model *m, const struct prefix *of, struct subject *ret)
{
	struct subject_key key = subject_key_of_prefix(of);
	uint32_t id = subject_find(m, &key);

	if (id == POOL_NONE)
		return false;
	*ret = subject_at(m, key.by, id);
	return ret->host || ret->net;
}

/* False when it has been forgotten meanwhile, or need not be told. */
static bool put_share(struct record_set *set, struct jsonw *w, const struct model *m,
	const struct detect *d, const struct set_head *head, const struct prefix *of)
{
	struct event e = event_make(EVENT_SHARE, m->now);
	char words[FLAGS_TOLD * (FLAG_NAME_MAX + 1)];
	struct detect_lately lately;
	struct subject s;

	if (!find_row(m, of, &s) || (s.net && is_covered(m, &set->hosts, &s)))
		return false;
	e.share.net = *of;
	tell_tcp(&e.share, m, s.tcp);
	tell_log(&e.share, s.log);
	if (s.host && s.host->login != POOL_NONE)
		e.share.auth_failed = some(model_login(m, s.host)->failed);
	if (detect_lately(d, of, &lately)) {
		tell_lately(&e.share, &lately);
		if (lately.agent && head->detail != SET_NONE)
			e.share.agent = str_of(lately.agent);
	}
	e.share.flags = flags_of(m, of, words);
	if (!is_due_share(set, head, &e.share))
		return false;
	json_put_event(w, &e);
	return true;
}

static enum herd_of herd_of(enum herd_kind kind)
{
	static const enum herd_of ofs[HERD_KINDS] = {[HERD_PATHS] = HERD_OF_PATH,
		[HERD_AGENTS] = HERD_OF_AGENT,
		[HERD_REFERERS] = HERD_OF_REFERER,
		[HERD_VHOSTS] = HERD_OF_VHOST};

	return ofs[kind];
}

static void tell_recent(struct event_herd *e, const struct herd *h, usec_t now)
{
	struct herd_recent recent;

	herd_recent(h, now, &recent);
	e->recent = some(recent.requests);
	e->span_us = some((uint64_t)herd_recent_span(h, now));
	e->failed = some(recent.failed);
	e->assets = some(recent.assets);
	e->referred = some(recent.referred);
	e->queries = some(recent.queries);
	e->refused = some(recent.of_class[4]);
	e->broken = some(recent.of_class[5]);
	e->switched = some(recent.of_class[1]);
	e->query_strings = some((uint64_t)(recent.query_strings + 0.5));
	e->lone = some((uint64_t)(recent.loners * recent.sources + 0.5));
}

static void put_herd(struct jsonw *w, const struct model *m, const struct herds *t,
	const struct herd *h, enum herd_kind kind, const struct set_head *head)
{
	struct event e = event_make(EVENT_HERD, m->now);
	uint8_t registers[1 << HERD_SOURCE_BITS];
	char key[SET_TEXT_MAX], sources[REGISTERS_TEXT_MAX(HERD_SOURCE_BITS)];

	e.herd.of = (uint8_t)herd_of(kind);
	e.herd.key = kind == HERD_VHOSTS ? herd_text(h) : set_text(head, herd_text(h), key);
	e.herd.requests = herd_least(t, h);
	e.herd.over = some(h->over);
	tell_recent(&e.herd, h, m->now);
	e.herd.growth = (uint64_t)(herd_growth(t, h, m->now) * 100 + 0.5);
	herd_recent_sources(h, m->now, registers);
	e.herd.sources =
		(struct str){sources, registers_write(registers, HERD_SOURCE_BITS, sources)};
	json_put_event(w, &e);
}

/* The set. */

/* What is told of it beside the machine. */
struct parts {
	struct jsonw text;
	size_t room; /* that it may take */
	uint32_t n;
	uint64_t left_out;
};

/* What was written last has no room: it is left out, and so is all that follows. */
static bool keep_part(struct parts *p, size_t before)
{
	if (p->text.n <= p->room && !p->text.failed) {
		p->n++;
		return true;
	}
	p->text.n = before;
	p->room = 0;
	p->left_out++;
	return false;
}

static void put_shares(struct record_set *s, struct parts *p, const struct set_rows *rows,
	const struct model *m, const struct detect *d, const struct set_head *head)
{
	p->left_out += rows->busy - rows->n;
	for (uint32_t i = 0; i < rows->n; i++) {
		size_t before = p->text.n;
		if (put_share(s, &p->text, m, d, head, &rows->at[i].of))
			keep_part(p, before);
	}
}

/* Parts of pages come with pages; only when there are more of them than ever do they say anything.
 */
static bool is_told(struct record_set *s, const struct herds *t, const struct herd *h,
	enum herd_kind kind, const struct set_head *head, usec_t now)
{
	const uint64_t counts[] = {herd_most(t, h)};
	struct herd_recent recent;

	herd_recent(h, now, &recent);
	if (kind == HERD_PATHS && recent.assets == recent.requests &&
		herd_growth(t, h, now) < ASSETS_GROW)
		return false;
	return is_due(s, head->seq, h->key + (uint64_t)kind, counts, 1);
}

static void put_herds(struct record_set *s, struct parts *p, const struct model *m,
	const struct detect *d, enum herd_kind kind, const struct set_head *head)
{
	const struct herds *t = detect_herds(d, kind);
	const struct herd *top[SET_HERDS];
	size_t n = 0;

	if (t && (head->detail != SET_NONE || kind == HERD_VHOSTS))
		n = herds_top(t, m->now, WINDOW_SPAN, top, SET_HERDS);
	for (size_t i = 0; i < n; i++) {
		size_t before = p->text.n;
		if (!is_told(s, t, top[i], kind, head, m->now))
			continue;
		put_herd(&p->text, m, t, top[i], kind, head);
		keep_part(p, before);
	}
}

#define FIGURES_TEXT 4096

/* Those that are known, as words "id=value". What is 0 says nothing, but for those that the meters
 * show: of these it says that they are known. */
static struct str figures_text(
	const struct model *m, bool show_private, char buf[static FIGURES_TEXT])
{
	struct figure_view view = figures_view(m, show_private);
	size_t n = 0;

	for (size_t i = 0; i < figure_count && n + NUMBER_NAME_MAX + 24 < FIGURES_TEXT; i++) {
		const struct figure *f = &figures[i];
		uint64_t v = figure_number(f, &view);
		if (v == ABSENT || (!v && !(f->flags & FIGURE_PAST)))
			continue;
		n += (size_t)snprintf(
			buf + n, FIGURES_TEXT - n, "%s%s=%" PRIu64, n ? " " : "", f->id, v);
	}
	return (struct str){buf, n};
}

static void put_machine(
	struct jsonw *w, const struct model *m, const struct set_head *head, const struct parts *p)
{
	const struct verdict *v = &model_machine(m)->verdict;
	struct event e = event_make(EVENT_MACHINE, m->now);
	char figures_buf[FIGURES_TEXT];

	e.machine_said = (struct event_machine){.name = head->name,
		.version = head->version,
		.fleet_schema = FLEET_SCHEMA,
		.seq = head->seq,
		.every_us = (uint64_t)head->every,
		.parts = p->n,
		.left_out = some(p->left_out),
		.dropped = some(head->dropped),
		.sketch = head->sketch,
		.ahead_us = ABSENT,
		.behind_us = ABSENT,
		.figures = figures_text(m, head->show_private, figures_buf),
		.verdict = head->verdict,
		.severity = v->severity};
	json_put_event(w, &e);
}

void record_set_put(struct record_set *s, struct jsonw *w, const struct model *m,
	const struct detect *detect, const struct set_head *head)
{
	struct parts p = {.room = FLEET_TEXT_MAX - EVENT_TEXT_MAX};

	put_shares(s, &p, &s->hosts, m, detect, head);
	put_shares(s, &p, &s->networks, m, detect, head);
	for (int kind = 0; kind < HERD_KINDS; kind++)
		put_herds(s, &p, m, detect, (enum herd_kind)kind, head);
	put_machine(w, m, head, &p);
	if (p.n)
		jsonw_raw(w, (struct str){p.text.p, p.text.n});
	w->failed |= p.text.failed;
	jsonw_done(&p.text);
}
