// SPDX-License-Identifier: MIT
/*
 * A model as it is at this moment: what a frozen screen shows. It takes as long as copying all that
 * is in use does: once, when somebody asks for it.
 */
#include "model/model.h"

#include <errno.h>
#include <stdlib.h>

/* What the original owns is not the copy's: then model_free can be given a copy at any time. */
static void disown(struct model *m)
{
	m->machine = NULL;
	m->fleet = NULL;
	m->hosts = m->conns = m->proxies = m->logins = (struct pool){0};
	m->host_index = m->conn_index = (struct index){0};
	m->networks = (struct networks){.idle = IDLIST_EMPTY};
	m->owners = m->netns = (struct labels){0};
	m->geo = (struct geo){0};
	m->registry.nets = (struct prefixes){.by_age = IDLIST_EMPTY};
	m->registry.names = (struct prefixes){.by_age = IDLIST_EMPTY};
	m->claims = (struct claims){0};
	m->seen = (struct prefixes){.by_age = IDLIST_EMPTY};
	m->quics = (struct prefixes){.by_age = IDLIST_EMPTY};
	m->blocks.nets = (struct prefixes){.by_age = IDLIST_EMPTY};
	m->blocks.inside = (struct prefixes){.by_age = IDLIST_EMPTY};
	m->journal = (struct journal){0};
	m->flags.pool = (struct pool){0};
	m->flags.index = m->flags.hosts = m->flags.groups = (struct index){0};
}

static int copy_machines(struct model *to, const struct model *from)
{
	to->machine = machine_copy(from->machine);
	if (!to->machine)
		return -ENOMEM;
	if (!from->fleet)
		return 0;
	to->fleet = fleet_copy(from->fleet);
	return to->fleet ? 0 : -ENOMEM;
}

static int copy_hosts(struct model *to, const struct model *from)
{
	int err = pool_copy(&to->hosts, &from->hosts);

	if (!err)
		err = pool_copy(&to->proxies, &from->proxies);
	if (!err)
		err = pool_copy(&to->logins, &from->logins);
	if (!err)
		err = index_copy(&to->host_index, &from->host_index);
	return err ? err : networks_copy(&to->networks, &from->networks);
}

static int copy_conns(struct model *to, const struct model *from)
{
	int err = pool_copy(&to->conns, &from->conns);

	if (!err)
		err = index_copy(&to->conn_index, &from->conn_index);
	if (!err)
		err = labels_copy(&to->owners, &from->owners);
	return err ? err : labels_copy(&to->netns, &from->netns);
}

static int copy_words(struct model *to, const struct model *from)
{
	int err = geo_copy(&to->geo, &from->geo);

	if (!err)
		err = registry_copy(&to->registry, &from->registry);
	if (!err)
		err = claims_copy(&to->claims, &from->claims);
	if (!err)
		err = prefixes_copy(&to->seen, &from->seen);
	if (!err)
		err = prefixes_copy(&to->quics, &from->quics);
	if (!err)
		err = blocks_copy(&to->blocks, &from->blocks);
	if (!err)
		err = flags_copy(&to->flags, &from->flags);
	return err ? err : journal_copy(&to->journal, &from->journal);
}

struct model *model_copy(const struct model *from)
{
	struct model *to = malloc(sizeof *to);

	if (!to)
		return NULL;
	*to = *from;
	disown(to);
	if (copy_machines(to, from) == 0 && copy_hosts(to, from) == 0 &&
		copy_conns(to, from) == 0 && copy_words(to, from) == 0) {
		fleet_watch_networks(to);
		return to;
	}
	model_free(to);
	return NULL;
}
