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
#define PACK_TEXTS      512

/* What goes with some events in a row; all zero before the first of them, for the writer as for the
 * reader. It points into their bytes, which must not move. */
struct pack_state {
	usec_t last; /* time of the event before */
	struct str texts[PACK_TEXTS];
};

static inline void pack_begin(struct pack_state *state)
{
	memset(state, 0, sizeof *state);
}

/* Which of its fields are set: a bit for each. *ret_bound: at least as many bytes as it takes. */
uint64_t pack_fields(const struct event *event, size_t *ret_bound);

/* Writes it to buf, which has room for the bound; fields as pack_fields says. Returns the
 * length. */
size_t pack_event(
	unsigned char *buf, const struct event *event, uint64_t fields, struct pack_state *state);

/* Reads the event at *p, which ends at `end`, borrowing its text from there, and sets *p behind it.
 * 0; or -EINVAL when it is none, and nothing more can be read. */
int unpack_event(const unsigned char **p, const unsigned char *end, struct pack_state *state,
	struct event *ret_event);

#endif
