/* SPDX-License-Identifier: MIT
 *
 * carrying: the process that speaks to NATS or to a collector (fleet/carrier.h). It has the network
 * and nothing else: what it needs to be let in is read before, while that may be read. It is
 * spawned before anything is opened, and not again: whatever fails, it tries anew by itself.
 */
#ifndef NG_APP_CARRYING_H
#define NG_APP_CARRYING_H

#include "base/reason.h"
#include "config/settings.h"
#include "fleet/carrier.h"
#include "helper/process.h"

enum carrying_for {
	CARRYING_PUBLISH, /* what this machine sees goes out */
	CARRYING_HUB,     /* what others see comes in */
	CARRYING_KINDS
};

struct carrying {
	struct process process;
	struct carrier *carrier; /* owned; NULL: nothing is carried. Gone from the start when the
				  * process could not be spawned */
};

/* Whether what was set makes sense, and its files can be read; false: what is wrong. */
bool carrying_check(const struct options *o, struct reason *ret_wrong);

/* Spawns it, where a URL was given. 0 or -ENOMEM; c is to be given to carrying_done either way, and
 * must not move before. */
int carrying_init(struct carrying *c, enum carrying_for what, const struct options *o);
void carrying_done(struct carrying *c);

/* As carrier_poll; once the process is gone, or says what it may not, its end is known. */
bool carrying_poll(struct carrying *c, carrier_fn *fn, void *ctx);

#endif
