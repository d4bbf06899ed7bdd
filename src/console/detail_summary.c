// SPDX-License-Identifier: MIT
#include "console/detail_parts.h"
#include "console/entry.h"
#include "console/history_line.h"
#include "console/ledger_line.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

/* What earlier runs knew. */
static void print_history(struct sheet *s, const struct about *a)
{
	const struct model *m = a->view->m;
	const struct seen *seen = seen_find(&m->seen, &a->key.prefix);
	char line[HISTORY_LINE_MAX];

	if (a->key.by != GROUP_NONE && a->key.by != GROUP_NET)
		return;
	if (!seen && (a->gone || !model_knows_history(m) || addr_is_loopback(&a->key.prefix.addr)))
		return;
	history_line(seen, m->now, line);
	sheet_field(s, "History", seen && seen->flagged ? STYLE_WARN : STYLE_PLAIN, line);
}

void detail_print_seen(struct sheet *s, const struct about *a)
{
	const struct members_found *f = &a->members.found;
	usec_t from = about_is_host(a) ? a->host.first_seen : f->first_seen;
	usec_t to = about_is_host(a) ? a->host.last_seen : f->last_seen;
	char line[160], first[9], last[9], ago[16];

	if (!a->seen || !from)
		return;
	clock_text(first, from);
	clock_text(last, to);
	usec_t since = a->view->m->now - to;
	text_span(ago, since > 0 ? (uint64_t)since / USEC_PER_SEC : 0);
	snprintf(line, sizeof line, "%s, last seen %s, %s ago", first, last, ago);
	sheet_field(s, "First seen", STYLE_PLAIN, line);
	print_history(s, a);
}

static bool has_access_log(const struct model *m)
{
	const struct machine *machine = model_machine(m);

	for (uint32_t i = 0; i < machine->log_count; i++)
		if (model_log_has_requests(&machine->logs[i]))
			return true;
	return machine->totals[0].log.requests + machine->totals[1].log.requests > 0;
}

static struct ledger_facts facts_of(const struct about *a)
{
	const struct model *m = a->view->m;
	bool shook = model_knows_handshakes(m);
	uint64_t held = a->tcp.holding;

	return (struct ledger_facts){
		.syns = model_knows_syns(m) ? a->tcp.syns : ABSENT,
		.handshakes = shook ? a->tcp.handshakes : ABSENT,
		.earlier = shook && held > a->tcp.handshakes ? held - a->tcp.handshakes : 0,
		.rx = a->tcp.rx,
		.tx = a->tcp.tx,
		.requests = a->log.requests || has_access_log(m) ? a->log.requests : ABSENT,
	};
}

static void print_ledger(struct sheet *s, const struct about *a)
{
	const struct ledger_facts facts = facts_of(a);
	char line[LEDGER_LINE_MAX];

	if (about_is_host(a) && !a->gone && model_is_remote(a->view->m, &a->host)) {
		sheet_field(s, "Ledger", STYLE_PLAIN,
			"no direct connections: its requests come through a proxy");
		return;
	}
	if (about_is_host(a) && !a->gone && model_is_over_quic(&a->host)) {
		sheet_field(s, "Ledger", STYLE_PLAIN,
			"its requests come over HTTP/3 (QUIC): no TCP connections, none to count");
		return;
	}
	ledger_line(
		&facts, screen_glyph_text(GLYPH_ARROW_RIGHT), screen_glyph_text(GLYPH_DASH), line);
	sheet_field(s, "Ledger", STYLE_PLAIN, line);
}

/* Since when the oldest half-open connection is known, or 0. */
static usec_t oldest_half(const struct about *a)
{
	usec_t oldest = 0;
	uint32_t budget = 4096;

	if (!about_is_host(a))
		return a->members.found.oldest_half;
	if (a->gone)
		return 0;
	host_for_each_conn (a->view->m, &a->host, k) {
		if (!budget--)
			break;
		if (k->state == TCP_SYN_RECV && (!oldest || k->first_seen < oldest))
			oldest = k->first_seen;
	}
	return oldest;
}

