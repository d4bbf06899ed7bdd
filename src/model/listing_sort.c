// SPDX-License-Identifier: MIT
/* A radix sort, a byte at a time from the lowest, that does one byte a step: it is stable, and its
 * cost is known beforehand. Bytes that are the same in all entries are skipped: of most keys few
 * are left. */
#include "model/listing_parts.h"

#include <stdlib.h>

#define AT_ONCE 1024 /* entries that need no steps */
#define TIES    64   /* equal ones that are put in order one by one */

enum {
	TIE_DIGITS = 8,
	KEY_DIGITS = 16,
	PARENT_DIGIT = KEY_DIGITS,
	DIGITS
};

bool listing_push(struct listing_entries *e, const struct listing_entry *entry)
{
	if (e->n == e->cap) {
		uint32_t cap = e->cap ? e->cap * 2 : 256;
		struct listing_entry *at = realloc(e->at, cap * sizeof *at);
		if (at)
			e->at = at;
		struct listing_entry *spare = at ? realloc(e->spare, cap * sizeof *at) : NULL;
		if (!spare)
			return false;
		e->spare = spare;
		e->cap = cap;
	}
	e->keys_differ |= entry->key ^ (e->n ? e->at[0].key : entry->key);
	e->ties_differ |= entry->tie ^ (e->n ? e->at[0].tie : entry->tie);
	e->at[e->n++] = *entry;
	return true;
}

void listing_entries_clear(struct listing_entries *e)
{
	e->n = 0;
	e->keys_differ = e->ties_differ = 0;
}

void listing_entries_done(struct listing_entries *e)
{
	free(e->at);
	free(e->spare);
	*e = (struct listing_entries){0};
}

static int compare(const void *pa, const void *pb)
{
	const struct listing_entry *a = pa, *b = pb;

	if (a->parent != b->parent)
		return a->parent < b->parent ? -1 : 1;
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	if (a->tie != b->tie)
		return a->tie < b->tie ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

static inline uint8_t digit_of(const struct listing_entry *entry, uint32_t digit)
{
	if (digit == PARENT_DIGIT)
		return (uint8_t)entry->parent;
	if (digit < TIE_DIGITS)
		return (uint8_t)(entry->tie >> digit * 8);
	return (uint8_t)(entry->key >> (digit - TIE_DIGITS) * 8);
}

static bool matters(const struct listing_entries *e, uint32_t digit)
{
	if (digit == PARENT_DIGIT)
		return true;
	if (digit < TIE_DIGITS)
		return e->ties_differ >> digit * 8 & 0xff;
	return e->keys_differ >> (digit - TIE_DIGITS) * 8 & 0xff;
}

static void sort_by(struct listing_entries *e, uint32_t digit)
{
	uint32_t place[257] = {0};
	struct listing_entry *from = e->at, *to = e->spare;

	for (uint32_t i = 0; i < e->n; i++)
		place[digit_of(&from[i], digit) + 1]++;
	for (int i = 1; i < 257; i++)
		place[i] += place[i - 1];
	for (uint32_t i = 0; i < e->n; i++)
		to[place[digit_of(&from[i], digit)]++] = from[i];
	e->at = to;
	e->spare = from;
}

bool listing_sort_step(struct listing_entries *e, uint32_t *digit)
{
	if (e->n <= AT_ONCE) {
		if (*digit < DIGITS && e->n)
			qsort(e->at, e->n, sizeof *e->at, compare);
		*digit = DIGITS;
		return false;
	}
	while (*digit < DIGITS && !matters(e, *digit))
		++*digit;
	if (*digit < DIGITS)
		sort_by(e, (*digit)++);
	return *digit < DIGITS;
}

static bool is_tie(const struct listing_entry *a, const struct listing_entry *b)
{
	return a->key == b->key && a->tie == b->tie && a->parent == b->parent;
}

static bool is_gone(const struct model *m, enum group_by by, uint32_t id)
{
	return subject_next(m, by, id) != id;
}

/* Rows that have gone since stay where they are. */
static int by_address(const struct model *m, enum group_by by, const struct listing_entry *a,
	const struct listing_entry *b)
{
	enum group_by kind = listing_kind(by, a->id);

	if (listing_kind(by, b->id) != kind || is_gone(m, kind, listing_id(a->id)) ||
		is_gone(m, kind, listing_id(b->id)))
		return 0;
	struct subject sa = subject_at(m, kind, listing_id(a->id));
	struct subject sb = subject_at(m, kind, listing_id(b->id));
	return subject_compare(&sa, &sb);
}

static void insert(struct listing_entry *first, uint32_t i, const struct model *m, enum group_by by)
{
	struct listing_entry entry = first[i];

	for (; i > 0 && by_address(m, by, &first[i - 1], &entry) > 0; i--)
		first[i] = first[i - 1];
	first[i] = entry;
}

void listing_settle_ties(struct listing_entries *e, const struct model *m, enum group_by by)
{
	for (uint32_t i = 0, end; i < e->n; i = end) {
		for (end = i + 1; end < e->n && is_tie(&e->at[i], &e->at[end]); end++)
			;
		if (end - i > TIES)
			continue;
		for (uint32_t k = i + 1; k < end; k++)
			insert(&e->at[i], k - i, m, by);
	}
}
