// SPDX-License-Identifier: MIT
#include "console/detail_parts.h"
#include "console/entry.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

static void print_seen(struct sheet *s, const struct detail *d)
{
	const struct host *h = &d->host;
	char line[160], first[9], last[9], ago[16];

	clock_text(first, h->first_seen);
	clock_text(last, h->last_seen);
	usec_t since = d->panel.view->m->now - h->last_seen;
	text_span(ago, since > 0 ? (uint64_t)since / USEC_PER_SEC : 0);
	snprintf(line, sizeof line, "First seen %s  last seen %s, %s ago", first, last, ago);
	sheet_label(s, STYLE_PLAIN, line);
}

static void print_states(struct sheet *s, const struct detail *d)
{
	const struct host *h = &d->host;
	char line[512]; /* eleven states at 24 bytes, and some */
	const char *mark = ":";

	if (!d->gone && model_is_remote(d->panel.view->m, h)) {
		sheet_label(
			s, STYLE_PLAIN, "No direct connections: its requests come through a proxy");
		return;
	}
	int n = snprintf(line, sizeof line, "Connections %u", h->tcp.conns);

	for (unsigned i = 1; i < TCP_STATES; i++) {
		if (!h->tcp.states[i])
			continue;
		n += snprintf(line + n, sizeof line - (size_t)n, "%s %u %s", mark, h->tcp.states[i],
			tcp_state_name(i));
		mark = ",";
	}
	if (h->closed)
		snprintf(line + n, sizeof line - (size_t)n, "%s %u just closed", mark, h->closed);
	sheet_label(s, host_half_open(h) ? STYLE_BAD : STYLE_PLAIN, line);
}

/* One fact of the column table, when it is known: "RTT 18ms". */
static int add_fact(
	const struct detail *d, char *line, size_t cap, const char *id, const char *name)
{
	const struct column *column = column_find(str_of(id));
	struct subject subject = subject_of_host(&d->host);
	struct cell cell = column_cell(column, d->panel.view->m, &subject);
	char text[32];

	if (cell.kind == CELL_NONE || cap < 2)
		return 0;
	cell_text(&cell, text, sizeof text);
	int n = snprintf(line, cap, "%s %s  ", name, text);
	return n < (int)cap ? n : (int)cap - 1;
}

static void print_kernel(struct sheet *s, const struct detail *d)
{
	static const char *const facts[][2] = {{"syns", "SYNs"}, {"syn_rate", "in the last minute"},
		{"handshakes", "handshakes"}, {"held_secs", "held"}, {"rtt_us", "RTT"},
		{"rx", "in"}, {"tx", "out"}, {"retrans", "resent"}};
	char line[256] = "";
	int n = 0;

	for (size_t i = 0; i < ARRAY_LEN(facts); i++)
		n += add_fact(d, line + n, sizeof line - (size_t)n, facts[i][0], facts[i][1]);
	if (n)
		sheet_label(s, STYLE_PLAIN, line);
}

static void print_network(struct sheet *s, const struct detail *d)
{
	const struct networks *networks = &d->panel.view->m->networks;
	char line[256], name[PREFIX_TEXT_MAX], syns[32] = "";

	if (d->gone)
		return;
	const struct network *net = network_at(networks, d->host.network);
	uint64_t requests = network_requests(networks, net);
	prefix_format(&net->prefix, name);
	if (network_syns(net))
		snprintf(syns, sizeof syns, ", %" PRIu64 " SYN%s", network_syns(net),
			network_syns(net) == 1 ? "" : "s");
	snprintf(line, sizeof line,
		"Network %s: %u address%s, %u connection%s, %u half-open, %" PRIu64 " request%s%s",
		name, net->hosts, net->hosts == 1 ? "" : "es", net->tcp.conns,
		net->tcp.conns == 1 ? "" : "s", tcp_tally_half_open(&net->tcp), requests,
		requests == 1 ? "" : "s", syns);
	sheet_label(s, STYLE_PLAIN, line);
}

