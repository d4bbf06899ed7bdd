/* SPDX-License-Identifier: MIT
 *
 * publish_block: an address that somebody who looks at many machines wants blocked on this one. It
 * is judged as the console's preview judges: by a walk over all that it would hit, a slice at a
 * time, and again by the blocker. What the preview would ask once more about is refused, as nobody
 * here can answer. One at a time.
 */
#ifndef NG_APP_PUBLISH_BLOCK_H
#define NG_APP_PUBLISH_BLOCK_H

#include "detect/blast.h"

#define PUBLISH_BLOCK_WHY      (BLAST_WHY_MAX + 64)
#define PUBLISH_BLOCK_PATIENCE (20 * USEC_PER_SEC)

/* Who blocks on this machine (app/blocker). */
struct publish_blocker {
	void *ctx; /* borrowed */
	/* Why nothing is blocked here, in words; NULL: it is. */
	const char *(*missing)(void *ctx);
	/* Begins; false, and why not. What comes of it is said as an act. */
	bool (*block)(void *ctx, const struct model *m, const struct addr *ip, uint32_t seconds,
		char why[static BLAST_WHY_MAX]);
};

enum publish_block_stage {
	PUBLISH_BLOCK_NONE,
	PUBLISH_BLOCK_JUDGED, /* it is being judged */
	PUBLISH_BLOCK_ASKED,  /* the blocker has it */
	PUBLISH_BLOCK_DONE    /* ok and why say what came of it */
};

struct publish_block {
	enum publish_block_stage stage;
	struct blast *blast; /* owned, while it is judged */
	struct addr ip;
	uint32_t seconds;
	usec_t until; /* monotonic: the answer comes by then */
	bool ok;
	char why[PUBLISH_BLOCK_WHY];
};

void publish_block_done(struct publish_block *b);

/* Begins with another; false, and why, when it cannot be. */
bool publish_block_begin(struct publish_block *b, const struct publish_blocker *blocker,
	const struct addr *ip, uint32_t seconds);

/* Goes on; true when it has more to do at once. */
bool publish_block_poll(struct publish_block *b, const struct publish_blocker *blocker,
	const struct model *m, const struct detect *detect);

/* Something was done on this machine: perhaps this. */
void publish_block_take(struct publish_block *b, const struct event_act *act);

#endif
