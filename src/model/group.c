// SPDX-License-Identifier: MIT
#include "model/group.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

/* Systems are numbered from here on; what stands before them are those of unknown systems. */
enum {
	AS_UNKNOWN,
	AS_PRIVATE,
	AS_FIRST
};

static const struct log_tally no_requests;

static const char *const names[GROUPS] = {"none", "net", "as", "country", "machine"};

const char *group_title(enum group_by by)
{
	static const char *const titles[GROUPS] = {"IP", "Network", "AS", "Country", "Machine"};

	return by < GROUPS ? titles[by] : NULL;
}

const char *group_name(enum group_by by)
{
	return by < GROUPS ? names[by] : NULL;
}

bool group_serves(const struct model *m, enum group_by by)
{
	return by != GROUP_MACHINE || m->fleet;
}

/* A country that nobody was ever in is no row. */
static bool is_empty(const struct group_tally *t)
{
	return !t->ips && !t->log.requests && (t->tcp.syns == ABSENT || !t->tcp.syns) &&
	       !t->tcp.handshakes;
}

static uint32_t next_country(const struct model *m, uint32_t from)
{
	for (; from < GEO_COUNTRY_TALLIES; from++)
		if (!is_empty(&m->geo.countries[from]))
			return from;
	return POOL_NONE;
}

static uint32_t next_system(const struct model *m, uint32_t from)
{
	for (; from < AS_FIRST; from++)
		if (!is_empty(&m->geo.unknown_system[from]))
			return from;
	uint32_t id = pool_next(&m->geo.systems.pool, from - AS_FIRST);
	return id == POOL_NONE ? id : id + AS_FIRST;
}

uint32_t subject_next(const struct model *m, enum group_by by, uint32_t from)
{
	switch (by) {
	case GROUP_NET:
		return pool_next(&m->networks.pool, from);
	case GROUP_AS:
		return next_system(m, from);
	case GROUP_COUNTRY:
		return next_country(m, from);
	case GROUP_MACHINE:
		return m->fleet ? fleet_next(m->fleet, from) : POOL_NONE;
	default:
		return model_next_host(m, from);
	}
}

uint32_t subject_count(const struct model *m, enum group_by by)
{
	switch (by) {
	case GROUP_NET:
		return m->networks.pool.live;
	case GROUP_AS:
		return m->geo.systems.pool.live + AS_FIRST;
	case GROUP_COUNTRY:
		return GEO_COUNTRY_TALLIES;
	case GROUP_MACHINE:
		return m->fleet ? m->fleet->count : 0;
	default:
		return m->hosts.live;
	}
}

uint32_t subject_ids(const struct model *m, enum group_by by)
{
	switch (by) {
	case GROUP_NET:
		return m->networks.pool.made;
	case GROUP_AS:
		return m->geo.systems.pool.made + AS_FIRST;
	case GROUP_COUNTRY:
		return GEO_COUNTRY_TALLIES;
	case GROUP_MACHINE:
		return m->fleet ? m->fleet->members.made : 0;
	default:
		return m->hosts.made;
	}
}

/* As geo_system_tally and geo_country_tally have it. */
uint32_t subject_group_of(const struct host *h, enum group_by by)
{
	uint32_t unknown = h->is_private ? AS_PRIVATE : AS_UNKNOWN;

	switch (by) {
	case GROUP_NET:
		return h->network;
	case GROUP_AS:
		return h->system ? h->system - 1 + AS_FIRST : unknown;
	case GROUP_COUNTRY:
		return !h->country && h->is_private ? GEO_PRIVATE_COUNTRY : h->country;
	default:
		return POOL_NONE;
	}
}

const struct share *subject_machines(const struct model *m, uint32_t host)
{
	return m->fleet ? share_at(m->fleet, fleet_shares_of_host(m, host)) : NULL;
}

static struct subject of_tally(enum group_by by, uint32_t id, const struct group_tally *t)
{
	return (struct subject){.by = by, .id = id, .log = &t->log, .tcp = &t->tcp, .ips = t->ips};
}

