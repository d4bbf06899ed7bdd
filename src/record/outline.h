/* SPDX-License-Identifier: MIT
 *
 * outline: the overview of a recording, made of its events: how much each of them is, and which are
 * moments that somebody may want to go to.
 */
#ifndef NG_RECORD_OUTLINE_H
#define NG_RECORD_OUTLINE_H

#include "event/event.h"
#include "event/overview.h"

struct outline {
	struct overview overview;
	bool counts_networks; /* SYNs are told by network, those of addresses are among them */
};

void outline_init(struct outline *o);

/* What is known by the kind alone: one, or nothing for what comes each second though nothing
 * happens, and for what others come to. False: the event has to be looked at. */
bool outline_kind_weighs(enum event_kind kind, uint64_t *ret_weight);

/* How much it is. */
uint64_t outline_weight(struct outline *o, const struct event *event);

/* A flag or a mark; others are passed over. */
void outline_note(struct outline *o, const struct event *event);

/* The event, at its own time. */
void outline_take(struct outline *o, const struct event *event);

/* What is known of a part of the recording. */
void outline_merge(struct outline *o, const struct overview *part);

#endif
