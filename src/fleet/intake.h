/* SPDX-License-Identifier: MIT
 *
 * intake: what members say becomes events. Whatever carries it (ssh, NATS, a recording of a test)
 * hands lines over with the name of the member that they are of, which is the carrier's word, never
 * the line's. Nothing that a member says is believed beyond what is its own to say: it speaks of
 * itself, its shares and its flags, in bounded numbers, at its own pace; a line that is none is
 * counted and passed over, and too many of them refuse the member for a minute.
 */
#ifndef NG_FLEET_INTAKE_H
#define NG_FLEET_INTAKE_H

#include "base/clock.h"
#include "event/event.h"

struct intake;

struct intake_account {
	uint64_t lines, refused; /* lines taken; that were no record, or not a member's to say */
	uint64_t cut;            /* sets with fewer parts than they said */
	uint64_t too_many;       /* members for which there was no number */
};

/* NULL when memory is out. */
struct intake *intake_new(void);
void intake_free(struct intake *i);

/* The number of a member (event.machine), given when it is new; 0: there are too many. name is what
 * it is called where it is shown: the host that was called by ssh, the name in the subject. */
uint32_t intake_member(struct intake *i, struct str name);

/* One line (no newline) of a member, or a message of several. now: the receiver's time, which the
 * events carry; how far the member's clock is from it is told. at: when it was published, where a
 * stream tells of the past; 0: now. */
void intake_take(struct intake *i, uint32_t member, struct str text, usec_t now, usec_t at,
	struct event_sink *sink);

/* It is called, is up, cannot be reached, is refused: says so, once for each change. */
void intake_state(struct intake *i, uint32_t member, enum member_state state, struct str why,
	usec_t now, struct event_sink *sink);

/* From time to time: members that have been silent for three of their intervals are lost. */
void intake_tick(struct intake *i, usec_t now, struct event_sink *sink);

const struct intake_account *intake_account(const struct intake *i);

#endif
