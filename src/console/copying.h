/* SPDX-License-Identifier: MIT
 *
 * copying: what is under the cursor goes to the clipboard: the row's name, the row, the request, a
 * command that shows more of it. copy_picking (picker.h) has them all.
 */
#ifndef NG_CONSOLE_COPYING_H
#define NG_CONSOLE_COPYING_H

#include "console/view.h"

/* The address, network, path, agent that is under the cursor. */
void copy_selected(struct view *v);

#endif
