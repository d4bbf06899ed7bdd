/* SPDX-License-Identifier: MIT
 *
 * intake: what members say becomes events. Whatever carries it (ssh, NATS, a recording of a test)
 * hands lines over with the name of the member that they are of, which is the carrier's word, never
 * the line's. Nothing that a member says is believed beyond what is its own to say: it speaks of
 * itself, its shares and its flags, in bounded numbers (fleet/bounds.h), at its own pace; a line
 * that is none is counted and passed over, and too many of them refuse the member for a minute.
 *
 * How it stands with a member is said as an event_machine with a state and nothing else but its
 * note; what a member says of itself comes as one without a state. A member is up with its first
 * set, lost when none has come for three of its intervals.
 *
 * A member costs about 200 bytes.
 */
#ifndef NG_FLEET_INTAKE_H
#define NG_FLEET_INTAKE_H

#include "base/clock.h"
#include "event/event.h"

#define INTAKE_LINE_MAX (16u << 10) /* bytes; a longer one is no record */

/* What a member may say, on average and at most at once. A set each second is about 150 lines and
 * 60 KiB. */
#define INTAKE_LINES_A_SECOND 400
#define INTAKE_BYTES_A_SECOND (256u << 10)
#define INTAKE_BURST          (4 * USEC_PER_SEC) /* of both */

#define INTAKE_PATIENCE (5 * USEC_PER_SEC)  /* with one that says more than that */
#define INTAKE_REFUSAL  (60 * USEC_PER_SEC) /* for so long it is not listened to then */
#define INTAKE_BAD_MAX  200                 /* lines that are none, until it is refused */
#define INTAKE_QUIET    3                   /* intervals without a set, until it is lost */

struct intake;

struct intake_account {
	uint64_t lines;    /* that were looked at */
	uint64_t refused;  /* of these: no record, or not a member's to say */
	uint64_t over;     /* passed over: beyond a member's pace, or of one that is refused */
	uint64_t cut;      /* sets with fewer parts than they said */
	uint64_t missed;   /* sets that did not come, by their numbers */
	uint64_t again;    /* sets that came twice */
	uint64_t too_many; /* members for which there was no number */
};

/* NULL when memory is out. */
struct intake *intake_new(void);
void intake_free(struct intake *i);

/* The number of a member (event.machine), given when it is new; 0: there are too many, or the name
 * is empty. name is what it is called where it is shown: the host that was called by ssh, the name
 * in the subject. It is cleaned, and cut to FLEET_NAME_MAX - 1 bytes. */
uint32_t intake_member(struct intake *i, struct str name);

/* What it is called; for as long as i. */
const char *intake_name(const struct intake *i, uint32_t member);

/* One line (no newline) of a member, or a message of several. now: the receiver's time, which the
 * events carry; how far the member's clock is from it is told. at: when it was published, where a
 * stream tells of the past, and then what the events carry; 0: now. */
void intake_take(struct intake *i, uint32_t member, struct str text, usec_t now, usec_t at,
	struct event_sink *sink);

/* Whoever carries it knows better than silence: it is called, cannot be reached, what it sends
 * cannot be taken. Said once for each change of state or reason. MEMBER_WAITED of one that has been
 * heard of says nothing, but that a sender begins anew. MEMBER_UP is nobody's to say. */
void intake_state(struct intake *i, uint32_t member, enum member_state state, struct str why,
	usec_t now, struct event_sink *sink);

enum member_state intake_state_of(const struct intake *i, uint32_t member);

/* It has been called and not been heard of yet, or is in the middle of a set. */
bool intake_awaits(const struct intake *i, uint32_t member);

/* Until when nothing of it is taken, whatever it says; 0: it is listened to. */
usec_t intake_refused_until(const struct intake *i, uint32_t member, usec_t now);

/* From time to time: members that have been silent for three of their intervals are lost. why: of
 * all of them; empty: nobody knows. */
void intake_tick(struct intake *i, usec_t now, struct str why, struct event_sink *sink);

const struct intake_account *intake_account(const struct intake *i);

#endif
