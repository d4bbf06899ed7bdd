// SPDX-License-Identifier: MIT
#include "output/answer_text.h"

#include "base/text.h"
#include "model/column.h"
#include "model/figures.h"
#include "output/log_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define LINE_MAX_BYTES 512
#define ROWS_TOLD      10 /* of a machine, of a network */
#define CONNS_TOLD     12

void answer_line(struct answer *a, const char *format, ...)
{
	char text[LINE_MAX_BYTES];
	va_list args;

	va_start(args, format);
	int n = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	struct str line =
		text_clip((struct str){text, n < (int)sizeof text ? (size_t)n : sizeof text - 1},
			sizeof text);
	if (n < 0 || a->cut || a->n + line.n + 1 > ANSWER_LINES_MAX) {
		a->cut = true;
		return;
	}
	if (a->n)
		a->lines[a->n++] = '\n';
	memcpy(a->lines + a->n, line.p, line.n);
	a->n += line.n;
}

/* A row. */

/* Columns whose cells are what somebody has asked for, or with which agent. */
static bool is_withheld(const struct answer *a, const struct column *c)
{
	static const char *const last = "last", *const crawler = "crawler";

	if (strcmp(c->id, "asn") == 0)
		return true; /* a name, not a count: put_system */
	if (a->head->detail == SET_FULL)
		return false;
	return strcmp(c->id, last) == 0 ||
	       (a->head->detail == SET_NONE && strncmp(c->id, crawler, strlen(crawler)) == 0);
}

static void put_system(struct answer *a, const struct subject *s)
{
	uint32_t asn = s->host ? subject_asn(a->m, s) : 0;

	if (asn)
		answer_line(a, "%-14s AS%u", "asn", (unsigned)asn);
}

/* All that can be said of a row, by the table of columns. */
static void put_columns(struct answer *a, const struct subject *s)
{
	for (size_t i = 0; i < column_count; i++) {
		const struct column *c = &columns[i];
		char text[256];
		if (c->tone == TONE_NAME || c->tone == TONE_MARK || !c->json ||
			!column_serves(c, a->m, s->by) || is_withheld(a, c))
			continue;
		struct cell cell = column_cell(c, a->m, s);
		if (cell.kind == CELL_NONE || cell.kind == CELL_NOT_APPLICABLE)
			continue;
		if (cell.kind == CELL_TIME)
			utc_text(cell.t, text);
		else
			cell_text(&cell, text, sizeof text);
		if (text[0] && strcmp(text, "0") != 0)
			answer_line(a, "%-14s %s", c->id, text);
	}
}

static void put_lately(struct answer *a, const struct prefix *of)
{
	struct detect_lately l;

	if (!detect_lately(a->detect, of, &l))
		return;
	answer_line(a,
		"in the last minute: about %" PRIu32 " paths (%" PRIu32 " answered 4xx), %" PRIu32
		" agents, %" PRIu32 " parts of pages, %" PRIu32 " log-ins that failed, %" PRIu32
		" kinds of probes",
		l.paths, l.not_found, l.agents, l.assets, l.guessed, l.probes);
	if (l.agent && a->head->detail != SET_NONE)
		answer_line(a, "says that it is %s", l.agent);
}

/* Who it is: its network's registration, its name. */
static void put_registration(struct answer *a, const struct addr *ip)
{
	const struct registration *r = model_registration(a->m, ip);
	const struct address_name *name = model_address_name(a->m, ip);

	if (r && r->note[0])
		answer_line(a, "registration: %s", r->note);
	else if (r)
		answer_line(a, "registration: %s %s %s %s (%s)%s%s", r->net, r->name, r->org,
			r->country, r->by, r->abuse[0] ? ", abuse: " : "", r->abuse);
	if (name && name->name[0])
		answer_line(a, "name: %s%s", name->name,
			name->confirmed ? "" : " (it does not have this address)");
}

