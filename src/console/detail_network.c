// SPDX-License-Identifier: MIT
#include "console/detail_parts.h"

#include <inttypes.h>
#include <stdio.h>

/* What is near: of a /24 the /22, of a /48 the /44. */
#define AROUND_V4 22
#define AROUND_V6 44

struct sums {
	uint32_t hosts, conns, half;
	uint64_t requests, syns;
};

static void add(struct sums *sums, const struct networks *networks, const struct network *net)
{
	sums->hosts += net->hosts;
	sums->conns += tcp_tally_open(&net->tcp);
	sums->half += tcp_tally_half_open(&net->tcp);
	sums->requests += network_requests(networks, net);
	sums->syns += network_syns(net);
}

/* ": 15 addresses, 134 connections, 134 half-open, 3420 SYNs"; what is 0 is left out. */
static void print_sums(struct sheet *s, const char *label, const char *before,
	const struct prefix *p, const struct sums *sums)
{
	const struct {
		uint64_t n;
		const char *one, *many;
	} words[] = {{sums->hosts, "address", "addresses"},
		{sums->conns, "connection", "connections"}, {sums->half, "half-open", "half-open"},
		{sums->requests, "request", "requests"}, {sums->syns, "SYN", "SYNs"}};
	char line[320], name[PREFIX_TEXT_MAX];
	const char *mark = ": ";

	prefix_format(p, name);
	int n = snprintf(line, sizeof line, "%s%s", before, name);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!words[i].n)
			continue;
		n += snprintf(line + n, sizeof line - (size_t)n, "%s%" PRIu64 " %s", mark,
			words[i].n, words[i].n == 1 ? words[i].one : words[i].many);
		mark = ", ";
	}
	sheet_field(s, label, STYLE_PLAIN, line);
}

static void print_network(struct sheet *s, const struct about *a)
{
	const struct networks *networks = &a->view->m->networks;
	struct sums sums = {0};

	if (a->gone)
		return;
	const struct network *net = network_at(networks, a->host.network);
	add(&sums, networks, net);
	print_sums(s, "Network", "", &net->prefix, &sums);
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

/* What the rest of the surrounding /22 or /44 does. */
static void print_neighbours(struct sheet *s, const struct about *a)
{
	const struct networks *networks = &a->view->m->networks;
	const struct prefix *own = &a->key.prefix;
	bool v4 = addr_is_v4(&own->addr);
	const struct prefix around = prefix_of(&own->addr, v4 ? AROUND_V4 : AROUND_V6);
	uint32_t count = 1u << (own->bits - around.bits), known = 0;
	struct sums sums = {0};
	char line[PREFIX_TEXT_MAX + 40], name[PREFIX_TEXT_MAX];

	for (uint32_t i = 0; i < count; i++) {
		struct prefix p = nth(&around, own, i);
		uint32_t id = networks_find(networks, &p);
		if (id == POOL_NONE || addr_eq(&p.addr, &own->addr))
			continue;
		add(&sums, networks, network_at(networks, id));
		known++;
	}
	if (known) {
		print_sums(s, "Neighbours", "the rest of ", &around, &sums);
		return;
	}
	prefix_format(&around, name);
	snprintf(line, sizeof line, "the rest of %s has sent nothing", name);
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
