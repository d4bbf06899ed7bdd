// SPDX-License-Identifier: MIT
#include "model/flags.h"

#include "base/hash.h"
#include "base/text.h"

#include <errno.h>

int flags_init(struct flags *f)
{
	*f = (struct flags){0};
	return pool_init(&f->pool, sizeof(struct flag), FLAGS_MAX);
}

void flags_done(struct flags *f)
{
	pool_done(&f->pool);
	index_done(&f->index);
	index_done(&f->hosts);
	index_done(&f->groups);
}

int flags_copy(struct flags *to, const struct flags *from)
{
	*to = *from;
	to->index = to->hosts = to->groups = (struct index){0};
	int err = pool_copy(&to->pool, &from->pool);
	if (!err)
		err = index_copy(&to->index, &from->index);
	if (!err)
		err = index_copy(&to->hosts, &from->hosts);
	if (!err)
		err = index_copy(&to->groups, &from->groups);
	if (err)
		flags_done(to);
	return err;
}

uint64_t flag_hash(const struct event_flag *said, uint32_t machine)
{
	struct str who = text_clip(said->who, FLAG_WHO_MAX - 1);

	return hash_two(hash_bytes(said->flag.p, said->flag.n) + said->scope,
		hash_bytes(who.n ? who.p : "", who.n) + machine);
}

static uint32_t find(const struct flags *f, uint64_t hash)
{
	index_for_each_match (&f->index, hash, id)
		if (flags_at(f, id)->hash == hash)
			return id;
	return POOL_NONE;
}

static bool is_of_host(const struct flag *flag)
{
	return flag->scope == SCOPE_HOST && flag->prefix_count == 1;
}

static bool is_of_group(const struct flag *flag)
{
	return flag->scope != SCOPE_HOST && flag->prefix_count > 0;
}

/* A host's own flag needs no list of prefixes to say whose it is. */
uint8_t flag_prefixes(const struct event_flag *said, struct prefix ret[static FLAG_PREFIXES_MAX])
{
	struct str words = said->prefixes;
	struct addr a;
	uint8_t n = 0;

	if (said->scope == SCOPE_HOST) {
		if (addr_parse(said->who, &a) < 0)
			return 0;
		ret[0] = prefix_of(&a, addr_is_v4(&a) ? 32 : 128);
		return 1;
	}
	for (size_t at = 0; at < words.n && n < FLAG_PREFIXES_MAX;) {
		const char *space = memchr(words.p + at, ' ', words.n - at);
		size_t end = space ? (size_t)(space - words.p) : words.n;
		if (prefix_parse((struct str){words.p + at, end - at}, &ret[n]) == 0)
			n++;
		at = end + 1;
	}
	return n;
}

/* Of an address, IPv4 or not, its first `bits` bits. */
static struct prefix cut(const struct addr *a, unsigned bits)
{
	struct prefix p = {.bits = (uint8_t)bits};

	memcpy(p.addr.b, a->b, bits / 8);
	if (bits % 8)
		p.addr.b[bits / 8] = (uint8_t)(a->b[bits / 8] & (0xff00 >> bits % 8));
	return p;
}

static uint64_t prefix_hash(const struct prefix *p)
{
	return hash_two(addr_hash(&p->addr), p->bits);
}

static void join_groups(struct flags *f, uint32_t id)
{
	struct flag *flag = pool_at(&f->pool, id);

	if (!is_of_group(flag))
		return;
	for (uint32_t i = 0; i < flag->prefix_count; i++) {
		const struct prefix *p = &flag->prefixes[i];
		if (index_add(&f->groups, prefix_hash(p), id * FLAG_PREFIXES_MAX + i) < 0) {
			f->lost++;
			continue;
		}
		flag->listed |= (uint8_t)(1u << i);
		f->lengths[p->bits]++;
	}
}

static void leave_groups(struct flags *f, uint32_t id)
{
	struct flag *flag = pool_at(&f->pool, id);

	for (uint32_t i = 0; i < FLAG_PREFIXES_MAX; i++) {
		const struct prefix *p = &flag->prefixes[i];
		if (!(flag->listed >> i & 1))
			continue;
		index_remove(&f->groups, prefix_hash(p), id * FLAG_PREFIXES_MAX + i);
		f->lengths[p->bits]--;
	}
	flag->listed = 0;
}

static void forget(struct flags *f, uint32_t id)
{
	const struct flag *flag = flags_at(f, id);

	leave_groups(f, id);
	if (is_of_host(flag))
		index_remove(&f->hosts, addr_hash(&flag->prefixes[0].addr), id);
	index_remove(&f->index, flag->hash, id);
	pool_put(&f->pool, id);
}

static uint32_t make(
	struct flags *f, const struct event_flag *said, uint32_t machine, uint64_t hash)
{
	uint32_t id = pool_get(&f->pool);

	if (id == POOL_NONE)
		return id;
	if (index_add(&f->index, hash, id) < 0) {
		pool_put(&f->pool, id);
		return POOL_NONE;
	}
	struct flag *flag = pool_at(&f->pool, id);
	flag->hash = hash;
	flag->machine = machine;
	flag->scope = said->scope;
	text_copy(flag->name, sizeof flag->name, said->flag);
	text_copy(flag->who, sizeof flag->who, said->who);
	flag->letter = f->letter ? f->letter(said->flag) : '\0';
	if (flag->scope == SCOPE_HOST)
		flag->prefix_count = flag_prefixes(said, flag->prefixes);
	if (is_of_host(flag) && index_add(&f->hosts, addr_hash(&flag->prefixes[0].addr), id) < 0)
		flag->prefix_count = 0;
	return id;
}