/* "BR, Sao Paulo  AS64500 Example Telecom" */
static void print_who(struct sheet *s, const struct detail *d)
{
	struct who_line lines[WHO_LINES];
	int n = detail_who(d, lines);

	for (int i = 0; i < n; i++)
		sheet_label(s, lines[i].style, lines[i].text);
}

/* Why there may be none. What is known of one that has gone leads nowhere in the model. */
static const char *no_requests(const struct detail *d)
{
	const struct model *m = d->panel.view->m;

	if (!d->gone && model_proxy(m, &d->host)->forwarded)
		return "No logged requests of its own";
	if (!d->gone && model_is_behind_relay(m, &d->host))
		return "No logged requests: its connections end at a relay";
	return "No logged requests";
}

static void print_requests_sum(struct sheet *s, const struct detail *d)
{
	const struct host *h = &d->host;
	const struct model *m = d->panel.view->m;
	static const char *const names[STATUS_CLASSES] = {
		"other", "1xx", "2xx", "3xx", "4xx", "5xx"};
	double rate = window_sum(&h->log.rate, m->now, WINDOW_SPAN);
	char line[256], bytes[8];

	if (!h->log.requests) {
		sheet_label(s, STYLE_PLAIN, no_requests(d));
		return;
	}
	text_bytes(bytes, h->log.bytes);
	int n = snprintf(line, sizeof line,
		"Requests %" PRIu64 ", %.0f in the last minute, %s sent", h->log.requests, rate,
		bytes);
	for (size_t i = 1; i <= STATUS_CLASSES && (size_t)n < sizeof line; i++) {
		size_t class = i % STATUS_CLASSES;
		if (h->log.status[class])
			n += snprintf(line + n, sizeof line - (size_t)n, "  %s %u", names[class],
				h->log.status[class]);
	}
	sheet_label(s,
		h->log.status[5]   ? STYLE_BAD
		: h->log.status[4] ? STYLE_WARN
				   : STYLE_PLAIN,
		line);
}

static void print_proxy(struct sheet *s, const struct host_proxy *proxy)
{
	char line[160], ip[ADDR_TEXT_MAX];

	if (!addr_is_unset(&proxy->via)) {
		addr_format(&proxy->via, ip);
		snprintf(line, sizeof line, "Via %s (proxy)", ip);
		sheet_label(s, STYLE_INFO, line);
	}
	if (!proxy->forwarded)
		return;
	snprintf(line, sizeof line,
		"Proxy edge: forwards for %u client%s, %" PRIu64 " request%s so far",
		proxy->clients, proxy->clients == 1 ? "" : "s", proxy->forwarded,
		proxy->forwarded == 1 ? "" : "s");
	sheet_label(s, STYLE_INFO, line);
}

static void print_logins(struct sheet *s, const struct detail *d, const struct host_login *login)
{
	double rate = window_sum(&login->rate, d->panel.view->m->now, WINDOW_SPAN);
	char line[160], last[9];

	if (!login->failed && !login->accepted)
		return;
	clock_text(last, login->last);
	snprintf(line, sizeof line,
		"SSH logins %u failed (%.0f in the last minute), %u accepted  last %s as %.*s",
		login->failed, rate, login->accepted, last, (int)login->user_n, login->user);
	sheet_label(s, rate > 0 ? STYLE_BAD : STYLE_PLAIN, line);
}

void detail_print_summary(struct sheet *s, const struct detail *d)
{
	const struct model *m = d->panel.view->m;

	if (d->gone)
		sheet_label(s, STYLE_WARN,
			!d->seen ? "This address has not been seen yet."
				 : "This address is no longer tracked: idle, no connections.");
	print_who(s, d);
	if (!d->seen)
		return;
	print_seen(s, d);
	print_states(s, d);
	print_kernel(s, d);
	print_requests_sum(s, d);
	if (machine_is_gateway(model_machine(m), &d->host.ip))
		sheet_label(
			s, STYLE_INFO, "Gateway: stands for clients whom the log does not name");
	if (!d->gone) {
		print_proxy(s, model_proxy(m, &d->host));
		print_logins(s, d, model_login(m, &d->host));
	}
	print_network(s, d);
}
