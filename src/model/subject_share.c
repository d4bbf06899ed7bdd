// SPDX-License-Identifier: MIT
#include "model/subject_share.h"

#include "model/fleet.h"

static void fill_log(
	struct log_tally *t, const struct share *s, const struct share_counts *c, usec_t at)
{
	uint64_t odd = (uint64_t)c->refused + c->broken;

	*t = (struct log_tally){.requests = c->requests, .bytes = c->bytes};
	t->status[4] = c->refused;
	t->status[5] = c->broken;
	t->status[0] = c->requests > odd ? (uint32_t)(c->requests - odd) : 0;
	window_add(&t->rate, at, s->pace);
}

static void fill_tcp(struct tcp_tally *t, const struct share *s, const struct share_counts *c)
{
	uint32_t half_open = c->half_open < c->conns ? c->half_open : c->conns;

	tcp_tally_init(t);
	t->conns = c->conns;
	t->states[TCP_SYN_RECV] = half_open;
	t->states[TCP_ESTABLISHED] = c->conns - half_open;
	t->handshakes = c->handshakes;
	t->held = c->held;
	if (s->knows & CAN_SEE_SYN_SOURCES)
		t->syns = c->syns;
	if (c->rx || c->tx) {
		t->rx = c->rx;
		t->tx = c->tx;
	}
}

bool subject_narrow(
	struct subject *s, const struct model *m, uint32_t number, struct subject_share *of)
{
	const struct fleet *f = model_fleet(m);
	const struct member *member = f ? fleet_member(f, number) : NULL;
	const struct share *share = NULL;

	if (member && s->by == GROUP_NONE)
		share = fleet_share_of_host(m, s->id, number);
	else if (member && s->by == GROUP_NET)
		share = fleet_share_of_network(m, s->id, number);
	if (!share || (share->over && member->state != MEMBER_LOST))
		return false;
	fill_log(&of->log, share, share_counts(f, share), m->now);
	fill_tcp(&of->tcp, share, share_counts(f, share));
	s->log = &of->log;
	s->tcp = &of->tcp;
	return true;
}
