/* SPDX-License-Identifier: MIT
 *
 * filter_edit: a filter's text made narrower by what somebody points at.
 */
#ifndef NG_MODEL_FILTER_EDIT_H
#define NG_MODEL_FILTER_EDIT_H

#include "model/filter.h"

/* What is pointed at: a value of a field. */
struct filter_target {
	const char *field; /* a name in filter_fields[]; static */
	enum filter_op op;
	struct str value; /* borrowed; clean; of networks several, with commas between them */
};

/* The text of f with one more word: only the target, or with `negated` all but it. "Only" takes the
 * place of the words that have named others of the field. What no value can hold, quotes and the
 * end of a long text, becomes a pattern. 0, or -ENOSPC when it would be too long. */
int filter_narrow(const struct filter *f, const struct filter_target *target, bool negated,
	char ret_text[static FILTER_TEXT_MAX]);

/* The target that a row is; its value is in buf. False for a row that no word can name. */
bool filter_target_of(const struct model *m, const struct subject *s,
	char buf[static SUBJECT_NAME_MAX], struct filter_target *ret_target);

#endif
