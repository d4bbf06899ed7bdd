/* SPDX-License-Identifier: MIT
 *
 * nearest: what somebody who mistyped a name likely meant: the name with the fewest letters that
 * are wrong, missing, too many or swapped. Case, and - for _, do not count.
 */
#ifndef NG_BASE_NEAREST_H
#define NG_BASE_NEAREST_H

#include "base/str.h"

#define NEAREST_MAX 64 /* longer names are never near */

struct nearest {
	struct str wanted;      /* borrowed */
	size_t distance;        /* of name; at first one more than what is near enough */
	char name[NEAREST_MAX]; /* "" until one is near */
};

void nearest_init(struct nearest *n, struct str wanted);

/* Takes the name when it is nearer than those before. */
void nearest_offer(struct nearest *n, struct str name);

#endif
