/* SPDX-License-Identifier: MIT
 *
 * json_write: an event as one line of NDJSON, "t" first, its fields in the order of event_kinds[];
 * the other half of json_read. The pieces serve the records that are made from the model, too.
 */
#ifndef NG_EVENT_JSON_WRITE_H
#define NG_EVENT_JSON_WRITE_H

#include "base/jsonw.h"
#include "event/event.h"

void json_put_event(struct jsonw *w, const struct event *event);

/* {"t":kind and the end of the line. */
void json_open_record(struct jsonw *w, const char *kind);
void json_close_record(struct jsonw *w);

/* Space-separated words as an array of strings. */
void json_put_words(struct jsonw *w, struct str words);

/* Lines, likewise. */
void json_put_lines(struct jsonw *w, struct str lines);
void json_put_addr(struct jsonw *w, const struct addr *a);
void json_put_prefix(struct jsonw *w, const struct prefix *p);

/* Words "name=count" as an object of counts; others are left out. */
void json_put_numbers(struct jsonw *w, struct str words);

/* "key":v, unless v is `absent`. */
void json_put_number(struct jsonw *w, const char *key, uint64_t v, uint64_t absent);

#endif