static struct subject of_network(const struct model *m, uint32_t id)
{
	const struct network *net = network_at(&m->networks, id);
	bool asked = net->log != POOL_NONE;

	return (struct subject){
		.by = GROUP_NET,
		.id = id,
		.net = net,
		.log = asked ? pool_at(&m->networks.logs, net->log) : &no_requests,
		.tcp = &net->tcp,
		.ips = net->hosts,
		.is_private = net->is_private,
	};
}

static struct subject of_system(const struct model *m, uint32_t id)
{
	struct subject s;

	if (id >= AS_FIRST)
		return of_tally(GROUP_AS, id, geo_tally_of(&m->geo, id - AS_FIRST));
	s = of_tally(GROUP_AS, id, &m->geo.unknown_system[id]);
	s.is_private = id == AS_PRIVATE;
	return s;
}

static struct subject of_country(const struct model *m, uint32_t id)
{
	struct subject s = of_tally(GROUP_COUNTRY, id, &m->geo.countries[id]);

	s.is_private = id == GEO_PRIVATE_COUNTRY;
	return s;
}

static struct subject of_member(const struct model *m, uint32_t id)
{
	const struct member *b = fleet_at(m->fleet, id);

	return (struct subject){.by = GROUP_MACHINE,
		.id = id,
		.member = b,
		.log = &b->log,
		.tcp = &b->tcp,
		.ips = b->ips};
}

struct subject subject_of_host(const struct host *h)
{
	return (struct subject){
		.host = h, .log = &h->log, .tcp = &h->tcp, .ips = 1, .is_private = h->is_private};
}

struct subject subject_at(const struct model *m, enum group_by by, uint32_t id)
{
	switch (by) {
	case GROUP_NET:
		return of_network(m, id);
	case GROUP_AS:
		return of_system(m, id);
	case GROUP_COUNTRY:
		return of_country(m, id);
	case GROUP_MACHINE:
		return of_member(m, id);
	default:
		break;
	}
	struct subject s = subject_of_host(model_host(m, id));
	s.id = id;
	return s;
}

static const struct common *common_of(const struct model *m, const struct subject *s)
{
	return s->by == GROUP_AS && s->id >= AS_FIRST
		       ? pool_at(&m->geo.systems.pool, s->id - AS_FIRST)
		       : NULL;
}

uint32_t subject_asn(const struct model *m, const struct subject *s)
{
	const struct common *common = common_of(m, s);

	if (s->host)
		return geo_asn(&m->geo, s->host);
	return common && common->key <= UINT32_MAX ? (uint32_t)common->key : 0;
}

struct str subject_system(const struct model *m, const struct subject *s)
{
	const struct common *common = common_of(m, s);

	if (s->host)
		return geo_org(&m->geo, s->host);
	return common && common->text[0] ? str_of(common->text) : STR_ABSENT;
}

struct str subject_country(const struct subject *s)
{
	if (s->host)
		return geo_country(s->host);
	return s->by == GROUP_COUNTRY ? country_text((int)s->id - 1) : STR_ABSENT;
}

const struct seen *subject_seen(const struct model *m, const struct subject *s)
{
	if (s->host)
		return seen_find_address(&m->seen, &s->host->ip);
	return s->net ? seen_find(&m->seen, &s->net->prefix) : NULL;
}

const struct quic_tally *subject_quic(const struct model *m, const struct subject *s)
{
	const struct prefix one = {s->host ? s->host->ip : (struct addr){{0}}, ADDR_BITS};

	return s->host || s->net ? quics_find(&m->quics, s->net ? &s->net->prefix : &one) : NULL;
}

struct str subject_label(const struct model *m, const struct subject *s)
{
	struct str name = s->by == GROUP_AS ? subject_system(m, s) : subject_country(s);

	if (s->member)
		return str_of(s->member->name);
	return name.p ? name : s->is_private ? STR_LIT("private") : STR_LIT("unknown");
}

