/* SPDX-License-Identifier: MIT
 *
 * own_addr: the addresses of this host, which nobody needs to be asked about.
 */
#ifndef NG_ENRICH_LOCAL_ADDRS_H
#define NG_ENRICH_LOCAL_ADDRS_H

#include "base/addr.h"
#include "base/clock.h"

#define OWN_ADDR_MAX 256

struct own_addr {
	struct addr at[OWN_ADDR_MAX];
	size_t n;
	usec_t due; /* when to read them again */
};

/* `now` decides whether what was read is too old. */
bool own_addr_has(struct own_addr *own, const struct addr *a, usec_t now);

#endif
