// SPDX-License-Identifier: MIT
#include "console/log_view.h"

#define RENEW_EVERY USEC_PER_SEC

void log_view_done(struct log_view *l)
{
	log_index_done(&l->index);
	log_index_done(&l->next);
}

void log_view_follow(struct log_view *l)
{
	l->cursor = l->since = 0;
	l->seeking = 0;
}

void log_view_reset(struct log_view *l, const struct model *m)
{
	log_view_follow(l);
	log_view_restart(l, m);
}

void log_view_restart(struct log_view *l, const struct model *m)
{
	log_index_begin(&l->index, m, l->cursor);
	l->complete = false;
	l->renewed = 0;
}

static bool terms_move(const struct log_terms *t)
{
	return filter_moves(t->filter) || filter_moves(t->highlight) ||
	       (t->only && (t->only->by == GROUP_AS || t->only->by == GROUP_COUNTRY));
}

/* A second look at all lines goes on beside the first, and takes its place when it is whole. */
static void renew(struct log_view *l, const struct log_terms *t, usec_t budget)
{
	usec_t now = t->m->now;

	if (!l->renewed) {
		l->renewed = now;
		log_index_begin(&l->next, t->m, l->cursor);
		return;
	}
	if (!log_index_go_on(&l->next, t, l->height, budget) || now - l->renewed < RENEW_EVERY)
		return;
	struct log_index whole = l->next;
	l->next = l->index;
	l->index = whole;
	l->renewed = 0;
}

/* The line under the cursor may have been forgotten, or pass no longer. */
static void settle_cursor(struct log_view *l)
{
	const struct positions *lines = &l->index.lines;
	uint32_t rank = positions_before(lines, l->cursor);

	if (!l->cursor || !lines->n || (!l->complete && rank == 0))
		return;
	l->cursor = positions_at(lines, rank < lines->n ? rank : lines->n - 1);
}

bool log_view_gather(struct log_view *l, const struct log_terms *terms, usec_t budget)
{
	l->complete = log_index_go_on(&l->index, terms, l->height, budget);
	if (l->complete && terms_move(terms))
		renew(l, terms, budget);
	settle_cursor(l);
	return !l->complete;
}

uint32_t log_view_rank(const struct log_view *l)
{
	const struct positions *lines = &l->index.lines;
	uint32_t rank = l->cursor ? positions_before(lines, l->cursor) : lines->n;

	return rank < lines->n ? rank : lines->n ? lines->n - 1 : 0;
}

const struct journal_entry *log_view_entry(const struct log_view *l, const struct model *m)
{
	return l->index.lines.n ? log_view_line(l, m, log_view_rank(l)) : NULL;
}

static uint32_t rows_of(
	const struct log_view *l, const struct model *m, uint32_t rank, const struct log_rows *rows)
{
	const struct journal_entry *e = log_view_line(l, m, rank);
	uint32_t n = e ? rows->of(rows->ctx, e) : 1;

	return n ? n : 1;
}

/* The first rank in sight when this is the last one. */
static uint32_t first_above(
	const struct log_view *l, const struct model *m, uint32_t last, const struct log_rows *rows)
{
	uint32_t used = rows_of(l, m, last, rows);

	while (last > 0 && used < l->height) {
		used += rows_of(l, m, last - 1, rows);
		if (used > l->height)
			break;
		last--;
	}
	return last;
}

/* The last rank in sight when this is the first one. */
static uint32_t last_below(const struct log_view *l, const struct model *m, uint32_t first,
	const struct log_rows *rows)
{
	uint32_t used = rows_of(l, m, first, rows);

	while (first + 1 < l->index.lines.n && used < l->height) {
		used += rows_of(l, m, first + 1, rows);
		if (used > l->height)
			break;
		first++;
	}
	return first;
}

/* Lines that are left in sight before or behind one that was gone to from afar. */
static uint32_t context(const struct log_view *l, uint32_t distance)
{
	return l->jumped && distance > l->height ? l->height / 3 : 0;
}

