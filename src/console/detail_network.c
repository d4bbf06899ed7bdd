// SPDX-License-Identifier: MIT
#include "console/detail_parts.h"

#include <inttypes.h>
#include <stdio.h>

/* What is near: of a /24 the /22, of a /48 the /44. */
#define AROUND_V4 22
#define AROUND_V6 44

/* "203.0.113.0/24: 15 addresses, 134 connections, 134 half-open, 0 requests, 3420 SYNs" */
static void print_network(struct sheet *s, const struct about *a)
{
	const struct networks *networks = &a->view->m->networks;
	char line[256], name[PREFIX_TEXT_MAX], syns[40] = "";

	if (a->gone)
		return;
	const struct network *net = network_at(networks, a->host.network);
	uint64_t requests = network_requests(networks, net);
	prefix_format(&net->prefix, name);
	if (network_syns(net))
		snprintf(syns, sizeof syns, ", %" PRIu64 " SYN%s", network_syns(net),
			network_syns(net) == 1 ? "" : "s");
	snprintf(line, sizeof line,
		"%s: %u address%s, %u connection%s, %u half-open, %" PRIu64 " request%s%s", name,
		(unsigned)net->hosts, net->hosts == 1 ? "" : "es", (unsigned)net->tcp.conns,
		net->tcp.conns == 1 ? "" : "s", (unsigned)tcp_tally_half_open(&net->tcp), requests,
		requests == 1 ? "" : "s", syns);
	sheet_field(s, "Network", STYLE_PLAIN, line);
}

/* Where those of a group connect to: ":443 nginx[713] on 192.0.2.1, 134 connections". */
static void print_ports(struct sheet *s, const struct members_found *f)
{
	for (uint32_t i = 0; i < f->port_n; i++) {
		const struct member_port *port = &f->ports[i];
		char line[200], lip[ADDR_TEXT_MAX] = "", owner[NAME_TEXT_MAX + 16] = "";
		if (port->owner[0])
			snprintf(owner, sizeof owner, " %.32s[%u]", port->owner,
				(unsigned)port->pid);
		if (!addr_is_unset(&port->lip))
			addr_format(&port->lip, lip);
		snprintf(line, sizeof line, ":%u%s%s%s, %u connection%s", (unsigned)port->lport,
			owner, lip[0] ? " on " : "", lip, (unsigned)port->n,
			port->n == 1 ? "" : "s");
		sheet_field(s, i ? "" : "Target", STYLE_PLAIN, line);
	}
}

/* The i-th network of the size of `p` in the one around. */
static struct prefix nth(const struct prefix *around, const struct prefix *p, uint32_t i)
{
	struct prefix at = {around->addr, p->bits};
	unsigned shift = 7 - (p->bits - 1u) % 8;

	at.addr.b[(p->bits - 1) / 8] |= (uint8_t)(i << shift);
	return at;
}

struct sums {
	uint32_t known, hosts, conns;
	uint64_t requests, syns;
};

static void add(struct sums *sums, const struct networks *networks, const struct prefix *p)
{
	uint32_t id = networks_find(networks, p);

	if (id == POOL_NONE)
		return;
	const struct network *net = network_at(networks, id);
	sums->known++;
	sums->hosts += net->hosts;
	sums->conns += net->tcp.conns;
	sums->requests += network_requests(networks, net);
	sums->syns += network_syns(net);
}

/* What the rest of the surrounding /22 or /44 does. */
static void print_neighbours(struct sheet *s, const struct about *a)
{
	const struct prefix own =
		a->key.by == GROUP_NET ? a->key.prefix : network_prefix(&a->key.prefix.addr);
	bool v4 = addr_is_v4(&own.addr);
	const struct prefix around = prefix_of(&own.addr, v4 ? AROUND_V4 : AROUND_V6);
	uint32_t count = 1u << (own.bits - around.bits);
	struct sums sums = {0};
	char name[PREFIX_TEXT_MAX], line[200];

	for (uint32_t i = 0; i < count; i++) {
		struct prefix p = nth(&around, &own, i);
		if (!addr_eq(&p.addr, &own.addr))
			add(&sums, &a->view->m->networks, &p);
	}
	prefix_format(&around, name);
	if (!sums.known)
		snprintf(line, sizeof line, "the rest of %s has sent nothing", name);
	else
		snprintf(line, sizeof line,
			"in the rest of %s: %u address%s, %u conn%s, %" PRIu64
			" request%s, %" PRIu64 " SYN%s",
			name, (unsigned)sums.hosts, sums.hosts == 1 ? "" : "es",
			(unsigned)sums.conns, sums.conns == 1 ? "" : "s", sums.requests,
			sums.requests == 1 ? "" : "s", sums.syns, sums.syns == 1 ? "" : "s");
	sheet_field(s, "Neighbours", STYLE_PLAIN, line);
}

void detail_print_around(struct sheet *s, const struct about *a)
{
	bool is_net =
		a->key.by == GROUP_NET && (a->key.prefix.bits == ADDR_BITS - 32 + NETWORK_V4_BITS ||
						  a->key.prefix.bits == NETWORK_V6_BITS);

	if (!a->seen)
		return;
	if (about_is_host(a))
		print_network(s, a);
	else
		print_ports(s, &a->members.found);
	if (is_net)
		print_neighbours(s, a);
}
