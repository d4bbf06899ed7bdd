/* SPDX-License-Identifier: MIT
 *
 * filter_bounds: which addresses are shown at all, whatever the filter's words say: those in the
 * networks that are allowed (all, if none are), without those in networks that are denied. Part of
 * a filter's surroundings (filter.h), for lists that are longer than anybody types.
 */
#ifndef NG_MODEL_FILTER_BOUNDS_H
#define NG_MODEL_FILTER_BOUNDS_H

#include "base/prefixes.h"

#define FILTER_BOUNDS_MAX 65536 /* networks of each list */

struct filter_bounds {
	struct prefixes allow, deny;
	struct prefixes near; /* /24s and /48s that an allowed network lies in */
	uint32_t allow_n, deny_n;
};

/* Of `count` texts each, which are networks. 0; -EINVAL for one that is none; -E2BIG; or -ENOMEM.
 * To be done either way. */
int filter_bounds_init(struct filter_bounds *b, char *const *allow, size_t allow_n,
	char *const *deny, size_t deny_n);
void filter_bounds_done(struct filter_bounds *b);

/* "shows only 2 networks, hides 1 network". */
#define FILTER_BOUNDS_TEXT_MAX 80
void filter_bounds_text(const struct filter_bounds *b, char buf[static FILTER_BOUNDS_TEXT_MAX]);

/* Something is hidden by them. */
bool filter_bounds_hide(const struct filter_bounds *b);

/* One that is unset lies in no network. */
bool filter_bounds_have(const struct filter_bounds *b, const struct addr *ip);

/* A /24 or a /48: some of its addresses are shown, or may be. */
bool filter_bounds_touch(const struct filter_bounds *b, const struct prefix *net);

#endif
