/* SPDX-License-Identifier: MIT
 *
 * block_plan: a block as action/ways.h wants it, with what the model knows of it: what our own
 * table holds already, and which jail of fail2ban there is.
 */
#ifndef NG_CONSOLE_BLOCK_PLAN_H
#define NG_CONSOLE_BLOCK_PLAN_H

#include "console/command.h"
#include "model/model.h"

#define BLOCK_HELD_MAX 64

struct block_planned {
	struct block_plan plan; /* borrows from all of this, and from the command */
	struct block_held held[BLOCK_HELD_MAX];
	char jail[BLOCK_JAIL_MAX];
};

/* jails: of fail2ban, separated by blanks, or NULL. False when more is held within it than one plan
 * can know. */
bool block_planned_make(struct block_planned *p, const struct model *m,
	const struct command_block *want, const char *jails);

#endif
