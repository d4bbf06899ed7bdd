/* SPDX-License-Identifier: MIT
 *
 * look_ups: the process that looks addresses up: who they are registered to, what they are called.
 * It has the network and nothing else, is spawned before anything is opened, and is asked through
 * the link. Where nothing is to be looked up (a replay, --no-whois without --rdns) there is none.
 */
#ifndef NG_APP_LOOK_UPS_H
#define NG_APP_LOOK_UPS_H

#include "base/reason.h"
#include "config/settings.h"
#include "enrich/look_link.h"
#include "helper/process.h"

struct look_ups {
	struct process process;
	struct look_link *link; /* owned; NULL: nothing is looked up. Gone from the start when the
				 * process could not be spawned */
	struct reason refused;  /* rdns.server is none; "" else */
	uid_t uid;              /* whom the process runs as */
};

/* Spawns it, and waits until it has given up what it does not need. Before any thread, the
 * terminal, what is opened for the run, and before privileges are dropped. 0 or -ENOMEM; l is to be
 * given to look_ups_done either way, and must not move before. */
int look_ups_init(struct look_ups *l, const struct options *o);
void look_ups_done(struct look_ups *l);

/* The process; 0: there is none. */
pid_t look_ups_pid(const struct look_ups *l);

#endif
