/* SPDX-License-Identifier: MIT
 *
 * local_addrs: the addresses of this host, which nobody needs to be asked about.
 */
#ifndef NG_ENRICH_LOCAL_ADDRS_H
#define NG_ENRICH_LOCAL_ADDRS_H

#include "base/addr.h"
#include "base/clock.h"

#define OWN_ADDR_MAX 256

struct local_addrs {
	struct addr at[OWN_ADDR_MAX];
	size_t n;
	usec_t due; /* when to read them again */
};

/* `now` decides whether what was read is too old. */
bool local_addrs_has(struct local_addrs *own, const struct addr *a, usec_t now);

#endif
