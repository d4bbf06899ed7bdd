/* SPDX-License-Identifier: MIT
 *
 * status: the lines around the panels. Each draws into the first lines of its area.
 */
#ifndef NG_CONSOLE_STATUS_H
#define NG_CONSOLE_STATUS_H

#include "console/view.h"

/* What is watched, and how much there is of it. */
void header_draw(const struct view *v, struct area a);

/* What is missing or was lost, and what is wrong with the machine. Both return the lines that they
 * took, none while all is well. */
int trouble_draw(const struct view *v, struct area a);
int alerts_draw(const struct view *v, struct area a);

/* Who does most. */
void offenders_draw(const struct view *v, struct area a);

/* Sums, and what they leave out. */
void stats_draw(const struct view *v, struct area a);

/* The keys that hold now. */
void footer_draw(const struct view *v, struct area a);

#endif
