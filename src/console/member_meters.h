/* SPDX-License-Identifier: MIT
 *
 * member_meters: the meters of one machine of a fleet, of which no more is known than its sets say:
 * the figures of the latest, what came between the last two, and of some what they were by set.
 */
#ifndef NG_CONSOLE_MEMBER_METERS_H
#define NG_CONSOLE_MEMBER_METERS_H

#include "console/meters.h"

/* As it is now, in the meter's unit; below 0: it does not know. */
double member_meter(const struct meter *meter, const struct member *member);

/* What it was, in as many cells of a set each; those before its first set, or of which nothing was
 * kept, are GRAPH_NOTHING. */
void member_meter_past(
	const struct meter *meter, const struct member *member, double *ret, size_t n);

#endif
