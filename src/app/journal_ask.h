/* SPDX-License-Identifier: MIT
 *
 * journal_ask: has the runner (src/helper) run journalctl, for a journal that no library reads.
 */
#ifndef NG_APP_JOURNAL_ASK_H
#define NG_APP_JOURNAL_ASK_H

#include "app/hands.h"
#include "app/journal_plan.h"

struct journal_asker {
	struct journal_plan plan; /* as it is when the runner is spawned */
	struct hands *hands;      /* borrowed; NULL: nothing is to be asked */
	uint32_t job;             /* the first of two, by enum journal_ask */
	journal_given_fn *given;
	void *given_ctx;
};

/* Joins the hands, if there is something to read and the library is missing. a must not move
 * afterwards. 0 or -ENOSPC. */
int journal_ask_join(struct journal_asker *a, struct hands *hands, const struct options *o);

/* A journal_ask_fn; ctx is the asker. */
int journal_ask_run(
	void *ctx, enum journal_ask what, uint32_t since, journal_given_fn *given, void *given_ctx);

#endif
