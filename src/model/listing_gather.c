// SPDX-License-Identifier: MIT
#include "model/listing_parts.h"

#define PREFETCHED  8 /* hosts ahead */
#define REQUESTS    20
#define ADDRESS     43 /* bits of an address that order rows which are otherwise equal */
#define MARKS_LEAST LISTING_FOLD

uint32_t listing_check(const struct model *m, const struct subject *s)
{
	uint64_t hash;

	if (s->host)
		hash = addr_hash(&s->host->ip) >> 32;
	else if (s->net)
		hash = addr_hash(&s->net->prefix.addr) >> 32;
	else
		hash = subject_key_of(m, s).group;
	return (uint32_t)hash & LISTING_CHECK;
}

/* Eight bytes of a name. */
static uint64_t letters_of(const char *name, size_t from)
{
	uint64_t letters = 0;
	size_t n = strlen(name);

	for (size_t i = from; i < from + 8; i++)
		letters = letters << 8 | (i < n ? (uint8_t)name[i] : 0);
	return letters;
}

static uint64_t half_of(const struct addr *a, int first)
{
	uint64_t half = 0;

	for (int i = first; i < first + 8; i++)
		half = half << 8 | a->b[i];
	return half;
}

/* What comes first of those that are otherwise equal: IPv4, and then what is lower. */
static uint64_t place_of(const struct subject *s)
{
	const struct addr *a = s->host ? &s->host->ip : s->net ? &s->net->prefix.addr : NULL;

	if (!a)
		return s->id;
	if (addr_is_v4(a))
		return (half_of(a, 8) & UINT32_MAX) << (ADDRESS - 32);
	return UINT64_C(1) << ADDRESS | half_of(a, 0) >> (64 - ADDRESS);
}

/* The busier first, then the lower address. */
static uint64_t tie_of(const struct subject *s)
{
	const uint64_t most = (UINT64_C(1) << REQUESTS) - 1;
	uint64_t requests = s->log->requests < most ? s->log->requests : most;

	return (most - requests) << (ADDRESS + 1) | place_of(s);
}

static void order_by_address(struct listing_entry *e, const struct subject *s, bool descending)
{
	const struct addr *a = s->host ? &s->host->ip : s->net ? &s->net->prefix.addr : NULL;

	e->key = 0;
	e->tie = s->id;
	if (a) {
		bool v4 = addr_is_v4(a);
		e->key = v4 ? 0 : half_of(a, 0) ? half_of(a, 0) : 1;
		e->tie = half_of(a, 8);
	} else if (s->member) {
		e->key = letters_of(s->member->name, 0);
		e->tie = letters_of(s->member->name, 8);
	}
	if (descending) {
		e->key = ~e->key;
		e->tie = ~e->tie;
	}
}

static struct listing_entry entry_of(const struct listing_work *w, const struct model *m,
	const struct subject *s, gravity_t gravity, uint32_t parent)
{
	const struct column *sort = w->q.sort;
	struct listing_entry e = {
		.id = s->id, .check = listing_check(m, s) & LISTING_CHECK, .parent = parent & 0xff};
	uint64_t key = 0;

	if (!w->by_trouble && sort->compare) {
		order_by_address(&e, s, w->descending);
		return e;
	}
	if (w->by_trouble)
		key = trouble_key(m, s, gravity);
	else if (column_speaks_of(sort, s->by))
		key = column_key(sort, m, s);
	e.key = w->descending ? ~key : key;
	e.tie = tie_of(s);
	return e;
}

/* The model's tables grow while they are walked over; what is beyond was not there at first. */
static struct listing_note *note_at(const struct listing_work *w, uint32_t group)
{
	return group < w->note_count ? &w->notes[group] : NULL;
}

static void note_member(
	const struct model *m, struct listing_note *note, const struct host *h, uint32_t id)
{
	note->children++;
	/* The first may have gone since the last slice. */
	if (!note->member || !pool_is_live(&m->hosts, note->member - 1)) {
		note->member = id + 1;
		return;
	}
	const struct host *first = model_host(m, note->member - 1);
	note->mixed_country |= first->country != h->country;
	note->mixed_system |= first->system != h->system;
}

