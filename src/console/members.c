// SPDX-License-Identifier: MIT
#include "console/members.h"

#include "base/text.h"
#include "model/trouble.h"

#define EVERY      USEC_PER_SEC
#define SMALL_BITS 10   /* networks of up to so many bits are asked address by address */
#define CONNS_MOST 4096 /* that are looked at for ports */

void members_clear(struct members *s)
{
	s->found = s->work = (struct members_found){.n = 0};
	s->next = POOL_NONE;
	s->made = 0;
}

static void keep(struct members_found *f, const struct group_member *member)
{
	uint32_t lo = 0, hi = f->n;

	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;
		if (f->at[mid].key >= member->key)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == MEMBERS_MOST)
		return;
	f->n += f->n < MEMBERS_MOST;
	memmove(&f->at[lo + 1], &f->at[lo], (f->n - lo - 1) * sizeof f->at[0]);
	f->at[lo] = *member;
}

static void note_org(struct members_found *f, const struct model *m, const struct host *h)
{
	uint32_t i = 0;

	while (i < f->org_n && (f->orgs[i].system != h->system || f->orgs[i].country != h->country))
		i++;
	if (i < f->org_n) {
		f->orgs[i].n++;
	} else if (i < MEMBERS_ORGS) {
		struct member_org *org = &f->orgs[f->org_n++];
		*org = (struct member_org){.system = h->system,
			.country = h->country,
			.n = 1,
			.asn = geo_asn(&m->geo, h)};
		text_copy(org->name, sizeof org->name, geo_org(&m->geo, h));
		text_copy(org->country_code, sizeof org->country_code, geo_country(h));
	} else {
		f->orgs_more++;
	}
}

static void take(struct members_found *f, const struct model *m, uint32_t id, bool show_private)
{
	const struct host *h = model_host(m, id);
	const struct host_login *login = model_login(m, h);
	struct subject subject = subject_of_host(h);

	if (h->is_private && !show_private)
		return;
	f->total++;
	if (!f->first_seen || h->first_seen < f->first_seen)
		f->first_seen = h->first_seen;
	if (h->last_seen > f->last_seen)
		f->last_seen = h->last_seen;
	f->failed += login->failed;
	f->accepted += login->accepted;
	note_org(f, m, h);
	keep(f, &(struct group_member){h->ip, trouble_key(m, &subject, trouble_of_host(m, h))});
}

static void note_port(struct members_found *f, const struct model *m, const struct conn *k)
{
	const struct label *owner = model_owner(m, k);
	uint32_t i = 0;

	while (i < f->port_n && f->ports[i].lport != k->lport)
		i++;
	if (i == MEMBERS_PORTS)
		return;
	struct member_port *port = &f->ports[i];
	if (i == f->port_n) {
		*port = (struct member_port){.lport = k->lport, .lip = k->lip};
		f->port_n++;
	}
	port->n++;
	if (owner && !port->owner[0]) {
		text_copy(port->owner, sizeof port->owner, str_of(owner->text));
		port->pid = owner->pid;
	}
}

/* Of those that are shown. */
static void look_at_conns(struct members_found *f, const struct model *m)
{
	uint32_t budget = CONNS_MOST;

	for (uint32_t i = 0; i < f->n; i++) {
		uint32_t id = model_find_host(m, &f->at[i].ip);
		if (id == POOL_NONE)
			continue;
		host_for_each_conn (m, model_host(m, id), k) {
			if (!budget--)
				return;
			if (conn_is_closed(k) || k->dir == DIR_OUT)
				continue;
			note_port(f, m, k);
			if (k->state == TCP_SYN_RECV &&
				(!f->oldest_half || k->first_seen < f->oldest_half))
				f->oldest_half = k->first_seen;
		}
	}
}

static bool is_small(const struct subject_key *key)
{
	return key->by == GROUP_NET && key->prefix.bits + SMALL_BITS >= ADDR_BITS;
}

/* Each address of a small network in turn. */
static void ask_each(
	struct members_found *f, const struct model *m, const struct prefix *p, bool show_private)
{
	uint32_t count = 1u << (ADDR_BITS - p->bits);

	for (uint32_t i = 0; i < count; i++) {
		struct addr ip = p->addr;
		ip.b[15] |= (uint8_t)i;
		ip.b[14] |= (uint8_t)(i >> 8);
		uint32_t id = model_find_host(m, &ip);
		if (id != POOL_NONE)
			take(f, m, id, show_private);
	}
}

static bool is_of(const struct subject_key *key, uint32_t group, const struct host *h)
{
	return key->by == GROUP_NET ? prefix_contains(&key->prefix, &h->ip)
				    : subject_group_of(h, key->by) == group;
}

/* A slice of all hosts. */
static void walk(
	struct members *s, const struct model *m, const struct subject_key *key, bool show_private)
{
	uint32_t group = subject_find(m, key), end = m->hosts.made;

	for (uint32_t n = 0; n < MEMBERS_AT_ONCE && s->next < end; n++) {
		uint32_t id = model_next_host(m, s->next);
		if (id == POOL_NONE)
			break;
		if (is_of(key, group, model_host(m, id)))
			take(&s->work, m, id, show_private);
		s->next = id + 1;
	}
	if (s->next >= end || model_next_host(m, s->next) == POOL_NONE)
		s->next = POOL_NONE;
}

bool members_step(
	struct members *s, const struct model *m, const struct subject_key *key, bool show_private)
{
	bool due = !s->made || m->now - s->made >= EVERY || m->now < s->made;

	if (key->by == GROUP_NONE || (s->next == POOL_NONE && !due))
		return true;
	if (s->next == POOL_NONE) {
		s->work = (struct members_found){.n = 0};
		s->next = 0;
	}
	if (is_small(key)) {
		ask_each(&s->work, m, &key->prefix, show_private);
		s->next = POOL_NONE;
	} else {
		walk(s, m, key, show_private);
	}
	if (s->next != POOL_NONE)
		return s->made != 0;
	look_at_conns(&s->work, m);
	s->found = s->work;
	s->made = m->now;
	return true;
}
