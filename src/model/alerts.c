// SPDX-License-Identifier: MIT
#include "model/alerts.h"

#include "base/text.h"
#include "model/sums.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* Below these a few stray SYNs are nothing to talk about. */
#define NOTABLE_HALF_OPEN 16
#define NOTABLE_SYNS      600 /* a minute */
#define NOTABLE_QUEUE     80  /* percent of an accept queue */

#define NETWORKS_NAMED 3
#define SHARE_ENOUGH   80 /* percent: further networks need not be named */
#define SHARE_LEAST    50 /* percent: what comes from everywhere is no news of networks */

#define CLOCK_SAID_FOR   (60 * USEC_PER_SEC)
#define THINNED_SAID_FOR (10 * USEC_PER_SEC)

#define PORTS_NAMED 4 /* of one relay */
#define NATS_NAMED  2 /* addresses in the place of others, of all alerts */
/* Connections through a relay, before their peers in a log prove anything. */
#define NAMED_LEAST 4

static void __attribute__((format(printf, 4, 5)))
say(struct alerts *w, enum alert_of of, bool bad, const char *format, ...)
{
	va_list args;

	if (w->n == ALERTS_MAX)
		return;
	w->at[w->n].bad = bad;
	w->at[w->n].of = of;
	va_start(args, format);
	vsnprintf(w->at[w->n++].text, ALERT_TEXT_MAX, format, args);
	va_end(args);
}

static uint64_t last_minute(const struct window *of, usec_t now)
{
	return (uint64_t)(window_sum(of, now, WINDOW_SPAN) + 0.5);
}

/* As long as times here are not those of the machine's clock, and a while after it was set. */
static void say_clock(struct alerts *w, const struct model *m)
{
	const struct machine *machine = model_machine(m);
	uint64_t off = machine->clock_ahead + machine->clock_behind;
	char span[16], times[48] = "";

	if (!machine->clock_steps || (!off && m->now - machine->clock_set > CLOCK_SAID_FOR))
		return;
	if (machine->clock_steps > 1)
		snprintf(times, sizeof times, " %" PRIu64 " times", machine->clock_steps);
	text_span(span, off / (uint64_t)USEC_PER_SEC);
	if (off)
		say(w, ALERT_CLOCK, false, "the system clock was set%s: times here are %s %s of it",
			times, span, machine->clock_ahead ? "ahead" : "behind");
	else
		say(w, ALERT_CLOCK, false, "the system clock was set%s; times here agree with it",
			times);
}

static void say_thinned(struct alerts *w, const struct model *m)
{
	const struct machine *machine = model_machine(m);
	char moves[8], conns[8];

	if (!machine->thinned_at || m->now - machine->thinned_at > THINNED_SAID_FOR)
		return;
	text_count(moves, machine->thinned);
	text_count(conns, machine->thinned_conns);
	say(w, ALERT_THINNED, false,
		"the recording is thinned: %s changes of state, and %s connections that came and "
		"went, are in it as counts",
		moves, conns);
}

static void say_cookies(struct alerts *w, const struct model *m)
{
	const struct window *cookies = &model_machine(m)->tcp_stats.cookies;
	uint64_t minute = last_minute(cookies, m->now);
	double rate = window_sum(cookies, m->now, 10 * USEC_PER_SEC) / 10;
	const char *blind = "";

	if (!model_sees_syn_sources(m))
		blind = "; sources are not visible without a probe that counts SYNs";
	else if (!model_counts_syns(m))
		blind = "; sources are not visible yet";

	if (rate >= 1)
		say(w, ALERT_COOKIES, true, "SYN cookies being sent: %.0f/s%s", rate, blind);
	else if (minute)
		say(w, ALERT_COOKIES, false,
			"SYN cookies were sent: %" PRIu64 " in the last minute%s", minute, blind);
}

static void say_queue(struct alerts *w, const struct tcp_stats *stats)
{
	const struct event_tcp_stats *now = &stats->latest;
	uint64_t share = tcp_stats_accept_share(stats);

	if (share == ABSENT || share < NOTABLE_QUEUE || now->accept_port == ABSENT)
		return;
	/* One more than the limit is let in: the kernel asks whether it is exceeded, not reached.
	 */
	if (share >= 100)
		say(w, ALERT_QUEUE, true,
			"accept queue of :%" PRIu64 " is full (%" PRIu64 " of %" PRIu64 ")",
			now->accept_port, now->accept_queue, now->accept_limit);
	else
		say(w, ALERT_QUEUE, true,
			"accept queue of :%" PRIu64 " is %" PRIu64 "%% full (%" PRIu64
			" of %" PRIu64 ")",
			now->accept_port, share, now->accept_queue, now->accept_limit);
}

