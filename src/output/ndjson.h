/* SPDX-License-Identifier: MIT
 *
 * ndjson: the records that are made from the model: one JSON object a line, "t" first, in the
 * format of event/json_write.
 */
#ifndef NG_OUTPUT_NDJSON_H
#define NG_OUTPUT_NDJSON_H

#include "base/jsonw.h"
#include "model/query.h"

void ndjson_host(struct jsonw *w, const struct model *m, const struct host *h);
void ndjson_summary(struct jsonw *w, const struct model *m, bool show_private);

#endif
