// SPDX-License-Identifier: MIT
#include "console/log_index.h"

#define AT_ONCE 64 /* lines between two looks at the clock */

void log_index_done(struct log_index *ix)
{
	positions_done(&ix->lines);
	positions_done(&ix->hits);
}

void log_index_begin(struct log_index *ix, const struct model *m, uint64_t position)
{
	positions_clear(&ix->lines);
	positions_clear(&ix->hits);
	if (!journal_at(&m->journal, position))
		position = m->journal.newest;
	/* The line itself is the first to be looked at, on the way back. */
	ix->from = ix->to = position;
	ix->older = 0;
	ix->failed = false;
}

/* Of an AS or a country: by what is known of the address now. */
static bool is_of(const struct log_terms *t, const struct journal_entry *e)
{
	const struct subject_key *key = t->only;
	uint32_t id;

	if (key->by == GROUP_NONE || key->by == GROUP_NET)
		return !addr_is_unset(&e->ip) && prefix_contains(&key->prefix, &e->ip);
	id = model_find_host(t->m, &e->ip);
	return id != POOL_NONE && subject_key_has(t->m, key, model_host(t->m, id));
}

bool log_line_passes(const struct log_terms *t, const struct journal_entry *e)
{
	/* A line without an address is not private, it is unknown. */
	if (!t->show_private && !addr_is_unset(&e->ip) && model_hides(t->m, &e->ip))
		return false;
	if (t->only && !is_of(t, e))
		return false;
	return filter_is_open(t->filter) || filter_request(t->filter, t->m, e);
}

static bool is_hit(const struct log_terms *t, const struct journal_entry *e)
{
	return t->highlight->count && filter_request(t->highlight, t->m, e);
}

typedef bool (*put_position)(struct positions *p, uint64_t position);

/* Without memory the older half makes way, and what is older still is not looked at. */
static void keep(struct log_index *ix, struct positions *p, uint64_t at, put_position put)
{
	if (put(p, at))
		return;
	ix->failed = true;
	ix->from = 0;
	if (put == positions_append && p->n) {
		positions_drop(p, positions_at(p, (p->n + 1) / 2));
		put(p, at);
	}
}

static bool look_at(struct log_index *ix, const struct log_terms *t, uint64_t at, put_position put)
{
	const struct journal_entry *e = journal_at(&t->m->journal, at);

	if (!log_line_passes(t, e))
		return false;
	keep(ix, &ix->lines, at, put);
	if (is_hit(t, e))
		keep(ix, &ix->hits, at, put);
	return true;
}

/* The next older line; false when there is none. */
static bool go_back(struct log_index *ix, const struct log_terms *t)
{
	const struct journal_entry *e = journal_at(&t->m->journal, ix->from);

	if (!e)
		return false;
	uint64_t at = ix->from;
	ix->from = e->before;
	ix->older += look_at(ix, t, at, positions_prepend);
	return true;
}

static bool go_on(struct log_index *ix, const struct log_terms *t)
{
	uint64_t next = journal_after(&t->m->journal, ix->to);

	if (!next)
		return false;
	look_at(ix, t, next, positions_append);
	ix->to = next;
	return true;
}

/* What the journal has forgotten. */
static void forget(struct log_index *ix, const struct model *m)
{
	uint64_t oldest = journal_oldest(&m->journal);

	if (!journal_at(&m->journal, ix->to))
		log_index_begin(ix, m, 0);
	positions_drop(&ix->lines, oldest);
	positions_drop(&ix->hits, oldest);
}

bool log_index_go_on(
	struct log_index *ix, const struct log_terms *t, uint32_t screenful, usec_t budget)
{
	usec_t until = clock_usec(CLOCK_MONOTONIC) + budget;
	bool more = true;

	forget(ix, t->m);
	while (more) {
		for (int i = 0; i < AT_ONCE && more; i++)
			more = (ix->older < screenful && go_back(ix, t)) || go_on(ix, t) ||
			       go_back(ix, t);
		if (clock_usec(CLOCK_MONOTONIC) >= until)
			break;
	}
	return !more;
}

uint32_t log_index_find_time(const struct log_index *ix, const struct model *m, usec_t t)
{
	uint32_t low = 0, high = ix->lines.n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct journal_entry *e =
			journal_at(&m->journal, positions_at(&ix->lines, middle));
		if (!e || e->ts < t)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