size_t subject_name(
	const struct model *m, const struct subject *s, char buf[static SUBJECT_NAME_MAX])
{
	uint32_t asn = s->by == GROUP_AS ? subject_asn(m, s) : 0;

	if (s->host)
		return addr_format(&s->host->ip, buf);
	if (s->net)
		return prefix_format(&s->net->prefix, buf);
	if (asn)
		return (size_t)snprintf(buf, SUBJECT_NAME_MAX, "AS%" PRIu32, asn);
	text_copy(buf, SUBJECT_NAME_MAX, subject_label(m, s));
	return strlen(buf);
}

int subject_compare(const struct subject *a, const struct subject *b)
{
	if (a->host)
		return addr_compare(&a->host->ip, &b->host->ip);
	if (a->net)
		return addr_compare(&a->net->prefix.addr, &b->net->prefix.addr);
	if (a->member)
		return strcmp(a->member->name, b->member->name);
	return a->id < b->id ? -1 : a->id > b->id;
}

/* What systems of which nothing is known are found by, above every key of these. */
#define NO_SYSTEM (UINT64_MAX - AS_FIRST)

struct subject_key subject_key_of_addr(const struct addr *ip)
{
	return (struct subject_key){.prefix = {*ip, ADDR_BITS}};
}

struct subject_key subject_key_of_prefix(const struct prefix *p)
{
	if (p->bits == ADDR_BITS)
		return subject_key_of_addr(&p->addr);
	return (struct subject_key){.by = GROUP_NET, .prefix = network_prefix(&p->addr)};
}

struct subject_key subject_key_of_machine(struct str name)
{
	return (struct subject_key){.by = GROUP_MACHINE, .group = member_name_hash(name)};
}

struct subject_key subject_key_of(const struct model *m, const struct subject *s)
{
	const struct common *common = common_of(m, s);

	if (s->host)
		return subject_key_of_addr(&s->host->ip);
	if (s->net)
		return (struct subject_key){GROUP_NET, s->net->prefix, 0};
	if (s->member)
		return subject_key_of_machine(str_of(s->member->name));
	return (struct subject_key){.by = s->by,
		.group = common              ? common->key
			 : s->by == GROUP_AS ? NO_SYSTEM + s->id
					     : s->id};
}

bool subject_key_equal(const struct subject_key *a, const struct subject_key *b)
{
	return a->by == b->by && a->group == b->group && a->prefix.bits == b->prefix.bits &&
	       addr_eq(&a->prefix.addr, &b->prefix.addr);
}

uint32_t subject_find(const struct model *m, const struct subject_key *key)
{
	uint32_t id;

	switch (key->by) {
	case GROUP_NET:
		return networks_find(&m->networks, &key->prefix);
	case GROUP_AS:
		if (key->group >= NO_SYSTEM)
			return (uint32_t)(key->group - NO_SYSTEM);
		id = geo_system_find(&m->geo, key->group);
		return id == POOL_NONE ? id : id + AS_FIRST;
	case GROUP_COUNTRY:
		return key->group < GEO_COUNTRY_TALLIES ? (uint32_t)key->group : POOL_NONE;
	case GROUP_MACHINE:
		return m->fleet ? fleet_find_hash(m->fleet, key->group) : POOL_NONE;
	default:
		return model_find_host(m, &key->prefix.addr);
	}
}

static bool has_share(const struct model *m, uint32_t member, const struct host *h)
{
	const struct share *s = subject_machines(m, pool_id(&m->hosts, h));

	while (s && s->member != member)
		s = share_at(m->fleet, s->of_subject.older);
	return s && member != POOL_NONE;
}

bool subject_key_has(const struct model *m, const struct subject_key *key, const struct host *h)
{
	if (key->by == GROUP_NONE || key->by == GROUP_NET)
		return prefix_contains(&key->prefix, &h->ip);
	if (key->by == GROUP_MACHINE)
		return has_share(m, subject_find(m, key), h);
	return subject_find(m, key) == subject_group_of(h, key->by);
}

enum block_cover subject_block(
	const struct model *m, const struct subject *s, const struct block **ret)
{
	*ret = NULL;
	if (s->net)
		return blocks_of_net(&m->blocks, &s->net->prefix, ret);
	if (s->host)
		*ret = blocks_of_addr(&m->blocks, &s->host->ip);
	return *ret ? BLOCK_WHOLE : BLOCK_NONE;
}
