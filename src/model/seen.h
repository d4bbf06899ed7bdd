/* SPDX-License-Identifier: MIT
 *
 * seen: what earlier runs knew of addresses and networks, as seen events brought it. Most of them
 * are strangers and have nothing here. That of an address goes with its host; when the table is
 * full, what was brought longest ago goes.
 */
#ifndef NG_MODEL_SEEN_H
#define NG_MODEL_SEEN_H

#include "base/prefixes.h"
#include "event/event.h"

#define SEEN_FLAGS_MAX 96 /* with its NUL */

#define HISTORY_ENRICHER "history" /* event_enricher.what of it */

struct seen {
	struct prefix_item at;
	usec_t first, last;
	uint64_t runs; /* before this one */
	uint64_t requests, bytes, handshakes, flagged, blocked;
	char flags[SEEN_FLAGS_MAX]; /* clean words: "scanner×3" */
};

/* Room for `most` of them. 0 or -ENOMEM. */
int seen_init(struct prefixes *t, uint32_t most);

/* Takes in what is known, in place of what was. False when memory is out. */
bool seen_apply(struct prefixes *t, const struct event_seen *said);

/* NULL: nothing is known from before. */
const struct seen *seen_find(const struct prefixes *t, const struct prefix *of);
const struct seen *seen_find_address(const struct prefixes *t, const struct addr *ip);

void seen_forget_address(struct prefixes *t, const struct addr *ip);

#endif
