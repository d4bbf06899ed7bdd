// SPDX-License-Identifier: MIT
#include "model/suspicion.h"

#define REQUESTS_OF_HOLDERS 1 /* at most, of who holds connections for nothing */

static bool is_burst(const struct model *m, const struct host *h)
{
	uint64_t limit = m->limits.suspicious.burst_rpm;

	return limit && window_sum(&h->log.rate, m->now, WINDOW_SPAN) >= (double)limit;
}

/* What is in TIME_WAIT is over, and holds nobody's place. Where logs name nobody's peer, or
 * that of a relay, to have no line means nothing. */
static bool holds_for_nothing(const struct model *m, const struct host *h, uint64_t asked)
{
	uint64_t limit = m->limits.suspicious.min_conns;

	return limit && tcp_tally_open(&h->tcp) >= limit && asked <= REQUESTS_OF_HOLDERS &&
	       !model_is_uncorrelated(m) && !model_is_behind_relay(m, h);
}

uint32_t suspicion_of(const struct model *m, const struct host *h)
{
	const struct suspicion_limits *limits = &m->limits.suspicious;
	uint64_t asked = h->log.requests + model_proxy(m, h)->forwarded;
	uint32_t why = limits->asked ? limits->asked(limits->ctx, &h->ip) : 0;

	if (is_burst(m, h))
		why |= SUSPECT_BURST;
	if (holds_for_nothing(m, h, asked))
		why |= SUSPECT_CONNS;
	if (host_half_open(h) && !asked)
		why |= SUSPECT_HALF_OPEN;
	return why;
}

bool suspicion_is_shown(const struct model *m, const struct host *h)
{
	const struct flag *flag;

	return suspicion_of(m, h) || flags_of_addr(&m->flags, &h->ip, false, &flag, 1) ||
	       flags_of_addr(&m->flags, &h->ip, true, &flag, 1);
}

const char *suspicion_name(enum suspicion reason)
{
	static const char *const names[SUSPICIONS] = {
		"burst", "idle-conns", "half-open", "scanner-agent", "exploit-path"};

	return names[__builtin_ctz((unsigned)reason)];
}
