/* SPDX-License-Identifier: MIT
 *
 * header: the first line: what is watched and since when, what the view is narrowed to or stands
 * at, what time it is, and how things are in a word.
 */
#ifndef NG_CONSOLE_HEADER_H
#define NG_CONSOLE_HEADER_H

#include "console/troubles.h"
#include "console/view.h"

void header_draw(
	const struct view *v, const char *served, const struct troubles *troubles, struct area a);

#endif
