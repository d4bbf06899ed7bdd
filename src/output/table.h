/* SPDX-License-Identifier: MIT
 *
 * table: the report of --once as text, from the same columns as the screen.
 */
#ifndef NG_OUTPUT_TABLE_H
#define NG_OUTPUT_TABLE_H

#include "detect/detect.h"
#include "model/query.h"

#include <stdio.h>

struct table_view {
	enum group_by by; /* what a row is */
	bool show_private;
	const struct filter *filter; /* which rows are there; NULL: all */
	int width;                   /* columns that the widest row may take */
	const struct detect *detect; /* what has changed since a mark; NULL: nothing was judged */
};

/* Prints the verdict and the flags, what has changed since the latest mark, a summary, and the
 * rows. 0, -ENOMEM or -EIO. */
int table_print(FILE *out, const struct model *m, const struct table_view *view);

#endif