static bool take_into(struct listing_work *w, const struct model *m, struct listing_note *note,
	const struct subject *s, gravity_t gravity)
{
	note->passes = true;
	note->gravity = gravity > note->gravity ? gravity : note->gravity;
	note_member(m, note, s->host, s->id);
	if (!note->open)
		return true;
	struct listing_entry e = entry_of(w, m, s, gravity, note->open - 1u);
	return listing_push(&w->members, &e);
}

/* An address can be among the rows of many machines. What it is marked with is no machine's own
 * trouble. */
static bool take_shared(struct listing_work *w, const struct model *m, const struct subject *s)
{
	const struct share *share = subject_machines(m, s->id);

	w->addresses += share != NULL;
	for (; share; share = share_at(m->fleet, share->of_subject.older)) {
		struct listing_note *note = note_at(w, share->member);
		struct subject own = *s;
		if (!note || !subject_narrow(&own, m, share->member + 1, &w->share))
			continue;
		if (!take_into(w, m, note, &own, 0))
			return false;
	}
	return true;
}

/* The row as whoever asks is to see it; false: not at all. */
static bool is_seen(struct listing_work *w, const struct model *m, struct subject *s)
{
	return !w->q.member || subject_narrow(s, m, w->q.member, &w->share);
}

/* Of an address among groups. */
static bool take_member(
	struct listing_work *w, const struct model *m, const struct host *h, uint32_t id)
{
	bool shared = w->q.by == GROUP_MACHINE;
	struct listing_note *note = shared ? NULL : note_at(w, subject_group_of(h, w->q.by));

	if ((!note && !shared) || (w->asks_members && !filter_member(&w->filter, m, h, w->q.by)))
		return true;
	struct subject s = subject_of_host(h);
	s.id = id;
	if (shared)
		return take_shared(w, m, &s);
	if (!is_seen(w, m, &s))
		return true;
	w->addresses++;
	return take_into(w, m, note, &s, trouble_of_host(m, h));
}

static void count_mark(struct listing_work *w, const struct host *h, gravity_t gravity)
{
	unsigned family = trouble_family(gravity);

	if (!w->folds || !gravity || h->network >= w->note_count)
		return;
	struct listing_marks *marks = &w->marks[h->network];
	if (marks->n[family] < UINT8_MAX)
		marks->n[family]++;
	if (gravity > marks->gravity[family])
		marks->gravity[family] = gravity;
}

static bool take_host(
	struct listing_work *w, const struct model *m, const struct host *h, uint32_t id)
{
	struct subject s = subject_of_host(h);

	s.id = id;
	if (!is_seen(w, m, &s) || (w->q.filter && !filter_subject(&w->filter, m, &s)))
		return true;
	gravity_t gravity = w->by_trouble ? trouble_of_host(m, h) : 0;
	struct listing_entry e = entry_of(w, m, &s, gravity, 0);
	w->addresses++;
	count_mark(w, h, gravity);
	return listing_push(&w->tops, &e);
}

/* Most of the time goes into waiting for memory. */
static void prefetch(const struct model *m, uint32_t id)
{
	if (id >= m->hosts.made)
		return;
	const char *at = pool_at(&m->hosts, id);
	for (size_t i = 0; i < sizeof(struct host); i += 64)
		__builtin_prefetch(at + i);
}

bool listing_walk_hosts(struct listing_work *w, const struct model *m, uint32_t budget)
{
	bool groups = w->q.by != GROUP_NONE;

	for (; budget > 0; budget--) {
		uint32_t id = model_next_host(m, w->cursor);
		if (id == POOL_NONE)
			return true;
		const struct host *h = model_host(m, id);
		prefetch(m, id + PREFETCHED);
		w->cursor = id + 1;
		if (h->is_private && !w->q.show_private)
			continue;
		if (!(groups ? take_member(w, m, h, id) : take_host(w, m, h, id))) {
			w->phase = LISTING_IDLE;
			return false;
		}
	}
	return false;
}

static gravity_t group_gravity(
	const struct model *m, const struct subject *s, const struct listing_note *note)
{
	gravity_t own = s->net      ? trouble_of_network(m, s->net, NULL)
			: s->member ? trouble_of_member(m, s->member)
				    : 0;

	return note && note->gravity > own ? note->gravity : own;
}