/* "  RTT 18ms", by the column that knows it; nothing when it is not known. */
static int add_fact(const struct about *a, char *line, size_t cap, const char *id, const char *name)
{
	const struct column *column = column_find(str_of(id));
	struct subject subject = about_subject(a);
	char text[32];

	if (!column || cap < 2 || !column_speaks_of(column, a->key.by))
		return 0;
	struct cell cell = column_cell(column, a->view->m, &subject);
	if (cell.kind == CELL_NONE || cell.kind == CELL_NOT_APPLICABLE)
		return 0;
	cell_text(&cell, text, sizeof text);
	int n = snprintf(line, cap, "  %s %s", name, text);
	return n < (int)cap ? n : (int)cap - 1;
}

static int add_states(const struct about *a, char *line, size_t cap)
{
	const char *mark = ": ";
	int n = snprintf(line, cap, "%u", (unsigned)a->tcp.conns);

	for (unsigned i = 1; i < TCP_STATES; i++) {
		if (!a->tcp.states[i])
			continue;
		n += snprintf(line + n, cap - (size_t)n, "%s%u %s", mark,
			(unsigned)a->tcp.states[i], tcp_state_name(i));
		mark = ", ";
	}
	if (about_is_host(a) && a->host.closed)
		n += snprintf(line + n, cap - (size_t)n, "%s%u just closed", mark,
			(unsigned)a->host.closed);
	return n;
}

/* "12: 12 ESTABLISHED  held 8m  RTT 18ms"; half-open ones hold nothing, but have an age. */
static void print_conns_sum(struct sheet *s, const struct about *a)
{
	uint32_t half = tcp_tally_half_open(&a->tcp);
	usec_t oldest = half ? oldest_half(a) : 0;
	char line[768], age[16];

	if (!model_knows_conns(a->view->m) ||
		(about_is_host(a) && !a->gone &&
			(model_is_remote(a->view->m, &a->host) || model_is_over_quic(&a->host))))
		return;
	int n = add_states(a, line, sizeof line);
	if (oldest) {
		text_span(age, (uint64_t)(a->view->m->now - oldest) / USEC_PER_SEC);
		n += snprintf(line + n, sizeof line - (size_t)n, "  half-open for up to %s", age);
	}
	if (a->tcp.holding || a->tcp.held)
		n += add_fact(a, line + n, sizeof line - (size_t)n, "held_secs", "held");
	n += add_fact(a, line + n, sizeof line - (size_t)n, "rtt_us", "RTT");
	add_fact(a, line + n, sizeof line - (size_t)n, "retrans", "resent");
	sheet_field(s, "Conns", half ? STYLE_WARN : STYLE_PLAIN, line);
}

/* "120/s, 30 of them Initials" */
static void print_quic(struct sheet *s, const struct about *a)
{
	const struct subject subject = about_subject(a);
	const struct quic_tally *q = a->gone ? NULL : subject_quic(a->view->m, &subject);
	char line[160], packets[8], initials[8];

	if (!q)
		return;
	usec_t now = a->view->m->now;
	text_count(packets, (uint64_t)(quic_rate(&q->packet_rate, now) + 0.5));
	text_count(initials, (uint64_t)(quic_rate(&q->initial_rate, now) + 0.5));
	snprintf(line, sizeof line,
		"about %s packets/s, of these %s Initials/s, whose source may be forged", packets,
		initials);
	sheet_field(s, "QUIC", STYLE_PLAIN, line);
}

static void print_proxy(struct sheet *s, const struct host_proxy *proxy)
{
	char line[160], ip[ADDR_TEXT_MAX];

	if (!addr_is_unset(&proxy->via)) {
		addr_format(&proxy->via, ip);
		snprintf(line, sizeof line, "%s (proxy)", ip);
		sheet_field(s, "Via", STYLE_INFO, line);
	}
	if (!proxy->forwarded)
		return;
	snprintf(line, sizeof line, "edge: forwards for %u client%s, %" PRIu64 " request%s so far",
		(unsigned)proxy->clients, proxy->clients == 1 ? "" : "s", proxy->forwarded,
		proxy->forwarded == 1 ? "" : "s");
	sheet_field(s, "Proxy", STYLE_INFO, line);
}

