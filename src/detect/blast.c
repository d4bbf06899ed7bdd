// SPDX-License-Identifier: MIT
#include "detect/blast.h"

#include "model/guards.h"

#include <stdio.h>

#define EVERY      USEC_PER_SEC
#define SSH_PORT   22
#define SYNS_LEAST 20 /* without an answer: so many no honest client sends */

static struct prefix whole(const struct addr *a)
{
	return (struct prefix){*a, ADDR_BITS};
}

static bool lies_in_another(const struct blast *b, const struct prefix *p)
{
	for (uint32_t i = 0; i < b->count; i++)
		if (b->prefixes[i].bits <= p->bits && prefix_contains(&b->prefixes[i], &p->addr))
			return true;
	return false;
}

/* What lies in p goes. */
static void drop_within(struct blast *b, const struct prefix *p)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < b->count; i++)
		if (!prefix_contains(p, &b->prefixes[i].addr) || b->prefixes[i].bits < p->bits)
			b->prefixes[n++] = b->prefixes[i];
	b->count = n;
}

void blast_begin(struct blast *b, const struct prefix *prefixes, uint32_t count)
{
	b->count = 0;
	b->too_many = false;
	for (uint32_t i = 0; i < count; i++) {
		const struct prefix *p = &prefixes[i];
		if (lies_in_another(b, p))
			continue;
		drop_within(b, p);
		if (b->count == BLAST_PREFIXES_MAX)
			b->too_many = true;
		else
			b->prefixes[b->count++] = *p;
	}
	b->is_known = b->is_forged = false;
	b->refused_count = 0;
	b->next = b->next_conn = POOL_NONE;
	b->made = 0;
}

static struct blast_net *net_of(const struct blast *b, struct blast_sum *sum, const struct addr *ip)
{
	for (uint32_t i = 0; i < b->count; i++)
		if (prefix_contains(&b->prefixes[i], ip))
			return &sum->net[i];
	return NULL;
}

static uint64_t lately(const struct log_tally *t, usec_t now)
{
	uint64_t cells[PULSE_CELLS], sum = 0;

	if (!t->requests)
		return 0;
	log_tally_pulse(t, now, cells);
	for (int i = 0; i < PULSE_CELLS; i++)
		sum += cells[i];
	return sum < t->requests ? sum : t->requests;
}

/* It does something wrong, or most of what it does is what a herd does that is flagged. That its
 * network sends a flood of SYNs says nothing against who has been answered. */
static bool is_culprit(const struct model *m, const struct detect *detect, const struct host *h)
{
	const struct flag *flags[FLAG_PREFIXES_MAX];
	bool herd = false;

	if (flags_of_addr(&m->flags, &h->ip, false, flags, 1))
		return true;
	size_t n = flags_of_addr(&m->flags, &h->ip, true, flags, ARRAY_LEN(flags));
	for (size_t i = 0; i < n; i++) {
		if (flags[i]->scope == SCOPE_NETWORK)
			return true;
		herd |= flags[i]->scope == SCOPE_PATH || flags[i]->scope == SCOPE_AGENT;
	}
	if (detect && detect_is_of_herd(detect, &h->ip))
		return true;
	return herd && !detect;
}

/* Requests that were well answered, of somebody who does nothing wrong. */
static uint64_t good_of(
	const struct model *m, const struct detect *detect, const struct host *h, uint64_t requests)
{
	uint64_t fine = (uint64_t)h->log.status[2] + h->log.status[3];

	if (!requests || !fine || is_culprit(m, detect, h))
		return 0;
	return (requests * fine + h->log.requests - 1) / h->log.requests;
}

static bool is_ssh(const struct model *m, const struct conn *c)
{
	const struct label *owner = model_owner(m, c);

	return c->lport == SSH_PORT || (owner && strncmp(owner->text, "sshd", 4) == 0);
}

/* A guesser's connection ends when sshd's patience does. */
static bool is_logged_in(const struct model *m, const struct host *h, const struct conn *c)
{
	return c->state == TCP_ESTABLISHED && c->dir != DIR_OUT && is_ssh(m, c) &&
	       (!model_login(m, h)->failed || conn_age(c, m->now) > BLAST_SSH_GRACE);
}

