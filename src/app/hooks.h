/* SPDX-License-Identifier: MIT
 *
 * hooks: runs the operator's own commands ([[actions.hooks]]) by the runner, and shows what they
 * wrote. Each hook is a job of its own.
 */
#ifndef NG_APP_HOOKS_H
#define NG_APP_HOOKS_H

#include "app/hands.h"
#include "app/hook_options.h"
#include "console/console.h"

#define HOOK_RUNS_MAX 8 /* at a time */

struct hooks;

/* One that is under way. */
struct hook_run {
	struct hooks *hooks;
	const struct hook_entry *entry; /* NULL: a free place */
	uint32_t page;                  /* the console's */
	char on[PREFIX_TEXT_MAX];       /* "": on nothing */
	char command[512];
};

struct hooks {
	const struct hook_entry *entries; /* borrowed */
	size_t count;
	struct hands *hands;     /* borrowed, as the console */
	struct console *console; /* NULL: not yet, or not any more */
	uint32_t first;          /* the job of the first hook */
	struct hook_run runs[HOOK_RUNS_MAX];
	struct hook_item items[HOOKS_MAX]; /* as the console lists them */
};

/* With what is configured. The jobs join when the hooks are to be run here (join). 0 or -ENOSPC. h
 * must not move afterwards. */
int hooks_init(struct hooks *h, struct hands *hands, bool join);

/* Does what COMMAND_HOOK asks for, or says why not. */
void hooks_run(struct hooks *h, const struct command *command);

#endif
