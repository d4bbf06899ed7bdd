/* SPDX-License-Identifier: MIT
 *
 * headline: what header and findings say, worked out from the whole model: at most a few times a
 * second, so that a key over a huge table does not wait for it.
 */
#ifndef NG_CONSOLE_HEADLINE_H
#define NG_CONSOLE_HEADLINE_H

#include "console/served.h"
#include "console/troubles.h"

struct headline {
	struct served served;
	struct troubles troubles;
	struct trouble_facts of; /* what it was worked out from; its model is NULL at first */
	uint64_t version;        /* of that model */
	usec_t looked;           /* when, by CLOCK_MONOTONIC */
};

/* Looks anew when something has changed and it is time. Returns when the next look is due, by
 * CLOCK_MONOTONIC: when what has changed is not in it yet; 0: nothing has. */
usec_t headline_look(struct headline *o, const struct trouble_facts *facts, usec_t now);

/* The view has another model, or will have: one that is made later may lie where this one did. */
void headline_forget(struct headline *o);

#endif
