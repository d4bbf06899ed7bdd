// SPDX-License-Identifier: MIT
#include "model/figures.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>

static bool knows_stats(const struct model *m)
{
	return tcp_stats_accept_share(&model_machine(m)->tcp_stats) != ABSENT;
}

static double accept_share(const struct model *m)
{
	return (double)tcp_stats_accept_share(&model_machine(m)->tcp_stats);
}

static double quic_per_sec(const struct model *m)
{
	return quic_rate(&model_machine(m)->quic.packet_rate, m->now);
}

static double initials_per_sec(const struct model *m)
{
	return quic_rate(&model_machine(m)->quic.initial_rate, m->now);
}

#define SUMS(member)    .part = OF_SUMS, .offset = offsetof(struct model_sums, member)
#define MACHINE(member) .part = OF_MACHINE, .offset = offsetof(struct machine, member)
#define STATS(member)   MACHINE(tcp_stats.totals.member)
#define TRAFFIC(member) MACHINE(traffic.member)
#define MODEL(member)   .part = OF_MODEL, .offset = offsetof(struct model, member)
#define GAUGE(name, help)         \
	{                         \
		name, help, false \
	}
#define COUNTER(name, help)      \
	{                        \
		name, help, true \
	}

/* Those of the summary record stand in its order. Rates of what a counter has are no metrics (a
 * collector works them out over any time), nor are losses, which have a family of their own. */