static void put_seen(struct answer *a, const struct prefix *of)
{
	const struct seen *seen = seen_find(&a->m->seen, of);
	char first[UTC_TEXT_MAX];

	if (!seen)
		return;
	utc_text(seen->first, first);
	answer_line(a, "earlier runs: seen in %" PRIu64 " since %s, %" PRIu64 " requests%s%s",
		seen->runs, first, seen->requests, seen->flags[0] ? ", flags " : "", seen->flags);
}

/* "ESTABLISHED :443 from port 51234, for 12s, 1.2k in, 34k out, nginx" */
static void put_conn(struct answer *a, const struct conn *c)
{
	char age[16], in[8] = "-", out[8] = "-", rtt[8] = "-";
	const struct label *owner = model_owner(a->m, c);

	text_span(age, (uint64_t)(conn_age(c, a->m->now) / USEC_PER_SEC));
	if (c->rx != ABSENT)
		text_bytes(in, c->rx);
	if (c->tx != ABSENT)
		text_bytes(out, c->tx);
	if (c->rtt_us)
		text_micros(rtt, c->rtt_us);
	answer_line(a, "  %s :%u from port %u, for %s, %s in, %s out, RTT %s%s%s",
		tcp_state_name(c->state), (unsigned)c->lport, (unsigned)c->port, age, in, out, rtt,
		owner ? ", " : "", owner ? owner->text : "");
}

static void put_conns(struct answer *a, const struct host *h)
{
	uint32_t told = 0;

	host_for_each_conn (a->m, h, c) {
		if (told == 0)
			answer_line(a, "connections, the newest first (of %u):",
				(unsigned)(h->tcp.conns + h->closed));
		if (told++ == CONNS_TOLD)
			break;
		put_conn(a, c);
	}
}

static void put_row(struct answer *a, const struct subject *s)
{
	char name[SUBJECT_NAME_MAX];
	double rate = window_sum(&s->log->rate, a->m->now, WINDOW_SPAN);

	subject_name(a->m, s, name);
	answer_line(a,
		"  %s: %u open, %u half-open, %" PRIu64 " requests (%.0f in the last minute)", name,
		(unsigned)tcp_tally_open(s->tcp), (unsigned)tcp_tally_half_open(s->tcp),
		s->log->requests, rate);
}

/* A network. */

struct busiest {
	uint32_t ids[ROWS_TOLD], n, all;
	uint64_t weights[ROWS_TOLD];
};

static void offer(struct busiest *b, uint32_t id, uint64_t weight)
{
	b->all++;
	if (b->n == ROWS_TOLD && weight <= b->weights[b->n - 1])
		return;
	uint32_t at = b->n < ROWS_TOLD ? b->n++ : b->n - 1;
	for (; at > 0 && b->weights[at - 1] < weight; at--) {
		b->weights[at] = b->weights[at - 1];
		b->ids[at] = b->ids[at - 1];
	}
	b->weights[at] = weight;
	b->ids[at] = id;
}

/* One look at each address, and no more than that: the table is bounded. */
static void put_members(struct answer *a, const struct prefix *of)
{
	struct busiest b = {0};

	for (uint32_t id = model_next_host(a->m, 0); id != POOL_NONE;
		id = model_next_host(a->m, id + 1)) {
		const struct host *h = model_host(a->m, id);
		if (prefix_contains(of, &h->ip) && (a->head->show_private || !h->is_private))
			offer(&b, id, h->log.requests + h->tcp.conns);
	}
	if (!b.all)
		answer_line(a, "no address of it is known here");
	else
		answer_line(a, "%" PRIu32 " address%s of it known, the busiest:", b.all,
			b.all == 1 ? "" : "es");
	for (uint32_t i = 0; i < b.n; i++) {
		struct subject s = subject_at(a->m, GROUP_NONE, b.ids[i]);
		put_row(a, &s);
	}
}

static bool find(struct answer *a, const struct prefix *of, struct subject *ret)
{
	struct subject_key key = subject_key_of_prefix(of);
	uint32_t id = subject_find(a->m, &key);

	if (id == POOL_NONE)
		return false;
	*ret = subject_at(a->m, key.by, id);
	if (ret->is_private && !a->head->show_private)
		return false;
	return ret->host || (ret->net && prefix_eq(&ret->net->prefix, of));
}