/* The first rank in sight for a line that is above those in sight. */
static uint32_t first_with(
	const struct log_view *l, const struct model *m, uint32_t rank, const struct log_rows *rows)
{
	uint32_t lead = context(l, l->first - rank), first = rank > lead ? rank - lead : 0;

	return last_below(l, m, first, rows) < rank ? rank : first;
}

void log_view_fit(struct log_view *l, const struct model *m, uint32_t height, struct log_rows rows)
{
	const struct positions *lines = &l->index.lines;

	l->height = height ? height : 1;
	l->first = l->end = 0;
	if (!lines->n)
		return;
	uint32_t rank = log_view_rank(l), newest = lines->n - 1, last = newest;
	if (l->cursor && positions_before(lines, l->bottom) < last)
		last = positions_before(lines, l->bottom);
	if (last < rank) {
		last = rank + context(l, rank - last);
		last = last < newest ? last : newest;
	}
	l->first = first_above(l, m, last, &rows);
	if (rank < l->first) {
		l->first = first_with(l, m, rank, &rows);
		last = last_below(l, m, l->first, &rows);
	} else if (l->first == 0) { /* no room is left empty below */
		last = last_below(l, m, 0, &rows);
	}
	l->bottom = positions_at(lines, last);
	l->end = last + 1;
}

static void go_to_rank(struct log_view *l, uint32_t rank)
{
	const struct positions *lines = &l->index.lines;

	if (!l->cursor)
		l->since = positions_at(lines, lines->n - 1);
	l->cursor = positions_at(lines, rank);
	l->jumped = true;
	l->seeking = 0;
}

void log_view_move(struct log_view *l, int64_t by)
{
	uint32_t n = l->index.lines.n;
	int64_t to = (int64_t)log_view_rank(l) + by;

	if (!n || (to >= n && by > 0))
		log_view_follow(l);
	else
		go_to_rank(l, to < 0 ? 0 : (uint32_t)to);
	l->jumped = false;
}

void log_view_go_to(struct log_view *l, const struct model *m, usec_t t)
{
	uint32_t rank = log_index_find_time(&l->index, m, t);

	if (rank >= l->index.lines.n)
		log_view_follow(l);
	else
		go_to_rank(l, rank);
}

void log_view_move_time(struct log_view *l, const struct model *m, usec_t by)
{
	const struct journal_entry *e = log_view_entry(l, m);

	if (!e)
		return;
	uint32_t rank = log_view_rank(l), to = log_index_find_time(&l->index, m, e->ts + by);
	if (by < 0 && to >= rank)
		log_view_move(l, -1);
	else if (by > 0 && to <= rank)
		log_view_move(l, 1);
	else
		log_view_go_to(l, m, e->ts + by);
}

/* The rank of the nearest match in that direction, or lines.n. */
static uint32_t nearest_hit(const struct log_view *l, uint32_t rank, int direction)
{
	const struct positions *lines = &l->index.lines, *hits = &l->index.hits;
	uint64_t here = positions_at(lines, rank);
	uint32_t at = positions_before(hits, direction > 0 ? here + 1 : here);

	if (direction < 0)
		at--; /* wraps round at 0 */
	return at < hits->n ? positions_before(lines, positions_at(hits, at)) : lines->n;
}

static bool is_nearer(uint32_t one, uint32_t other, uint32_t none, int direction)
{
	return other == none || (direction > 0 ? one < other : one > other);
}

bool log_view_jump(
	struct log_view *l, const struct model *m, int direction, const usec_t *times, size_t n)
{
	uint32_t lines = l->index.lines.n, rank = log_view_rank(l);

	l->seeking = 0;
	if (!lines)
		return false;
	uint32_t best = nearest_hit(l, rank, direction);
	for (size_t i = 0; i < n; i++) {
		uint32_t at = log_index_find_time(&l->index, m, times[i]);
		if (at < lines && (direction > 0 ? at > rank : at < rank) &&
			is_nearer(at, best, lines, direction))
			best = at;
	}
	if (best < lines)
		go_to_rank(l, best);
	else if (!l->complete)
		l->seeking = (int8_t)direction;
	return best < lines;
}

uint32_t log_view_newer(const struct log_view *l)
{
	const struct positions *lines = &l->index.lines;

	return l->since ? lines->n - positions_before(lines, l->since + 1) : 0;
}
