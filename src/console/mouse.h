/* SPDX-License-Identifier: MIT
 *
 * mouse: a click goes to what was drawn under it: a key of the footer, a chip, a tab, a panel. The
 * wheel goes to the panel under the pointer, whoever has the keys.
 */
#ifndef NG_CONSOLE_MOUSE_H
#define NG_CONSOLE_MOUSE_H

#include "console/view.h"

#define DOUBLE_CLICK (400 * USEC_PER_MSEC)

/* The click before. */
struct clicks {
	int x, y;
	usec_t at; /* by CLOCK_MONOTONIC; 0: none that a second one could join */
};

void mouse_take(struct view *v, struct clicks *clicks, const struct input *in, usec_t now);

#endif
