// SPDX-License-Identifier: MIT
#include "model/query.h"

#include <errno.h>
#include <stdlib.h>

/* A candidate row: its key is read once, comparisons then stay within the heap. */
struct ranked {
	uint64_t key;
	uint32_t id;
};

/* The query with its sort column filled in, so that comparisons need not ask. */
static struct query resolved(const struct model *m, const struct query *q)
{
	struct query full = *q;

	if (!full.sort)
		full.sort = column_sort_next(m, full.by, NULL);
	return full;
}

static struct ranked rank_row(const struct model *m, const struct query *q, const struct subject *s)
{
	return (struct ranked){column_key(q->sort, m, s), s->id};
}

/* True when a comes before b. */
static bool before(const struct model *m, const struct query *q, struct ranked a, struct ranked b)
{
	const struct column *c = q->sort;

	if (a.key != b.key)
		return (a.key > b.key) != (c->ascending != q->reversed);
	struct subject sa = subject_at(m, q->by, a.id), sb = subject_at(m, q->by, b.id);
	if (c->compare) {
		int order = c->compare(&sa, &sb);
		if (order != 0)
			return (order > 0) != (c->ascending != q->reversed);
	}
	if (sa.log->requests != sb.log->requests)
		return sa.log->requests > sb.log->requests;
	return subject_compare(&sa, &sb) < 0;
}

/* A heap whose top is the last of the rows kept, so that it is the one a better host replaces. */
struct heap {
	const struct model *m;
	const struct query *q;
	struct ranked *rows;
	size_t n, cap;
};

static void sift_down(struct heap *h, size_t at)
{
	for (;;) {
		size_t child = at * 2 + 1;
		if (child >= h->n)
			return;
		if (child + 1 < h->n && before(h->m, h->q, h->rows[child], h->rows[child + 1]))
			child++;
		if (!before(h->m, h->q, h->rows[at], h->rows[child]))
			return;
		struct ranked swap = h->rows[at];
		h->rows[at] = h->rows[child];
		h->rows[child] = swap;
		at = child;
	}
}

static void sift_up(struct heap *h, size_t at)
{
	while (at > 0) {
		size_t parent = (at - 1) / 2;
		if (!before(h->m, h->q, h->rows[parent], h->rows[at]))
			return;
		struct ranked swap = h->rows[at];
		h->rows[at] = h->rows[parent];
		h->rows[parent] = swap;
		at = parent;
	}
}

static void offer(struct heap *h, struct ranked row)
{
	if (h->n < h->cap) {
		h->rows[h->n++] = row;
		sift_up(h, h->n - 1);
	} else if (h->n && before(h->m, h->q, row, h->rows[0])) {
		h->rows[0] = row;
		sift_down(h, 0);
	}
}

/* Takes the rows out, last first, into ids[0..n-skip). */
static void drain(struct heap *h, struct rows *rows, uint32_t skip)
{
	rows->n = h->n > skip ? (uint32_t)(h->n - skip) : 0;
	while (h->n > 0) {
		size_t place = h->n - 1;
		if (place >= skip)
			rows->ids[place - skip] = h->rows[0].id;
		h->rows[0] = h->rows[--h->n];
		sift_down(h, 0);
	}
}

/* The groups that have an address which passes the filter, a bit for each id. */
struct passing {
	uint64_t *bits; /* NULL: all pass */
	uint32_t n;
};

/* 0 or -ENOMEM. */
static int passing_init(struct passing *p, const struct model *m, const struct query *q)
{
	*p = (struct passing){.n = subject_ids(m, q->by)};
	if (!q->filter || q->by == GROUP_NONE || !filter_asks_members(q->filter, q->by))
		return 0;
	p->bits = calloc(p->n / 64 + 1, sizeof *p->bits);
	if (!p->bits)
		return -ENOMEM;
	for (uint32_t id = model_next_host(m, 0); id != POOL_NONE;
		id = model_next_host(m, id + 1)) {
		const struct host *h = model_host(m, id);
		uint32_t group = subject_group_of(h, q->by);
		if (group < p->n && filter_member(q->filter, m, h, q->by))
			p->bits[group / 64] |= UINT64_C(1) << (group % 64);
	}
	return 0;
}

static bool passes(const struct passing *p, const struct subject *s)
{
	return !p->bits || (s->id < p->n && (p->bits[s->id / 64] >> (s->id % 64) & 1));
}

bool query_matches(const struct model *m, const struct query *q, const struct subject *s)
{
	if (s->is_private && !q->show_private)
		return false;
	return !q->filter || filter_subject(q->filter, m, s);
}

static int reserve(struct rows *rows, size_t n)
{
	if (rows->cap >= n)
		return 0;
	uint32_t *ids = realloc(rows->ids, n * sizeof *ids);
	if (!ids)
		return -ENOMEM;
	rows->ids = ids;
	rows->cap = (uint32_t)n;
	return 0;
}

int query_run(const struct model *m, const struct query *query, struct rows *rows)
{
	const struct query full = resolved(m, query), *q = &full;
	size_t want = (size_t)q->skip + q->limit;

	if (want > subject_count(m, q->by))
		want = subject_count(m, q->by);
	struct heap heap = {m, q, malloc((want ? want : 1) * sizeof *heap.rows), 0, want};
	struct passing passing;
	int err = passing_init(&passing, m, q);
	if (err < 0 || !heap.rows || reserve(rows, want ? want : 1) < 0) {
		free(heap.rows);
		free(passing.bits);
		return -ENOMEM;
	}
	rows->matched = rows->left_out = 0;
	for (uint32_t id = subject_next(m, q->by, 0); id != POOL_NONE;
		id = subject_next(m, q->by, id + 1)) {
		struct subject s = subject_at(m, q->by, id);
		if (!query_matches(m, q, &s) || !passes(&passing, &s)) {
			rows->left_out += q->show_private || !s.is_private;
			continue;
		}
		rows->matched++;
		offer(&heap, rank_row(m, q, &s));
	}
	drain(&heap, rows, q->skip);
	free(heap.rows);
	free(passing.bits);
	return 0;
}

void rows_done(struct rows *rows)
{
	free(rows->ids);
	*rows = (struct rows){0};
}

uint32_t query_rank(const struct model *m, const struct query *query, uint32_t row)
{
	const struct query full = resolved(m, query), *q = &full;
	struct subject it = subject_at(m, q->by, row);
	struct ranked mine = rank_row(m, q, &it);
	struct passing passing;
	uint32_t rank = 0;

	passing_init(&passing, m, q); /* without memory all pass */
	for (uint32_t id = subject_next(m, q->by, 0); id != POOL_NONE;
		id = subject_next(m, q->by, id + 1)) {
		struct subject s = subject_at(m, q->by, id);
		if (id != row && query_matches(m, q, &s) && passes(&passing, &s) &&
			before(m, q, rank_row(m, q, &s), mine))
			rank++;
	}
	free(passing.bits);
	return rank;
}
