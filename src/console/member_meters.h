/* SPDX-License-Identifier: MIT
 *
 * member_meters: the meters of one machine of a fleet, of which no more is known than its sets say:
 * the figures of the latest, what came between the last two, and of some what they were by set.
 */
#ifndef NG_CONSOLE_MEMBER_METERS_H
#define NG_CONSOLE_MEMBER_METERS_H

#include "model/fleet.h"
#include "model/trend.h"

/* As it is now; of what grows, what comes a second. Below 0: it does not know. */
double member_level(const struct member *member, enum trend_of of);

/* What it was, in as many cells of a set each, what grows as a minute's worth; those before its
 * first set, or of which nothing was kept, are GRAPH_NOTHING. */
void member_past(const struct member *member, enum trend_of of, double *ret, size_t n);

#endif