const struct figure figures[] = {
	{"conns", "connections", "connection", "TCP connections in any state but LISTEN and CLOSE",
		SUMS(conns), .flags = FIGURE_SUMMARY, .known = model_knows_conns,
		.metric = GAUGE("connections", NULL)},
	{"half_open", "half-open", NULL, "connections whose handshake is not complete (SYN_RECV)",
		SUMS(half_open), .flags = FIGURE_SUMMARY | FIGURE_PAST, .known = model_knows_conns,
		.metric = GAUGE("half_open_connections",
			"Connections whose handshake is not complete (SYN_RECV)")},
	{"syns", "SYNs", "SYN", "to listening sockets", SUMS(syns),
		.flags = FIGURE_SUMMARY | FIGURE_TCP | FIGURE_PAST | FIGURE_GROWTH,
		.known = model_knows_syns, .metric = COUNTER("syns", "SYNs to listening sockets")},
	{"handshakes", "handshakes", "handshake", "inbound handshakes that were seen to complete",
		SUMS(handshakes), .flags = FIGURE_SUMMARY, .known = model_knows_handshakes,
		.metric = COUNTER("handshakes", NULL)},
	{"ips", "IPs", "IP", "addresses that are known now", SUMS(ips), .flags = FIGURE_SUMMARY,
		.metric = GAUGE("addresses", NULL)},
	{"requests", "requests", "request", "requests logged", SUMS(requests),
		.flags = FIGURE_SUMMARY | FIGURE_PAST | FIGURE_GROWTH,
		.metric = COUNTER("requests", NULL)},
	{"auth_failed", "SSH failed", NULL, "SSH logins that failed", SUMS(auth_failed),
		.flags = FIGURE_SUMMARY, .known = model_knows_logins,
		.metric = COUNTER("ssh_logins_failed", NULL)},
	{"auth_accepted", "SSH accepted", NULL, "SSH logins that were accepted",
		SUMS(auth_accepted), .flags = FIGURE_SUMMARY, .known = model_knows_logins,
		.metric = COUNTER("ssh_logins_accepted", NULL)},
	{"log_lines", "log lines", "log line", "lines read from logs", SUMS(log_lines),
		.flags = FIGURE_SUMMARY | FIGURE_PAST | FIGURE_GROWTH,
		.metric = COUNTER("log_lines", NULL)},
	{"log_rejected", "lines rejected", "line rejected", "lines in no known format",
		SUMS(log_rejected), .flags = FIGURE_SUMMARY,
		.metric = COUNTER("log_lines_rejected", "Lines of logs in no known format")},
	{"log_ignored", "lines left out", "line left out",
		"lines that are neither a request nor a login", SUMS(log_ignored),
		.flags = FIGURE_SUMMARY,
		.metric = COUNTER("log_lines_ignored",
			"Lines of logs that are neither a request nor a login")},
	{"log_missed", "rotations missed", "rotation missed",
		"files of logs that were gone before they could be read whole", SUMS(log_missed),
		.flags = FIGURE_SUMMARY | FIGURE_ZERO_ABSENT,
		.metric = COUNTER("log_rotations_missed", NULL)},
	{"logs_not_followed", "logs not followed", "log not followed",
		"logs that there is no room for", MACHINE(logs_not_followed),
		.flags = FIGURE_SUMMARY | FIGURE_ZERO_ABSENT,
		.metric = GAUGE("logs_not_followed", NULL)},
	{"cookies_sent", "cookies", NULL, "SYN cookies sent", STATS(cookies_sent),
		.flags = FIGURE_SUMMARY | FIGURE_TCP,
		.metric = COUNTER("tcp_syn_cookies_sent", NULL)},
	{"cookies_ok", "", NULL, "valid cookies returned", STATS(cookies_ok), .flags = FIGURE_TCP,
		.metric = COUNTER("tcp_syn_cookies_valid", "Valid SYN cookies returned")},
	{"cookies_bad", "", NULL, "invalid cookies returned", STATS(cookies_bad),
		.flags = FIGURE_TCP,
		.metric = COUNTER("tcp_syn_cookies_invalid", "Invalid SYN cookies returned")},
	{"listen_overflows", "overflows", NULL, "times an accept queue was full",
		STATS(listen_overflows), .flags = FIGURE_SUMMARY | FIGURE_TCP,
		.metric = COUNTER("tcp_listen_overflows", NULL)},
	{"listen_drops", "drops", NULL, "connection attempts dropped, these included",
		STATS(listen_drops), .flags = FIGURE_SUMMARY | FIGURE_TCP,
		.metric = COUNTER("tcp_listen_drops",
			"Connection attempts dropped, those at a full accept queue included")},
	{"request_drops", "", NULL, "SYNs dropped, the SYN queue being full", STATS(request_drops),
		.flags = FIGURE_TCP, .metric = COUNTER("tcp_syn_queue_drops", NULL)},
	{"synacks_again", "", NULL, "SYN-ACKs retransmitted (no reply)", STATS(synacks_again),
		.flags = FIGURE_TCP, .metric = COUNTER("tcp_synacks_retransmitted", NULL)},
	{"resets_sent", "resets", NULL, "sent", STATS(resets_sent), .flags = FIGURE_TCP,
		.metric = COUNTER("tcp_resets_sent", "TCP resets sent")},
	{"resets_received", "", NULL, "received", STATS(resets_received), .flags = FIGURE_TCP,
		.metric = COUNTER("tcp_resets_received", "TCP resets received")},
	{"segments_again", "resent", NULL, "segments retransmitted", STATS(segments_again),
		.flags = FIGURE_TCP,
		.metric = COUNTER("tcp_segments_retransmitted", "TCP segments retransmitted")},
	{"lost", "lost", NULL, "kernel records or connections that were never seen", MACHINE(lost),
		.flags = FIGURE_SUMMARY | FIGURE_OURS},
	{"missed", "missed", NULL,
		"state changes missed during interrupts; corrected by a later listing",
		MACHINE(missed), .flags = FIGURE_SUMMARY | FIGURE_ZERO_ABSENT},
	{"evicted", "dropped", NULL, "addresses dropped because the table was full", MODEL(evicted),
		.flags = FIGURE_SUMMARY | FIGURE_ZERO_ABSENT | FIGURE_OURS},
	{"conns_evicted", "conns dropped", NULL, "connections dropped because the table was full",
		MODEL(conns_evicted), .flags = FIGURE_SUMMARY | FIGURE_ZERO_ABSENT | FIGURE_OURS},
	{"clock_steps", "clock set", NULL, "times that the system clock was set by over a second",
		MACHINE(clock_steps), .flags = FIGURE_SUMMARY | FIGURE_ZERO_ABSENT,
		.metric = COUNTER("clock_steps", NULL)},
	{"thinned", "thinned", NULL,
		"changes of state that the recording has only as part of counts", MACHINE(thinned),
		.flags = FIGURE_SUMMARY | FIGURE_ZERO_ABSENT,
		.metric = COUNTER("transitions_thinned", NULL)},
	{"established", "established", NULL, "connections that are established", SUMS(established),
		.known = model_knows_conns, .metric = GAUGE("connections_established", NULL)},
	{"open", "open", NULL, "connections that are not over: all but those in TIME_WAIT",
		SUMS(open), .flags = FIGURE_PAST, .known = model_knows_conns,
		.metric = GAUGE("connections_open", NULL)},
	{"bytes", "sent", NULL, "response bytes logged", SUMS(bytes), .unit = FIGURE_BYTES,
		.metric = COUNTER("response_bytes", NULL)},
	{"requests_per_sec", "req/s", NULL, "requests a second, over ten seconds",
		SUMS(requests_per_sec), .unit = FIGURE_RATE},
	{"requests_per_min", "req/min", NULL, "requests in the last minute", SUMS(requests_per_min),
		.unit = FIGURE_MINUTE},
	{"syns_per_sec", "SYN/s", NULL, "SYNs a second, over ten seconds", SUMS(syns_per_sec),
		.unit = FIGURE_RATE, .known = model_knows_syns},
	{"syns_per_min", "SYN/min", NULL, "SYNs in the last minute", SUMS(syns_per_min),
		.unit = FIGURE_MINUTE, .known = model_knows_syns},
	{"arrivals_per_sec", "new IPs/s", NULL, "addresses first seen, a second, over ten seconds",
		SUMS(arrivals_per_sec), .unit = FIGURE_RATE,
		.metric = GAUGE("new_addresses_per_second", NULL)},
	{"answers_4xx", "4xx", NULL, "requests answered 4xx", SUMS(status[4]),
		.flags = FIGURE_PAST | FIGURE_GROWTH, .metric = COUNTER("responses_4xx", NULL)},
	{"answers_5xx", "5xx", NULL, "requests answered 5xx", SUMS(status[5]),
		.flags = FIGURE_PAST | FIGURE_GROWTH, .metric = COUNTER("responses_5xx", NULL)},
	{"accept_share", "queue", NULL, "how full the fullest accept queue is", .part = OF_NONE,
		.unit = FIGURE_PERCENT, .flags = FIGURE_PAST | FIGURE_HIGHEST, .known = knows_stats,
		.value = accept_share,
		.metric =
			GAUGE("accept_queue_ratio", "How full the fullest accept queue is, of 1")},
	{"wire_out", "on the wire", NULL, "bytes sent on connections, as listings tell",
		SUMS(wire_out), .unit = FIGURE_BYTES, .flags = FIGURE_PAST | FIGURE_GROWTH,
		.metric = COUNTER("sent_bytes", NULL)},
	{"in_per_sec", "in/s", NULL, "bytes a second that the interface receives", TRAFFIC(in),
		.unit = FIGURE_BYTES, .flags = FIGURE_SUMMARY | FIGURE_PAST},
	{"out_per_sec", "out/s", NULL, "bytes a second that the interface sends", TRAFFIC(out),
		.unit = FIGURE_BYTES, .flags = FIGURE_SUMMARY | FIGURE_PAST},
	{"interface_rx", "in", NULL, "bytes that the interface has received", TRAFFIC(rx),
		.unit = FIGURE_BYTES, .flags = FIGURE_SUMMARY,
		.metric = COUNTER("interface_receive_bytes", NULL)},
	{"interface_tx", "out", NULL, "bytes that the interface has sent", TRAFFIC(tx),
		.unit = FIGURE_BYTES, .flags = FIGURE_SUMMARY,
		.metric = COUNTER("interface_transmit_bytes", NULL)},
	{"quic_packets", "QUIC packets", "QUIC packet",
		"QUIC packets to ports that serve HTTP/3, about", MACHINE(quic.packets),
		.flags = FIGURE_SUMMARY, .metric = COUNTER("quic_packets", NULL)},
	{"quic_initials", "Initials", "Initial", "QUIC packets with which connections begin, about",
		MACHINE(quic.initials), .flags = FIGURE_SUMMARY,
		.metric = COUNTER("quic_initials", NULL)},
	{"quic_per_sec", "QUIC/s", NULL, "QUIC packets a second, over ten seconds", .part = OF_NONE,
		.unit = FIGURE_RATE, .known = model_knows_quic, .value = quic_per_sec},
	{"initials_per_sec", "Initial/s", NULL, "QUIC Initials a second, over ten seconds",
		.part = OF_NONE, .unit = FIGURE_RATE, .known = model_knows_quic,
		.value = initials_per_sec},
	{"unaddressed", "without address", NULL, "requests whose line names no address",
		MACHINE(unaddressed), .metric = COUNTER("requests_without_address", NULL)},
};

