/* SPDX-License-Identifier: MIT
 *
 * ndjson: records, one JSON object a line, "t" first. The stream on stdout, the recording and
 * what a replay reads are this one format; the event fields come from event_kinds[].
 */
#ifndef NG_OUTPUT_NDJSON_H
#define NG_OUTPUT_NDJSON_H

#include "base/jsonw.h"
#include "model/query.h"

void ndjson_event(struct jsonw *w, const struct event *event);
void ndjson_host(struct jsonw *w, const struct model *m, const struct host *h);
void ndjson_summary(struct jsonw *w, const struct model *m, bool show_private);

#endif
