/* SPDX-License-Identifier: MIT
 *
 * fleet_herd: what the members of a fleet say of one herd (herd.h), member by member. What they
 * send is of the last half minute to minute, and is all that is kept: the latest words of each.
 *
 * Bounded: FLEET_HERDS herds, FLEET_HERD_PARTS parts, of each herd the FLEET_HERD_EACH with most
 * requests: a popular path is one of all members. As of trails (fleet_trail.h), what one member
 * alone speaks of is not kept.
 */
#ifndef NG_DETECT_FLEET_HERD_H
#define NG_DETECT_FLEET_HERD_H

#include "detect/fleet_trail.h"
#include "detect/herd.h"

#define FLEET_HERDS      2048
#define FLEET_HERD_PARTS (1u << 14)
#define FLEET_HERD_EACH  64

#define FLEET_REGISTERS (1 << HERD_SOURCE_BITS)

struct fleet_herd_part {
	uint32_t member, next; /* its number; the next part, or POOL_NONE */
	usec_t told;
	uint64_t sketch; /* which hashes its sources are of */
	double seconds;  /* that the rest is of */
	uint32_t requests, failed, assets, lone, switched;
	double growth;  /* times what is usual there */
	double sources; /* about how many */
	uint8_t registers[FLEET_REGISTERS];
};

struct fleet_herd {
	uint64_t hash;
	uint8_t of, text_n; /* enum herd_of */
	char text[HERD_TEXT_MAX];
	uint32_t first, parts;
};

struct fleet_herds {
	struct pool pool, parts;
	struct index index;
	struct fleet_alone *alone; /* owned */
	uint64_t lost;
};

/* 0 or -ENOMEM. */
int fleet_herds_init(struct fleet_herds *t);
void fleet_herds_done(struct fleet_herds *t);

/* Takes in what a member says; hash: of kind and key, by the caller's key. Sources that cannot be
 * read are none. */
struct fleet_herd_saying {
	uint32_t member;
	uint64_t hash, sketch;
	const struct event_herd *herd;
};
void fleet_herds_take(struct fleet_herds *t, const struct fleet_herd_saying *s, usec_t now);

/* As fleet_trails_sweep. */
void fleet_herds_sweep(struct fleet_herds *t, uint32_t turn, usec_t now);

static inline struct fleet_herd *fleet_herds_at(const struct fleet_herds *t, uint32_t id)
{
	return pool_at(&t->pool, id);
}

static inline struct fleet_herd_part *fleet_herd_part_at(const struct fleet_herds *t, uint32_t id)
{
	return id == POOL_NONE ? NULL : pool_at(&t->parts, id);
}

#define fleet_herd_parts_for_each(t, herd, p)                                           \
	for (const struct fleet_herd_part *p = fleet_herd_part_at(t, (herd)->first); p; \
		p = fleet_herd_part_at(t, p->next))

#endif
