/* SPDX-License-Identifier: MIT
 *
 * table: the report of --once as text, from the same columns as the screen.
 */
#ifndef NG_OUTPUT_TABLE_H
#define NG_OUTPUT_TABLE_H

#include "detect/detect.h"
#include "model/query.h"

#include <stdio.h>

/* Prints a summary, what has changed since the latest mark (d NULL: nothing was judged), and the
 * rows, the widest that fits `width` columns. 0 or -EIO. */
int table_print(FILE *out, const struct model *m, const struct detect *d, enum group_by by,
	bool show_private, int width);

#endif
