// SPDX-License-Identifier: MIT
#include "model/listing.h"

#include "model/listing_parts.h"

#include <errno.h>
#include <stdlib.h>

int listing_init(struct listing *l)
{
	*l = (struct listing){.work = calloc(1, sizeof *l->work)};
	return l->work ? 0 : -ENOMEM;
}

static void order_done(struct listing_order *o)
{
	free(o->tops);
	free(o->members);
	free(o->notes);
	*o = (struct listing_order){0};
}

static void drop_notes(struct listing_work *w)
{
	free(w->notes);
	free(w->marks);
	w->notes = NULL;
	w->marks = NULL;
	w->note_count = 0;
}

void listing_done(struct listing *l)
{
	order_done(&l->order);
	if (!l->work)
		return;
	drop_notes(l->work);
	listing_entries_done(&l->work->tops);
	listing_entries_done(&l->work->members);
	free(l->work);
	l->work = NULL;
}

/* Groups among the rows need notes; addresses only when networks may be folded. False when memory
 * is out. */
static bool make_notes(struct listing *l, const struct model *m)
{
	struct listing_work *w = l->work;
	enum group_by by = w->q.by;

	drop_notes(w);
	w->folds = by == GROUP_NONE && w->by_trouble && m->flags.pool.live;
	if (by == GROUP_NONE && !w->folds)
		return true;
	by = w->folds ? GROUP_NET : by;
	uint32_t n = subject_ids(m, by);
	w->notes = calloc(n ? n : 1, sizeof *w->notes);
	w->marks = w->folds ? calloc(n ? n : 1, sizeof *w->marks) : NULL;
	if (!w->notes || (w->folds && !w->marks))
		return false;
	w->note_count = n;
	for (uint32_t i = 0; i < l->open_count; i++) {
		uint32_t id = l->open[i].by == by ? subject_find(m, &l->open[i]) : POOL_NONE;
		if (id < n)
			w->notes[id].open = (uint8_t)(i + 1);
	}
	return true;
}

void listing_begin(struct listing *l, const struct model *m, const struct listing_query *q)
{
	struct listing_work *w = l->work;

	w->q = *q;
	if (q->filter) {
		w->filter = *q->filter;
		w->q.filter = &w->filter;
	}
	w->by_trouble = !q->sort || column_is_trouble(q->sort);
	w->descending = !(q->sort && q->sort->ascending) != q->reversed;
	w->asks_members = q->filter && q->by != GROUP_NONE && filter_asks_members(q->filter, q->by);
	w->cursor = w->kept = w->hosts = w->digit = w->addresses = 0;
	listing_entries_clear(&w->tops);
	listing_entries_clear(&w->members);
	w->phase = make_notes(l, m) ? LISTING_HOSTS : LISTING_IDLE;
}

static enum listing_phase after_hosts(struct listing_work *w)
{
	w->cursor = 0;
	w->hosts = w->tops.n;
	return w->notes ? LISTING_GROUPS : LISTING_SORTING;
}

static enum listing_phase after_groups(struct listing_work *w)
{
	w->cursor = 0;
	return w->folds ? LISTING_FOLDING : LISTING_SORTING;
}

/* Members first; then the digits begin anew. */
static bool sort(struct listing_work *w)
{
	const uint32_t half = 32;

	if (w->digit < half) {
		if (!listing_sort_step(&w->members, &w->digit))
			w->digit = half;
		return false;
	}
	w->digit -= half;
	bool more = listing_sort_step(&w->tops, &w->digit);
	w->digit += half;
	return !more;
}

static struct listing_item *items_of(const struct listing_entries *e)
{
	struct listing_item *items = malloc((e->n ? e->n : 1) * sizeof *items);

	for (uint32_t i = 0; items && i < e->n; i++)
		items[i] = (struct listing_item){e->at[i].id, e->at[i].check};
	return items;
}

/* Where the members of each open group begin, which lie together; [n]: where all end. */
static void begins_of(const struct listing_entries *e, uint32_t begins[LISTING_OPEN_MAX + 1])
{
	uint32_t count[LISTING_OPEN_MAX + 1] = {0};

	for (uint32_t i = 0; i < e->n; i++)
		count[e->at[i].parent]++;
	begins[0] = 0;
	for (uint32_t i = 0; i < LISTING_OPEN_MAX; i++)
		begins[i + 1] = begins[i] + count[i];
}

