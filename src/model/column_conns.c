// SPDX-License-Identifier: MIT
#include "model/column_parts.h"

/* It has connections, but none that the kernel shows as its own. */
static bool has_unseen(const struct model *m, const struct subject *s)
{
	return s->host && (model_is_remote(m, s->host) || model_is_over_quic(s->host));
}

static struct cell conn_count(const struct model *m, uint64_t u)
{
	return cell_of_count(model_knows_conns(m) ? u : ABSENT);
}

struct cell conns_cell(const struct model *m, const struct subject *s)
{
	if (model_knows_conns(m) && has_unseen(m, s))
		return (struct cell){.kind = CELL_NOT_APPLICABLE};
	return conn_count(m, tcp_tally_open(s->tcp));
}

struct cell time_wait_cell(const struct model *m, const struct subject *s)
{
	return conn_count(m, has_unseen(m, s) ? ABSENT : s->tcp->states[TCP_TIME_WAIT]);
}

struct cell states_cell(const struct model *m, const struct subject *s)
{
	/* The order of a glance: what works, what is opening, what is closing. */
	static const uint8_t order[] = {TCP_ESTABLISHED, TCP_SYN_RECV, TCP_SYN_SENT, TCP_CLOSE_WAIT,
		TCP_LAST_ACK, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_CLOSING, TCP_TIME_WAIT};
	struct cell cell = conn_count(m, 0);

	if (cell.kind == CELL_NONE || has_unseen(m, s))
		return (struct cell){.kind = CELL_NONE};
	cell = (struct cell){.kind = CELL_MAP};
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		if (s->tcp->states[order[i]])
			cell.map[cell.n++] = (struct cell_pair){
				tcp_state_name(order[i]), s->tcp->states[order[i]]};
	return cell;
}

struct cell half_open_cell(const struct model *m, const struct subject *s)
{
	return conn_count(m, has_unseen(m, s) ? ABSENT : tcp_tally_half_open(s->tcp));
}

struct cell syn_rate_cell(const struct model *m, const struct subject *s)
{
	if (s->tcp->syns == ABSENT)
		return (struct cell){.kind = CELL_NONE};
	return (struct cell){
		.kind = CELL_RATE, .d = window_sum(&s->tcp->syn_rate, m->now, WINDOW_SPAN)};
}

struct cell handshakes_cell(const struct model *m, const struct subject *s)
{
	bool known = model_knows_handshakes(m) && !has_unseen(m, s);

	return cell_of_count(known ? s->tcp->handshakes : ABSENT);
}

static uint64_t held_seconds(const struct model *m, const struct subject *s)
{
	return tcp_tally_held(s->tcp, m->now) / USEC_PER_SEC;
}

struct cell held_cell(const struct model *m, const struct subject *s)
{
	if (!model_knows_conns(m) || has_unseen(m, s))
		return (struct cell){.kind = CELL_NONE};
	if (!s->tcp->holding && !s->tcp->held) /* none was ever established */
		return (struct cell){.kind = CELL_NOT_APPLICABLE};
	return (struct cell){.kind = CELL_SPAN, .u = held_seconds(m, s)};
}

/* The machine's own ports that its connections lead to, the busiest first. */
#define PORTS_COUNTED 64
#define PORTS_LOOKS   4096 /* connections that are looked at, the newest */

struct own_port {
	uint32_t n;
	uint16_t port;
};

struct own_ports {
	size_t n;
	struct own_port at[PORTS_COUNTED];
};

static bool is_before(const struct own_port *a, const struct own_port *b)
{
	return a->n != b->n ? a->n > b->n : a->port < b->port;
}

static void count_port(struct own_ports *p, uint16_t port)
{
	size_t i = 0;

	while (i < p->n && p->at[i].port != port)
		i++;
	if (i == PORTS_COUNTED)
		return;
	if (i == p->n)
		p->at[p->n++] = (struct own_port){0, port};
	p->at[i].n++;
	for (; i && is_before(&p->at[i], &p->at[i - 1]); i--) {
		struct own_port swap = p->at[i];
		p->at[i] = p->at[i - 1];
		p->at[i - 1] = swap;
	}
}

static void count_ports(struct own_ports *p, const struct model *m, const struct host *h)
{
	uint32_t looks = 0;

	p->n = 0;
	host_for_each_conn (m, h, c) {
		if (c->dir != DIR_OUT)
			count_port(p, c->lport);
		if (++looks == PORTS_LOOKS)
			return;
	}
}

struct cell services_cell(const struct model *m, const struct subject *s)
{
	struct cell cell = {.kind = CELL_PORTS};
	struct own_ports ports;

	count_ports(&ports, m, s->host);
	if (!ports.n)
		return (struct cell){.kind = CELL_NONE};
	cell.port_n = ports.n;
	for (size_t i = 0; i < ports.n && i < CELL_PORTS_MAX; i++)
		cell.ports[i] = ports.at[i].port;
	return cell;
}

uint64_t services_key(const struct model *m, const struct subject *s)
{
	struct own_ports ports;

	count_ports(&ports, m, s->host);
	return ports.n;
}

struct cell rtt_cell(const struct model *m, const struct subject *s)
{
	(void)m;
	return s->host->rtt_us ? (struct cell){.kind = CELL_MICROS, .u = s->host->rtt_us}
			       : (struct cell){.kind = CELL_NONE};
}

static bool knows_retrans(const struct subject *s)
{
	return s->tcp->segs != ABSENT && s->tcp->segs > 0 && s->tcp->retrans != ABSENT;
}

static double retrans_share(const struct subject *s)
{
	/* More were sent again than sent: the two were read at different times. */
	return s->tcp->retrans < s->tcp->segs ? (double)s->tcp->retrans / (double)s->tcp->segs : 1;
}

struct cell retrans_cell(const struct model *m, const struct subject *s)
{
	(void)m;
	if (!knows_retrans(s))
		return (struct cell){.kind = CELL_NONE};
	return (struct cell){.kind = CELL_SHARE, .d = retrans_share(s)};
}

uint64_t conns_key(const struct model *m, const struct subject *s)
{
	(void)m;
	return tcp_tally_open(s->tcp);
}

uint64_t time_wait_key(const struct model *m, const struct subject *s)
{
	(void)m;
	return s->tcp->states[TCP_TIME_WAIT];
}

uint64_t half_open_key(const struct model *m, const struct subject *s)
{
	(void)m;
	return tcp_tally_half_open(s->tcp);
}

uint64_t handshakes_key(const struct model *m, const struct subject *s)
{
	(void)m;
	return s->tcp->handshakes;
}

uint64_t held_key(const struct model *m, const struct subject *s)
{
	return tcp_tally_held(s->tcp, m->now);
}

uint64_t rtt_key(const struct model *m, const struct subject *s)
{
	(void)m;
	return s->host->rtt_us;
}

uint64_t retrans_key(const struct model *m, const struct subject *s)
{
	(void)m;
	return knows_retrans(s) ? (uint64_t)(retrans_share(s) * (1 << 20)) : 0;
}
