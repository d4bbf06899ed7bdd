/* SPDX-License-Identifier: MIT
 *
 * status: the lines around the panels. Each draws into the first lines of its area.
 */
#ifndef NG_CONSOLE_STATUS_H
#define NG_CONSOLE_STATUS_H

#include "console/view.h"

/* What is watched, and how much there is of it. */
void header_draw(const struct view *v, struct area a);

/* By gravity: what cannot be seen or was lost; what is wrong with the machine; what is good to know
 * of the sources. Each returns the lines that it took, none while all is well. */
int trouble_draw(const struct view *v, struct area a);
int alerts_draw(const struct view *v, struct area a);
int remarks_draw(const struct view *v, struct area a);

/* Who does most. */
void offenders_draw(const struct view *v, struct area a);

/* Sums, and what they leave out. */
void stats_draw(const struct view *v, struct area a);

/* The keys that hold now. */
void footer_draw(const struct view *v, struct area a);

#endif
