/* SPDX-License-Identifier: MIT
 *
 * fleet_feed: the source of a hub: what the machines of a fleet say, by whichever transport,
 * through the intake. What was not taken of them is reported as lost (of "fleet").
 */
#ifndef NG_APP_FLEET_FEED_H
#define NG_APP_FLEET_FEED_H

#include "app/carrying.h"
#include "app/fleet_ssh.h"
#include "event/source.h"

/* Of the one that is there: ssh, when its calls have joined the hands; else the carrier. Both are
 * borrowed. NULL with a negative errno. */
struct source *fleet_feed_new(struct ssh_calls *ssh, struct carrying *carrying, int *ret_err);

/* Puts a question (a line, app/publish_ask.h) to a machine. The answer is an EVENT_ANSWER with its
 * number; one that cannot be asked is answered at once, with why in the note. */
void fleet_feed_ask(
	struct source *feed, uint32_t member, struct str question, struct event_sink *sink);

/* Somebody looks at it from now on. */
void fleet_feed_live(struct source *feed);

#endif
