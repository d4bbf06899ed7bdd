/* SPDX-License-Identifier: MIT
 *
 * hook_list: the operator's own commands, as the console lists them. It runs none: it asks for one
 * by its number (COMMAND_HOOK).
 */
#ifndef NG_CONSOLE_HOOK_LIST_H
#define NG_CONSOLE_HOOK_LIST_H

#include "console/picker.h"

/* Asks for a hook, on the row under the cursor. */
void hook_ask(struct view *v, size_t i);

/* Asks for the hook of this key. False: it is no hook's. */
bool hook_ask_by_key(struct view *v, uint32_t code);

/* Pick one. */
extern const struct picking hook_picking;

#endif