static bool take_group(struct listing_work *w, const struct model *m, uint32_t id)
{
	struct subject s = subject_at(m, w->q.by, id);
	const struct listing_note *note = note_at(w, id);

	if ((s.is_private && !w->q.show_private) || !is_seen(w, m, &s))
		return true;
	if (w->q.filter && !filter_subject(&w->filter, m, &s))
		return true;
	if (w->asks_members && !(note && note->passes))
		return true;
	struct listing_entry e = entry_of(w, m, &s, group_gravity(m, &s, note), 0);
	return listing_push(&w->tops, &e);
}

/* A network that a flag names is shown even when none of its addresses is held any more. */
static bool is_shown_empty(const struct listing_work *w, const struct model *m, uint32_t id)
{
	struct subject s = subject_at(m, GROUP_NET, id);

	if (s.is_private && !w->q.show_private)
		return false;
	return !w->q.filter ||
	       (!filter_asks_members(&w->filter, GROUP_NET) && filter_subject(&w->filter, m, &s));
}

/* The family that a network is folded for, with how grave it is; 0: none. */
static gravity_t folding(const struct listing_work *w, const struct model *m, uint32_t id)
{
	const struct network *net = network_at(&m->networks, id);
	const struct listing_marks *marks = &w->marks[id];
	gravity_t named = 0, most = 0;

	trouble_of_network(m, net, &named);
	unsigned family = trouble_family(named);
	if (named && (marks->n[family] || is_shown_empty(w, m, id)))
		most = named;
	for (int i = 1; i < TROUBLE_FAMILIES; i++)
		if (marks->n[i] >= MARKS_LEAST && marks->gravity[i] > most)
			most = marks->gravity[i];
	return most;
}

static bool take_network(struct listing_work *w, const struct model *m, uint32_t id)
{
	gravity_t gravity = id < w->note_count ? folding(w, m, id) : 0;

	if (!gravity)
		return true;
	struct subject s = subject_at(m, GROUP_NET, id);
	if (!is_seen(w, m, &s)) /* its addresses stand for themselves */
		return true;
	struct listing_entry e = entry_of(w, m, &s, gravity, 0);
	w->notes[id].family = (uint8_t)trouble_family(gravity);
	w->notes[id].gravity = gravity;
	e.id |= LISTING_NETWORK;
	return listing_push(&w->tops, &e);
}

bool listing_walk_groups(struct listing_work *w, const struct model *m, uint32_t budget)
{
	enum group_by by = w->folds ? GROUP_NET : w->q.by;

	for (; budget > 0; budget--) {
		uint32_t id = subject_next(m, by, w->cursor);
		if (id == POOL_NONE)
			return true;
		w->cursor = id + 1;
		if (!(w->folds ? take_network(w, m, id) : take_group(w, m, id))) {
			w->phase = LISTING_IDLE;
			return false;
		}
	}
	return false;
}

/* The note of the folded network that an address is shown by; NULL: it has a row of its own. */
static struct listing_note *folded_into(
	const struct listing_work *w, const struct model *m, const struct listing_entry *e)
{
	unsigned family = trouble_family(trouble_of_key(w->descending ? ~e->key : e->key));

	if (!family || !pool_is_live(&m->hosts, e->id))
		return NULL;
	struct listing_note *note = note_at(w, model_host(m, e->id)->network);
	return note && note->family == family ? note : NULL;
}

bool listing_fold(struct listing_work *w, const struct model *m, uint32_t budget)
{
	struct listing_entries *tops = &w->tops;

	for (; budget > 0 && w->cursor < w->hosts; budget--) {
		struct listing_entry *e = &tops->at[w->cursor++];
		struct listing_note *note = folded_into(w, m, e);
		if (!note) {
			tops->at[w->kept++] = *e;
			continue;
		}
		note_member(m, note, model_host(m, e->id), e->id);
		if (!note->open)
			continue;
		e->parent = (note->open - 1u) & 0xff;
		if (!listing_push(&w->members, e)) {
			w->phase = LISTING_IDLE;
			return false;
		}
	}
	if (w->cursor < w->hosts)
		return false;
	if (tops->n > w->hosts) /* or there may be no entries at all */
		memmove(&tops->at[w->kept], &tops->at[w->hosts],
			(tops->n - w->hosts) * sizeof *tops->at);
	tops->n -= w->hosts - w->kept;
	return true;
}