static void look_at(struct blast *b, const struct model *m, const struct conn *c)
{
	const struct host *h = model_host(m, c->host);
	struct blast_sum *sum = &b->work;
	bool out = c->dir == DIR_OUT && !conn_is_closed(c);

	if ((!out && c->state != TCP_ESTABLISHED) || !net_of(b, sum, &h->ip))
		return;
	if (out)
		sum->out = h->ip;
	if (is_logged_in(m, h, c))
		sum->ssh = h->ip;
}

static void count_in(
	struct blast_sum *sum, struct blast_net *net, const struct model *m, const struct host *h)
{
	uint32_t half = host_half_open(h), open = h->tcp.states[TCP_ESTABLISHED];

	net->hosts++;
	net->seen = h->ip;
	net->half_open += half;
	net->open += open;
	sum->hosts++;
	sum->half_open += half;
	sum->open += open;
	sum->logs += h->log.requests;
	sum->handshakes += h->tcp.handshakes;
	sum->syns += h->tcp.syns == ABSENT ? 0 : h->tcp.syns;
	sum->remote += model_is_remote(m, h);
	if (model_login(m, h)->accepted)
		sum->login = h->ip;
	if (model_proxy(m, h)->forwarded)
		sum->forwards = h->ip;
}

static void take(
	struct blast *b, const struct model *m, const struct detect *detect, const struct host *h)
{
	struct blast_sum *sum = &b->work;
	struct blast_net *net = net_of(b, sum, &h->ip);
	uint64_t requests = lately(&h->log, m->now), good = good_of(m, detect, h, requests);

	sum->all_requests += requests;
	sum->all_good += good;
	sum->all_half_open += host_half_open(h);
	sum->all_open += h->tcp.states[TCP_ESTABLISHED];
	if (!net)
		return;
	count_in(sum, net, m, h);
	net->requests += requests;
	sum->requests += requests;
	sum->good += good;
	sum->good_hosts += good > 0;
	sum->good_open += good ? h->tcp.states[TCP_ESTABLISHED] : 0;
	b->has_conns |= h->first_conn != POOL_NONE;
}

static void walk_hosts(struct blast *b, const struct model *m, const struct detect *detect)
{
	for (uint32_t n = 0; n < BLAST_AT_ONCE; n++) {
		uint32_t id = model_next_host(m, b->next);
		if (id == POOL_NONE) {
			b->next = POOL_NONE;
			b->next_conn = b->has_conns ? 0 : POOL_NONE;
			return;
		}
		take(b, m, detect, model_host(m, id));
		b->next = id + 1;
	}
}

/* By their ids, not host by host: in a list that grows and shrinks between two slices there is no
 * place to go on from, and one host can have all of them. */
static void walk_conns(struct blast *b, const struct model *m)
{
	for (uint32_t n = 0; n < BLAST_CONNS_AT_ONCE; n++) {
		uint32_t id = pool_next(&m->conns, b->next_conn);
		if (id == POOL_NONE) {
			b->next_conn = POOL_NONE;
			return;
		}
		look_at(b, m, model_conn(m, id));
		b->next_conn = id + 1;
	}
}

static bool is_walking(const struct blast *b)
{
	return b->next != POOL_NONE || b->next_conn != POOL_NONE;
}

/* True when it is done. */
static bool walk(struct blast *b, const struct model *m, const struct detect *detect)
{
	if (b->next != POOL_NONE)
		walk_hosts(b, m, detect);
	if (b->next == POOL_NONE && b->next_conn != POOL_NONE)
		walk_conns(b, m);
	return !is_walking(b);
}

/* What is known at any time. */

