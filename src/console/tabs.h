/* SPDX-License-Identifier: MIT
 *
 * tabs: the heading of the lower panels. Where log and tops share their place, all tabs stand in it
 * and the open one is set off; beside each other, the log's has its own name, the tops' those of
 * what can be turned to.
 */
#ifndef NG_CONSOLE_TABS_H
#define NG_CONSOLE_TABS_H

#include "console/view.h"

const char *tab_title(enum tab tab);

/* The heading of the log or of the tops, with `open` set off. Returns the column behind the last
 * name. */
int tabs_draw(const struct view *v, struct area a, bool focused, enum tab open);

#endif
