/* SPDX-License-Identifier: MIT
 *
 * ecs: a record under the names of the Elastic Common Schema (ECS 8), for --json=ecs. One table has
 * the names; what ECS has none for keeps its own, as nethergaze.KIND.NAME. Keys are dotted, as
 * Elasticsearch and its shippers take them.
 */
#ifndef NG_OUTPUT_ECS_H
#define NG_OUTPUT_ECS_H

#include "base/jsonw.h"

#define ECS_VERSION "8.11.0"

/* Puts a line of our own NDJSON (as json_put_event and ndjson make it), with or without its
 * newline, as a line of ECS. What is no such record is left out. */
void ecs_put(struct jsonw *w, struct str line);

/* The i-th row of the table: which member of which kind of record (NULL: of any) has a name in ECS.
 * False: there are no more. */
bool ecs_name_at(size_t i, const char **ret_kind, const char **ret_name);

#endif