const struct refusal_info refusals[REFUSALS] = {
	[REFUSAL_NOBODY] = {"nobody", "no network of it is known here", REFUSAL_NEVER},
	[REFUSAL_TOO_MANY] = {"too-many", "it is more than 32 networks: block those that matter",
		REFUSAL_NEVER},
	[REFUSAL_EVERYBODY] = {"everybody", "is everybody, you included", REFUSAL_NEVER},
	[REFUSAL_WIDE] = {"wide", "is wider than a /16 (IPv6: a /32)", REFUSAL_NEVER},
	[REFUSAL_SSH] = {"ssh-session", "is where your own SSH session comes from", REFUSAL_NEVER},
	[REFUSAL_USER] = {"user", "is where somebody is logged in from", REFUSAL_NEVER},
	[REFUSAL_LOGIN] = {"login", "has logged in by SSH", REFUSAL_NEVER},
	[REFUSAL_SSH_CONN] = {"ssh-connection", "has an SSH connection", REFUSAL_NEVER},
	[REFUSAL_OWN] = {"own-address", "is an address of this machine", REFUSAL_NEVER},
	[REFUSAL_GATEWAY] = {"gateway", "is the default gateway", REFUSAL_NEVER},
	[REFUSAL_HOP] = {"next-hop", "is the next hop of a route", REFUSAL_NEVER},
	[REFUSAL_NEIGHBOUR] = {"neighbour", "is a neighbour on the link to the default gateway",
		REFUSAL_NEVER},
	[REFUSAL_RESOLVER] = {"resolver", "is where names are resolved", REFUSAL_NEVER},
	[REFUSAL_LINK] = {"own-network", "is a network that this machine is in", REFUSAL_NEVER},
	[REFUSAL_PROXY] = {"trusted-proxy", "is a proxy that you trust: all who come through it",
		REFUSAL_NEVER},
	[REFUSAL_FORWARDS] = {"forwards", "passes on the requests of others: a proxy, a CDN",
		REFUSAL_NEVER},
	[REFUSAL_OUT] = {"outbound", "is whom this machine itself has connected to", REFUSAL_NEVER},
	[REFUSAL_UNSPECIFIED] = {"unspecified", "is no address that anybody has", REFUSAL_NEVER},
	[REFUSAL_LOOPBACK] = {"loopback", "is this machine's loopback", REFUSAL_TWICE},
	[REFUSAL_MULTICAST] = {"multicast", "is multicast: no client has such an address",
		REFUSAL_TWICE},
	[REFUSAL_LINK_LOCAL] = {"link-local", "is link-local: IPv6 does not work without",
		REFUSAL_TWICE},
	[REFUSAL_PRIVATE] = {"private", "is private: it stands beside this machine", REFUSAL_TWICE},
	[REFUSAL_CGNAT] = {"cgnat", "is shared address space (RFC 6598): many people behind one",
		REFUSAL_TWICE},
	[REFUSAL_GOOD] = {"good-visitors",
		"more than 20% of all good requests of the last 5 min come from there",
		REFUSAL_NEVER},
	[REFUSAL_FORGED] = {"forged",
		"the sources are made up: others take their place at once, and SYN cookies are "
		"what carries such a flood (net.ipv4.tcp_syncookies=1)",
		REFUSAL_NEVER},
	[REFUSAL_BEHIND] = {"behind-proxy",
		"comes through a proxy: no firewall here sees its packets; let the web server or "
		"the proxy deny it",
		REFUSAL_WEB},
	[REFUSAL_INCOMPLETE] = {"guards-incomplete",
		"not all addresses, neighbours and users of this machine could be read or kept "
		"here",
		REFUSAL_NEVER},
	[REFUSAL_UNTOLD] = {"guards-unknown",
		"nothing says what must not be blocked here: gateway, resolver, SSH session",
		REFUSAL_TWICE},
};

/* The roles of guards, and networks that are not for blocking wherever one is. */
static const struct {
	enum guard_role role;
	enum refusal id;
} by_role[] = {
	{GUARD_SSH, REFUSAL_SSH},
	{GUARD_USER, REFUSAL_USER},
	{GUARD_OWN, REFUSAL_OWN},
	{GUARD_GATEWAY, REFUSAL_GATEWAY},
	{GUARD_HOP, REFUSAL_HOP},
	{GUARD_NEIGHBOUR, REFUSAL_NEIGHBOUR},
	{GUARD_RESOLVER, REFUSAL_RESOLVER},
	{GUARD_LINK, REFUSAL_LINK},
	{GUARD_PROXY, REFUSAL_PROXY},
};

