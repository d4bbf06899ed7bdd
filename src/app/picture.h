/* SPDX-License-Identifier: MIT
 *
 * picture: what is known at this moment, told as events, so that a recording that begins in the
 * middle of a run begins with what is there: who watches what, connections, names, who addresses
 * are, which flags hold, what the machines of a fleet have said last, what was done from here. What
 * events cannot say is not in it: what was counted before, how old connections are, what was asked
 * for.
 *
 * All of it has the present time, but for marks, acts and what a fleet has said. An address without
 * a connection is unknown to the model of a replay until something happens to it; what is known of
 * it has to be told then (picture_put_host).
 */
#ifndef NG_APP_PICTURE_H
#define NG_APP_PICTURE_H

#include "event/event.h"
#include "model/model.h"

/* A start record comes first; start is as the run's own was. */
void picture_put(const struct model *m, const struct event_start *start, usec_t now,
	struct event_sink *sink);

/* The picture makes this host known: it has a connection, or a member of the fleet tells of it. */
bool picture_has_host(const struct model *m, uint32_t host);

/* Where the host is, and who it claims to be. */
void picture_put_host(
	const struct model *m, const struct host *h, usec_t now, struct event_sink *sink);

#endif
