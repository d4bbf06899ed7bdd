/* SPDX-License-Identifier: MIT
 *
 * fleet_senses: what the judgement of a fleet remembers: what members say of addresses, networks
 * and herds. A judgement of one machine has none, and pays nothing.
 *
 * What a member says is believed as far as others say the like: of a sum, one member counts for at
 * most as much as all others together.
 */
#ifndef NG_DETECT_FLEET_SENSES_H
#define NG_DETECT_FLEET_SENSES_H

#include "detect/fleet_herd.h"
#include "detect/fleet_trail.h"
#include "model/fleet.h"

#define FLEET_MACHINES_LEAST 2 /* whatever the thresholds say */
#define FLEET_NAMED          3 /* machines that evidence names */

struct fleet_senses {
	struct fleet_trails trails;
	struct fleet_herds herds;
	uint64_t sketch; /* the hashes of the sources that the tables of herds have; 0: none yet */
	usec_t set_at[FLEET_MEMBERS_MAX + 1]; /* by number: when its latest set began */
	usec_t gap[FLEET_MEMBERS_MAX + 1];    /* and how long after the one before; 0: the first */
};

#endif
