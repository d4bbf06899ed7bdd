/* SPDX-License-Identifier: MIT
 *
 * hooks: runs the operator's own commands ([[actions.hooks]]) by the runner, and shows what they
 * wrote. Each hook is a job of its own. Those with on_finding run by themselves, when a finding
 * begins or gets graver, each at most once in its `every`; nothing of what they write is shown.
 */
#ifndef NG_APP_HOOKS_H
#define NG_APP_HOOKS_H

#include "app/hands.h"
#include "app/hook_options.h"
#include "app/past_findings.h"
#include "console/console.h"

#define HOOK_RUNS_MAX 8 /* at a time */

struct hooks;

/* When it ran on a finding last, and how often it would have run since. */
struct hook_rest {
	usec_t ran;
	uint32_t held;
};

/* One that is under way. */
struct hook_run {
	struct hooks *hooks;
	const struct hook_entry *entry; /* NULL: a free place */
	uint32_t page;                  /* the console's */
	bool alone;                     /* a finding has it run: there is no page */
	char on[PREFIX_TEXT_MAX];       /* "": on nothing */
	char command[512];
};

struct hooks {
	struct taker taker; /* first; of the hub, behind the past findings */
	const struct past_findings *past;
	uint64_t begun; /* of these, that were seen */
	struct hook_rest rests[HOOKS_MAX];
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

/* A taker that runs hooks on findings; NULL: no hook wants any. past: borrowed. */
struct taker *hooks_on_findings(struct hooks *h, const struct past_findings *past);

/* Does what COMMAND_HOOK asks for, or says why not. */
void hooks_run(struct hooks *h, const struct command *command);

#endif
