/* SPDX-License-Identifier: MIT
 *
 * replay_bar: where a replay stands in its recording, in two lines: how much happens over its
 * length, with the place reached, and below the letters of what was found where.
 *
 *	 03:02 ▁▁▁▂▃▅▇█┃█▇▅▃▁▁▁ 03:41
 *	          X  F   · H            –27m left of 39m
 */
#ifndef NG_CONSOLE_REPLAY_BAR_H
#define NG_CONSOLE_REPLAY_BAR_H

#include "console/view.h"

#define REPLAY_BAR_LINES 2

/* How many lines it takes of a screen of that height: none unless something is replayed. */
int replay_bar_lines(const struct view *v, int height);

void replay_bar_draw(const struct view *v, struct area a);

/* What the second line has in so many columns: the letter of what was found there, the gravest's
 * of several, '.' for a mark, ' ' for nothing. No NUL. */
void replay_bar_letters(const struct overview *o, usec_t from, usec_t to, char *letters, int width);

/* The column of a time, from 0 on. */
int replay_bar_column(usec_t at, usec_t from, usec_t to, int width);

#endif
