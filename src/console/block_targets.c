// SPDX-License-Identifier: MIT
#include "console/block_targets.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

#define EACH_MOST_BITS 8 /* networks of up to so many bits are asked address by address */
#define AROUND_MAX     8
#define V6_SITE        64 /* what one subscriber has */

static void add_prefix(struct block_scope *s, const struct prefix *p)
{
	for (uint32_t i = 0; i < s->count; i++)
		if (prefix_eq(&s->prefixes[i], p))
			return;
	if (s->count < BLAST_PREFIXES_MAX)
		s->prefixes[s->count++] = *p;
	s->total++;
}

static bool has_all(const struct block_scope *s, const struct block_scope *of)
{
	for (uint32_t i = 0; i < of->count; i++) {
		uint32_t k = 0;
		while (k < s->count && !prefix_eq(&s->prefixes[k], &of->prefixes[i]))
			k++;
		if (k == s->count)
			return false;
	}
	return s->total == of->total;
}

/* Returns its place; one that comes to the same is not said twice. */
static uint32_t add(struct block_targets *t, const struct block_scope *s)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (has_all(&t->at[i], s))
			return i;
	if (!s->count || t->n == BLOCK_SCOPES_MAX)
		return 0;
	t->at[t->n] = *s;
	return t->n++;
}

static void name_scope(struct block_scope *s, const char *what)
{
	if (s->total > 1)
		snprintf(s->label, sizeof s->label, "%s %s%u", what, screen_glyph_text(GLYPH_TIMES),
			s->total);
	else
		snprintf(s->label, sizeof s->label, "%s", what);
}

static void add_one(struct block_targets *t, const struct addr *ip, unsigned bits)
{
	struct block_scope s = {.count = 0};
	struct prefix p = prefix_of(ip, bits);
	char what[16];

	add_prefix(&s, &p);
	if (p.bits == ADDR_BITS)
		strcpy(what, "address");
	else
		snprintf(what, sizeof what, "/%u", bits);
	name_scope(&s, what);
	add(t, &s);
}

/* The addresses of small networks that are known. */
static void add_addresses(
	struct block_targets *t, const struct view *v, const struct prefix *of, uint32_t n)
{
	struct block_scope s = {.count = 0};

	for (uint32_t i = 0; i < n; i++) {
		unsigned bits = ADDR_BITS - of[i].bits;
		for (uint32_t k = 0; bits <= EACH_MOST_BITS && k < 1u << bits; k++) {
			struct prefix p = {of[i].addr, ADDR_BITS};
			p.addr.b[15] |= (uint8_t)k;
			if (model_find_host(v->m, &p.addr) != POOL_NONE)
				add_prefix(&s, &p);
		}
	}
	name_scope(&s, "address");
	add(t, &s);
}

/* Those who take part in it, where that is known. */
static void add_sources(struct block_targets *t, const struct view *v, const struct flag *flag)
{
	struct addr sources[256];
	struct block_scope s = {.count = 0};
	size_t n = v->detect ? detect_sources(v->detect, flag, sources, ARRAY_LEN(sources)) : 0;

	for (size_t i = 0; i < n; i++) {
		const struct prefix p = {sources[i], ADDR_BITS};
		add_prefix(&s, &p);
	}
	name_scope(&s, "source");
	add(t, &s);
}

static uint32_t add_prefixes_of(struct block_targets *t, const struct flag *flag)
{
	struct block_scope s = {.count = 0};
	bool hosts = true;

	for (uint32_t i = 0; i < flag->prefix_count; i++) {
		add_prefix(&s, &flag->prefixes[i]);
		hosts &= flag->prefixes[i].bits == ADDR_BITS;
	}
	name_scope(&s, hosts ? "address" : "network");
	return add(t, &s);
}