#define V4(a, b, bits)                                   \
	{                                                \
		{{[10] = 0xff, 0xff, a, b}}, 96 + (bits) \
	}
#define V6(a, b, bits)         \
	{                      \
		{{a, b}}, bits \
	}

static const struct {
	struct prefix net;
	enum refusal id;
} special[] = {
	{V4(0, 0, 8), REFUSAL_UNSPECIFIED},
	{{{{0}}, 128}, REFUSAL_UNSPECIFIED},
	{V4(127, 0, 8), REFUSAL_LOOPBACK},
	{{{{[15] = 1}}, 128}, REFUSAL_LOOPBACK},
	{V4(224, 0, 4), REFUSAL_MULTICAST},
	{V6(0xff, 0, 8), REFUSAL_MULTICAST},
	{V4(169, 254, 16), REFUSAL_LINK_LOCAL},
	{V6(0xfe, 0x80, 10), REFUSAL_LINK_LOCAL},
	{V4(10, 0, 8), REFUSAL_PRIVATE},
	{V4(172, 16, 12), REFUSAL_PRIVATE},
	{V4(192, 168, 16), REFUSAL_PRIVATE},
	{V6(0xfc, 0, 7), REFUSAL_PRIVATE},
	{V4(100, 64, 10), REFUSAL_CGNAT},
};

#undef V4
#undef V6

/* In the order of the enum; of each reason the first is kept. */
static void refuse(
	struct blast *b, enum refusal id, const struct prefix *net, const struct prefix *guard)
{
	static const struct prefix none;
	uint32_t i = 0;

	while (i < b->refused_count && b->refused[i].id < id)
		i++;
	if (i < b->refused_count && b->refused[i].id == id)
		return;
	if (i == BLAST_REFUSALS_MAX)
		return;
	b->refused_count += b->refused_count < BLAST_REFUSALS_MAX;
	memmove(&b->refused[i + 1], &b->refused[i],
		(b->refused_count - i - 1) * sizeof b->refused[0]);
	b->refused[i] = (struct blast_refusal){id, net ? *net : none, guard ? *guard : none};
}

static void refuse_wide(struct blast *b, const struct prefix *p)
{
	bool v4 = addr_is_v4(&p->addr) && p->bits >= 96;

	if (p->bits == 0 || (v4 && p->bits == 96))
		refuse(b, REFUSAL_EVERYBODY, p, NULL);
	else if (p->bits < (v4 ? 96 + 16 : 32))
		refuse(b, REFUSAL_WIDE, p, NULL);
}

static void refuse_known(struct blast *b, const struct model *m, const struct prefix *p)
{
	refuse_wide(b, p);
	for (size_t i = 0; i < ARRAY_LEN(by_role); i++) {
		const struct guard *guard = guards_find(&m->guards, by_role[i].role, p);
		if (guard)
			refuse(b, by_role[i].id, p, &guard->net);
	}
	for (size_t i = 0; i < ARRAY_LEN(special); i++)
		if (prefix_overlaps(&special[i].net, p))
			refuse(b, special[i].id, p, NULL);
}

static void refuse_for(struct blast *b, enum refusal id, const struct addr *who)
{
	const struct prefix guard = whole(who);

	if (addr_is_unset(who))
		return;
	for (uint32_t i = 0; i < b->count; i++)
		if (prefix_contains(&b->prefixes[i], who))
			refuse(b, id, &b->prefixes[i], &guard);
}

/* A flag of the whole machine holds. */
static bool is_flagged(const struct model *m, const char *name)
{
	for (uint32_t id = flags_next(&m->flags, 0); id != POOL_NONE;
		id = flags_next(&m->flags, id + 1))
		if (strcmp(flags_at(&m->flags, id)->name, name) == 0)
			return true;
	return false;
}

