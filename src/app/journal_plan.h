/* SPDX-License-Identifier: MIT
 *
 * journal_plan: which entries of the journal a run reads: of the units that --journal names, and of
 * the SSH server where it has no log of its own.
 */
#ifndef NG_APP_JOURNAL_PLAN_H
#define NG_APP_JOURNAL_PLAN_H

#include "config/settings.h"
#include "log/journal_options.h"

#include <limits.h>

struct journal_plan {
	struct journal_input inputs[JOURNAL_INPUTS_MAX];
	size_t count;
	size_t dropped; /* units for which there is no room */
	bool ssh;       /* the SSH server is among the inputs */
	struct journal_place place;
	char dir[PATH_MAX], root[PATH_MAX]; /* absolute: what place points to */
};

/* p must not move afterwards. */
void journal_plan_init(struct journal_plan *p, const struct options *o);

/* What --journal names: a unit, or CONTAINER_NAME=NAME or SYSLOG_IDENTIFIER=NAME. 0, or -EINVAL
 * with the reason in why. */
int journal_plan_check(struct str text, char *why, size_t cap);

#endif