static void say_drops(struct alerts *w, const struct model *m)
{
	uint64_t overflows = last_minute(&model_machine(m)->tcp_stats.overflows, m->now);
	uint64_t drops = last_minute(&model_machine(m)->tcp_stats.drops, m->now);
	uint64_t requests = last_minute(&model_machine(m)->tcp_stats.request_drops, m->now);

	if (overflows)
		say(w, ALERT_DROPS, true,
			"listen queue overflowed %" PRIu64 " time%s in the last minute", overflows,
			overflows == 1 ? "" : "s");
	if (requests)
		say(w, ALERT_DROPS, true,
			"SYN queue full and no cookies: %" PRIu64 " dropped in the last minute",
			requests);
	/* The kernel counts each overflow as a drop, too. */
	uint64_t dropped = drops > overflows + requests ? drops - overflows - requests : 0;
	if (dropped)
		say(w, ALERT_DROPS, true,
			"%" PRIu64 " connection attempt%s dropped in the last minute", dropped,
			dropped == 1 ? "" : "s");
}

/* "91% of half-open from 2 networks: 203.0.113.0/24 150, 198.51.100.0/24 104". Names as
 * few as hold most. False when they come from all over the place. */
static bool say_networks(struct alerts *w, const struct model *m, bool show_private,
	enum network_weight by, const char *of, const char *unit, uint64_t total)
{
	const struct network *top[NETWORKS_NAMED];
	size_t found = networks_top(&m->networks, by, show_private, m->now, top, NETWORKS_NAMED);
	char names[NETWORKS_NAMED * (PREFIX_TEXT_MAX + 16)] = "", net[PREFIX_TEXT_MAX], count[8];
	uint64_t sum = 0;
	size_t n = 0;
	int used = 0;

	while (n < found && sum * 100 < total * SHARE_ENOUGH) {
		uint64_t weight = network_weigh(&m->networks, top[n], by, m->now);
		text_count(count, weight);
		prefix_format(&top[n]->prefix, net);
		used += snprintf(names + used, sizeof names - (size_t)used, "%s %s %s%s",
			n ? "," : "", net, count, unit);
		sum += weight;
		n++;
	}
	if (sum * 100 < total * SHARE_LEAST)
		return false;
	uint64_t share = sum < total ? sum * 100 / total : 100;
	if (n == 1)
		say(w, ALERT_SOURCES, false,
			"%" PRIu64 "%% of %s from one network:%s; maybe forged", share, of, names);
	else
		say(w, ALERT_SOURCES, false,
			"%" PRIu64 "%% of %s from %zu networks:%s; maybe forged", share, of, n,
			names);
	return true;
}

/* They come from all over the place: nobody has that many networks. */
static void say_scattered(struct alerts *w, const struct model *m, bool show_private,
	enum network_weight by, const char *of, uint64_t total)
{
	uint64_t heaviest = 0;
	uint32_t networks = networks_spread(&m->networks, by, show_private, m->now, &heaviest);
	char count[8], nets[8];

	text_count(count, total);
	text_count(nets, networks);
	if (heaviest * 100 < total)
		say(w, ALERT_SOURCES, false,
			"%s %s from %s networks, none of them with 1%%: forged", count, of, nets);
	else
		say(w, ALERT_SOURCES, false,
			"%s %s from %s networks, at most %" PRIu64 "%% from one: maybe forged",
			count, of, nets, heaviest * 100 / total);
}

/* A caveat stands in one piece with what it qualifies. */
static void say_sources(struct alerts *w, const struct model *m, bool show_private,
	enum network_weight by, const char *of, const char *unit, uint64_t total)
{
	if (!say_networks(w, m, show_private, by, of, unit, total))
		say_scattered(w, m, show_private, by, of, total);
}

/* Peers of a port's connections are in a log: the relay passes addresses on, or they are known
 * otherwise. */
static bool hides_clients(const struct relay *relay)
{
	return relay->conns < NAMED_LEAST || relay->named * 2 < relay->conns;
}

static bool is_told(const struct relay *relay, bool show_private)
{
	return (relay->open || show_private) && hides_clients(relay);
}

static bool are_alike(const struct relay *a, const struct relay *b)
{
	return a->kind == b->kind && addr_eq(&a->gateway, &b->gateway);
}

/* ":80, :443" of the relays that are like this one. False: an earlier one has named it. */
static bool name_ports(
	const struct relays *r, uint32_t of, bool show_private, char *buf, size_t cap)
{
	uint32_t named = 0, more = 0;
	size_t n = 0;

	for (uint32_t i = 0; i < r->n; i++) {
		if (!is_told(&r->at[i], show_private) || !are_alike(&r->at[i], &r->at[of]))
			continue;
		if (i < of)
			return false;
		if (named == PORTS_NAMED)
			more++;
		else
			n += (size_t)snprintf(buf + n, cap - n, "%s:%u", named++ ? ", " : "",
				(unsigned)r->at[i].lport);
	}
	if (more)
		snprintf(buf + n, cap - n, " and %" PRIu32 " more", more);
	return true;
}

/* Some log names the relay's own address. */
static bool is_logged(const struct model *m, const struct addr *gateway)
{
	uint32_t id = addr_is_unset(gateway) ? POOL_NONE : model_find_host(m, gateway);

	return id != POOL_NONE &&
	       (model_host(m, id)->log.requests || model_proxy(m, model_host(m, id))->forwarded);
}

