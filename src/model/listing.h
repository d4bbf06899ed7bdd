/* SPDX-License-Identifier: MIT
 *
 * listing: the rows that pass a filter, all of them and in order, as a tree that is shown line by
 * line: addresses, or groups of them with the members of those that are open.
 *
 * The order is worked out in steps of bounded cost, as often as its owner wants it, and kept: where
 * a row stands, which row stands somewhere, a page on or the end cost next to nothing, however many
 * there are. While a new order is in the making the former one stays. Rows are held by id with a
 * check of whose it was: what has gone meanwhile is passed over.
 *
 * In the order by trouble, networks of which LISTING_FOLD addresses are marked with one letter are
 * one row, and so are those that a flag names as a whole.
 */
#ifndef NG_MODEL_LISTING_H
#define NG_MODEL_LISTING_H

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

struct listing_work; /* listing_parts.h */

struct listing {
	struct listing_order order;
	struct listing_work *work; /* owned */
	struct subject_key open[LISTING_OPEN_MAX];
	uint32_t open_count;
	bool made; /* there was an order */
};

/* 0 or -ENOMEM. */
int listing_init(struct listing *l);
void listing_done(struct listing *l);

/* Begins a new order; one in the making is dropped. */
void listing_begin(struct listing *l, const struct model *m, const struct listing_query *q);

/* Goes on with it, looking at about so many rows; a call that sorts costs more, up to 10 ns for
 * each row that there is. True while there is more to do: then neither query's filter nor model may
 * be another until the next listing_begin. Without memory the former order stays. */
bool listing_work(struct listing *l, const struct model *m, uint32_t budget);

/* Drops what is in the making; the former order stays. */
void listing_stop(struct listing *l);

bool listing_is_busy(const struct listing *l);

/* Opens or closes a group; the next order has it so. */
void listing_set_open(struct listing *l, const struct subject_key *key, bool open);
void listing_close_all(struct listing *l);

/* Lines that there are. */
uint32_t listing_count(const struct listing *l);

/* The line at a rank; false: there is none, or whose it was has gone. */
bool listing_at(
	const struct listing *l, const struct model *m, uint32_t rank, struct listing_row *ret_row);

/* Where a row stands, or POOL_NONE. An address that is in a folded network stands where that does.
 */
uint32_t listing_rank(
	const struct listing *l, const struct model *m, const struct subject_key *key);

/* The rank of the group that the line is below; its own, if it is below none. */
uint32_t listing_parent(const struct listing *l, uint32_t rank);

#endif
