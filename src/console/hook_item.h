/* SPDX-License-Identifier: MIT
 *
 * hook_item: the operator's own commands, as the console is given them.
 */
#ifndef NG_CONSOLE_HOOK_ITEM_H
#define NG_CONSOLE_HOOK_ITEM_H

#include <stdint.h>

/* Clean texts, borrowed. */
struct hook_item {
	uint32_t code; /* its key; 0: none */
	const char *label, *command;
};

#endif
