/* SPDX-License-Identifier: MIT
 *
 * fleet_transport: by which means machines of a fleet are heard and asked: ssh (fleet_ssh), or the
 * carrier's process (fleet_carried). What it brings it gives to the intake.
 */
#ifndef NG_APP_FLEET_TRANSPORT_H
#define NG_APP_FLEET_TRANSPORT_H

#include "event/event.h"
#include "fleet/intake.h"

struct fleet_transport;

struct fleet_transport_ops {
	/* Takes what is there, a bounded part of each machine's, and sends what waits. True when
	 * there is more at once. */
	bool (*poll)(struct fleet_transport *t, usec_t now, struct event_sink *sink);

	/* A question, one line. 0; -ENOTCONN: the machine cannot be asked now; -ENOBUFS: too many
	 * questions wait. */
	int (*ask)(struct fleet_transport *t, uint32_t member, struct str question);

	/* Somebody looks, from now on: sets each second. */
	void (*live)(struct fleet_transport *t);

	/* Why nothing is heard of anybody; "": no such reason. */
	const char *(*silence)(const struct fleet_transport *t);

	/* True while machines are yet to be heard for the first time. */
	bool (*is_pending)(const struct fleet_transport *t);

	int (*fd)(const struct fleet_transport *t); /* readable when poll has work */
	void (*free)(struct fleet_transport *t);
};

/* First in a transport's struct. */
struct fleet_transport {
	const struct fleet_transport_ops *ops;
	struct intake *intake; /* borrowed */
};

#endif
