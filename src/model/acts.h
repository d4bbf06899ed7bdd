/* SPDX-License-Identifier: MIT
 *
 * acts: what was done from here, by the operator or by itself, as act events brought it: blocks,
 * what undid them, hooks, files that were written. The latest ACTS_MAX are kept; older ones are
 * counted and forgotten. All of it is by value: a copy of the model has them too.
 */
#ifndef NG_MODEL_ACTS_H
#define NG_MODEL_ACTS_H

#include "event/event.h"

#define ACTS_MAX        64u
#define ACT_WHAT_MAX    16
#define ACT_WHO_MAX     192
#define ACT_COMMAND_MAX 512
#define ACT_RESULT_MAX  192

struct act {
	usec_t ts;
	usec_t until; /* when what was done ends by itself; 0: it does not */
	bool ok;
	/* Clean, cut, "" when absent; as in struct event_act. */
	char what[ACT_WHAT_MAX], who[ACT_WHO_MAX];
	char command[ACT_COMMAND_MAX], result[ACT_RESULT_MAX];
};

struct acts {
	struct act at[ACTS_MAX];
	uint64_t count; /* that there ever were; the older ones are gone */
};

void acts_apply(struct acts *a, const struct event_act *said, usec_t ts);

/* How many are kept. */
static inline uint32_t acts_kept(const struct acts *a)
{
	return a->count < ACTS_MAX ? (uint32_t)a->count : ACTS_MAX;
}

/* The i-th latest of those that are kept; 0 is the last thing that was done. */
const struct act *acts_latest(const struct acts *a, uint32_t i);

#endif
