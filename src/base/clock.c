// SPDX-License-Identifier: MIT
#include "base/clock.h"

usec_t clock_now(void)
{
	static usec_t ahead = INT64_MIN; /* of wall time over the time since boot */
	usec_t boot = clock_usec(CLOCK_BOOTTIME);
	usec_t distance = clock_usec(CLOCK_REALTIME) - boot;

	if (distance > ahead)
		ahead = distance;
	return boot + ahead;
}

int32_t clock_utc_offset(usec_t at)
{
	time_t sec = (time_t)(at / USEC_PER_SEC);
	struct tm tm;

	return localtime_r(&sec, &tm) ? (int32_t)tm.tm_gmtoff : 0;
}