const size_t figure_count = ARRAY_LEN(figures);

struct figure_view figures_view_here(const struct model *m, bool show_private)
{
	return (struct figure_view){
		.m = m, .machine = model_machine(m), .sums = model_sum_here(m, show_private)};
}

struct figure_view figures_view(const struct model *m, bool show_private)
{
	struct figure_view view = figures_view_here(m, show_private);

	view.fleet = m->fleet;
	return view;
}

struct figure_view figures_view_of(const struct model *m, const struct member *member)
{
	return (struct figure_view){
		.m = m, .machine = model_machine(m), .fleet = m->fleet, .member = member};
}

const struct figure *figure_find(const char *id)
{
	for (size_t i = 0; i < figure_count; i++)
		if (strcmp(figures[i].id, id) == 0)
			return &figures[i];
	return NULL;
}

static const void *value_at(const struct figure *f, const struct figure_view *view)
{
	const void *base = f->part == OF_SUMS      ? (const void *)&view->sums
			   : f->part == OF_MACHINE ? (const void *)view->machine
						   : (const void *)view->m;

	return (const char *)base + f->offset;
}

/* Of a fleet. */

#define THOUSANDTHS 1000.0

/* Rates are not added up as they are told, in whole numbers, but made of what came. */
static const struct {
	const char *id, *of;
	double times;
} made_of[] = {
	{"requests_per_sec", "requests", 1},
	{"requests_per_min", "requests", 60},
	{"syns_per_sec", "syns", 1},
	{"syns_per_min", "syns", 60},
	{"quic_per_sec", "quic_packets", 1},
	{"initials_per_sec", "quic_initials", 1},
};

