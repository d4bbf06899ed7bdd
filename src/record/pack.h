/* SPDX-License-Identifier: MIT
 *
 * pack: an event in as few bytes as can be had cheaply, to be kept in memory: only the fields that
 * are set, numbers of seven bits a byte, text as it is. As the JSON writer and reader, driven by
 * event_kinds[]: what the one says of an event, the other does. Never written to a file.
 */
#ifndef NG_RECORD_PACK_H
#define NG_RECORD_PACK_H

#include "event/event.h"

#define PACK_FIELDS_MAX 64
#define PACK_NUMBER_MAX 10 /* bytes of a number */

/* At least as many bytes as it takes. */
size_t pack_bound(const struct event *event);

/* Writes it to buf, which has room for pack_bound. *last: the time of the event before in the same
 * bytes, 0 at their beginning. Returns the length. */
size_t pack_event(unsigned char *buf, const struct event *event, usec_t *last);

/* Reads the event at *p, which ends at `end`, borrowing its text from there, and sets *p behind it.
 * 0; or -EINVAL when it is none, and *p is where it was. */
int unpack_event(
	const unsigned char **p, const unsigned char *end, usec_t *last, struct event *ret_event);

#endif
