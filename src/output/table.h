/* SPDX-License-Identifier: MIT
 *
 * table: the report of --once as text, from the same columns as the screen.
 */
#ifndef NG_OUTPUT_TABLE_H
#define NG_OUTPUT_TABLE_H

#include "model/query.h"

#include <stdio.h>

/* Prints a summary and the rows of the query, the widest that fits `width` columns. 0 or -EIO. */
int table_print(FILE *out, const struct model *m, const struct query *q, int width);

#endif
