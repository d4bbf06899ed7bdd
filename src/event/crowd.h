/* SPDX-License-Identifier: MIT
 *
 * crowd: which connection makes way where a table of them is full. A sample is as the table is: who
 * holds most of it, an address, a network (/24 or /48), a network namespace, holds most of the
 * sample, and one of his goes; of these one that is over or was never open. So nobody can fill a
 * table for others, and a newcomer of the crowd itself finds no place.
 */
#ifndef NG_EVENT_CROWD_H
#define NG_EVENT_CROWD_H

#include "event/tuple.h"

#include <stddef.h>

#define CROWD_SAMPLE 32

struct crowd {
	struct crowd_member {
		const struct tuple *tuple; /* borrowed */
		uint8_t state;             /* enum tcp_state */
		uint32_t id;               /* the caller's */
	} at[CROWD_SAMPLE];
	size_t n;
};

/* Further ones than CROWD_SAMPLE are passed over. */
void crowd_add(struct crowd *c, const struct tuple *tuple, uint8_t state, uint32_t id);

/* The id of the one that makes way for the newcomer; false: none is worth less than he is. */
bool crowd_pick(
	const struct crowd *c, const struct tuple *newcomer, uint8_t state, uint32_t *ret_id);

#endif
