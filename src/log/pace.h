/* SPDX-License-Identifier: MIT
 *
 * pace: so much work a second, and no more. Work is counted in units of about a microsecond of CPU
 * time (a stat(2) of a path), so that what is done depends on no clock but the one that is handed
 * in: 1,000 units a second are a thousandth of a core.
 */
#ifndef NG_LOG_PACE_H
#define NG_LOG_PACE_H

#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

struct log_pace {
	int64_t rate, burst; /* units a second; units that may be saved up */
	int64_t credit;      /* units times USEC_PER_SEC; below 0: too much was spent */
	usec_t at;
};

static inline struct log_pace log_pace_of(int64_t rate, int64_t burst)
{
	return (struct log_pace){.rate = rate, .burst = burst, .credit = burst * USEC_PER_SEC};
}

/* Time goes by; a clock that was set back adds nothing. */
static inline void log_pace_tick(struct log_pace *p, usec_t now)
{
	usec_t since = now - p->at, full = p->burst * USEC_PER_SEC;

	p->at = now;
	if (since <= 0)
		return;
	if (since > (full - p->credit) / p->rate)
		p->credit = full;
	else
		p->credit += since * p->rate;
}

static inline bool log_pace_may(const struct log_pace *p)
{
	return p->credit > 0;
}

/* What one piece of work costs beyond the rest is owed. */
static inline void log_pace_spend(struct log_pace *p, int64_t units)
{
	p->credit -= units * USEC_PER_SEC;
}

#endif
