/* SPDX-License-Identifier: MIT
 *
 * since: what has changed since the latest mark, for the reports of --once.
 */
#ifndef NG_OUTPUT_SINCE_H
#define NG_OUTPUT_SINCE_H

#include "base/jsonw.h"
#include "detect/detect.h"

#include <stdio.h>

#define SINCE_MOST  10 /* records of each kind */
#define SINCE_LINES 5

/* A `since` record for each change; nothing when there is no mark, or no judgement (d is NULL).
 * *n grows by how many: the first record of an output says the schema. */
void since_put_records(struct jsonw *w, const struct model *m, const struct detect *d,
	bool show_private, uint32_t *n);

/* The same in words, SINCE_LINES at most. True when it printed. */
bool since_print(FILE *out, const struct model *m, const struct detect *d, bool show_private);

#endif
