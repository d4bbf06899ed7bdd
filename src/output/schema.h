/* SPDX-License-Identifier: MIT
 *
 * schema: the JSON Schema (2020-12) of every record that nethergaze writes, made from the tables
 * that write them: event_kinds[], columns[], figures[], and record_fields[] for the rest.
 *
 * Each line of NDJSON is one record, and validates against the whole schema; a record of kind t
 * also against "#/$defs/t". Members that are not known are absent; there are none but those named.
 */
#ifndef NG_OUTPUT_SCHEMA_H
#define NG_OUTPUT_SCHEMA_H

#include "base/jsonw.h"

/* One object, and a newline. w->failed: memory is out. */
void schema_put(struct jsonw *w);

#endif
