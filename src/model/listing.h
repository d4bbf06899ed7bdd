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

#include "model/listing_order.h"

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
