/* SPDX-License-Identifier: MIT
 *
 * footer: the last line: the keys that hold now, those that are asked for most first, and between
 * the first and the last only what fits.
 */
#ifndef NG_CONSOLE_FOOTER_H
#define NG_CONSOLE_FOOTER_H

#include "console/view.h"

void footer_draw(const struct view *v, struct area a);

#endif
