/* SPDX-License-Identifier: MIT
 *
 * focus: who the sources of one herd are, by address, from the time on that somebody wants to
 * know: the FOCUS_MAX most frequent ones (spacesaving.h). A herd itself knows only how many.
 */
#ifndef NG_DETECT_FOCUS_H
#define NG_DETECT_FOCUS_H

#include "base/addr.h"
#include "base/clock.h"
#include "detect/spacesaving.h"

#define FOCUS_MAX 256

struct focus_source {
	struct addr addr;
	uint64_t over; /* of its count */
};

struct focus {
	struct spacesaving counts;
	struct focus_source at[FOCUS_MAX]; /* by id, counts.used of them */
	uint64_t key;                      /* the herd's; 0: not in use */
	usec_t since;
	uint64_t requests; /* all that were counted */
};

/* 0 or -ENOMEM. */
int focus_init(struct focus *f);
void focus_done(struct focus *f);

/* Begins anew with another herd; key 0 puts it out of use. */
void focus_open(struct focus *f, uint64_t key, usec_t now);

void focus_add(struct focus *f, const struct addr *addr, usec_t now);

/* Requests of the source with this id, at least: what may be said and blocked by. */
uint64_t focus_least(const struct focus *f, uint32_t id);

#endif