void answer_prefix(struct answer *a, const struct prefix *of)
{
	struct subject s;
	bool is_net = of->bits != ADDR_BITS, found = find(a, of, &s);

	if (!found && !is_net)
		answer_line(a, "it is not known here, or not any more");
	if (found) {
		put_system(a, &s);
		put_columns(a, &s);
	}
	put_lately(a, of);
	answer_flags(a, of);
	put_registration(a, &of->addr);
	put_seen(a, of);
	if (is_net)
		put_members(a, of);
	else if (found)
		put_conns(a, s.host);
	answer_requests_of(a, of);
}

/* The machine. */

static void put_figures(struct answer *a)
{
	struct figure_view view = figures_view(a->m, a->head->show_private);

	for (size_t i = 0; i < figure_count; i++) {
		char text[FIGURE_TEXT_MAX];
		uint64_t v = figure_number(&figures[i], &view);
		if (v == ABSENT || !v)
			continue;
		figure_text(&figures[i], &view, text);
		answer_line(a, "%-18s %s", figures[i].id, text);
	}
}

static void put_rows(struct answer *a, const struct set_rows *rows, const char *what)
{
	if (rows->n)
		answer_line(a, "heaviest %s:", what);
	for (uint32_t i = 0; i < rows->n && i < ROWS_TOLD; i++) {
		struct subject s;
		if (find(a, &rows->at[i].of, &s))
			put_row(a, &s);
	}
}

void answer_machine(struct answer *a)
{
	const struct machine *machine = model_machine(a->m);
	char now[UTC_TEXT_MAX], since[UTC_TEXT_MAX];

	utc_text(a->m->now, now);
	utc_text(a->m->started, since);
	answer_line(a, "%.*s at %s, watched since %s, nethergaze %.*s", STR_FMT(a->head->name), now,
		since, STR_FMT(a->head->version));
	if (a->head->verdict.n)
		answer_line(a, "verdict: %.*s", STR_FMT(a->head->verdict));
	answer_flags(a, NULL);
	put_rows(a, &a->set->hosts, "addresses");
	put_rows(a, &a->set->networks, "networks");
	if (machine->source[0])
		answer_line(a, "source of connections: %s%s%s", machine->source,
			machine->note[0] ? ", " : "", machine->note);
	put_figures(a);
}

/* A path. */

/* By its text, or by its hash where that is what is told. */
static const struct herd *find_herd(const struct answer *a, struct str path)
{
	const struct herds *t = detect_herds(a->detect, HERD_PATHS);
	char buf[SET_TEXT_MAX];

	for (uint32_t id = 0; t && id < t->counts.used; id++) {
		const struct herd *h = &t->at[id];
		struct str told = set_text(a->head, herd_text(h), buf);
		if (told.p && str_eq(told, text_clip(path, HERD_TEXT_MAX)))
			return h;
	}
	return NULL;
}

static void put_herd(struct answer *a, const struct herd *h)
{
	const struct herds *t = detect_herds(a->detect, HERD_PATHS);
	struct herd_recent recent;
	struct herd_five five;

	herd_recent(h, a->m->now, &recent);
	herd_five(h, a->m->now, &five);
	answer_line(a, "%.0f requests in the last minute, %.1f times what is usual",
		window_sum(&h->rate, a->m->now, WINDOW_SPAN), herd_growth(t, h, a->m->now));
	answer_line(a,
		"lately: about %.0f sources (%.0f%% of them asked for nothing else), %u requests "
		"answered 4xx, %u 5xx, %u with a query (about %.0f different), %u from a page",
		recent.sources, recent.loners * 100, recent.of_class[4], recent.of_class[5],
		recent.queries, recent.query_strings, recent.referred);
	answer_line(a, "in five minutes: %u requests of about %.0f sources, %u 4xx, %u 5xx",
		five.requests, five.sources, five.client_errors, five.server_errors);
}

void answer_path(struct answer *a, struct str path)
{
	const struct herd *h = find_herd(a, path);

	if (h)
		put_herd(a, h);
	else
		answer_line(a, "it is not among the paths that are counted here");
	answer_requests_for(a, path);
}