double figure_growth(const struct figure *f, const struct figure_view *view)
{
	size_t at = (size_t)(f - figures);
	uint64_t rate;

	if (!view->fleet || at >= FLEET_FIGURES)
		return (double)NAN;
	rate = view->member ? view->member->rates[at] : view->fleet->rates[at];
	return rate == ABSENT ? (double)NAN : (double)rate / THOUSANDTHS;
}

/* What is lost here is lost to all. */
static uint64_t ours(const struct figure *f, const struct figure_view *view)
{
	return f->flags & FIGURE_OURS && !view->member ? *(const uint64_t *)value_at(f, view) : 0;
}

static uint64_t fleet_number(const struct figure *f, const struct figure_view *view)
{
	size_t at = (size_t)(f - figures);
	uint64_t n = at >= FLEET_FIGURES ? ABSENT
		     : view->member      ? view->member->figures[at]
					 : view->fleet->figures[at];

	if (ours(f, view))
		tally_grow(&n, ours(f, view));
	return n;
}

static double fleet_value(const struct figure *f, const struct figure_view *view)
{
	uint64_t n;

	for (size_t i = 0; i < ARRAY_LEN(made_of); i++) {
		double rate;
		if (strcmp(made_of[i].id, f->id) != 0)
			continue;
		rate = figure_growth(figure_find(made_of[i].of), view);
		if (!isnan(rate))
			return rate * made_of[i].times;
	}
	n = fleet_number(f, view);
	return n == ABSENT ? (double)NAN : (double)n;
}

static bool is_known(const struct figure *f, const struct figure_view *view)
{
	return !f->known || f->known(view->m);
}

static bool is_double(const struct figure *f)
{
	return f->unit == FIGURE_RATE || f->unit == FIGURE_MINUTE;
}

