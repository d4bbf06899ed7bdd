// SPDX-License-Identifier: MIT
#include "model/sums.h"

#include <math.h>

/* Several may count SYNs, each missing some that another has: whoever saw the most is right. */
static void add_syns(struct model_sums *s, const struct model *m, const struct totals *t)
{
	const struct window *of_hosts = &t->tcp.syn_rate, *of_nets = &t->net_syn_rate;

	uint64_t host_syns = t->tcp.syns == ABSENT ? 0 : t->tcp.syns;

	s->syns += t->net_syns > host_syns ? t->net_syns : host_syns;
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

struct model_sums model_sum_here(const struct model *m, bool show_private)
{
	const struct machine *here = model_machine(m);
	struct model_sums s = {.wire_out = ABSENT};

	for (int i = 0; i <= show_private; i++) {
		const struct totals *t = &here->totals[i];
		s.requests += t->log.requests;
		s.bytes += t->log.bytes;
		s.handshakes += t->tcp.handshakes;
		if (t->tcp.tx != ABSENT)
			tally_grow(&s.wire_out, t->tcp.tx);
		for (size_t k = 0; k < STATUS_CLASSES; k++)
			s.status[k] += t->log.status[k];
		s.auth_failed += t->auth_failed;
		s.auth_accepted += t->auth_accepted;
		s.conns += t->tcp.conns;
		s.open += t->tcp.conns - t->tcp.states[TCP_TIME_WAIT];
		s.half_open += t->tcp.states[TCP_SYN_RECV];
		s.established += t->tcp.states[TCP_ESTABLISHED];
		s.ips += t->ips;
		s.requests_per_sec += window_sum(&t->log.rate, m->now, 10 * USEC_PER_SEC) / 10;
		s.requests_per_min += window_sum(&t->log.rate, m->now, WINDOW_SPAN);
		s.arrivals_per_sec += window_sum(&t->arrivals, m->now, 10 * USEC_PER_SEC) / 10;
		add_syns(&s, m, t);
	}
	add_tcp_stats(&s, &here->tcp_stats, m->now);
	for (uint32_t i = 0; i < here->log_count; i++) {
		if (here->logs[i].errors)
			continue;
		s.log_lines += here->logs[i].lines;
		s.log_rejected += here->logs[i].rejected;
		s.log_ignored += here->logs[i].ignored;
		s.log_skipped += here->logs[i].skipped;
		s.log_missed += here->logs[i].missed;
		s.log_lag += here->logs[i].lag == ABSENT ? 0 : here->logs[i].lag;
	}
	return s;
}
