// SPDX-License-Identifier: MIT
#include "model/column.h"

bool column_is_sortable(const struct column *c, const struct model *m, enum group_by by)
{
	return c->title && (c->key || c->part || c->compare) && column_serves(c, m, by);
}

const struct column *column_sort_next(
	const struct model *m, enum group_by by, const struct column *current)
{
	/* From NULL the walk begins after who it is, so that connections are the first. */
	size_t at = (size_t)((current ? current : column_find(STR_LIT("org"))) - columns);

	do
		at = (at + 1) % column_count;
	while (!column_is_sortable(&columns[at], m, by));
	return &columns[at];
}

const struct column *column_sort_back(
	const struct model *m, enum group_by by, const struct column *current)
{
	size_t at = (size_t)(current - columns);

	do
		at = (at + column_count - 1) % column_count;
	while (!column_is_sortable(&columns[at], m, by));
	return &columns[at];
}
