/* SPDX-License-Identifier: MIT
 *
 * table: the report of --once as text, from the same columns as the screen.
 */
#ifndef NG_OUTPUT_TABLE_H
#define NG_OUTPUT_TABLE_H

#include "model/query.h"

#include <stdio.h>

struct table_view {
	enum group_by by; /* what a row is */
	bool show_private;
	const struct filter *filter; /* which rows are there; NULL: all */
	int width;                   /* columns that the widest row may take */
};

/* Prints the verdict and the flags, a summary, and the rows. 0, -ENOMEM or -EIO. */
int table_print(FILE *out, const struct model *m, const struct table_view *view);

#endif
