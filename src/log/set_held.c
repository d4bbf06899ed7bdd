// SPDX-License-Identifier: MIT
/*
 * What is held of lines that have begun: who writes logs can leave the end of a line out in each of
 * them, for as long as he likes.
 */
#include "log/set_parts.h"

static void count(struct log_set *set, struct log_file *f)
{
	size_t held = f->cap + container_pieces_held(&f->name->stream.pieces);

	set->held += held;
	set->held -= f->held;
	f->held = held;
}

static void trim(struct log_set *set, struct log_file *f)
{
	log_file_trim(f);
	container_pieces_trim(&f->name->stream.pieces);
	count(set, f);
}

/* A line without its middle is none: with a piece of it, those that were joined are given up. */
static void give_up(struct log_set *set, struct log_file *f)
{
	if (container_pieces_held(&f->name->stream.pieces) < f->cap)
		log_file_give_up(f);
	f->account->skipped += container_pieces_give_up(&f->name->stream.pieces);
	log_set_touch(set, f->name);
	count(set, f);
}

static struct log_file *longest(struct log_set *set)
{
	struct log_file *longest = NULL;

	for (uint32_t i = 0; i < set->file_count; i++)
		if (!longest || set->files[i]->held > longest->held)
			longest = set->files[i];
	log_pace_spend(&set->acts, set->file_count / WORK_FILES);
	return longest;
}

void log_set_hold(struct log_set *set, struct log_file *f)
{
	/* While few are read at once, each keeps its room. */
	if (f->busy && set->held < LOG_HELD_MAX / 2)
		count(set, f);
	else
		trim(set, f);
	while (set->held > LOG_HELD_MAX && (f = longest(set)) && f->held > 0) {
		size_t held = f->held;
		trim(set, f);
		if (f->held == held)
			give_up(set, f);
	}
}
