/* SPDX-License-Identifier: MIT
 *
 * query: the rows that a view can see, in order, without sorting the rest. Selecting the first
 * k of n hosts costs n comparisons and a heap of k.
 */
#ifndef NG_MODEL_QUERY_H
#define NG_MODEL_QUERY_H

#include "model/column.h"
#include "model/filter.h"

struct query {
	enum group_by by;          /* what a row is */
	const struct column *sort; /* NULL: the first sortable column */
	bool reversed;             /* against the column's natural order */
	bool show_private;
	const struct filter *filter; /* what cannot speak of a group asks its addresses: one must
				      * pass; or NULL */
	uint32_t skip, limit;
};

struct rows {
	uint32_t *ids; /* owned; rows_done() */
	uint32_t n, cap;
	uint32_t matched;  /* rows that pass the filter, shown or not */
	uint32_t left_out; /* rows that do not, without those that are private and not shown */
};

/* Fills rows (may be reused from call to call) with ids (subject_at), first to last. 0 or -ENOMEM.
 * Ties go to the busier row, then to the lower address, so that equal rows do not dance. */
int query_run(const struct model *m, const struct query *q, struct rows *rows);
void rows_done(struct rows *rows);

/* How many matching rows come before this one in the query's order. */
uint32_t query_rank(const struct model *m, const struct query *q, uint32_t row);

/* Of an address; of a group, as far as the filter speaks of groups. */
bool query_matches(const struct model *m, const struct query *q, const struct subject *s);

#endif
