// SPDX-License-Identifier: MIT
#include "model/model.h"

#include <stdlib.h>

#define SYNS_TOLD_LATELY (5 * USEC_PER_SEC) /* they are told every second */

struct model *model_new(const struct model_limits *limits)
{
	struct model *m = calloc(1, sizeof *m);

	if (!m)
		return NULL;
	m->limits = *limits;
	if (m->limits.closed > HOST_CLOSED_MAX)
		m->limits.closed = HOST_CLOSED_MAX;
	m->recorded_show_private = -1;
	m->machine = machine_new();
	m->closed = IDLIST_EMPTY;
	if (!m->machine || pool_init(&m->hosts, sizeof(struct host), limits->hosts) < 0 ||
		pool_init(&m->conns, sizeof(struct conn), limits->conns) < 0 ||
		pool_init(&m->proxies, sizeof(struct host_proxy), limits->hosts) < 0 ||
		pool_init(&m->logins, sizeof(struct host_login), limits->hosts) < 0 ||
		networks_init(&m->networks, limits->hosts, limits->idle_networks) < 0 ||
		labels_init(&m->owners, limits->owners) < 0 ||
		labels_init(&m->netns, limits->netns) < 0 || flags_init(&m->flags) < 0 ||
		claims_init(&m->claims) < 0 || quics_init(&m->quics) < 0 ||
		seen_init(&m->seen, 2 * limits->hosts) < 0 || blocks_init(&m->blocks) < 0 ||
		registry_init(&m->registry) < 0 || geo_init(&m->geo, limits->places) < 0 ||
		journal_init(&m->journal, limits->journal_bytes, limits->journal_lines) < 0) {
		model_free(m);
		return NULL;
	}
	m->flags.letter = limits->flag_letter;
	fleet_watch_networks(m);
	return m;
}

void model_free(struct model *m)
{
	if (!m)
		return;
	machine_free(m->machine);
	fleet_free(m->fleet);
	pool_done(&m->hosts);
	pool_done(&m->conns);
	pool_done(&m->proxies);
	pool_done(&m->logins);
	index_done(&m->host_index);
	index_done(&m->conn_index);
	networks_done(&m->networks);
	labels_done(&m->owners);
	labels_done(&m->netns);
	registry_done(&m->registry);
	flags_done(&m->flags);
	claims_done(&m->claims);
	prefixes_done(&m->seen);
	prefixes_done(&m->quics);
	blocks_done(&m->blocks);
	geo_done(&m->geo);
	journal_done(&m->journal);
	free(m);
}

/* Reading. */

/* Of a fleet, what some member sees. */
static uint32_t sees(const struct model *m)
{
	return model_machine(m)->sees | (m->fleet ? m->fleet->sees : 0);
}

bool model_knows_conns(const struct model *m)
{
	return sees(m) & CAN_SEE_CONNS;
}

bool model_knows_syns(const struct model *m)
{
	const struct machine *here = model_machine(m);

	if (sees(m) & CAN_SEE_SYN_SOURCES)
		return true;
	/* What counts them on demand does not count just now. */
	if (here->sees & CAN_TAP_SYNS && m->now - here->syns_told > WINDOW_SPAN)
		return false;
	return here->syns_told > 0;
}

bool model_knows_quic(const struct model *m)
{
	return model_machine(m)->quic.packets != ABSENT;
}

bool model_sees_syn_sources(const struct model *m)
{
	return model_machine(m)->sees & (CAN_SEE_SYN_SOURCES | CAN_TAP_SYNS);
}

bool model_counts_syns(const struct model *m)
{
	const struct machine *here = model_machine(m);

	return here->sees & CAN_SEE_SYN_SOURCES ||
	       (here->syns_told && m->now - here->syns_told < SYNS_TOLD_LATELY);
}

bool model_knows_proxies(const struct model *m)
{
	return model_machine(m)->forwarded > 0;
}

bool model_knows_logins(const struct model *m)
{
	return model_machine(m)->logins_told || (m->fleet && m->fleet->logins_told);
}

bool model_knows_history(const struct model *m)
{
	const struct enricher *history = enrichers_find(&m->enrichers, HISTORY_ENRICHER);

	return history && history->asked != ABSENT;
}

bool model_knows_handshakes(const struct model *m)
{
	return sees(m) & CAN_SEE_HANDSHAKES;
}

const struct label *model_owner(const struct model *m, const struct conn *c)
{
	return c->inode ? labels_find(&m->owners, c->inode) : NULL;
}

const struct label *model_netns(const struct model *m, const struct conn *c)
{
	return c->ns ? labels_find(&m->netns, c->ns) : NULL;
}

const struct registration *model_registration(const struct model *m, const struct addr *ip)
{
	struct addr within;

	addr_within(ip, &within);
	return registry_find(&m->registry, &within);
}

const struct address_name *model_address_name(const struct model *m, const struct addr *ip)
{
	return registry_find_name(&m->registry, ip);
}