/* Which group of listing.open a row is, + 1; 0: it is not open. */
static uint8_t opened(const struct listing_work *w, uint32_t id)
{
	bool group = w->q.by != GROUP_NONE || id & LISTING_NETWORK;

	return group && listing_id(id) < w->note_count ? w->notes[listing_id(id)].open : 0;
}

static void place_open(struct listing_order *o, const struct listing_work *w)
{
	uint32_t begins[LISTING_OPEN_MAX + 1], lines = 0;

	begins_of(&w->members, begins);
	for (uint32_t i = 0; i < o->top_count && o->open_count < LISTING_OPEN_MAX; i++) {
		uint8_t open = opened(w, o->tops[i].id);
		if (!open)
			continue;
		o->open[o->open_count].at = i + lines;
		o->open[o->open_count].top = i;
		o->open[o->open_count].first = begins[open - 1];
		o->open[o->open_count].n = begins[open] - begins[open - 1];
		lines += o->open[o->open_count++].n;
	}
}

static void end(struct listing *l, const struct model *m)
{
	struct listing_work *w = l->work;

	listing_settle_ties(&w->tops, m, w->q.by);
	listing_settle_ties(&w->members, m, GROUP_NONE);
	struct listing_order o = {.by = w->q.by,
		.tops = items_of(&w->tops),
		.top_count = w->tops.n,
		.members = items_of(&w->members),
		.member_count = w->members.n,
		.addresses = w->addresses};
	if (!o.tops || !o.members) {
		order_done(&o);
		return;
	}
	if (w->notes && l->open_count)
		place_open(&o, w);
	o.notes = w->notes;
	o.note_count = w->note_count;
	w->notes = NULL;
	drop_notes(w);
	order_done(&l->order);
	l->order = o;
	l->made = true;
}

bool listing_work(struct listing *l, const struct model *m, uint32_t budget)
{
	struct listing_work *w = l->work;

	switch (w->phase) {
	case LISTING_IDLE:
		break;
	case LISTING_HOSTS:
		if (listing_walk_hosts(w, m, budget))
			w->phase = after_hosts(w);
		break;
	case LISTING_GROUPS:
		if (listing_walk_groups(w, m, budget))
			w->phase = after_groups(w);
		break;
	case LISTING_FOLDING:
		if (listing_fold(w, m, budget))
			w->phase = LISTING_SORTING;
		break;
	case LISTING_SORTING:
		if (sort(w))
			w->phase = LISTING_ENDING;
		break;
	case LISTING_ENDING:
		end(l, m);
		w->phase = LISTING_IDLE;
		break;
	}
	return w->phase != LISTING_IDLE;
}

void listing_stop(struct listing *l)
{
	l->work->phase = LISTING_IDLE;
}

bool listing_is_busy(const struct listing *l)
{
	return l->work->phase != LISTING_IDLE;
}

void listing_close_all(struct listing *l)
{
	l->open_count = 0;
}

void listing_set_open(struct listing *l, const struct subject_key *key, bool open)
{
	uint32_t i = 0;

	while (i < l->open_count && !subject_key_equal(&l->open[i], key))
		i++;
	if (open == (i < l->open_count))
		return;
	if (open && l->open_count == LISTING_OPEN_MAX)
		i = 0;
	if (i < l->open_count)
		memmove(&l->open[i], &l->open[i + 1], (--l->open_count - i) * sizeof l->open[0]);
	if (open)
		l->open[l->open_count++] = *key;
}

uint32_t listing_count(const struct listing *l)
{
	const struct listing_order *o = &l->order;
	uint32_t n = o->top_count;

	for (uint32_t i = 0; i < o->open_count; i++)
		n += o->open[i].n;
	return n;
}

/* Where a line is: among tops, or below an open group. */
struct place {
	bool member;
	uint32_t at;    /* among tops, or among members */
	uint32_t group; /* of a member: the line of its group */
};

static struct place place_of(const struct listing_order *o, uint32_t rank)
{
	uint32_t low = 0, high = o->open_count;

