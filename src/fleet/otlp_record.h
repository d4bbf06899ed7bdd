/* SPDX-License-Identifier: MIT
 *
 * otlp_record: an event as a LogRecord of OpenTelemetry, in the JSON of OTLP (opentelemetry-proto,
 * opentelemetry/proto/logs/v1/logs.proto; 64-bit integers are strings, keys are lowerCamelCase).
 * Members are named after the semantic conventions of OpenTelemetry where these have a name, and
 * "nethergaze.KIND.MEMBER" where they have none. docs/otlp.md
 */
#ifndef NG_FLEET_OTLP_RECORD_H
#define NG_FLEET_OTLP_RECORD_H

#include "base/jsonw.h"
#include "event/event.h"

#define OTLP_TEXT_MAX   2048 /* bytes of one text; a longer one ends in "…" */
#define OTLP_VALUES_MAX 64   /* of one array */

/* A machine, share, herd, flag or verdict. observed: when it was put together here. */
void otlp_put_record(struct jsonw *w, const struct event *event, usec_t observed);

/* {"key":key,"value":{"stringValue":text}}, for what is no event. */
void otlp_put_text(struct jsonw *w, const char *key, struct str text);

/* The i-th row of the table of names; false: there are no more. A test reads it. */
bool otlp_name_at(size_t i, const char **ret_kind, const char **ret_name);

#endif
