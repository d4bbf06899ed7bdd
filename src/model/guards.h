/* SPDX-License-Identifier: MIT
 *
 * guards: networks that must not be blocked from here, as guard events brought them: whoever blocks
 * his own gateway, resolver or SSH session has locked himself out. All of it is by value: a copy of
 * the model has them too.
 */
#ifndef NG_MODEL_GUARDS_H
#define NG_MODEL_GUARDS_H

#include "event/event.h"

#define GUARDS_MAX 512u /* further ones are counted; nothing should be blocked then */

struct guard {
	struct prefix net;
	uint8_t role; /* enum guard_role */
};

struct guards {
	struct guard at[GUARDS_MAX];
	uint32_t n;
	bool told;     /* somebody looks after them; a recording may be older than they are */
	uint64_t lost; /* for which there was no room */
};

void guards_apply(struct guards *g, const struct event_guard *said);

/* Not all of them are here: there was no room, or who looks after them could not read all. */
bool guards_lack_some(const struct guards *g);

/* One with this role that the prefix holds, or lies in; NULL: none. */
const struct guard *guards_find(
	const struct guards *g, enum guard_role role, const struct prefix *p);

#endif