uint64_t figure_number(const struct figure *f, const struct figure_view *view)
{
	if (view->fleet) {
		double v = is_double(f) ? fleet_value(f, view) : 0;
		return !is_double(f) ? fleet_number(f, view)
		       : isnan(v)    ? ABSENT
				     : (uint64_t)(v + 0.5);
	}
	if (!is_known(f, view))
		return ABSENT;
	if (f->value || is_double(f))
		return (uint64_t)(figure_value(f, view) + 0.5);
	return *(const uint64_t *)value_at(f, view);
}

double figure_value(const struct figure *f, const struct figure_view *view)
{
	if (view->fleet)
		return fleet_value(f, view);
	if (!is_known(f, view))
		return (double)NAN;
	if (f->value)
		return f->value(view->m);
	if (is_double(f))
		return *(const double *)value_at(f, view);
	uint64_t n = *(const uint64_t *)value_at(f, view);
	return n == ABSENT ? (double)NAN : (double)n;
}

void figure_text(
	const struct figure *f, const struct figure_view *view, char buf[static FIGURE_TEXT_MAX])
{
	uint64_t n = figure_number(f, view);

	if (n == ABSENT)
		text_copy(buf, FIGURE_TEXT_MAX, STR_LIT("-"));
	else if (f->unit == FIGURE_BYTES)
		text_bytes(buf, n);
	else if (f->unit == FIGURE_PERCENT)
		snprintf(buf, FIGURE_TEXT_MAX, "%u%%", (unsigned)(n < 9999 ? n : 9999));
	else if (f->unit == FIGURE_RATE && n < 1000)
		snprintf(buf, FIGURE_TEXT_MAX, "%.1f", figure_value(f, view));
	else
		text_count(buf, n);
}

const char *figure_title(const struct figure *f, const struct figure_view *view)
{
	return f->one && figure_number(f, view) == 1 ? f->one : f->title;
}

/* Which ring is whose: the figures that keep their past, in the table's order. */
static unsigned ring_of(const struct figure *f)
{
	unsigned ring = f->flags & FIGURE_PAST ? 0 : PAST_FIGURES;

	for (const struct figure *at = figures; at < f && ring < PAST_FIGURES; at++)
		ring += (at->flags & FIGURE_PAST) != 0;
	return ring;
}

float figure_past(
	const struct figure *f, const struct model *m, bool show_private, bool tens, uint32_t ago)
{
	const struct past *past = &model_machine(m)->past[show_private];

	return tens ? past_ten(past, ring_of(f), ago) : past_second(past, ring_of(f), ago);
}

/* What came within the second that is over. Nothing is known of it when nobody counted before, and
 * of a gap not what came when. */
static float growth(struct past *past, unsigned ring, uint64_t n, bool follows)
{
	uint64_t before = past->before[ring];

	past->before[ring] = n;
	if (n == ABSENT || before == ABSENT || !follows)
		return NAN;
	return n >= before ? (float)(n - before) : 0;
}

static void keep(struct past *past, const struct figure_view *view)
{
	float values[PAST_FIGURES];
	unsigned ring = 0;
	bool follows = view->m->now / USEC_PER_SEC == past->second + 1;

	for (size_t i = 0; i < PAST_FIGURES; i++)
		values[i] = NAN;
	for (size_t i = 0; i < figure_count && ring < PAST_FIGURES; i++) {
		if (!(figures[i].flags & FIGURE_PAST))
			continue;
		if (!(figures[i].flags & FIGURE_GROWTH))
			values[ring] = (float)figure_value(&figures[i], view);
		else if (view->fleet)
			values[ring] = (float)figure_growth(&figures[i], view);
		else
			values[ring] =
				growth(past, ring, figure_number(&figures[i], view), follows);
		ring++;
	}
	past_put(past, view->m->now, values);
}

void figures_keep(struct model *m)
{
	for (int private = 0; private < 2; private ++) {
		struct past *past = &m->machine->past[private];
		struct figure_view view;
		if (!past_is_due(past, m->now))
			continue;
		view = figures_view(m, private);
		keep(past, &view);
	}
}
