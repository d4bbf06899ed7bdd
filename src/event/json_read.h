/* SPDX-License-Identifier: MIT
 *
 * json_read: one line of a recording to one event; the other half of output/ndjson.
 */
#ifndef NG_EVENT_JSON_READ_H
#define NG_EVENT_JSON_READ_H

#include "event/event.h"

struct record_reader;

/* NULL when memory is out. */
struct record_reader *record_reader_new(void);
void record_reader_free(struct record_reader *r);

/* Reads a line (no newline). *ret_event borrows from the reader until the next call.
 * 1: an event. 0: a record that reports and is no event (host, summary). -EINVAL: not a record
 * of a recording, or a required field is missing or of the wrong type; *ret_error says which,
 * in static text. */
int record_read(
	struct record_reader *r, struct str line, struct event *ret_event, const char **ret_error);

/* The kind and the time of a line as this program writes them, at its very beginning, without
 * reading the rest, for those who want to know of many lines and read few. False when it begins
 * otherwise, which says nothing about it. */
bool record_peek(struct str line, enum event_kind *ret_kind, usec_t *ret_ts);

#endif
