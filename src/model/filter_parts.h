/* SPDX-License-Identifier: MIT
 *
 * filter_parts: what the files that make up the filter share. Nobody else includes it.
 */
#ifndef NG_MODEL_FILTER_PARTS_H
#define NG_MODEL_FILTER_PARTS_H

#include "model/filter.h"

/* The field of a bare text. */
extern const struct filter_field filter_bare;

/* filter_value.c: reads a value. NULL, or what is wrong with it: "" for what the field takes. */
const char *filter_value(const struct filter_field *field, const struct filter_env *env,
	struct str text, struct filter_item *ret_item, char why[static FILTER_ERROR_MAX]);

/* One of an ordering operator, to item->low. */
bool filter_bound(const struct filter_field *field, struct str text, struct filter_item *item);

/* filter_text.c: by the operator; the text is a pattern if it is FILTER_LIKE. */
bool filter_text_matches(struct str text, enum filter_op op, struct str wanted);

/* The name of the machine that a row is, or of some machine that has a share of it. */
bool filter_machine_matches(
	const struct model *m, const struct subject *s, enum filter_op op, struct str wanted);

#endif
