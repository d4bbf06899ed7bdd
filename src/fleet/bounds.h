/* SPDX-License-Identifier: MIT
 *
 * bounds: the numbers and texts of a member's record, brought within what can be. A machine that
 * lies can lie about itself, but no sum runs over for it, and no text is longer than a screen
 * shows.
 */
#ifndef NG_FLEET_BOUNDS_H
#define NG_FLEET_BOUNDS_H

#include "event/event.h"

/* With EVENT_MACHINES_MAX machines, sums still fit into 63 bits. */
#define BOUNDS_COUNT_MAX (UINT64_C(1) << 49)
#define BOUNDS_TEXT_MAX  (HERD_SOURCES_TEXT + 8u) /* bytes of a text */
#define BOUNDS_WORDS_MAX 1024u                    /* of a list of words, numbers */
#define BOUNDS_PARTS_MAX 512u                     /* of a set */

#define BOUNDS_EVERY_MIN     USEC_PER_SEC
#define BOUNDS_EVERY_MAX     (300 * USEC_PER_SEC)
#define BOUNDS_EVERY_DEFAULT (10 * USEC_PER_SEC)

static inline uint64_t bounds_count(uint64_t v)
{
	return v < BOUNDS_COUNT_MAX ? v : BOUNDS_COUNT_MAX;
}

/* Where numbers are rewritten. */
struct bounds_scratch {
	char figures[2 * BOUNDS_WORDS_MAX];
};

/* Bounds all that the event says, as its kind asks for. Texts are shortened where they are, but for
 * figures, which borrow from the scratch then. ahead: of the member's clock, in usec, by which the
 * times in it are put right. False: it is nothing that a machine can say. */
bool bounds_apply(struct event *e, usec_t ahead, struct bounds_scratch *scratch);

#endif
