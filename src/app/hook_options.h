/* SPDX-License-Identifier: MIT
 *
 * hook_options: the config file's [[actions.hooks]]: commands of the operator's own, and their
 * keys.
 */
#ifndef NG_APP_HOOK_OPTIONS_H
#define NG_APP_HOOK_OPTIONS_H

#include "action/hook.h"
#include "base/clock.h"
#include "config/option_defs.h"
#include "event/event.h"

#define HOOKS_MAX      32
#define HOOK_LABEL_MAX 48

struct hook_entry {
	usec_t timeout;      /* 0: the helper's own */
	usec_t every;        /* between two of its runs on findings, at least */
	enum severity least; /* a finding as grave runs it; SEVERITY_NONE: none does */
	uint32_t code;       /* its key; 0: none */
	struct hook hook;
	char why[HOOK_WHY_MAX]; /* why it cannot be run; "": it can */
	/* Clean. */
	char label[HOOK_LABEL_MAX];
	char command[HOOK_WHY_MAX]; /* as configured, cut */
};

/* The table, to be handed in with others, behind that of the keys: a key that does something else
 * already is no hook's. It and its values live as long as the program. */
struct option_table hook_option_table(void);

/* What is set, once the options are checked. */
const struct hook_entry *hook_options_set(size_t *ret_count);

#endif