static void refuse_counted(struct blast *b, const struct model *m)
{
	const struct blast_sum *sum = &b->sum;

	refuse_for(b, REFUSAL_LOGIN, &sum->login);
	refuse_for(b, REFUSAL_SSH_CONN, &sum->ssh);
	refuse_for(b, REFUSAL_FORWARDS, &sum->forwards);
	refuse_for(b, REFUSAL_OUT, &sum->out);
	if (sum->good >= BLAST_GOOD_LEAST &&
		blast_share(sum->good, sum->all_good) > BLAST_GOOD_SHARE)
		refuse(b, REFUSAL_GOOD, NULL, NULL);
	if (sum->remote && sum->remote == sum->hosts)
		refuse(b, REFUSAL_BEHIND, b->count == 1 ? &b->prefixes[0] : NULL, NULL);
	/* Nobody has finished a handshake or asked for anything. */
	uint64_t tried = sum->syns > sum->half_open ? sum->syns : sum->half_open;
	b->is_forged = tried >= SYNS_LEAST && !sum->handshakes && !sum->open && !sum->logs;
	if (b->is_forged && is_flagged(m, flag_defs[FLAG_SYN_SPOOFED].name))
		refuse(b, REFUSAL_FORGED, NULL, NULL);
}

void blast_judge(struct blast *b, const struct model *m)
{
	b->refused_count = 0;
	if (!b->count)
		refuse(b, REFUSAL_NOBODY, NULL, NULL);
	if (b->too_many)
		refuse(b, REFUSAL_TOO_MANY, NULL, NULL);
	for (uint32_t i = 0; i < b->count; i++)
		refuse_known(b, m, &b->prefixes[i]);
	if (b->is_known)
		refuse_counted(b, m);
	if (guards_lack_some(&m->guards))
		refuse(b, REFUSAL_INCOMPLETE, NULL, NULL);
	if (!m->guards.told)
		refuse(b, REFUSAL_UNTOLD, NULL, NULL);
}

bool blast_step(struct blast *b, const struct model *m, const struct detect *detect)
{
	bool due = !b->made || m->now - b->made >= EVERY || m->now < b->made;

	if (!is_walking(b) && due) {
		b->work = (struct blast_sum){.hosts = 0};
		b->has_conns = false;
		b->next = 0;
	}
	if (is_walking(b) && walk(b, m, detect)) {
		for (uint32_t i = 0; i < b->count; i++)
			b->work.net[i].prefix = b->prefixes[i];
		b->sum = b->work;
		b->is_known = true;
		b->made = m->now;
	}
	blast_judge(b, m);
	return b->is_known && !is_walking(b);
}

static int rank_of(enum refusal_weight weight)
{
	return weight == REFUSAL_NEVER ? 0 : weight == REFUSAL_WEB ? 1 : 2;
}

const struct blast_refusal *blast_worst(const struct blast *b)
{
	const struct blast_refusal *worst = NULL;

	for (uint32_t i = 0; i < b->refused_count; i++)
		if (!worst || rank_of(refusals[b->refused[i].id].weight) <
				      rank_of(refusals[worst->id].weight))
			worst = &b->refused[i];
	return worst;
}

static size_t name_of(const struct prefix *p, char buf[static PREFIX_TEXT_MAX])
{
	return p->bits == ADDR_BITS ? addr_format(&p->addr, buf) : prefix_format(p, buf);
}

size_t blast_why(
	const struct blast *b, const struct blast_refusal *refused, char buf[static BLAST_WHY_MAX])
{
	char net[PREFIX_TEXT_MAX], guard[PREFIX_TEXT_MAX];
	const char *why = refusals[refused->id].why;
	bool itself = !refused->guard.bits || prefix_eq(&refused->guard, &refused->net);

	(void)b;
	name_of(&refused->net, net);
	name_of(&refused->guard, guard);
	/* Only the two that are about everybody have a network of no bits. */
	if (!refused->net.bits && refused->id != REFUSAL_EVERYBODY)
		return (size_t)snprintf(buf, BLAST_WHY_MAX, "%s", why);
	if (itself)
		return (size_t)snprintf(buf, BLAST_WHY_MAX, "%s %s", net, why);
	const char *how = refused->net.bits <= refused->guard.bits ? "holds" : "lies in";
	return (size_t)snprintf(buf, BLAST_WHY_MAX, "%s %s %s, which %s", net, how, guard, why);
}
