// SPDX-License-Identifier: MIT
#include "model/tally.h"

void tcp_tally_init(struct tcp_tally *t)
{
	*t = (struct tcp_tally){
		.syns = ABSENT, .rx = ABSENT, .tx = ABSENT, .segs = ABSENT, .retrans = ABSENT};
}

unsigned status_class(uint64_t status)
{
	return status >= 100 && status < 600 ? (unsigned)(status / 100) : 0;
}

void log_tally_grow(struct log_tally *t, uint64_t n, usec_t from, usec_t to)
{
	if (!n)
		return;
	pulse_put_many(&t->pulse, t->rate.head, window_bucket(to).number, n, t->requests);
	window_spread(&t->rate, n, from, to);
}

void tcp_tally_syns(struct tcp_tally *t, uint64_t n, struct window_bucket at)
{
	tally_grow(&t->syns, n);
	window_put(&t->syn_rate, at, n);
}

/* By addition, which for unsigned numbers undoes itself: sign is 1 or -1. */

static void add_log(struct log_tally *group, const struct log_tally *host, uint32_t sign)
{
	uint64_t wide = sign == 1 ? 1 : UINT64_MAX;

	group->requests += wide * host->requests;
	group->bytes += wide * host->bytes;
	for (size_t i = 0; i < STATUS_CLASSES; i++)
		group->status[i] += sign * host->status[i];
}

static void add_told(uint64_t *group, uint64_t host, uint64_t sign)
{
	if (host != ABSENT)
		tally_grow(group, sign * host);
}

static void add_tcp(struct tcp_tally *group, const struct tcp_tally *host, uint32_t sign)
{
	uint64_t wide = sign == 1 ? 1 : UINT64_MAX;

	group->handshakes += wide * host->handshakes;
	group->held += wide * host->held;
	group->holding_since += wide * host->holding_since;
	group->holding += sign * host->holding;
	group->conns += sign * host->conns;
	for (size_t i = 0; i < TCP_STATES; i++)
		group->states[i] += sign * host->states[i];
	add_told(&group->syns, host->syns, wide);
	add_told(&group->rx, host->rx, wide);
	add_told(&group->tx, host->tx, wide);
	add_told(&group->segs, host->segs, wide);
	add_told(&group->retrans, host->retrans, wide);
}

void tallies_join(struct log_tally *sum_log, struct tcp_tally *sum_tcp, const struct log_tally *log,
	const struct tcp_tally *tcp)
{
	add_log(sum_log, log, 1);
	add_tcp(sum_tcp, tcp, 1);
	pulse_join(&sum_log->pulse, sum_log->rate.head, &log->pulse, log->rate.head, 1);
	window_join(&sum_log->rate, &log->rate);
	window_join(&sum_tcp->syn_rate, &tcp->syn_rate);
}

void tallies_part(struct log_tally *sum_log, struct tcp_tally *sum_tcp, const struct log_tally *log,
	const struct tcp_tally *tcp)
{
	add_log(sum_log, log, UINT32_MAX);
	add_tcp(sum_tcp, tcp, UINT32_MAX);
	pulse_join(&sum_log->pulse, sum_log->rate.head, &log->pulse, log->rate.head, -1);
	window_part(&sum_log->rate, &log->rate);
	window_part(&sum_tcp->syn_rate, &tcp->syn_rate);
}

void group_tally_join(
	struct group_tally *group, const struct log_tally *log, const struct tcp_tally *tcp)
{
	group->ips++;
	tallies_join(&group->log, &group->tcp, log, tcp);
}

void group_tally_part(
	struct group_tally *group, const struct log_tally *log, const struct tcp_tally *tcp)
{
	group->ips--;
	tallies_part(&group->log, &group->tcp, log, tcp);
}
