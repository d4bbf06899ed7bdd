// SPDX-License-Identifier: MIT
#include "console/log_gutter.h"

#include <string.h>

struct span {
	usec_t from, to;
};

/* The time at which a part begins; that of behind the last one is behind the newest line. */
static usec_t begin_of(struct span s, uint32_t part, uint32_t parts)
{
	return s.from + (usec_t)((double)(s.to - s.from) * part / parts);
}

static struct span span_of(const struct log_view *l, const struct model *m)
{
	const struct journal_entry *oldest = log_view_line(l, m, 0);
	const struct journal_entry *newest = log_view_line(l, m, l->index.lines.n - 1);
	usec_t from = oldest ? oldest->ts : 0, to = newest ? newest->ts + 1 : 0;

	return (struct span){from, to > from ? to : from + 1};
}

static bool has_hit(const struct log_view *l, uint32_t first, uint32_t end)
{
	const struct positions *lines = &l->index.lines, *hits = &l->index.hits;
	uint32_t at;

	if (first >= end || !hits->n)
		return false;
	at = positions_before(hits, positions_at(lines, first));
	return at < hits->n && positions_at(hits, at) <= positions_at(lines, end - 1);
}

static void scale(struct log_gutter_cell *cells, const uint32_t *counts, uint32_t rows)
{
	uint32_t most = 1;

	for (uint32_t i = 0; i < rows; i++)
		if (counts[i] > most)
			most = counts[i];
	for (uint32_t i = 0; i < rows; i++)
		cells[i].level =
			(uint8_t)(counts[i] ? 1 + (uint64_t)counts[i] * (GUTTER_FULL - 1) / most
					    : 0);
}

void log_gutter(const struct log_view *l, const struct model *m, const usec_t *marks, size_t mark_n,
	struct log_gutter_cell *cells, uint32_t rows)
{
	uint32_t counts[GUTTER_ROWS_MAX], n = l->index.lines.n, first = 0;

	memset(cells, 0, rows * sizeof *cells);
	if (rows > GUTTER_ROWS_MAX)
		rows = GUTTER_ROWS_MAX;
	if (!n || !rows)
		return;
	struct span s = span_of(l, m);
	for (uint32_t i = 0; i < rows; i++) {
		usec_t until = begin_of(s, i + 1, rows);
		uint32_t end = i + 1 < rows ? log_index_find_time(&l->index, m, until) : n;
		if (end < first) /* lines that are out of order */
			end = first;
		counts[i] = end - first;
		cells[i].in_sight = first < l->end && end > l->first;
		cells[i].hit = has_hit(l, first, end);
		for (size_t k = 0; k < mark_n; k++)
			cells[i].mark |= marks[k] >= begin_of(s, i, rows) && marks[k] < until;
		first = end;
	}
	scale(cells, counts, rows);
}
