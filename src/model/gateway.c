// SPDX-License-Identifier: MIT
/*
 * Which private addresses are shown although views hide them: those that stand for clients, because
 * a log behind a relay, or behind a proxy that it does not know, names nobody else. Once shown, an
 * address stays so. What it has counted moves to the sums of what is shown, so that rows and
 * figures agree.
 */
#include "model/parts.h"

/* Without a relay in sight: requests that one local address, and no other, must have made by a log
 * before it is taken for a gateway. */
#define LONE_LEAST 20

bool model_hides(const struct model *m, const struct addr *ip)
{
	return addr_is_private(ip) && !machine_is_gateway(model_machine(m), ip);
}

static void move_totals(struct totals *from, struct totals *to, const struct host *h,
	const struct host_login *login)
{
	tallies_part(&from->log, &from->tcp, &h->log, &h->tcp);
	tallies_join(&to->log, &to->tcp, &h->log, &h->tcp);
	from->ips--;
	to->ips++;
	from->auth_failed -= login->failed;
	to->auth_failed += login->failed;
	from->auth_accepted -= login->accepted;
	to->auth_accepted += login->accepted;
}

/* A network is shown as a whole: its row, and the SYNs that were counted by network. */
static void unhide_network(struct totals *from, struct totals *to, struct network *net)
{
	if (!net->is_private)
		return;
	net->is_private = false;
	from->net_syns -= net->net_syns;
	to->net_syns += net->net_syns;
}

static void unhide(struct model *m, struct host *h)
{
	struct totals *t = m->machine->totals;

	if (!h->is_private)
		return;
	move_totals(&t[1], &t[0], h, model_login(m, h));
	unhide_network(&t[1], &t[0], network_at(&m->networks, h->network));
	geo_unhide(&m->geo, h);
}

void gateways_add(struct model *m, const struct addr *ip)
{
	struct machine *here = m->machine;
	uint32_t id = model_find_host(m, ip);

	if (!addr_is_private(ip) || machine_is_gateway(here, ip) ||
		here->gateway_count == MACHINE_GATEWAYS_MAX)
		return;
	here->gateways[here->gateway_count++] = *ip;
	if (id != POOL_NONE)
		unhide(m, model_host(m, id));
	m->version++;
}

/* NULL: there are more logs than are looked at. */
static struct lone_asker *asker_of(struct machine *here, struct str log)
{
	size_t n = log.n < MACHINE_ASKER_LOG_MAX ? log.n : MACHINE_ASKER_LOG_MAX;
	const char *name = n ? log.p + log.n - n : "";

	for (uint32_t i = 0; i < here->asker_count; i++)
		if (here->askers[i].log_n == n && memcmp(here->askers[i].log, name, n) == 0)
			return &here->askers[i];
	if (here->asker_count == MACHINE_ASKERS_MAX)
		return NULL;
	struct lone_asker *asker = &here->askers[here->asker_count++];
	memcpy(asker->log, name, n);
	asker->log_n = (uint32_t)n;
	return asker;
}

/* Programs of the machine itself, such as a check of its health: behind a relay they are not alone,
 * and in front of a backend they are a proxy whose own log names the clients. */
static bool is_loopback(const struct addr *ip)
{
	static const struct prefix v4 = {{{[10] = 0xff, [11] = 0xff, 127}}, 96 + 8};
	static const struct prefix v6 = {{{[15] = 1}}, 128};

	return prefix_contains(&v4, ip) || prefix_contains(&v6, ip);
}

void gateways_asked(struct model *m, const struct addr *ip, struct str log)
{
	struct lone_asker *asker = asker_of(m->machine, log);

	if (!asker || asker->mixed || asker->requests > LONE_LEAST || is_loopback(ip))
		return;
	if (!asker->requests)
		asker->ip = *ip;
	asker->mixed = !addr_eq(&asker->ip, ip);
	if (++asker->requests > LONE_LEAST && !asker->mixed && addr_is_local(ip))
		gateways_add(m, ip);
}
