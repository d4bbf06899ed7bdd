/* SPDX-License-Identifier: MIT
 *
 * publish_block: an address that somebody who looks at many machines wants blocked on this one. It
 * is judged as the console's preview judges: by a walk over all that it would hit, a slice at a
 * time, and again by the blocker. What the preview would ask once more about is refused, as nobody
 * here can answer. One at a time.
 */
#ifndef NG_APP_PUBLISH_BLOCK_H
#define NG_APP_PUBLISH_BLOCK_H

#include "app/blocker.h"

#define PUBLISH_BLOCK_WHY      (BLAST_WHY_MAX + 64)
#define PUBLISH_BLOCK_PATIENCE (20 * USEC_PER_SEC)

enum publish_block_stage {
	PUBLISH_BLOCK_NONE,
	PUBLISH_BLOCK_JUDGED, /* it is being judged */
	PUBLISH_BLOCK_ASKED,  /* the blocker has it */
	PUBLISH_BLOCK_DONE    /* ok and why say what came of it */
};

struct publish_block {
	enum publish_block_stage stage;
	struct blast *blast; /* owned, while it is judged */
	struct command_block want;
	usec_t until; /* monotonic: the answer comes by then */
	bool ok;
	char why[PUBLISH_BLOCK_WHY];
};

void publish_block_done(struct publish_block *b);

/* Begins with another; false, and why, when it cannot be. blocker: NULL, there is none. */
bool publish_block_begin(struct publish_block *b, struct blocker_hands *blocker,
	const struct addr *ip, uint32_t seconds);

/* Goes on; true when it has more to do at once. */
bool publish_block_poll(struct publish_block *b, struct blocker_hands *blocker,
	const struct model *m, const struct detect *detect);

/* Something was done on this machine: perhaps this. */
void publish_block_take(struct publish_block *b, const struct event_act *act);

#endif
