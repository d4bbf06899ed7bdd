/* SPDX-License-Identifier: MIT
 *
 * mono: the kernel's own clock, which dates the records of BPF programs (bpf_ktime_get_ns), and
 * its distance to wall time, which events carry.
 */
#ifndef NG_BASE_MONO_H
#define NG_BASE_MONO_H

#include "base/clock.h"

#define NSEC_PER_MSEC UINT64_C(1000000)
#define NSEC_PER_SEC  UINT64_C(1000000000)

static inline uint64_t mono_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

/* What this process has taken of the CPU: unlike time, the same on a busy machine. */
static inline uint64_t cpu_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

/* Wall time minus monotonic time. Ask again now and then: wall time may be set. */
static inline usec_t mono_to_wall(void)
{
	return clock_now() - clock_usec(CLOCK_MONOTONIC);
}

#endif