/* Networks with an address of the group, each once. */
static void add_group(struct block_targets *t, const struct view *v, const struct subject_key *key)
{
	const struct model *m = v->m;
	uint32_t group = subject_find(m, key);
	uint8_t *seen = calloc(m->networks.pool.made / 8 + 1, 1);
	struct block_scope s = {.count = 0};
	char name[SUBJECT_NAME_MAX];

	if (group == POOL_NONE || !seen) {
		free(seen);
		return;
	}
	for (uint32_t id = model_next_host(m, 0); id != POOL_NONE;
		id = model_next_host(m, id + 1)) {
		const struct host *h = model_host(m, id);
		uint8_t *at = &seen[h->network / 8], bit = (uint8_t)(1u << h->network % 8);
		if (subject_group_of(h, key->by) != group || *at & bit)
			continue;
		*at |= bit;
		if (s.count < BLAST_PREFIXES_MAX)
			s.prefixes[s.count++] = network_at(&m->networks, h->network)->prefix;
		s.total++;
	}
	free(seen);
	struct subject subject = subject_at(m, key->by, group);
	snprintf(s.label, sizeof s.label, "%.*s", (int)subject_name(m, &subject, name), name);
	text_copy(name, sizeof name, str_of(s.label));
	name_scope(&s, name);
	add(t, &s);
}

static void add_system(struct block_targets *t, const struct view *v, const struct addr *ip)
{
	uint32_t id = model_find_host(v->m, ip);
	uint32_t group =
		id == POOL_NONE ? POOL_NONE : subject_group_of(model_host(v->m, id), GROUP_AS);

	if (group == POOL_NONE)
		return;
	struct subject s = subject_at(v->m, GROUP_AS, group);
	struct subject_key key = subject_key_of(v->m, &s);
	if (subject_asn(v->m, &s))
		add_group(t, v, &key);
}

struct around {
	const struct flag *at[AROUND_MAX];
	size_t n;
};

static void keep_around(void *ctx, const struct flag *flag, bool exactly)
{
	struct around *a = ctx;

	(void)exactly;
	for (size_t i = 0; i < a->n; i++)
		if (a->at[i] == flag)
			return;
	if (a->n < AROUND_MAX)
		a->at[a->n++] = flag;
}

/* What names it together with others. */
static void add_findings(struct block_targets *t, const struct view *v, const struct prefix *p)
{
	struct around around = {.n = 0};

	flags_around(&v->m->flags, p, keep_around, &around);
	for (size_t i = 0; i < around.n; i++)
		if (around.at[i]->prefix_count > 1)
			add_prefixes_of(t, around.at[i]);
}

static void add_row(struct block_targets *t, const struct view *v, const struct subject_key *key)
{
	const struct addr *ip = &key->prefix.addr;
	bool v4 = addr_is_v4(ip);

	if (key->by == GROUP_AS || key->by == GROUP_COUNTRY) {
		add_group(t, v, key);
		return;
	}
	if (key->by == GROUP_NONE) {
		add_one(t, ip, v4 ? 32 : 128);
		if (!v4)
			add_one(t, ip, V6_SITE);
	} else {
		add_addresses(t, v, &key->prefix, 1);
		t->first = t->n;
	}
	add_one(t, ip, v4 ? NETWORK_V4_BITS : NETWORK_V6_BITS);
	add_findings(t, v, &key->prefix);
	add_system(t, v, ip);
}

static void add_flag(struct block_targets *t, const struct view *v, const struct flag *flag)
{
	add_sources(t, v, flag);
	add_addresses(t, v, flag->prefixes, flag->prefix_count);
	if (flag->prefix_count)
		t->first = add_prefixes_of(t, flag);
}

static void say_title(struct block_targets *t, const struct view *v, const struct subject_key *key)
{
	char name[SUBJECT_NAME_MAX];
	uint32_t id = subject_find(v->m, key);

	if (id == POOL_NONE) { /* it has gone */
		addr_format(&key->prefix.addr, name);
		snprintf(t->title, sizeof t->title, "%s", key->prefix.bits ? name : "");
		return;
	}
	struct subject s = subject_at(v->m, key->by, id);
	snprintf(t->title, sizeof t->title, "%.*s", (int)subject_name(v->m, &s, name), name);
}

void block_targets_of(struct block_targets *t, const struct view *v, const struct subject_key *key,
	const struct flag *flag)
{
	enum flag_id id = flag ? flag_find(str_of(flag->name)) : FLAGS;

	*t = (struct block_targets){.n = 0};
	if (flag) {
		snprintf(t->title, sizeof t->title, "%s",
			id < FLAGS ? flag_defs[id].title : flag->name);
		add_flag(t, v, flag);
	} else if (key) {
		say_title(t, v, key);
		add_row(t, v, key);
	}
	if (t->first >= t->n)
		t->first = 0;
}
