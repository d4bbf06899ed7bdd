/* SPDX-License-Identifier: MIT
 *
 * zoom: the fewest prefixes that hold most of something bad, without taking in more than they must.
 *
 * Each prefix has a price: the good weight in it, and a part of the bad total that grows with how
 * empty it is. So two neighbouring /24 become a /23, three busy addresses of a /24 stay three
 * addresses, and random sources become nothing at all. Of the choices of longest prefixes that hold
 * two leaves or are one, it is the best by that price: a pass over the sorted leaves, from the
 * longest to the shortest, without recursion. The same leaves in any order give the same choice.
 *
 * IPv4 is counted in addresses inside of a /24 and in /24s above it, IPv6 in /64s. The widest
 * prefixes are an IPv4 /12 and an IPv6 /32.
 */
#ifndef NG_DETECT_ZOOM_H
#define NG_DETECT_ZOOM_H

#include "base/addr.h"

#include <stddef.h>

#define ZOOM_LEAVES   4096 /* more than a host counts when a flood is spread */
#define ZOOM_PREFIXES 8    /* more cannot be read, nor blocked by hand */

struct zoom {
	struct zoom_leaf *leaves;
	struct zoom_node *nodes; /* for zoom_find: two for each leaf */
	uint32_t count, cap;
	double total;     /* bad weight, of the leaves and of what found no place */
	double left_out;  /* of this, what found no place */
	bool is_unsorted; /* leaves were added since the last zoom_find */
};

struct zoom_prefix {
	struct prefix prefix;
	double bad; /* the weight in it */
};

struct zoom_found {
	struct zoom_prefix at[ZOOM_PREFIXES]; /* the heaviest first */
	uint32_t count;
	uint32_t wanted; /* how many it would take to say it all: at least count, at most 50 */
	double coverage; /* the part of the bad weight in these, 0..1 */
	double value; /* what the choice is worth, in bad weight, before it was cut and widened */
	bool is_all_over; /* they hold less than half: there is no place to point at */
};

/* Memory for `cap` leaves (above 0) is taken at once: about 160 bytes each. 0 or -ENOMEM. */
int zoom_init(struct zoom *z, uint32_t cap);
void zoom_done(struct zoom *z);

/* Forgets all leaves. */
void zoom_clear(struct zoom *z);

/* Adds an address (a prefix of all its bits) or a network and its weights; for IPv6, what is below
 * a /64 counts for the /64. Weights of the same prefix add up, and weights of a network are apart
 * from those of what lies in it. False when there is no room: then its bad weight counts in the
 * total alone. */
bool zoom_add(struct zoom *z, const struct prefix *p, uint64_t bad, uint64_t good);

/* Of no leaves, or no bad ones: nothing. */
void zoom_find(struct zoom *z, struct zoom_found *ret);

#endif
