/* SPDX-License-Identifier: MIT
 *
 * suspicion_limits: from where on an address is marked as suspicious (suspicion.h). Borrowed by the
 * model, as part of its limits.
 */
#ifndef NG_MODEL_SUSPICION_LIMITS_H
#define NG_MODEL_SUSPICION_LIMITS_H

#include "base/addr.h"

#include <stdint.h>

struct suspicion_limits {
	uint64_t burst_rpm, min_conns; /* 0: never */
	/* SUSPECT_AGENT and SUSPECT_PATH of an address, which whoever reads requests knows. NULL:
	 * nobody does. */
	uint32_t (*asked)(const void *ctx, const struct addr *ip);
	const void *ctx;
};

#endif
