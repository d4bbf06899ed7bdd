/* SPDX-License-Identifier: MIT
 *
 * fleet_ssh: machines of a fleet that are called by ssh(1), which the runner starts: one session a
 * host, `nethergaze --publish -` at its other end. What that writes are records; what ssh, the
 * shell and a banner write besides is kept as the reason, should the host be lost. A host whose
 * session ends is called again, after a second, then after twice as long each time, up to a minute.
 */
#ifndef NG_APP_FLEET_SSH_H
#define NG_APP_FLEET_SSH_H

#include "app/fleet_options.h"
#include "app/fleet_transport.h"
#include "app/hands.h"

/* How they are called; the job's ctx. It must not move once it has joined. */
struct ssh_calls {
	const struct fleet_options *options; /* borrowed; the list of hosts does not change */
	struct hands *hands;                 /* NULL: nobody is to be called */
	uint32_t job;
};

/* Joins the hands, if hosts are to be called. 0 or -ENOSPC. */
int ssh_calls_join(struct ssh_calls *c, struct hands *hands, const struct fleet_options *options);

/* NULL when memory is out. Both are borrowed. */
struct fleet_transport *fleet_ssh_new(struct ssh_calls *calls, struct intake *intake);

#endif
