/* SPDX-License-Identifier: MIT
 *
 * filter_complete: how the word at a cursor can go on: names of fields, or values that are there
 * now, with how often. The search is bounded: the latest requests, and so many connections.
 */
#ifndef NG_MODEL_FILTER_COMPLETE_H
#define NG_MODEL_FILTER_COMPLETE_H

#include "model/filter.h"

#define FILTER_CHOICES_MAX 48 /* further different ones are left out */
#define FILTER_CHOICE_MAX  64 /* longer values are not offered */

struct filter_choice {
	char text[FILTER_CHOICE_MAX]; /* to be put in; clean */
	uint64_t count;               /* ABSENT: nothing is counted */
};

struct filter_choices {
	const struct filter_field *field; /* whose values these are; NULL: they are fields */
	size_t from, to;                  /* the bytes of the text that a choice replaces */
	size_t n;
	struct filter_choice at[FILTER_CHOICES_MAX]; /* the most frequent first */
};

/* For the text with the cursor at a byte of it. env: NULL for none. */
void filter_complete(struct filter_choices *ret, const struct model *m,
	const struct filter_env *env, struct str text, size_t cursor);

/* How much all choices have in common at their beginnings; in c->at[0].text. */
size_t filter_choices_common(const struct filter_choices *c);

#endif
