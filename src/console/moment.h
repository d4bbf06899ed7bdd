/* SPDX-License-Identifier: MIT
 *
 * moment: a time as somebody types it to go there.
 *
 *	03:13  03:13:21    of the day where one is, or of the nearest that lies in reach
 *	+5m  -30s          from where one is
 *	50%                of all that there is
 *
 * Times of day are local ones.
 */
#ifndef NG_CONSOLE_MOMENT_H
#define NG_CONSOLE_MOMENT_H

#include "base/clock.h"
#include "base/str.h"

#define MOMENT_WHY_MAX 96

/* Where one is, and what can be reached. */
struct moment_reach {
	usec_t at, begin, end; /* end: 0 is not known */
	usec_t utc_offset;     /* of local time */
};

/* 0; or -EINVAL, or -ERANGE for what lies out of reach, and why in words. */
int moment_parse(struct str text, const struct moment_reach *reach, usec_t *ret_at,
	char why[static MOMENT_WHY_MAX]);

#endif
