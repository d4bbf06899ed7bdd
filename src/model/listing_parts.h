/* SPDX-License-Identifier: MIT
 *
 * listing_parts: an order in the making. Only the files of listing include it.
 */
#ifndef NG_MODEL_LISTING_PARTS_H
#define NG_MODEL_LISTING_PARTS_H

#include "model/listing_order.h"
#include "model/subject_share.h"

#define LISTING_NETWORK (UINT32_C(1) << 31) /* in an id: of a network among addresses */
#define LISTING_CHECK   0xffffffu

/* A row to be sorted: by both keys upward. */
struct listing_entry {
	uint64_t key, tie;
	uint32_t id;
	uint32_t check : 24;
	uint32_t parent : 8; /* which of listing.open it is below */
};

struct listing_entries {
	struct listing_entry *at, *spare; /* owned; of the same size */
	uint32_t n, cap;
	uint64_t keys_differ, ties_differ; /* bits that are not the same in all */
};

enum listing_phase {
	LISTING_IDLE,
	LISTING_HOSTS,   /* walks over addresses */
	LISTING_GROUPS,  /* walks over groups; of addresses, decides which networks are folded */
	LISTING_FOLDING, /* takes addresses of folded networks out */
	LISTING_SORTING,
	LISTING_ENDING
};

/* How many addresses of a network are marked, by family, and how gravely at worst. */
struct listing_marks {
	uint8_t n[TROUBLE_FAMILIES]; /* up to UINT8_MAX */
	gravity_t gravity[TROUBLE_FAMILIES];
};

struct listing_work {
	struct listing_query q;
	struct filter filter;
	struct subject_share
		share; /* of the row that is looked at, where one machine's is wanted */
	enum listing_phase phase;
	bool by_trouble, descending, folds, asks_members;
	uint32_t cursor, kept; /* kept: of the entries that were folded over */
	uint32_t hosts;        /* entries that are addresses; behind them come networks */
	struct listing_entries tops, members;
	uint32_t digit; /* that is sorted by next */
	struct listing_note *notes;
	struct listing_marks *marks;
	uint32_t note_count;
	uint32_t addresses;
};

/* listing_sort.c: false when memory is out. */
bool listing_push(struct listing_entries *e, const struct listing_entry *entry);
void listing_entries_clear(struct listing_entries *e);
void listing_entries_done(struct listing_entries *e);

/* Sorts by the next digit that matters, from *digit on; few entries all at once. False when all are
 * sorted by it. */
bool listing_sort_step(struct listing_entries *e, uint32_t *digit);

/* Equal neighbours, as long as they are few, by their addresses. */
void listing_settle_ties(struct listing_entries *e, const struct model *m, enum group_by by);

/* listing_gather.c: each goes on with its phase, up to so many rows; true when that has ended. */
bool listing_walk_hosts(struct listing_work *w, const struct model *m, uint32_t budget);
bool listing_walk_groups(struct listing_work *w, const struct model *m, uint32_t budget);
bool listing_fold(struct listing_work *w, const struct model *m, uint32_t budget);

/* Whose row it was. */
uint32_t listing_check(const struct model *m, const struct subject *s);

/* The kind and the id of a row among tops. */
static inline enum group_by listing_kind(enum group_by by, uint32_t id)
{
	return by == GROUP_NONE && id & LISTING_NETWORK ? GROUP_NET : by;
}

static inline uint32_t listing_id(uint32_t id)
{
	return id & ~LISTING_NETWORK;
}

#endif
