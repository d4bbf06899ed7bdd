/* SPDX-License-Identifier: MIT
 *
 * enricher: what is known of the databases and services that tell who an address is, and of the
 * lists that tell what is kept out: which of them there are, how they fare, what is wrong with one.
 * A few; named by what they tell.
 */
#ifndef NG_MODEL_ENRICHER_H
#define NG_MODEL_ENRICHER_H

#include "event/event.h"

#define ENRICHERS_MAX     32
#define ENRICHER_NOTE_MAX 256

struct enricher {
	char what[24], state[24]; /* "asn", "ready" */
	char note[ENRICHER_NOTE_MAX];
	/* Totals since the start; ABSENT where it does not count. */
	uint64_t asked, answered, failed, waiting, dropped;
};

struct enrichers {
	struct enricher at[ENRICHERS_MAX];
	uint32_t n;
};

/* Takes in what was said of one. False when there is no room for another. */
bool enrichers_apply(struct enrichers *e, const struct event_enricher *said);

/* NULL when nothing was said of it. */
const struct enricher *enrichers_find(const struct enrichers *e, const char *what);

/* Those that list what is kept out are named so: "list nft". */
#define ENRICHER_LIST "list "

/* It works, is waiting to, or was switched off: nothing that somebody should look into. */
bool enricher_is_fine(const struct enricher *e);

#endif
