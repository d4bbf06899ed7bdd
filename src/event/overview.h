/* SPDX-License-Identifier: MIT
 *
 * overview: what a recording holds from end to end, as far as it has been looked through: how much
 * happens when, and the moments that somebody may want to go to. What src/record knows ahead of
 * playing it, and the screen draws as a bar. Times are those of the recording.
 *
 * Of fixed size: the parts of time grow to twice their width when a recording turns out longer than
 * all of them together.
 */
#ifndef NG_EVENT_OVERVIEW_H
#define NG_EVENT_OVERVIEW_H

#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

#define OVERVIEW_PARTS   1024
#define OVERVIEW_MOMENTS 256
#define OVERVIEW_NAME    24 /* with its NUL */

/* When something began. */
struct overview_moment {
	usec_t at;
	char name[OVERVIEW_NAME]; /* of a flag; "": a mark that somebody made */
	uint8_t severity;         /* enum severity; of a mark 0 */
};

struct overview {
	usec_t begin, end;              /* of what was looked through; 0: nothing yet */
	bool whole;                     /* to the recording's end */
	usec_t width;                   /* of a part; the first begins at `begin` */
	uint64_t parts[OVERVIEW_PARTS]; /* how much happens in each */
	struct overview_moment moments[OVERVIEW_MOMENTS]; /* by time */
	uint32_t moment_count;
	uint32_t left_out; /* for which there was no room: the less grave */
	uint64_t version;  /* grows with every change */
};

/* Nothing is known yet. */
void overview_init(struct overview *o);

/* So much happens then. A time before `begin` counts for it. */
void overview_add(struct overview *o, usec_t at, uint64_t weight);

/* Something began; once for each name and time, give or take OVERVIEW_SAME: what is found anew may
 * begin a little earlier or later than was recorded. */
#define OVERVIEW_SAME (3 * USEC_PER_SEC)
void overview_note(struct overview *o, const struct overview_moment *moment);

/* How much happens between two times, at most, in any part of it. */
uint64_t overview_between(const struct overview *o, usec_t from, usec_t to);

/* The first moment after, or the last before `at`; NULL: none is known. */
const struct overview_moment *overview_after(const struct overview *o, usec_t at);
const struct overview_moment *overview_before(const struct overview *o, usec_t at);

#endif
