/* SPDX-License-Identifier: MIT
 *
 * dialog_text: a filter, field by field, as the dialog has it, and as the one text that it is. Each
 * field of the dialog holds the values of the word of its field, "404,5xx" or ">60"; what no field
 * of the dialog can hold (negated words, patterns of other fields, a second word of one field)
 * stays as it is in the last one, "anything else".
 */
#ifndef NG_CONSOLE_DIALOG_TEXT_H
#define NG_CONSOLE_DIALOG_TEXT_H

#include "model/filter.h"

struct dialog_field {
	const char *label;
	const char *field; /* a name in filter_fields[]; NULL: anything else */
	const char *hint;
};

extern const struct dialog_field dialog_fields[];

enum {
	DIALOG_FIELDS = 10
};

/* The values, as they stand in the fields. */
struct dialog_values {
	char at[DIALOG_FIELDS][FILTER_TEXT_MAX];
};

void dialog_read(struct dialog_values *ret, const struct filter *f);

/* 0, or -ENOSPC: it would be too long. */
int dialog_write(const struct dialog_values *v, char ret_text[static FILTER_TEXT_MAX]);

#endif