static void say_relay(
	struct alerts *w, const struct model *m, const struct relay *relay, const char *ports)
{
	char gateway[ADDR_TEXT_MAX];

	addr_format(&relay->gateway, gateway);
	if (is_logged(m, &relay->gateway))
		say(w, ALERT_RELAY, false,
			"connections to %s end at %s: the log behind it names the gateway %s, not "
			"clients",
			ports, relay->kind->name, gateway);
	else
		say(w, ALERT_RELAY, false,
			"connections to %s end at %s: the log behind it may not name who connects",
			ports, relay->kind->name);
}

static void say_relays(struct alerts *w, const struct model *m, bool show_private)
{
	const struct relays *r = &model_machine(m)->relays;
	char ports[64];

	for (uint32_t i = 0; i < r->n; i++)
		if (is_told(&r->at[i], show_private) &&
			name_ports(r, i, show_private, ports, sizeof ports))
			say_relay(w, m, &r->at[i], ports);
	if (r->left_out)
		say(w, ALERT_RELAY, false,
			"more ports end at relays than the %d that are remembered", RELAYS_MAX);
}

/* Clients are not in the log even where a table of connections names them. */
static void say_nat(struct alerts *w, const struct model *m, const struct nat_source *s)
{
	const struct enricher *table = enrichers_find(&m->enrichers, NAT_ENRICHER);
	char ip[ADDR_TEXT_MAX];

	addr_format(&s->ip, ip);
	if (s->named)
		say(w, ALERT_NAT, false,
			"this host rewrites sources to %s (masquerade): conntrack names clients of "
			"connections, %s",
			ip, is_logged(m, &s->ip) ? "the log none" : "a log behind does not");
	else
		say(w, ALERT_NAT, false,
			"this host rewrites sources to %s (masquerade): clients behind it cannot "
			"be "
			"told apart, conntrack is %s",
			ip, table ? table->state : "not read");
}

static void say_nats(struct alerts *w, const struct model *m)
{
	const struct nats *n = &model_machine(m)->nats;

	for (uint32_t i = 0; i < n->n && i < NATS_NAMED; i++)
		say_nat(w, m, &n->at[i]);
	if (n->left_out)
		say(w, ALERT_NAT, false,
			"this host rewrites sources to more addresses than the %d that are "
			"remembered",
			NATS_MAX);
	else if (n->n > NATS_NAMED)
		say(w, ALERT_NAT, false, "this host rewrites sources to %" PRIu32 " more addresses",
			n->n - NATS_NAMED);
}

static const struct relay *first_told(const struct model *m, bool show_private)
{
	const struct relays *r = &model_machine(m)->relays;

	for (uint32_t i = 0; i < r->n; i++)
		if (is_told(&r->at[i], show_private))
			return &r->at[i];
	return NULL;
}

static void say_unjoined(struct alerts *w, const struct model *m, bool show_private)
{
	const struct relay *relay = first_told(m, show_private);

	if (!model_is_uncorrelated(m))
		return;
	if (relay) {
		say(w, ALERT_UNJOINED, false,
			"log addresses do not match connections; some of these end at %s",
			relay->kind->name);
		return;
	}
	say(w, ALERT_UNJOINED, false,
		"log addresses do not match connections; the server may be logging clients behind "
		"a proxy");
	say(w, ALERT_UNJOINED, false,
		"if so, log the peer too: nginx $realip_remote_addr, Apache %%{c}a, or Caddy 2.7");
}

static void say_verdict(struct alerts *w, const struct verdict *v)
{
	if (v->severity < SEVERITY_SUSPECT)
		return;
	say(w, ALERT_VERDICT, v->severity >= SEVERITY_ATTACK, "%s", v->text);
}

void alerts_of(struct alerts *w, const struct model *m, bool show_private)
{
	struct model_sums sums = model_sum(m, show_private);
	uint64_t syns = (uint64_t)(sums.syns_per_min + 0.5);
	bool half_open = sums.half_open >= NOTABLE_HALF_OPEN, flood = syns >= NOTABLE_SYNS;

	w->n = 0;
	say_verdict(w, &model_machine(m)->verdict);
	if (model_machine(m)->lost_ring)
		say(w, ALERT_LOST, true, "%" PRIu64 " kernel record%s lost, resynchronised",
			model_machine(m)->lost_ring, model_machine(m)->lost_ring == 1 ? "" : "s");
	say_clock(w, m);
	say_thinned(w, m);
	say_cookies(w, m);
	say_queue(w, &model_machine(m)->tcp_stats);
	say_drops(w, m);
	say_relays(w, m, show_private);
	say_nats(w, m);
	say_unjoined(w, m, show_private);
	if (half_open)
		say_sources(
			w, m, show_private, NETWORK_BY_HALF_OPEN, "half-open", "", sums.half_open);
	else if (flood)
		say_sources(w, m, show_private, NETWORK_BY_SYNS, "SYNs", "/min", syns);
}
