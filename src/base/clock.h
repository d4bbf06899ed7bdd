/* SPDX-License-Identifier: MIT
 *
 * clock: time as the program counts it. Microseconds since the Unix epoch fit a double exactly
 * until the year 2255, so NDJSON carries them without loss.
 */
#ifndef NG_BASE_CLOCK_H
#define NG_BASE_CLOCK_H

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

/* The time that events carry: wall time that never goes back. When the clock is set back, time
 * goes on from where it was; when it is set forward, so is this. */
usec_t clock_now(void);

/* Seconds that local time is ahead of UTC at a moment. */
int32_t clock_utc_offset(usec_t at);

#endif
