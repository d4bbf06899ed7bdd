/* SPDX-License-Identifier: MIT
 *
 * block_undo: what a block took the place of: narrower blocks that were in our table. It is put
 * back when that block is undone, for as long as it had left. A block that ends by its time puts
 * nothing back.
 */
#ifndef NG_APP_BLOCK_UNDO_H
#define NG_APP_BLOCK_UNDO_H

#include "action/ways.h"

#define BLOCK_UNDOS_MAX 32 /* more push out the oldest */

/* What stood in a network before it was blocked. */
struct block_undo {
	struct prefix net;
	usec_t at;    /* as of when was[].left_s counts */
	bool returns; /* it is being put back */
	struct block_held was[BLOCK_PREFIXES_MAX];
	uint32_t count; /* 0: a free place */
};

/* All zero is empty. */
struct block_undos {
	struct block_undo at[BLOCK_UNDOS_MAX];
};

/* A net was blocked, in place of those of held that lie in it, in place of what is remembered of
 * the net. When it was itself among them it was only renewed, and what it took the place of first
 * stays. False when there is no place. */
bool block_undos_keep(struct block_undos *u, const struct prefix *net,
	const struct block_held *held, uint32_t count, usec_t at);

/* A net is not blocked any more, but was not let in from here: nothing comes back. What went out
 * for a wider block of ours is kept: it may come back with what it had. */
void block_undos_drop(struct block_undos *u, const struct prefix *net);

/* A net was let in: block_undos_next hands out what is to be put back. */
void block_undos_return(struct block_undos *u, const struct prefix *net);

/* The same of what was let in by itself. False when there is no place. */
bool block_undos_put_back(
	struct block_undos *u, const struct block_held *held, uint32_t count, usec_t at);

/* Takes out prefixes to put back that have the same time left: nothing goes out for them, and none
 * is for longer than BLOCK_SECONDS_MAX. Those whose time is over are forgotten. False: no more. */
bool block_undos_next(struct block_undos *u, usec_t now, struct block_steps *ret_steps);

#endif
