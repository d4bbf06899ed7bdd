/* SPDX-License-Identifier: MIT
 *
 * opening: what an action opens, be it a panel or the picker with something to pick.
 */
#ifndef NG_CONSOLE_OPENING_H
#define NG_CONSOLE_OPENING_H

#include "console/view.h"

/* False when the action opens nothing, or there is nothing to pick. */
bool opening_act(struct view *v, enum action action);

#endif
