/* SPDX-License-Identifier: MIT
 *
 * claims: which crawlers addresses say that they are, and what came of checking, as crawler events
 * brought it. Claims go with their host; when the table is full, further ones are not taken in.
 */
#ifndef NG_MODEL_CLAIMS_H
#define NG_MODEL_CLAIMS_H

#include "base/index.h"
#include "base/pool.h"
#include "event/event.h"

#define CLAIMS_MAX        65536u
#define CLAIMS_OF_ADDRESS 8  /* different crawlers that one address is held to claim */
#define CLAIM_NAME_MAX    32 /* with its NUL */

struct claim {
	struct addr ip;
	uint64_t told;             /* counts up with each change: the latest has the highest */
	uint8_t outcome;           /* enum claim_outcome */
	char name[CLAIM_NAME_MAX]; /* of the crawler; clean, cut */
	char by[8];                /* "rdns", "ranges" or "" */
};

struct claims {
	struct pool pool;   /* struct claim */
	struct index index; /* by address */
	uint64_t told;
};

/* 0 or -ENOMEM. */
int claims_init(struct claims *c);
void claims_done(struct claims *c);

/* One of its own that holds the same. 0; or -ENOMEM, and `to` is empty. */
int claims_copy(struct claims *to, const struct claims *from);

/* Takes in an outcome, in place of what was known of this crawler at this address. False when there
 * is no room. */
bool claims_apply(struct claims *c, const struct event_crawler *said);

/* Forgets what an address claims. */
void claims_forget(struct claims *c, const struct addr *ip);

static inline const struct claim *claims_at(const struct claims *c, uint32_t id)
{
	return pool_at(&c->pool, id);
}

/* for (id = claims_next(c, 0); id != POOL_NONE; id = claims_next(c, id + 1)) */
static inline uint32_t claims_next(const struct claims *c, uint32_t from)
{
	return pool_next(&c->pool, from);
}

/* What an address claims: refuted ones first, then confirmed ones, then the rest; of each the one
 * that was told last. Returns how many. */
size_t claims_of(const struct claims *c, const struct addr *ip,
	const struct claim *ret[static CLAIMS_OF_ADDRESS]);

/* NULL when the address claims nothing; else the first of these. */
const struct claim *claims_first(const struct claims *c, const struct addr *ip);

/* The address's claim to be this crawler, or NULL. */
const struct claim *claims_find(const struct claims *c, const struct addr *ip, struct str name);

/* A first claim to be one more crawler would be taken in. */
bool claims_has_room(const struct claims *c, const struct addr *ip);

#endif
