/* SPDX-License-Identifier: MIT
 *
 * ndjson: the records that are made from the model: one JSON object a line, "t" first, in the
 * format of event/json_write.
 */
#ifndef NG_OUTPUT_NDJSON_H
#define NG_OUTPUT_NDJSON_H

#include "base/jsonw.h"
#include "detect/mark.h"
#include "model/query.h"

/* Begins a record of this kind with "ts" and "machine", as all that are made from the model. The
 * first record of an output says which schema it all follows. */
void ndjson_open(struct jsonw *w, const struct model *m, const char *kind, bool first);

/* A `host` record of an address, a `group` record of a group. first: it is the first record of its
 * output, and says the schema. */
void ndjson_row(struct jsonw *w, const struct model *m, const struct subject *s, bool first);

/* A `since` record: a change since a mark, with rates a minute. */
void ndjson_since(struct jsonw *w, const struct model *m, const struct mark *mark,
	enum change_of of, const struct change *c, bool first);

void ndjson_summary(struct jsonw *w, const struct model *m, bool show_private, bool first);

#endif
