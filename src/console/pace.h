/* SPDX-License-Identifier: MIT
 *
 * pace: when the next frame is due. What the operator does is answered at once; what the data
 * brings is seen four times a second at most, and less often where a frame is dear: to the machine
 * under attack, or to the way to the terminal.
 */
#ifndef NG_CONSOLE_PACE_H
#define NG_CONSOLE_PACE_H

#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

struct pace {
	usec_t last;  /* when a frame was begun, by CLOCK_MONOTONIC */
	usec_t pause; /* before the next one that nobody asks for */
};

/* What a frame has cost. */
struct pace_frame {
	usec_t began, took;
	uint64_t bytes;
	int cells; /* of the screen */
	bool asked;
};

void pace_drawn(struct pace *p, const struct pace_frame *f);
usec_t pace_due(const struct pace *p, bool asked);

/* After how many microseconds a frame that is asked for can follow the last one. */
#define PACE_ASKED (16 * USEC_PER_MSEC) /* keys come fast when one is held */

/* The earlier of two spans; below 0: never. */
usec_t pace_sooner(usec_t a, usec_t b);

/* True, once, when the time (0: none) has come; else *sleep ends by then. */
bool pace_has_come(usec_t *at, usec_t now, usec_t *sleep);

#endif