bool flags_apply(struct flags *f, const struct event_flag *said, uint32_t machine, usec_t now)
{
	uint64_t hash = flag_hash(said, machine);
	uint32_t id = find(f, hash);

	if (!said->on) {
		if (id != POOL_NONE)
			forget(f, id);
		return true;
	}
	if (id == POOL_NONE)
		id = make(f, said, machine, hash);
	if (id == POOL_NONE) {
		f->lost++;
		return false;
	}
	struct flag *flag = pool_at(&f->pool, id);
	leave_groups(f, id);
	if (flag->scope != SCOPE_HOST)
		flag->prefix_count = flag_prefixes(said, flag->prefixes);
	join_groups(f, id);
	flag->severity = said->severity < UINT8_MAX ? (uint8_t)said->severity : UINT8_MAX;
	flag->since = said->since;
	flag->said = now;
	flag->value = said->value;
	text_copy(flag->cause, sizeof flag->cause, said->cause);
	text_copy(flag->evidence, sizeof flag->evidence, said->evidence);
	text_copy(flag->disproof, sizeof flag->disproof, said->disproof);
	return true;
}

/* Below 0 when a comes first. */
static int order(const struct flag *a, const struct flag *b)
{
	bool a_told = a->cause[0], b_told = b->cause[0];

	if (a_told != b_told)
		return a_told ? 1 : -1;
	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	if (a->since != b->since)
		return a->since < b->since ? -1 : 1;
	int by_name = strcmp(a->name, b->name);
	if (by_name)
		return by_name;
	int by_who = strcmp(a->who, b->who);
	return by_who ? by_who : (a->machine > b->machine) - (a->machine < b->machine);
}

static size_t insert(const struct flag **at, size_t n, size_t most, const struct flag *flag)
{
	if (n == most && (n == 0 || order(flag, at[n - 1]) >= 0))
		return n;
	size_t i = n < most ? n++ : n - 1;
	for (; i > 0 && order(flag, at[i - 1]) < 0; i--)
		at[i] = at[i - 1];
	at[i] = flag;
	return n;
}

static void look_up(
	const struct flags *f, const struct prefix *p, bool exactly, flag_fn *fn, void *ctx)
{
	index_for_each_match (&f->groups, prefix_hash(p), at) {
		const struct flag *flag = flags_at(f, at / FLAG_PREFIXES_MAX);
		const struct prefix *own = &flag->prefixes[at % FLAG_PREFIXES_MAX];
		if (own->bits == p->bits && addr_eq(&own->addr, &p->addr))
			fn(ctx, flag, exactly);
	}
}

void flags_around(const struct flags *f, const struct prefix *p, flag_fn *fn, void *ctx)
{
	if (!f->groups.used)
		return;
	for (unsigned bits = 0; bits <= p->bits; bits++) {
		if (!f->lengths[bits])
			continue;
		struct prefix wider = cut(&p->addr, bits);
		look_up(f, &wider, bits == p->bits, fn, ctx);
	}
}

void flags_of_host(const struct flags *f, const struct addr *a, flag_fn *fn, void *ctx)
{
	if (!f->hosts.used)
		return;
	index_for_each_match (&f->hosts, addr_hash(a), id)
		if (addr_eq(&flags_at(f, id)->prefixes[0].addr, a))
			fn(ctx, flags_at(f, id), true);
}

/* The gravest of those that are handed in. */
struct gravest {
	const struct flag **at;
	size_t n, most;
};

static void take(void *ctx, const struct flag *flag, bool exactly)
{
	struct gravest *g = ctx;

	(void)exactly;
	for (size_t i = 0; i < g->n; i++)
		if (g->at[i] == flag)
			return;
	g->n = insert(g->at, g->n, g->most, flag);
}

size_t flags_of_addr(const struct flags *f, const struct addr *a, bool around,
	const struct flag **ret, size_t most)
{
	struct gravest g = {ret, 0, most};
	const struct prefix whole = {*a, ADDR_BITS};

	if (around)
		flags_around(f, &whole, take, &g);
	else
		flags_of_host(f, a, take, &g);
	return g.n;
}

static bool meets(const struct flag *flag, const struct prefix *p)
{
	for (int i = 0; i < flag->prefix_count; i++) {
		const struct prefix *own = &flag->prefixes[i];
		if (own->bits >= p->bits ? prefix_contains(p, &own->addr)
					 : prefix_contains(own, &p->addr))
			return true;
	}
	return false;
}

size_t flags_of_prefix(
	const struct flags *f, const struct prefix *p, const struct flag **ret, size_t most)
{
	size_t n = 0;

	for (uint32_t id = flags_next(f, 0); id != POOL_NONE; id = flags_next(f, id + 1))
		if (meets(flags_at(f, id), p))
			n = insert(ret, n, most, flags_at(f, id));
	return n;
}

size_t flags_top(const struct flags *f, const struct flag **ret, size_t most)
{
	size_t n = 0;

	for (uint32_t id = flags_next(f, 0); id != POOL_NONE; id = flags_next(f, id + 1))
		n = insert(ret, n, most, flags_at(f, id));
	return n;
}