static void print_logins(struct sheet *s, const struct about *a)
{
	const struct host_login *login = model_login(a->view->m, &a->host);
	double rate = window_sum(&login->rate, a->view->m->now, WINDOW_SPAN);
	char line[160], last[9];

	if (!login->failed && !login->accepted)
		return;
	clock_text(last, login->last);
	snprintf(line, sizeof line,
		"%u failed (%.0f in the last minute), %u accepted  last %s as %.*s",
		(unsigned)login->failed, rate, (unsigned)login->accepted, last, (int)login->user_n,
		login->user);
	sheet_field(s, "SSH logins", rate > 0 ? STYLE_BAD : STYLE_PLAIN, line);
}

static void print_group_logins(struct sheet *s, const struct members_found *f)
{
	char line[80];

	if (!f->failed && !f->accepted)
		return;
	snprintf(line, sizeof line, "%u failed, %u accepted", (unsigned)f->failed,
		(unsigned)f->accepted);
	sheet_field(s, "SSH logins", f->failed ? STYLE_WARN : STYLE_PLAIN, line);
}

static bool is_rewritten(const struct model *m, const struct host *h)
{
	const struct conn *c = model_first_conn(m, h);

	return c && model_conn_is_rewritten(m, c);
}

/* The row is of an address in the place of others, or of one that has another in its place. */
static void print_nat(struct sheet *s, const struct model *m, const struct host *h)
{
	const struct nat_source *nat = nats_find(&model_machine(m)->nats, &h->ip);
	const struct enricher *table = enrichers_find(&m->enrichers, NAT_ENRICHER);
	char line[ENRICHER_NOTE_MAX + 64], ip[ADDR_TEXT_MAX];

	if (nat) {
		snprintf(line, sizeof line,
			"this host puts it in the place of clients; conntrack has named those of "
			"%" PRIu64 " connection%s, not of %" PRIu32,
			nat->named, nat->named == 1 ? "" : "s", nat->unnamed);
		sheet_field(s, "Masquerade", STYLE_INFO, line);
		snprintf(line, sizeof line, "%s%s%s", table ? table->state : "not read",
			table && table->note[0] ? ": " : "", table ? table->note : "");
		sheet_field(s, "conntrack",
			table && enricher_is_fine(table) ? STYLE_PLAIN : STYLE_WARN, line);
	} else if (is_rewritten(m, h)) {
		addr_format(&model_first_conn(m, h)->ip, ip);
		snprintf(line, sizeof line, "the server sees %s; by conntrack", ip);
		sheet_field(s, "Masquerade", STYLE_INFO, line);
	}
}

/* Why there may be none. */
static const char *no_requests(const struct about *a)
{
	const struct model *m = a->view->m;

	if (!about_is_host(a) || a->gone)
		return NULL;
	if (model_proxy(m, &a->host)->forwarded)
		return "no logged requests of its own";
	if (is_rewritten(m, &a->host))
		return "no logged requests: its source is rewritten";
	if (model_is_behind_relay(m, &a->host))
		return "no logged requests: its connections end at a relay";
	return NULL;
}

void detail_print_sums(struct sheet *s, const struct about *a)
{
	const struct model *m = a->view->m;
	const char *none = a->log.requests ? NULL : no_requests(a);

	if (!a->seen)
		return;
	print_ledger(s, a);
	print_conns_sum(s, a);
	print_quic(s, a);
	if (none)
		sheet_field(s, "Requests", STYLE_PLAIN, none);
	if (!about_is_host(a)) {
		print_group_logins(s, &a->members.found);
		return;
	}
	if (machine_is_gateway(model_machine(m), &a->host.ip))
		sheet_field(
			s, "Gateway", STYLE_INFO, "stands for clients whom the log does not name");
	if (!a->gone) {
		print_nat(s, m, &a->host);
		print_proxy(s, model_proxy(m, &a->host));
		print_logins(s, a);
	}
}
