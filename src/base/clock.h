/* SPDX-License-Identifier: MIT
 *
 * clock: time as the program counts it. Microseconds since the Unix epoch fit a double exactly
 * until the year 2255, so NDJSON carries them without loss.
 */
#ifndef NG_BASE_CLOCK_H
#define NG_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

typedef int64_t usec_t;

#define USEC_PER_SEC  INT64_C(1000000)
#define USEC_PER_MSEC INT64_C(1000)
#define USEC_LIMIT    (INT64_C(1) << 53) /* from here on a double is not exact */

static inline usec_t clock_usec(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (usec_t)ts.tv_sec * USEC_PER_SEC + ts.tv_nsec / 1000;
}

/* How far wall time may be from the time that events carry before it counts as set. */
#define CLOCK_STEP USEC_PER_SEC
/* A clock that was set forward is followed once it has stayed there for so long. */
#define CLOCK_HOLD (10 * USEC_PER_SEC)

/* How the time that events carry follows wall time: it never goes back, and nothing that happens to
 * wall time for a moment moves it. Small differences are slewed out. All zero at first. */
struct clock_follow {
	bool begun;
	usec_t offset;   /* of events' time over the time since boot */
	usec_t distance; /* of wall time over it, as it was last read */
	usec_t boot;     /* when that was */
	usec_t strayed; /* since then (by boot) wall time has been ahead beyond the slack; 0: not */
	uint64_t steps; /* times that wall time was set by more than the slack */
};

/* Events' time at a moment, from the time since boot, which never goes back, and wall time. */
usec_t clock_follow(struct clock_follow *f, usec_t boot, usec_t wall);

/* By how much events' time is ahead of wall time (below 0: behind); 0 within the slack. */
usec_t clock_follow_ahead(const struct clock_follow *f);

/* The time that events carry. */
usec_t clock_now(void);

/* How that stands to wall time, as of the latest clock_now(). */
struct clock_account {
	usec_t ahead; /* as clock_follow_ahead */
	uint64_t steps;
};

struct clock_account clock_account(void);

/* Seconds that local time is ahead of UTC at a moment. */
int32_t clock_utc_offset(usec_t at);

#endif