	while (low < high) { /* the first that is open below it */
		uint32_t middle = (low + high) / 2;
		if (o->open[middle].at <= rank)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return (struct place){.at = rank};
	uint32_t top = o->open[low - 1].top, n = o->open[low - 1].n;
	uint32_t below = rank - o->open[low - 1].at;
	if (below == 0 || below > n)
		return (struct place){.at = top + (below ? below - n : 0)};
	return (struct place){true, o->open[low - 1].first + below - 1, o->open[low - 1].at};
}

static uint32_t line_of_top(const struct listing_order *o, uint32_t top)
{
	uint32_t line = top;

	for (uint32_t i = 0; i < o->open_count && o->open[i].top < top; i++)
		line += o->open[i].n;
	return line;
}

static uint32_t line_of_member(const struct listing_order *o, uint32_t at)
{
	for (uint32_t i = 0; i < o->open_count; i++)
		if (at - o->open[i].first < o->open[i].n)
			return o->open[i].at + 1 + at - o->open[i].first;
	return POOL_NONE;
}

static void tell_group(struct listing_row *row, const struct listing_order *o,
	const struct model *m, const struct subject *s)
{
	const struct listing_note *note = s->id < o->note_count ? &o->notes[s->id] : NULL;
	gravity_t own = s->net      ? trouble_of_network(m, s->net, NULL)
			: s->member ? trouble_of_member(m, s->member)
				    : 0;

	row->gravity = own;
	row->member = POOL_NONE;
	if (!note)
		return;
	row->gravity = note->gravity > own ? note->gravity : own;
	row->children = note->children;
	row->open = note->open;
	row->mixed_country = note->mixed_country;
	row->mixed_system = note->mixed_system;
	if (note->member && pool_is_live(&m->hosts, note->member - 1))
		row->member = note->member - 1;
}

bool listing_at(
	const struct listing *l, const struct model *m, uint32_t rank, struct listing_row *ret_row)
{
	const struct listing_order *o = &l->order;
	struct place place = place_of(o, rank);

	if (place.at >= (place.member ? o->member_count : o->top_count))
		return false;
	struct listing_item item = (place.member ? o->members : o->tops)[place.at];
	enum group_by by = place.member ? GROUP_NONE : listing_kind(o->by, item.id);
	struct listing_row row = {.by = by,
		.id = listing_id(item.id),
		.depth = place.member,
		.folded = by != o->by && !place.member,
		.member = POOL_NONE};
	if (subject_next(m, by, row.id) != row.id)
		return false;
	struct subject s = subject_at(m, by, row.id);
	if (listing_check(m, &s) != item.check)
		return false;
	if (s.host)
		row.gravity = trouble_of_host(m, s.host);
	else
		tell_group(&row, o, m, &s);
	*ret_row = row;
	return true;
}

static uint32_t find(const struct listing_item *items, uint32_t n, uint32_t id)
{
	for (uint32_t i = 0; i < n; i++)
		if (items[i].id == id)
			return i;
	return POOL_NONE;
}

uint32_t listing_rank(const struct listing *l, const struct model *m, const struct subject_key *key)
{
	const struct listing_order *o = &l->order;
	uint32_t id = subject_find(m, key), at = POOL_NONE;
	bool among = key->by == GROUP_NET && o->by == GROUP_NONE;

	if (id == POOL_NONE)
		return POOL_NONE;
	if (key->by == o->by || among)
		at = find(o->tops, o->top_count, among ? id | LISTING_NETWORK : id);
	if (at != POOL_NONE)
		return line_of_top(o, at);
	if (key->by != GROUP_NONE)
		return POOL_NONE;
	at = find(o->members, o->member_count, id);
	if (at != POOL_NONE)
		return line_of_member(o, at);
	if (o->by != GROUP_NONE)
		return POOL_NONE;
	at = find(o->tops, o->top_count, model_host(m, id)->network | LISTING_NETWORK);
	return at == POOL_NONE ? at : line_of_top(o, at);
}

uint32_t listing_parent(const struct listing *l, uint32_t rank)
{
	struct place place = place_of(&l->order, rank);

	return place.member ? place.group : rank;
}
