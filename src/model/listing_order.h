/* SPDX-License-Identifier: MIT
 *
 * listing_order: what a listing is asked for, and what it keeps (listing.h).
 */
#ifndef NG_MODEL_LISTING_ORDER_H
#define NG_MODEL_LISTING_ORDER_H

#include "model/column.h"
#include "model/filter.h"
#include "model/trouble.h"

#define LISTING_OPEN_MAX 64 /* groups that are open at once; the one opened first goes */
#define LISTING_FOLD     4

struct listing_query {
	enum group_by by;
	const struct column *sort; /* NULL: the order by trouble */
	bool reversed;             /* against the column's natural order */
	bool show_private;
	uint32_t member; /* only what this machine of the fleet has, by its number; 0: all */
	const struct filter *filter; /* copied; NULL: all pass */
};

/* A line of the tree, good until the next model_apply. */
struct listing_row {
	enum group_by by;
	uint32_t id;       /* as subject_at takes it */
	uint8_t depth;     /* 1: below a group */
	gravity_t gravity; /* of a group: also of its addresses */
	bool folded;       /* a network among addresses */
	bool open;
	uint32_t children; /* of a group: addresses that pass */
	uint32_t member;   /* of a group: id of one of them, or POOL_NONE */
	/* They differ in it: that of the member says nothing about the group. */
	bool mixed_country, mixed_system;
};

struct listing_item {
	uint32_t id, check;
};

/* What is noted of a group while its addresses are walked over. */
struct listing_note {
	uint32_t member; /* + 1 */
	uint32_t children;
	gravity_t gravity;
	uint8_t family; /* that is folded; 0: none */
	uint8_t open;   /* which of listing.open it is, + 1 */
	bool mixed_country, mixed_system, passes;
};

struct listing_order {
	enum group_by by;
	struct listing_item *tops, *members; /* owned; of tops the highest bit of id: a network */
	uint32_t top_count, member_count;
	struct listing_note *notes; /* owned; by id of the group; NULL: there is no group */
	uint32_t note_count;
	uint32_t addresses; /* that pass */
	/* Groups that are open, by their place. */
	struct {
		uint32_t at, top; /* the group's line, its place among tops */
		uint32_t first, n;
	} open[LISTING_OPEN_MAX];
	uint32_t open_count;
};

#endif
